"""Verdicts of results made by hand: each word is reached, by the rule that leads to it."""

from math import inf, log
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from stored_results import DRAWN, row, write, write_seeds

from stackrepro.evaluation.intervals import t_interval
from stackrepro.evaluation.readings import covered, span, value
from stackrepro.evaluation.verdicts import Verdict, judge
from stackrepro.experiments.claims import CLAIMS
from stackrepro.runs import stored

STACK, SINGLE = "birds/conv-stack", "birds/conv-128"


def judged(root: Path, claim: str = "A1") -> Verdict:
    return judge(CLAIMS[claim], stored(root))


def test_the_interval_is_students():
    better, worse = [30.1, 31.7, 29.2, 33.0], [35.4, 33.9, 36.1, 36.0]
    peer = stats.ttest_rel(worse, better).confidence_interval(0.95)
    found = t_interval([w - b for w, b in zip(worse, better, strict=True)])
    assert (found.low, found.high) == pytest.approx((peer.low, peer.high), rel=1e-9)
    assert found.n == 4
    # By hand: mean 2, standard deviation 1, three values, and the table's t of 4.303.
    three = t_interval([1.0, 2.0, 3.0])
    assert (three.mean, three.low, three.high) == pytest.approx((2.0, 2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5), abs=1e-3)
    assert (t_interval([5.0]).low, t_interval([5.0]).high) == (-inf, inf)


@pytest.mark.parametrize(
    ("stack", "single", "word"),
    [
        ([30.0, 31.0, 32.0], [40.0, 42.0, 41.0], "reproduced"),
        ([40.0, 42.0, 41.0], [30.0, 31.0, 32.0], "not reproduced"),  # the other way round
        ([30.0, 31.0, 32.0], [29.0, 40.0, 30.0], "not reproduced"),  # the interval contains 0
        ([30.0, 31.0], [40.0, 42.0], "not enough runs"),
        ([30.0, 31.0, 65.0], [70.0, 71.0, 104.0], "untestable at this scale"),  # 104 is 6 % of the way from 110 to 10
    ],
)
def test_a_difference(stack, single, word, tmp_path):
    write_seeds(tmp_path, STACK, stack)
    write_seeds(tmp_path, SINGLE, single)
    verdict = judged(tmp_path)
    assert (verdict.word, verdict.tier, verdict.data) == (word, "reduced", "CUB-200-2011")
    numbers = verdict.parts[0].numbers
    assert numbers["mean"] == pytest.approx(sum(single) / len(single) - sum(stack) / len(stack))
    assert numbers["seeds"] == list(range(len(stack)))
    assert numbers["claimed"] == [0.0, None]


def test_seeds_are_paired(tmp_path):
    # Unpaired, the spread over seeds would hide the difference: each pair differs by 2, the seeds by 40.
    write_seeds(tmp_path, STACK, [20.0, 30.0, 58.0])
    write_seeds(tmp_path, SINGLE, [22.0, 32.1, 59.9])
    write(tmp_path, SINGLE, 7, 10.0)
    verdict = judged(tmp_path)
    assert verdict.word == "reproduced"
    assert verdict.parts[0].numbers["seeds"] == [0, 1, 2]


@pytest.mark.parametrize("change", [{"tier": "quick"}, {"data": DRAWN}])
def test_a_small_tier_and_drawn_birds_tell_the_direction_and_no_verdict(change, tmp_path):
    write_seeds(tmp_path, STACK, [30.0, 31.0, 32.0], **change)
    write_seeds(tmp_path, SINGLE, [40.0, 42.0, 41.0], **change)
    verdict = judged(tmp_path)
    assert verdict.word == "untestable at this scale"
    assert "seen: as claimed, difference 10 [" in verdict.reason
    assert verdict.parts[0].numbers["mean"] == pytest.approx(10)


def test_a_run_that_had_fewer_updates_than_its_tier_is_starved(tmp_path):
    write_seeds(tmp_path, STACK, [30.0, 31.0, 32.0])
    write_seeds(tmp_path, SINGLE, [40.0, 42.0, 41.0], updates=100)
    verdict = judged(tmp_path)
    assert verdict.word == "untestable at this scale"
    assert "fewer than 36,900 updates" in verdict.reason


def test_sets_of_runs_are_never_mixed_and_the_best_complete_one_counts(tmp_path):
    write_seeds(tmp_path, STACK, [30.0, 31.0, 32.0])
    write(tmp_path, SINGLE, 0, 50.0, data=DRAWN)
    assert judged(tmp_path).word == "not enough runs"
    assert "no run of birds/conv-128 (matched)" in judged(tmp_path).reason
    write(tmp_path, STACK, 0, 40.0, data=DRAWN)
    write(tmp_path, STACK, 0, 20.0, tier="quick", data=DRAWN)
    write(tmp_path, SINGLE, 0, 10.0, tier="quick", data=DRAWN)
    verdict = judged(tmp_path)
    assert (verdict.word, verdict.tier, verdict.data) == ("untestable at this scale", "reduced", "synthetic birds")
    assert verdict.parts[0].numbers["mean"] == 10
    write_seeds(tmp_path, SINGLE, [40.0, 42.0, 41.0])
    assert (judged(tmp_path).word, judged(tmp_path).data) == ("reproduced", "CUB-200-2011")


def test_enough_seeds_count_before_a_higher_tier(tmp_path):
    for experiment, distances in ((STACK, [30.0, 31.0, 32.0]), (SINGLE, [40.0, 42.0, 41.0])):
        write_seeds(tmp_path, experiment, distances)
        write_seeds(tmp_path, experiment, [50.0], tier="paper")
        write_seeds(tmp_path, experiment, [60.0, 61.0, 62.0], tier="paper", data=DRAWN)
    assert (judged(tmp_path).word, judged(tmp_path).tier) == ("reproduced", "reduced")


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ([30.0, 30.0, 30.0], [31.0, 30.0, 29.5], "reproduced"),  # the interval is within 10 either side
        ([30.0, 30.0, 30.0], [31.0, 58.0, 20.0], "not enough runs"),  # it contains 0 and leaves the margin
        ([30.0, 30.0, 30.0], [39.0, 42.0, 41.0], "not reproduced"),  # it excludes 0 and leaves the margin
        ([30.0, 30.0, 30.0], [32.0, 32.1, 31.9], "reproduced"),  # it excludes 0, but the difference is small
    ],
)
def test_no_difference_has_a_margin_of_a_tenth_of_the_way(one, other, word, tmp_path):
    write_seeds(tmp_path, "birds/dense-stack", one)
    write_seeds(tmp_path, "birds/dense-stack-bp", other)
    verdict = judged(tmp_path, "A4")
    assert verdict.word == word
    assert verdict.parts[0].numbers["claimed"] == [-10.0, 10.0]  # from 110 to 10 it is 100


@pytest.mark.parametrize(
    ("stack", "recall", "word"),
    [
        ([39.0, 41.0, 40.0], 0.4, "reproduced"),  # no gain, more variety
        ([39.0, 41.0, 40.0], 0.2, "partly reproduced"),  # no gain, less variety
        ([20.0, 21.0, 22.0], 0.2, "not reproduced"),  # a gain, less variety
        ([60.0, 59.0, 58.0], 0.4, "reproduced"),  # worse is no gain either
    ],
)
def test_no_worse_leaves_the_other_side_free_and_parts_combine(stack, recall, word, tmp_path):
    for seed in range(3):
        write(tmp_path, "birds/dense-stack", seed, stack[seed], rows={"recall": recall + seed / 100})
        write(tmp_path, "birds/dense-128", seed, 40.0, rows={"recall": 0.3})
    assert judged(tmp_path, "A3").word == word


def test_a_measure_that_no_result_holds_is_named(tmp_path):
    write_seeds(tmp_path, "birds/dense-stack", [39.0, 41.0, 40.0])
    write_seeds(tmp_path, "birds/dense-128", [40.0, 40.0, 40.0])
    verdict = judged(tmp_path, "A3")
    assert verdict.word == "not enough runs"
    assert "more variety: 3 of 3 paired seeds; not measured: recall" in verdict.reason


@pytest.mark.parametrize(
    ("dconv", "word"), [([20.0, 21.0, 22.0], "reproduced"), ([34.0, 35.0, 37.0], "partly reproduced")]
)
def test_an_order_needs_every_pair(dconv, word, tmp_path):
    write_seeds(tmp_path, "birds/dconv-64", dconv)
    write_seeds(tmp_path, "birds/conv-64", [30.0, 31.0, 32.0])
    write_seeds(tmp_path, "birds/dense-64", [50.0, 52.0, 51.0])
    verdict = judged(tmp_path, "A7")
    assert verdict.word == word
    assert len(verdict.parts) == 3


@pytest.mark.parametrize(("slower", "word"), [(50.0, "reproduced"), (90.0, "not reproduced")])
def test_a_ratio_is_held_against_its_factor(slower, word, tmp_path):
    for kind in ("dense", "conv", "dconv"):
        for seed, noise in enumerate((0.99, 1.0, 1.01)):
            write(tmp_path, f"birds/{kind}-stack", seed, 30.0, training={"images_per_second": 100.0})
            write(tmp_path, f"birds/{kind}-stack-bp", seed, 30.0, training={"images_per_second": slower * noise})
    verdict = judged(tmp_path, "A29")
    assert verdict.word == word
    numbers = verdict.parts[0].numbers
    assert numbers["mean"] == pytest.approx(100 / slower, rel=1e-3)
    logarithms = [log(100 / (slower * noise)) for noise in (0.99, 1.0, 1.01)]
    ends = stats.t.interval(0.95, 2, np.mean(logarithms), stats.sem(logarithms))
    assert numbers["interval"] == pytest.approx(np.exp(ends), rel=1e-9)
    assert numbers["claimed"] == [1.25, None]


def test_a_level_is_an_interval_of_one_experiment(tmp_path):
    for seed, frechet in enumerate((30.0, 31.0, 32.0)):
        write(tmp_path, "birds/dconv-stack", seed, frechet, rows={"recall": 0.3 + seed / 100})
    assert judged(tmp_path, "A28").word == "reproduced"


def test_the_arm_of_a_test_can_be_changed(tmp_path):
    write_seeds(tmp_path, STACK, [30.0, 31.0, 32.0], arm="code")
    write_seeds(tmp_path, SINGLE, [40.0, 42.0, 41.0], arm="code")
    assert judged(tmp_path).word == "not enough runs"
    assert judge(CLAIMS["A1"].in_arm("code"), stored(tmp_path)).word == "reproduced"


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_every_claim_can_be_read_in_one_arm(claim):
    changed = claim.in_arm("text")
    assert {arm for _, arm in changed.experiments} <= {"text"}
    assert [name for name, _ in changed.experiments] == list(dict.fromkeys(name for name, _ in claim.experiments))
    assert len(changed.parts) == len(claim.parts)


def test_a_changed_source_is_told_and_discards_nothing(tmp_path):
    write_seeds(tmp_path, STACK, [30.0, 31.0, 32.0])
    write_seeds(tmp_path, SINGLE, [40.0, 42.0, 41.0], source={"modules": ["stackrepro.cli"], "digest": "another"})
    verdict = judged(tmp_path)
    assert (verdict.word, verdict.stale) == ("reproduced", True)
    assert verdict.reason.startswith("stale; ")


def test_damaged_and_unfinished_runs_are_no_runs(tmp_path):
    write_seeds(tmp_path, STACK, [30.0, 31.0, 32.0])
    write_seeds(tmp_path, SINGLE, [40.0, 42.0, 41.0])
    first, second = sorted(tmp_path.glob("birds-conv-128-*"))[:2]
    (first / "result.json").write_text("{}")
    (second / "result.json").unlink()
    assert judged(tmp_path).word == "not enough runs"
    assert judged(tmp_path).parts[0].numbers["seeds"] == [2]


def test_readings_find_each_measure_in_its_place():
    result = {
        "measures": {"generated": row(35.0, recall=0.5), "untrained": row(110.0), "floor": row(10.0)},
        "protocols": {
            "fid/clean": {"generated": row(36.0, recall=0.6)},
            "fid/pytorch-fid@32": {"generated": row(20.0, recall=0.7, precision=0.8), "floor": row(5.0)},
        },
        "pixels": {
            "generated": {"border_noise": 2.0, "colour_spread": 3.0, "spectrum_distance": 4.0},
            "wrapped": {"border_noise": 9.0},
        },
        "training": {"images_per_second": 120.0, "gradient_cosine": -0.2},
    }
    found = {
        "frechet": 35.0,
        "frechet@common": 20.0,
        "recall": 0.5,
        "recall@common": 0.7,
        "precision@common": 0.8,
        "border_noise": 2.0,
        "border_noise_wrapped": 9.0,
        "colour_spread": 3.0,
        "spectrum_distance": 4.0,
        "images_per_second": 120.0,
        "gradient_cosine": -0.2,
        "covered": 0.75,
        "diversity": None,
    }
    assert {measure: value(result, measure) for measure in found} == found
    assert span(result, "frechet") == 100.0
    assert span(result, "frechet@common") is None  # the untrained generator isn't measured at the common size
    result["measures"]["untrained"]["frechet"] = 9.0
    assert covered(result) == 0.0
