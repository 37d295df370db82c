"""A machine eye test for birds: paper A's four thresholds, measured without any trained detector.

The scores and their criteria were fixed on synthetic birds of lower numbers than those that validate them.
"""

from stackrepro.evaluation.machine_eye.instrument import THRESHOLDS, Instrument, calibrate
from stackrepro.evaluation.machine_eye.truth import Calibrated, calibrated
from stackrepro.evaluation.machine_eye.validation import Validation, validate

__all__ = ["THRESHOLDS", "Calibrated", "Instrument", "Validation", "calibrate", "calibrated", "validate"]
