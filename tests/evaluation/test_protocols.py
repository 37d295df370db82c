import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.evaluation.protocols import PLANS, SMALL, Protocol, plan_for, protocol_for, split, split_by_person
from stackrepro.experiments import TIERS, resolve
from stackrepro.experiments.tiers import stage_sizes


def test_the_standard_fid_is_that_of_pool3():
    assert protocol_for("paper").name == protocol_for("reduced").name == "fid/pytorch-fid"
    assert protocol_for("quick").name == "fid-192/pytorch-fid"
    assert (protocol_for("reduced").samples, protocol_for("paper").samples) == (2304, 10_000)


def test_no_covariance_of_a_trained_generator_is_singular_from_reduced_on():
    assert all(plan_for(tier).standard.samples > plan_for(tier).standard.dims for tier in ("reduced", "paper"))


def test_unknown_tier():
    with pytest.raises(UserError, match="no tier big: choose one of smoke"):
        protocol_for("big")


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


def test_what_the_network_is_fed(blobs):
    images = blobs(2, seed=1, size=32)
    assert Protocol(64, 2, None).pixels(images) is images
    assert Protocol(64, 2, None, size=16).pixels(images[..., :1]).shape == (2, 16, 16, 3)
    assert Protocol(64, 2, None, resize="clean").pixels(images).shape == (2, 299, 299, 3)


@pytest.mark.parametrize("protocol", [plan.standard for plan in PLANS.values()], ids=PLANS)
@pytest.mark.parametrize("count", [4, 33, 1300, 11_788])
def test_the_floor_shares_nothing_with_what_it_is_compared_with(protocol, count):
    dealt = split(count, protocol)
    assert not set(dealt.floor) & set(dealt.floor_reference)
    assert len(dealt.floor) == min(protocol.samples, count // 2)
    everything = np.concatenate([dealt.reference, dealt.floor])
    assert everything.min() >= 0
    assert everything.max() < count
    assert len(set(dealt.reference)) == len(dealt.reference)


def test_a_reference_of_all_images_holds_all_of_them():
    dealt = split(100, Protocol(dims=64, samples=30, reference=None))
    assert sorted(dealt.reference) == list(range(100))
    assert len(dealt.floor_reference) == 70


def test_a_reference_of_some_images_is_dealt_and_not_cut_off_the_front():
    dealt = split(100, Protocol(dims=64, samples=30, reference=50))
    assert len(dealt.reference) == 50
    assert dealt.reference.max() > 90
    assert list(dealt.reference) == list(dealt.floor_reference)
    again = split(100, Protocol(dims=64, samples=30, reference=50))
    assert list(dealt.reference) == list(again.reference)


def test_persons_held_out_are_the_floor_of_those_trained_on():
    trained_on, held_out = np.arange(0, 90), np.arange(90, 110)
    dealt = split_by_person(trained_on, held_out, Protocol(dims=64, samples=30, reference=50))
    assert sorted(dealt.floor) == list(held_out), "all there are"
    assert len(set(dealt.reference)) == 50
    assert dealt.reference.max() < 90
    assert list(dealt.floor_reference) == list(dealt.reference)
    some = split_by_person(trained_on, held_out, Protocol(dims=64, samples=8, reference=None))
    assert (len(set(some.floor)), len(some.reference)) == (8, 90)
    with pytest.raises(UserError, match="1 of persons held out"):
        split_by_person(trained_on, held_out[:1], SMALL)


def test_too_few_real_images():
    with pytest.raises(UserError, match="only 3 real images"):
        split(3, protocol_for("smoke"))
