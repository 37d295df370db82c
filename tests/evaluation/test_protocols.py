"""What each tier measures, and how real images are dealt."""

from functools import partial

import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.evaluation.protocols import (
    Protocol,
    plan_for,
    plan_record,
    protocol_named,
    split,
    split_by_person,
)
from stackrepro.experiments import TIERS, resolve
from stackrepro.experiments.tiers import stage_sizes


def test_a_name_tells_features_resize_and_size():
    assert [p.name for p in plan_for("reduced").others] == ["fid/pytorch-fid@32", "fid/clean"]
    assert [p.name for p in plan_for("quick").others] == ["fid-192/pytorch-fid@16"]
    assert [p.name for p in plan_for("paper", "faces").others] == ["fid/clean"]
    assert plan_for("reduced", "faces").others == ()
    assert [p.name for p in plan_for("small").others] == ["fid/pytorch-fid@16", "fid-192/pytorch-fid"]
    assert [p.name for p in plan_for("small", "faces").others] == ["fid-192/pytorch-fid"]
    assert plan_for("reduced").trajectory.name == "fid-192/pytorch-fid"


@pytest.mark.parametrize("tier", TIERS)
def test_the_common_size_is_that_of_the_first_stages(tier):
    assert plan_for(tier).common_size == stage_sizes(resolve("birds/dconv-stack", "matched", tier))[0]


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("count", [4, 33, 1300, 11_788])
def test_the_baseline_shares_nothing_with_what_it_is_compared_with(tier, count):
    protocol = plan_for(tier).standard
    dealt = split(count, protocol)
    assert not set(dealt.baseline) & set(dealt.baseline_reference)
    assert len(dealt.baseline) == min(protocol.samples, count // 2)
    assert set(dealt.reference) | set(dealt.baseline) <= set(range(count))
    assert len(set(dealt.reference)) == len(dealt.reference)


def test_a_reference_is_dealt_by_a_fixed_seed_and_not_cut_off_the_front():
    dealt = split(100, Protocol(dims=64, samples=30, reference=None))
    assert sorted(dealt.reference) == list(range(100))
    assert len(dealt.baseline_reference) == 70
    some = split(100, Protocol(dims=64, samples=30, reference=50))
    assert len(some.reference) == 50
    assert some.reference.max() > 90
    assert list(some.reference) == list(some.baseline_reference)
    assert list(some.reference) == list(split(100, Protocol(dims=64, samples=30, reference=50)).reference)


def test_persons_held_out_are_the_baseline_of_those_trained_on():
    trained_on, held_out = np.arange(0, 90), np.arange(90, 110)
    dealt = split_by_person(trained_on, held_out, Protocol(dims=64, samples=30, reference=50))
    assert sorted(dealt.baseline) == list(held_out), "all there are"
    assert len(set(dealt.reference)) == 50
    assert dealt.reference.max() < 90
    assert list(dealt.baseline_reference) == list(dealt.reference)
    some = split_by_person(trained_on, held_out, Protocol(dims=64, samples=8, reference=None))
    assert (len(set(some.baseline)), len(some.reference)) == (8, 90)


REFUSED = {
    "no tier big: choose one of smoke": lambda: plan_for("big"),
    "only 3 real images": lambda: split(3, plan_for("smoke").standard),
    "1 of persons held out": lambda: split_by_person(np.arange(9), np.arange(1), plan_for("small").standard),
    **{
        f"no protocol {name}: choose one of fid-64/pytorch-fid": partial(protocol_named, name)
        for name in ("fid-100/clean", "fid/lanczos", "fid/clean@", "fid/clean@0", "fid/clean@-3", "kid")
    },
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_measured_by_is_named(message):
    with pytest.raises(UserError, match=message):
        REFUSED[message]()


def test_the_record_of_a_plan_of_before_is_unchanged():
    added = {"untrained", "last", "halfway", "held_out", "other_domain"}
    assert not added & plan_record(plan_for("reduced")).keys()
    assert not added & plan_record(plan_for("paper", "faces")).keys()
    small = plan_record(plan_for("small"))
    assert {key: small[key] for key in added} == {
        "untrained": 64, "last": 256, "halfway": True, "held_out": True, "other_domain": "drawn"
    }  # fmt: skip
