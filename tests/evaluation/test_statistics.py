"""Published statistics of real images, and what distances they still give."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView
from stackrepro.evaluation.frechet import frechet_distance, statistics
from stackrepro.evaluation.protocols import Protocol
from stackrepro.evaluation.released import compact, read_reference, reference_file, restored


def drawn(count: int, dims: int, seed: int, shift: float = 0.0) -> np.ndarray:
    """Draw features whose variances fall over three orders of magnitude, in a turned basis, as Inception's do."""
    random = np.random.default_rng(seed)
    turned, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((dims, dims)))
    drawn = random.standard_normal((count, dims)) * np.logspace(0, -1.5, dims) + shift
    return drawn @ turned.T


@pytest.mark.parametrize(("count", "dims"), [(3000, 192), (100, 192), (32, 192), (32, 64)])
def test_distances_hardly_change(count, dims):
    exact = statistics(drawn(count, dims, seed=1))
    small = restored(compact(exact))
    assert np.trace(small.covariance) == pytest.approx(np.trace(exact.covariance), rel=1e-12)
    for other in (drawn(500, dims, seed=2, shift=0.1), 0.5 * drawn(500, dims, seed=3)):
        known = frechet_distance(statistics(other), exact)
        assert frechet_distance(statistics(other), small) == pytest.approx(known, rel=2e-3)


def test_a_file_comes_back_and_one_that_is_absent_cut_or_disagrees_with_itself_is_named(tmp_path):
    exact, path = statistics(drawn(50, 16, seed=4)), tmp_path / "a.safetensors"
    with pytest.raises(UserError, match="is not there: publish"):
        read_reference(path)
    path.write_bytes(save(compact(exact)))
    np.testing.assert_allclose(read_reference(path).covariance, restored(compact(exact)).covariance)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UserError, match=r"a\.safetensors is damaged"):
        read_reference(path)
    path.write_bytes(save(compact(exact) | {"mean": np.zeros(500_000, np.float32)}))
    with pytest.raises(UserError, match="120 numbers are no root of 500000 features"):
        read_reference(path)


def test_a_files_name_follows_what_its_numbers_depend_on(tiny_birds):
    view, protocol = BirdView(16), Protocol(dims=192, samples=16, reference=32)
    names = {
        reference_file(tiny_birds, view, protocol, "w"),
        reference_file(replace(tiny_birds, fingerprint="0" * 64), view, protocol, "w"),
        reference_file(tiny_birds, BirdView(32), protocol, "w"),
        reference_file(tiny_birds, view, replace(protocol, reference=40), "w"),
        reference_file(tiny_birds, view, replace(protocol, resize="clean"), "w"),
        reference_file(tiny_birds, view, protocol, "v"),
        # The common size of other models is this model's own: one file serves both.
        reference_file(tiny_birds, view, replace(protocol, size=16), "w"),
    }
    assert len(names) == 6
