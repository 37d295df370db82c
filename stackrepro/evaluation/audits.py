"""Inspections by name: what configurations, networks and data tell without a run."""

from __future__ import annotations

from collections.abc import Callable

from stackrepro.data import Source
from stackrepro.evaluation.audits_faces import faces_as_stated, stages_apart
from stackrepro.evaluation.audits_networks import (
    first_stage_held,
    gradient_reaches_first_stage,
    second_stage_input,
)
from stackrepro.evaluation.audits_settings import (
    data_as_stated,
    equal_numbers,
    held_constant,
    one_optimizer_per_layer_type,
)
from stackrepro.evaluation.findings import Finding

AUDITS: dict[str, Callable[[str, Source | None], list[Finding]]] = {
    function.__name__: function
    for function in (
        held_constant,
        first_stage_held,
        gradient_reaches_first_stage,
        data_as_stated,
        equal_numbers,
        one_optimizer_per_layer_type,
        second_stage_input,
        faces_as_stated,
        stages_apart,
    )
}
