import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.evaluation.protocols import PROTOCOLS, Protocol, protocol_for, split


def test_the_standard_fid_is_that_of_pool3():
    assert protocol_for("paper").name == protocol_for("reduced").name == "fid/pytorch-fid"
    assert protocol_for("quick").name == "fid-192/pytorch-fid"
    assert (protocol_for("reduced").samples, protocol_for("paper").samples) == (2048, 10_000)


def test_unknown_tier():
    with pytest.raises(UserError, match="no tier big: choose one of smoke"):
        protocol_for("big")


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
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


def test_too_few_real_images():
    with pytest.raises(UserError, match="only 3 real images"):
        split(3, protocol_for("smoke"))
