"""Verdicts of results made by hand: each word is reached, by the rule that leads to it."""

from math import inf, log
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from stored_results import DRAWN, FACES, row, write, write_seeds

from stackrepro.evaluation.explain import missing
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
        ([30.0, 31.0, 32.0], [39.9, 41.9, 40.9], "not reproduced"),  # it excludes 0, but less than a tenth of the way
        ([30.0, 31.0], [40.0, 42.0], "not enough runs"),
        ([30.0, 31.0, 65.0], [70.0, 71.0, 104.0], "untestable at this scale"),  # 65 is 45 % of the way from 110 to 10
        ([30.0, 31.0, 59.0], [109.0, 110.0, 130.0], "reproduced"),  # the worse side may have learned nothing
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
    # Unpaired, the spread over seeds would hide the difference: each pair differs by 12, the seeds by 38.
    write_seeds(tmp_path, STACK, [20.0, 30.0, 58.0])
    write_seeds(tmp_path, SINGLE, [32.0, 42.1, 69.9])
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
        ([39.0, 41.0, 40.0], 0.315, "reproduced"),  # a little more, which is what is claimed
        ([39.0, 41.0, 40.0], 0.2, "partly reproduced"),  # no gain, less variety
        ([20.0, 21.0, 22.0], 0.2, "not reproduced"),  # a gain, less variety
        ([60.0, 59.0, 58.0], 0.4, "reproduced"),  # worse is no gain either
    ],
)
def test_no_worse_leaves_the_other_side_free_and_parts_combine(stack, recall, word, tmp_path):
    for seed in range(3):
        write(tmp_path, "birds/dense-stack", seed, stack[seed], rows={"recall": recall + seed / 1000})
        write(tmp_path, "birds/dense-128", seed, 40.0, rows={"recall": 0.3})
    assert judged(tmp_path, "A3").word == word


def test_a_measure_that_no_result_holds_is_named(tmp_path):
    write_seeds(tmp_path, "birds/dense-stack", [39.0, 41.0, 40.0])
    write_seeds(tmp_path, "birds/dense-128", [40.0, 40.0, 40.0])
    verdict = judged(tmp_path, "A3")
    assert verdict.word == "not enough runs"
    assert "more variety: 3 of 3 paired seeds; not measured yet: recall" in verdict.reason


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


def test_a_part_whose_word_is_not_the_claims_tells_its_own(tmp_path):
    write_seeds(tmp_path, "birds/dconv-64", [34.0, 35.0, 37.0])
    write_seeds(tmp_path, "birds/conv-64", [30.0, 31.0, 32.0])
    write(tmp_path, "birds/dense-64", 0, 50.0)
    verdict = judged(tmp_path, "A7")
    assert verdict.word == "not enough runs"
    assert verdict.reason.startswith("dconv-64 over dense-64: 1 of 3 paired seeds; ")
    assert "; dconv-64 over conv-64 (not reproduced): not as claimed, difference -4.333 [" in verdict.reason


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
    verdict = judged(tmp_path, "A28")
    assert {part.label: part.word for part in verdict.parts} == {
        "varied": "reproduced",
        "no photograph": "reproduced",
        "like a painting": "untestable at this scale",
    }
    assert verdict.word == "untestable at this scale"
    assert "like a painting: left to the eye, and the eye test doesn't ask it" in verdict.reason


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


@pytest.mark.parametrize("versions", [{"measuring_version": 0}, {"training": {"training_version": 0}}])
def test_results_of_an_older_version_are_told_and_not_counted(versions, tmp_path):
    write_seeds(tmp_path, STACK, [30.0, 31.0, 32.0])
    write_seeds(tmp_path, SINGLE, [40.0, 42.0, 41.0], **versions)
    verdict = judged(tmp_path)
    assert verdict.word == "not enough runs"
    assert verdict.left_out == ("left out 3 of birds/conv-128 (matched), older version",)
    assert verdict.left_out[0] in verdict.reason


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
            "floor": {"border_noise": 5.0, "colour_spread": 8.0},
        },
        "pixels_common": {"generated": {"spectrum_distance": 6.0}},
        "training": {"images_per_second": 120.0},
        "losses": {"gradient_cosine": -0.2},
    }
    found = {
        "frechet": 35.0,
        "frechet@common": 20.0,
        "recall": 0.5,
        "recall@common": 0.7,
        "precision@common": 0.8,
        "border_noise": 2.0,
        "border_noise_gap": 3.0,
        "border_noise_gap/wrapped": 4.0,
        "colour_spread_gap": 5.0,
        "spectrum_distance": 4.0,
        "spectrum_distance@common": 6.0,
        "images_per_second": 120.0,
        "gradient_cosine": -0.2,
        "covered": 0.75,
    }
    assert {measure: value(result, measure) for measure in found} == found
    assert span(result, "frechet") == 100.0
    assert span(result, "covered") == 1.0
    assert span(result, "frechet@common") is None  # the untrained generator isn't measured at the common size
    result["measures"]["untrained"]["frechet"] = 9.0
    assert covered(result) == 0.0


def test_readings_of_faces_find_rows_and_spaces():
    result = {
        "experiment": "faces/gray",
        "arm": "matched",
        "tier": "reduced",
        "measures": {
            "generated": row(35.0, precision=0.2),
            "held_out": {"kid": 0.02},
            "floor": row(10.0, precision=0.8, recall=0.0),
        },
        "protocols": {"fid/clean": {"generated": row(36.0)}, "fid/pytorch-fid of edges": {"generated": row(21.0)}},
        "pixels": {
            "generated": {"border_noise": 2.0, "sharpness": 3.0},
            "held_out": {"border_noise": 6.0},
            "floor": {"border_noise": 8.0, "sharpness": 6.0},
        },
        "translation": {"held_out": {"l1": 20.0}, "trained_on": {"l1": 15.0}},
        "contraction": {"noise": {"ratio": 0.5, "snr_gain": 3.0}, "jpeg": {"ratio": None}},
        "losses": {"variation": 0.3, "discriminator_lead": None},
        "training": {},
    }
    found = {
        "frechet@edges": 21.0,
        "frechet@gray": 35.0,  # what the run makes anyway
        "kid/held_out": 0.02,
        "precision/floor": 0.8,
        "precision_share": 0.25,
        "recall_share": None,  # of nothing
        "border_share": 0.25,
        "border_share/held_out": 0.75,
        "sharpness_share": 0.5,
        "l1/held_out": 20.0,
        "l1/trained_on": 15.0,
        "contraction/noise": 0.5,
        "contraction/jpeg": None,
        "contraction/generated": None,
        "snr_gain": 3.0,
        "loss_variation": 0.3,
        "discriminator_lead": None,
        "latent_diversity": None,
        "propagation": None,
    }
    assert {measure: value(result, measure) for measure in found} == found
    assert span(result | {"experiment": "faces/edges"}, "frechet@gray") is None


def put(root: Path, experiment: str, frechet: tuple[float, ...] = (30.0, 31.0, 32.0), **options) -> None:
    """Write three seeds of an experiment on faces."""
    write_seeds(root, experiment, list(frechet), **({"data": FACES} | options))


def edge_space(*distances: float) -> list[dict]:
    return [{"protocols": {"fid/pytorch-fid of edges": {"generated": row(frechet)}}} for frechet in distances]


@pytest.mark.parametrize(
    ("gray", "better", "worse"),
    [
        ((15.0, 16.0, 17.5), "reproduced", "not reproduced"),
        ((45.0, 46.5, 48.0), "not reproduced", "reproduced"),
        ((25.0, 26.5, 28.0), "not reproduced", "not reproduced"),  # 5 of 100
        ((20.0, 60.0, 30.0), "not reproduced", "not reproduced"),
    ],
)
def test_of_the_two_that_contradict_each_other_one_space_bears_one_at_most(gray, better, worse, tmp_path):
    put(tmp_path, "faces/edges")  # its own distances are those of edges
    for seed, found in enumerate(edge_space(*gray)):
        write(tmp_path, "faces/gray", seed, 50.0, data=FACES, **found)  # 50 is a distance to gray faces
    assert (judged(tmp_path, "B9").word, judged(tmp_path, "B10").word) == (better, worse)
    assert judged(tmp_path, "B29").word == better


def test_a_result_without_the_common_space_says_so(tmp_path):
    put(tmp_path, "faces/edges")
    put(tmp_path, "faces/gray")
    assert "not measured yet: Fréchet distance of the images' edges" in judged(tmp_path, "B9").reason


@pytest.mark.parametrize(
    ("distances", "tier", "word"),
    [
        ((73.0, 70.0, 76.0), "paper", "reproduced"),
        ((30.0, 31.0, 32.0), "paper", "not reproduced"),
        ((60.0, 73.0, 90.0), "paper", "not reproduced"),  # the interval leaves the bounds
        ((73.0, 70.0, 76.0), "reduced", "untestable at this scale"),
    ],
)
def test_a_printed_number_is_met_at_its_own_scale_or_not_judged(distances, tier, word, tmp_path):
    for seed, frechet in enumerate(distances):
        rows = {"untrained": row(300.0), "generated": row(frechet), "floor": row(10.0)}
        write(tmp_path, "faces/edges", seed, frechet, tier=tier, data=FACES, measures=rows)
    verdict = judged(tmp_path, "B1")
    assert verdict.word == word
    assert verdict.parts[0].numbers["claimed"] == [58.4, 87.6]
    assert ("only tier paper decides; seen: as claimed, level 73" in verdict.reason) == (tier == "reduced")


@pytest.mark.parametrize(
    ("held_out", "much", "any_more"), [(0.03, "reproduced", "reproduced"), (0.045, "not reproduced", "reproduced")]
)
def test_numbers_of_one_run_are_held_against_each_other(held_out, much, any_more, tmp_path):
    for seed, noise in enumerate((0.0, 0.001, -0.001)):
        rows = {"generated": row(30.0) | {"kid": 0.05 + noise}, "held_out": {"kid": held_out + noise}}
        rows |= {"untrained": row(110.0), "floor": row(10.0)}
        write(tmp_path, "faces/gray", seed, 30.0, data=FACES, measures=rows)
    assert (judged(tmp_path, "B6").word, judged(tmp_path, "B33").word) == (much, any_more)
    part = judged(tmp_path, "B6").parts[0]
    assert part.numbers["mean"] == pytest.approx(0.05 - 1.25 * held_out)
    assert part.numbers["measures"] == ["kid", "kid/held_out"]


def test_numbers_of_two_experiments_can_be_different_measures(tmp_path):
    for seed in range(3):
        rows = {"untrained": row(110.0), "generated": row(30.0), "floor": row(10.0)}
        held_out = {"held_out": {"kid": 0.05 + seed / 1000}}
        write(tmp_path, "faces/gray", seed, 30.0, data=FACES, measures=rows | held_out)
        mended = {"generated": row(30.0) | {"kid": 0.04}}
        write(tmp_path, "faces/gray+dropout=0.5", seed, 30.0, data=FACES, measures=rows | mended)
    verdict = judged(tmp_path, "B22")
    assert verdict.word == "reproduced"
    assert verdict.parts[0].numbers["mean"] == pytest.approx(0.011)


@pytest.mark.parametrize(
    ("single", "word"),
    [
        ((50.0, 51.0, 52.5), "reproduced"),  # 20 worse
        ((5.0, 6.0, 7.5), "reproduced"),  # 25 better
        ((33.0, 34.0, 35.5), "not reproduced"),  # within a tenth of the way from 110 to 10
        ((40.0, 42.0, 41.0), "not enough runs"),  # the interval holds the margin
        ((20.0, 45.0, 32.0), "not enough runs"),
    ],
)
def test_some_difference_must_leave_the_margin_on_either_side(single, word, tmp_path):
    put(tmp_path, "faces/gray")
    put(tmp_path, "faces/single", single)
    for seed, frechet in enumerate((50.0, 51.0, 52.5)):
        of_gray = {"protocols": {"fid/pytorch-fid of gray": {"generated": row(frechet)}}}
        write(tmp_path, "faces/rgb", seed, 30.0, data=FACES, **of_gray)
    parts = {part.label: part.word for part in judged(tmp_path, "B28").parts}
    assert parts == {"two against one": word, "three against two": "reproduced"}


def test_birds_never_stand_in_for_faces_nor_count_as_their_seeds(tmp_path):
    for dataset in (FACES, DRAWN):
        write_seeds(tmp_path, "faces/edges", [30.0, 31.0, 32.0], data=dataset)
    write_seeds(tmp_path, STACK, [30.0, 31.0, 32.0])
    verdict = judged(tmp_path, "B4")
    assert (verdict.word, verdict.tier, verdict.data) == ("not enough runs", "reduced", "CelebA")
    assert (judged(tmp_path, "B1").tier, judged(tmp_path, "B1").data) == ("reduced", "CelebA")
    todo = missing(CLAIMS["B4"], stored(tmp_path), None)
    assert not [command for command in todo if command.startswith("stackrepro run faces/edges --arm")]
    assert sum("updates=quarter" in command for command in todo) == 3
    of_printed = missing(CLAIMS["B1"], stored(tmp_path), None)
    assert [command.split("--tier ")[1].split()[0] for command in of_printed] == ["paper"] * 3
