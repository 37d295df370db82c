"""The comparisons of the tolerance table that take seconds; the table's slow rows are compared by the tests alone.

The tests judge what these give, and the chapter on measuring prints it.
"""

from collections.abc import Callable

from stackrepro.evaluation.parity import distances, features, sets
from stackrepro.evaluation.tolerances import Pair

COMPARISONS: dict[str, Callable[[], Pair]] = {
    "frechet/scipy": distances.by_scipy,
    "frechet/pytorch-fid": distances.by_pytorch_fid,
    "frechet/clean-fid": distances.by_clean_fid,
    "frechet/torch-fidelity": distances.by_torch_fidelity,
    "frechet/itself": distances.from_itself,
    "frechet/order": distances.in_another_order,
    "frechet/commuting": distances.of_commuting_covariances,
    "frechet/not-commuting": distances.of_covariances_that_do_not_commute,
    "kid/torch-fidelity": sets.kid_torch_fidelity,
    "kid/clean-fid": sets.kid_clean_fid,
    "kid/unbiased": sets.kid_unbiased,
    "kid/unbiased-at-zero": sets.kid_unbiased_at_zero,
    "precision-recall/torch-fidelity": sets.precision_recall_torch_fidelity,
    "density-coverage/definition": sets.density_coverage_definition,
    "features-192/pytorch-fid": features.by_pytorch_fid,
    "features-192/torch-fidelity": features.by_torch_fidelity,
    "features-192/batch": features.one_by_one,
    "resize/clean-fid": features.resize_by_clean_fid,
}
