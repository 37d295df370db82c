"""The measuring room: Inception features and distances, measures of pixels, and the protocols that fix their use."""

from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.folders import measure_paths
from stackrepro.evaluation.images import as_rgb
from stackrepro.evaluation.measure import Measures, ReferenceFeatures, compare, reference_features
from stackrepro.evaluation.protocols import PLANS, Plan, Protocol, metric_name, plan_for, protocol_for
from stackrepro.evaluation.weights import inception_weights, weights_identity

__all__ = [
    "PLANS",
    "Extractor",
    "Measures",
    "Plan",
    "Protocol",
    "ReferenceFeatures",
    "as_rgb",
    "compare",
    "inception_weights",
    "measure_paths",
    "metric_name",
    "plan_for",
    "protocol_for",
    "reference_features",
    "weights_identity",
]
