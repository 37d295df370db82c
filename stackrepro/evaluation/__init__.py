"""The measuring room: Inception features and distances, measures of pixels, and the protocols that fix their use."""

from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.folders import Comparison, compare_paths
from stackrepro.evaluation.images import as_rgb
from stackrepro.evaluation.measure import Measures, ReferenceFeatures, compare, reference_features
from stackrepro.evaluation.protocols import PLANS, Plan, Protocol, metric_name, plan_for, protocol_for, protocol_named
from stackrepro.evaluation.weights import inception_weights, weights_identity

__all__ = [
    "PLANS",
    "Comparison",
    "Extractor",
    "Measures",
    "Plan",
    "Protocol",
    "ReferenceFeatures",
    "as_rgb",
    "compare",
    "compare_paths",
    "inception_weights",
    "metric_name",
    "plan_for",
    "protocol_for",
    "protocol_named",
    "reference_features",
    "weights_identity",
]
