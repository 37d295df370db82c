"""Numbers stay what they were. Where a test fails, the change is wrong or a version rises: see CONTRIBUTING.md."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from golden_losses import TRAININGS, losses
from golden_measures import MEASURES, features
from make import FILE, TOLERANCES, moved

from stackrepro import models
from stackrepro.training.step import STEPS

NUMBERS = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TRAININGS)
def test_a_training_begins_as_it_was_recorded(name):
    assert list(moved(losses(TRAININGS[name]), NUMBERS["losses"][name], "losses")) == []


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_gives_what_was_recorded(name):
    assert list(moved(MEASURES[name](), NUMBERS["measures"][name], "measures")) == []


@pytest.mark.parametrize("dims", [192, 2048])
def test_inception_gives_the_features_that_were_recorded(dims):
    assert list(moved(features(dims), NUMBERS["features"][str(dims)], "features")) == []


def test_each_family_of_networks_and_each_rule_is_trained():
    networks = set()
    for c in TRAININGS.values():
        for one in (c.generator, c.discriminator, c.first_discriminator):
            networks |= {type(one), type(getattr(one, "first", None)), type(getattr(one, "second", None))}
    assert networks - {type(None)} == models.networks().keys()
    assert {type(c.update) for c in TRAININGS.values()} == STEPS.keys()


def test_each_number_that_moves_by_ten_tolerances_is_told():
    for kind, kept in NUMBERS.items():
        assert list(moved(kept, kept, kind)) == []
        for found in with_one_moved(kept, kind):
            assert len(list(moved(found, kept, kind))) == 1


def with_one_moved(value: Any, kind: str) -> Iterator[Any]:
    """Yield JSON again and again, each time with another one of its numbers moved."""
    if isinstance(value, dict):
        for name, inner in value.items():
            for other in with_one_moved(inner, name if name in TOLERANCES else kind):
                yield {**value, name: other}
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            for other in with_one_moved(inner, kind):
                yield [*value[:index], other, *value[index + 1 :]]
    else:
        yield value + 10 * TOLERANCES[kind] * (abs(value) or 1)
