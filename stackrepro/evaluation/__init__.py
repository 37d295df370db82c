"""The measuring room: Inception weights and features, Fréchet distance, KID, and the protocols that fix their use."""

from stackrepro.evaluation.extractor import Extractor, as_rgb
from stackrepro.evaluation.folders import measure_paths
from stackrepro.evaluation.measure import (
    Measures,
    ReferenceFeatures,
    compare,
    measure_floor,
    reference_features,
)
from stackrepro.evaluation.protocols import PROTOCOLS, Protocol, metric_name, protocol_for
from stackrepro.evaluation.weights import inception_weights, weights_identity

__all__ = [
    "PROTOCOLS",
    "Extractor",
    "Measures",
    "Protocol",
    "ReferenceFeatures",
    "as_rgb",
    "compare",
    "inception_weights",
    "measure_floor",
    "measure_paths",
    "metric_name",
    "protocol_for",
    "reference_features",
    "weights_identity",
]
