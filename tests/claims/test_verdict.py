"""Each rule of the verdicts on either side of its bound, on results and ratings made by hand.

That the rules are put together as they should be, golden/test_verdicts.py shows for each claim.
"""

from math import inf, log, nan
from pathlib import Path

import pytest
from eye_tests import answered
from scipy import stats
from stored_results import DRAWN, FACES, JUDGED, PROTOCOL, floor, row, write

from stackrepro.base.files import write_json
from stackrepro.claims import select, verdict
from stackrepro.claims.schema import Part, claims
from stackrepro.claims.select import gathered, unfit
from stackrepro.claims.verdict import FAILS, HOLDS, NOTHING, OPEN, PARTLY, TRACELESS, UNTESTABLE, Outcome, Verdict
from stackrepro.evaluation.intervals import Interval, contrast, holm
from stackrepro.eyetest.ratings import Answers
from stackrepro.eyetest.trials import REAL, EyeTest, Trial
from stackrepro.runs import stored

STACK, SINGLE, HARMED, FIRST = (f"birds/conv-{name}" for name in ("stack", "128", "stack-bp", "64"))
LONGER = f"{HARMED}+updates=quadruple"
ALIVE = JUDGED["training"]
DEAD = {"health": {"alive": False, "died_at": 900, "gap": 0.0}}


def put(root: Path, experiment: str, kids: list[float], seeds: tuple[int, ...] = (), **options) -> None:
    """Write runs whose last iterates have these KIDs, 0 being real and 1 untrained, beside others at 0.6."""
    others = {**JUDGED["beside"], **options.pop("beside", {})}
    tier = options.pop("tier", "small")
    data = FACES if experiment.startswith("faces") else options.pop("data", None)
    known = {"data": data} if data else {}
    for seed, kid in zip(seeds or range(len(kids)), kids, strict=True):
        write(
            root, experiment, seed, 10 + 100 * kid, tier=tier, beside=others, **{"training": ALIVE, **known, **options}
        )


def about(kid: float, *shifts: float) -> list[float]:
    return [kid + shift / 1000 for shift in shifts or (-1, 0, 1)]


def part(test: str, measure="kid", sides=(STACK, SINGLE), **options) -> Part:
    measures = (measure,) * len(sides) if isinstance(measure, str) else measure
    kind = "level" if test[:5] in ("above", "below") else "compare"
    return Part("A1", "a part", kind, test, tuple(sides), tuple(measures), **options)


def told(root: Path, one: Part, tier: str = "small") -> Outcome:
    return verdict.measured(one, gathered(stored(root)), tier)


def judged(root: Path, claim: str, tier: str = "small") -> Verdict:
    return verdict.judge(claims()[claim], gathered(stored(root)), tier)


def words(found: Verdict) -> dict[str, str]:
    return {one.part.label: one.word for one in found.outcomes}


# Intervals and p


def test_intervals_are_those_of_the_closed_forms():
    better, other = [0.080, 0.084, 0.076, 0.080], [0.100, 0.104, 0.096, 0.108]
    apart, paired = (contrast([other, better], [1.0, -1.0], paired=found) for found in (False, True))
    assert (apart.error, apart.freedom) == pytest.approx((0.003055, 5.07), rel=1e-3)
    assert (apart.low, apart.high) == pytest.approx((0.0159, 0.0281), abs=1e-4)
    assert (paired.low, paired.high) == pytest.approx((0.0173, 0.0267), abs=1e-4)
    assert apart.p_above(0) == pytest.approx(
        stats.ttest_ind(other, better, equal_var=False, alternative="greater").pvalue
    )
    assert paired.p_above(0.02) == pytest.approx(
        stats.ttest_1samp([o - b for o, b in zip(other, better, strict=True)], 0.02, alternative="greater").pvalue
    )
    assert apart.p_below(0.03) == pytest.approx(1 - apart.p_above(0.03))
    point = contrast([[2.0, 2.0], [1.0, 1.0]], [1.0, -1.0], paired=False)
    assert (point.low, point.high, point.p_above(0), point.p_above(1)) == (1.0, 1.0, 0.0, 1.0)
    assert (contrast([[2.0]], [1.0], paired=True).low, apart.with_seeds(9).n) == (-inf, 9)


def test_holm_corrects_step_by_step():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("test", "low", "high", "word"),
    [
        ("better", 0.1, 2.1, HOLDS),
        ("better", 0.1, 1.7, OPEN),  # above 0, but the mean is below the margin of 1
        ("better", 0.1, 0.9, FAILS),
        ("better", -0.1, 3.0, OPEN),
        ("better", -0.1, 0.9, FAILS),
        ("better", -3.0, -0.001, FAILS),
        ("a little better", 0.01, 0.02, HOLDS),
        ("a little better", -0.01, 0.02, OPEN),
        ("a little better", -0.1, -0.001, FAILS),
        ("no worse", -0.9, 5.0, HOLDS),
        ("no worse", -1.1, 5.0, OPEN),
        ("no worse", -3.0, -1.1, FAILS),
        ("no difference", -0.9, 0.9, HOLDS),
        ("no difference", -0.9, 1.1, OPEN),
        ("no difference", 1.1, 2.0, FAILS),
        ("no difference", -2.0, -1.1, FAILS),
        ("some difference", 1.1, 2.0, HOLDS),
        ("some difference", -2.0, -1.1, HOLDS),
        ("some difference", -0.9, 1.1, OPEN),
        ("some difference", -0.9, 0.9, FAILS),
        ("above 0", 0.1, 0.2, HOLDS),
        ("above 0", -0.1, 0.2, OPEN),
        ("above 0", -0.2, -0.001, FAILS),
        ("1.25 times", 0.1, 0.2, HOLDS),
        ("closes", -0.2, -0.1, FAILS),
    ],
)
def test_the_table_of_the_tests_and_their_p(test, low, high, word):
    half, n = (high - low) / 2, 4
    spread = n * (half / stats.t.ppf(0.95, n - 1)) ** 2
    interval = Interval((low + high) / 2, ((spread, n),))
    assert (interval.low, interval.high) == pytest.approx((low, high))
    zone = (-1.0, inf) if test == "no worse" else (-1.0, 1.0) if "difference" in test else (0.0, inf)
    effect = verdict.Effect(interval, zone, 1.0, False, True, "average", ())
    assert verdict.weighed(test, effect) == word
    rejected = verdict.p_of(test, effect) < 0.05
    assert rejected if word == HOLDS else not rejected or test == "better"


# What is compared


def test_the_row_that_both_sides_have_is_read(tmp_path):
    averaged = {"average": row(20.0)}
    put(tmp_path, STACK, about(0.2), beside=averaged)
    put(tmp_path, SINGLE, about(0.3), beside={"average": row(50.0)})
    both = told(tmp_path, part("better"))
    assert (both.effect.row, both.effect.interval.mean) == ("average", pytest.approx(0.3))
    assert both.beside["last iterate"] == pytest.approx(0.1)
    assert both.beside["FID"] == pytest.approx(30.0)
    for name in (STACK, SINGLE):
        put(tmp_path, name, about(0.2), arm="code", beside=averaged)
    assert told(tmp_path, part("better", arm="code")).effect.row == "generated"
    put(tmp_path, SINGLE, [0.3], seeds=(3,))
    assert told(tmp_path, part("better")).effect.row == "generated"


def test_margins_count_from_the_side_that_lies_farther(tmp_path):
    put(tmp_path, STACK, about(0.2), rows={"precision": 0.5, "recall": 0.7, "kid_error": 0.01})
    put(tmp_path, SINGLE, about(0.3), rows={"precision": 0.2, "recall": 0.3, "kid_error": 0.09})
    assert told(tmp_path, part("better")).effect.margin == pytest.approx(0.05)  # the mean error, not 0.03
    assert told(tmp_path, part("better", "precision")).effect.margin == pytest.approx(0.06)  # 0.8 is real
    assert told(tmp_path, part("better", "recall_share")).effect.margin == pytest.approx((1 - 0.3 / 0.8) / 10)
    turned = told(tmp_path, part("better", sides=(SINGLE, STACK)))
    assert turned.effect.margin == pytest.approx(0.05)
    assert turned.effect.interval.mean == pytest.approx(-0.1)


def test_logarithms_and_gaps_have_margins_of_their_own(tmp_path):
    for name, spectrum, noise in ((STACK, 2.0, 120.0), (SINGLE, 3.0, 60.0)):
        pixels = {"generated": {"spectrum_distance": spectrum, "border_noise": noise, "n": 2048}}
        put(tmp_path, name, about(0.2), pixels=pixels | {"floor": {"border_noise": 100.0}})
    spectrum, noise = (told(tmp_path, part("better", name)) for name in ("spectrum_distance", "border_noise_gap"))
    assert (spectrum.effect.interval.mean, spectrum.effect.margin) == pytest.approx((log(1.5), log(1.1)))
    assert (noise.effect.interval.mean, noise.effect.margin) == pytest.approx((20.0, 4.0))  # from 0


def test_times_a_kid_is_a_difference(tmp_path):
    put(tmp_path, STACK, about(0.2))
    put(tmp_path, SINGLE, about(0.26, -0.5, 0, 0.5))
    found = told(tmp_path, part("1.25 times", sides=(SINGLE, STACK)))
    assert (found.word, found.effect.interval.mean) == (HOLDS, pytest.approx(0.26 - 1.25 * 0.2))
    assert told(tmp_path, part("1.4 times", sides=(SINGLE, STACK))).word == FAILS


def test_times_a_time_is_a_ratio_at_one_batch_for_all(tmp_path, monkeypatch):
    seconds = (
        ("faces/joint", 8, [4.8, 4.9, 5.0]),
        ("faces/joint", 16, [1.0, 1.0, 1.0]),
        *((name, 8, [2.0, 2.0, 2.1]) for name in ("faces/edges", "faces/gray+latent=own")),
    )
    timed = [{"experiment": n, "arm": "matched", "tier": "small", "batch": b, "seconds": s} for n, b, s in seconds]
    write_json(tmp_path / "timing.json", {"timed": timed})
    monkeypatch.setattr(select, "results_root", lambda: tmp_path)
    evidence = gathered(())
    dearer = next(one for one in claims()["B25"].parts if one.label == "dearer")
    found = verdict.by_times(dearer, evidence, "small")
    assert found.effect.shown[0] == pytest.approx((1.2 * 1.225 * 5 / 4.2) ** (1 / 3))
    assert found.word == FAILS
    assert verdict.by_times(dearer, evidence, "paper").word == OPEN


# Which runs count


@pytest.mark.parametrize(
    ("options", "word", "n"),
    [
        ({}, HOLDS, 3),
        ({"seeds": (0, 1, 100)}, OPEN, 2),
        ({"seeds": (100, 101, 102)}, OPEN, None),
        ({"tier": "quick"}, OPEN, None),
        ({"data": {**DRAWN, "label": "another"}}, OPEN, None),
        ({"protocol": {**PROTOCOL, "name": "fid/clean"}}, OPEN, None),
        ({"measuring_version": 0}, OPEN, None),
        ({"changed": {"batch": 33}}, OPEN, None),
    ],
)
def test_only_comparable_runs_stand_beside_each_other(options, word, n, tmp_path):
    put(tmp_path, STACK, about(0.2))
    put(tmp_path, SINGLE, about(0.3), **options)
    found = told(tmp_path, part("better"))
    assert (found.word, found.effect and found.effect.interval.n) == (word, n)


@pytest.mark.parametrize("options", [{"tier": "quick"}, {"data": DRAWN}])
def test_what_is_no_rung_or_drawn_is_seen_and_decides_nothing(options, tmp_path):
    for name, kid in ((STACK, 0.2), (SINGLE, 0.3)):
        put(tmp_path, name, about(kid), **options)
    found = told(tmp_path, part("better"), options.get("tier", "small"))
    assert (found.word, found.effect.interval.mean) == (UNTESTABLE, pytest.approx(0.1))


def test_the_data_that_hold_all_sides_are_chosen(tmp_path):
    frames = {"name": "CUB-200-2011", "label": "frames", "fingerprint": "f4a3", "official": True}
    put(tmp_path, "birds/dconv-64", about(0.2, *range(7)))  # the most runs, but of one side only
    for name, kid in (("birds/dconv-64", 0.3), ("birds/dconv-64+crop=none", 0.5)):
        put(tmp_path, name, about(kid), data=frames)
    (noise, _) = judged(tmp_path, "A22").outcomes
    assert noise.effect.interval.mean == pytest.approx(0.2)


# Who may be judged


OTHERS = {other: {"beside": {"other_domain": row(other)}} for other in (41.0, 43.0)}
LAST = {"protocol": {**PROTOCOL, "last": 256}}


def of_recall(recall: float) -> dict:
    return {"rows": {"recall": recall}}


@pytest.mark.parametrize(
    ("stack", "single", "of_stack", "of_single", "word"),
    [
        # one side, whichever was claimed, has come half of the way
        (0.49, 0.7, {}, {}, HOLDS),
        (0.51, 0.7, {}, {}, UNTESTABLE),
        (0.9, 0.49, {}, {}, FAILS),
        # one side is nearer than pictures of something else
        (0.32, 0.5, OTHERS[41.0], OTHERS[41.0], UNTESTABLE),
        (0.32, 0.5, OTHERS[43.0], OTHERS[43.0], HOLDS),
        # no row has fewer images than the protocol names
        (0.2, 0.3, {"rows": {"n": 2047}}, {}, UNTESTABLE),
        (0.2, 0.3, {"rows": {"n": 2048, "flags": ["fewer-images"]}}, {}, UNTESTABLE),
        (0.2, 0.3, {"rows": {"n": 256}, **LAST}, LAST, UNTESTABLE),  # which is of the row beside an average
        (0.2, 0.3, {}, {}, HOLDS),
        # a side of low recall isn't the better one
        (0.2, 0.3, of_recall(0.06), of_recall(0.3), HOLDS),
        (0.2, 0.3, of_recall(0.04), of_recall(0.3), FAILS),
        (0.3, 0.2, of_recall(0.3), of_recall(0.06), FAILS),
        (0.3, 0.2, of_recall(0.3), of_recall(0.04), UNTESTABLE),
        (0.2, 0.3, of_recall(0.3), of_recall(0.04), HOLDS),
    ],
)
def test_which_sides_may_be_judged(stack, single, of_stack, of_single, word, tmp_path):
    put(tmp_path, STACK, about(stack), **of_stack)
    put(tmp_path, SINGLE, about(single), **of_single)
    assert told(tmp_path, part("better")).word == word


@pytest.mark.parametrize(("recalls", "word", "else_"), [((0.04, 0.3), FAILS, HOLDS), ((0.3, 0.04), UNTESTABLE, FAILS)])
def test_where_low_recall_decides_the_reason_says_what_the_numbers_would(recalls, word, else_, tmp_path):
    kids = (0.2, 0.3) if else_ == HOLDS else (0.3, 0.2)
    for name, kid, recall in zip((STACK, SINGLE), kids, recalls, strict=True):
        put(tmp_path, name, about(kid), **of_recall(recall))
    found = told(tmp_path, part("better"))
    assert (found.word, f"without which it {else_}; {found.effect}" in found.reason) == (word, True)


def test_of_an_exempt_part_no_adequacy_is_asked(tmp_path):
    for name, kid in ((STACK, 0.6), (SINGLE, 0.8)):
        put(tmp_path, name, about(kid))
    assert [told(tmp_path, part("better", exempt=exempt)).word for exempt in (False, True)] == [UNTESTABLE, HOLDS]


def test_edges_have_the_same_bound_of_recall(tmp_path):
    put(tmp_path, "faces/edges", about(0.2), **of_recall(0.0))
    put(tmp_path, "faces/single", about(0.3), **of_recall(0.0))
    assert told(tmp_path, part("better", sides=("faces/edges", "faces/single"))).word == FAILS


@pytest.mark.parametrize(
    ("measure", "held_out", "stage", "word"),
    [
        ("snr_gain", 0.4, DEAD, HOLDS),  # the stage before is asked nothing
        ("snr_gain", 0.55, ALIVE, UNTESTABLE),
        ("recall", 0.55, ALIVE, HOLDS),
        ("recall", 0.4, DEAD, UNTESTABLE),
    ],
)
def test_what_is_made_of_real_conditions_is_judged_by_the_row_held_out(measure, held_out, stage, word, tmp_path):
    put(tmp_path, "faces/edges", about(0.2), training=stage)
    few = {"held_out": row(0.0) | {"kid": held_out, "n": 1007}}
    noise = {"contraction": {"noise": {"snr_gain": 2.0}}}
    put(tmp_path, "faces/gray", about(0.3), beside=few, rows={"recall": 0.4}, **noise)
    assert told(tmp_path, part("above 0.1", measure, ("faces/gray",))).word == word


@pytest.mark.parametrize(
    ("dead", "kids", "word"), [(2, (0.2, 0.2), HOLDS), (1, (0.2, 0.2), FAILS), (3, (0.3, 0.2), HOLDS)]
)
def test_a_variant_that_may_die_lies_farther_when_most_of_it_has(dead, kids, word, tmp_path):
    put(tmp_path, "faces/edges", about(kids[0]))
    for seed, kid in enumerate(about(kids[1], -1, 0, 1)):
        variant = "faces/edges+images=quarter"
        put(tmp_path, variant, [kid], seeds=(seed,), training=DEAD if seed < dead else ALIVE)
    assert words(judged(tmp_path, "B4"))["at all updates"] == word


@pytest.mark.parametrize(("nearest", "word"), [(0.45, OPEN), (0.55, UNTESTABLE)])
def test_without_a_dense_model_that_is_near_enough_claims_about_them_are_untestable(nearest, word, tmp_path):
    for name, kid in (("64", nearest), ("128", 0.7), ("stack", 0.8)):
        put(tmp_path, f"birds/dense-{name}", about(kid))
    assert judged(tmp_path, "A15").state == word
    put(tmp_path, "birds/conv-64", about(0.2))
    assert words(judged(tmp_path, "A7"))["conv over dense"] == HOLDS


# From parts to claims


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ([HOLDS, HOLDS, UNTESTABLE], HOLDS),
        ([FAILS, FAILS, TRACELESS], FAILS),
        ([HOLDS, FAILS, NOTHING], PARTLY),
        ([HOLDS, FAILS, OPEN], OPEN),
        ([HOLDS, OPEN], OPEN),
        ([NOTHING, UNTESTABLE], NOTHING),
        ([UNTESTABLE, TRACELESS], UNTESTABLE),
        ([TRACELESS], TRACELESS),
    ],
)
def test_parts_make_a_claim(parts, word):
    assert verdict.together(parts) == verdict.together(parts[::-1]) == word


@pytest.mark.parametrize(
    ("harmed", "longer", "found"),
    [
        (0.4, 0.25, {"longer is better": HOLDS, "the gap closes": HOLDS}),  # 0.05 of 0.2 are left
        (0.4, 0.35, {"longer is better": HOLDS, "the gap closes": FAILS}),
        (0.2, 0.2, {"longer is better": NOTHING, "the gap closes": NOTHING}),  # no harm
        (None, 0.25, {"longer is better": OPEN, "the gap closes": OPEN}),
    ],
)
def test_an_explanation_waits_for_what_it_explains(harmed, longer, found, tmp_path):
    put(tmp_path, STACK, about(0.2))
    put(tmp_path, LONGER, about(longer))
    if harmed is not None:
        put(tmp_path, HARMED, about(harmed, 1, 0, -1))
    of = words(judged(tmp_path, "A20"))
    assert {label.removeprefix("conv, "): word for label, word in of.items() if label.startswith("conv")} == found


def test_a_gap_that_is_none_cannot_close(tmp_path):
    for name, kid in ((LONGER, 0.2), (HARMED, 0.201), (STACK, 0.2)):
        put(tmp_path, name, about(kid))
    assert told(tmp_path, part("closes", sides=(LONGER, HARMED, STACK))).word == NOTHING


def test_the_highest_rung_that_decides_is_the_ledgers_own(tmp_path):
    def found() -> tuple[str, str, list[tuple[str, str]]]:
        entry = verdict.entry(claims()["A1"], gathered(stored(tmp_path)))
        return entry.verdict.rung, entry.verdict.word, [(one.rung, one.word) for one in entry.others]

    for tier, stack, single in (("small", 0.2, 0.3), ("reduced", 0.3, 0.2), ("paper", 0.2, 0.3)):
        put(tmp_path, STACK, about(stack), tier=tier)
        put(tmp_path, SINGLE, about(single)[: 2 if tier == "paper" else 3], tier=tier)
    assert found() == ("reduced", FAILS, [("small", HOLDS), ("paper", OPEN)])
    put(tmp_path, SINGLE, [0.3], seeds=(2,), tier="paper")
    assert found() == ("paper", "reproduced", [("small", HOLDS), ("reduced", FAILS)])


def test_the_seeds_that_would_decide_are_the_fewest_that_do(tmp_path):
    put(tmp_path, STACK, about(0.2, -60, 0, 60))
    put(tmp_path, SINGLE, about(0.3, -60, 0, 60))
    found = told(tmp_path, part("better"))
    assert (found.word, found.seeds) == (OPEN, 4)
    interval = found.effect.interval
    assert interval.with_seeds(4).low > 0 > interval.with_seeds(3).low


def test_halves_of_equal_runs_make_the_band(tmp_path):
    put(tmp_path, FIRST, [0.2, 0.2, 0.2, 0.24])
    low, high, models = verdict.band(gathered(stored(tmp_path)), "birds", "small")
    # Halves differ by 0.02, whichever way they are split; the farther one lies at 0.22.
    assert (low, high, models) == pytest.approx((-0.02 / 0.022, 0.02 / 0.022, 1))
    assert verdict.band(gathered(stored(tmp_path)), "faces", "small") is None


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, ""),
        ({"schema": 1}, "of an older schema"),
        ({"changed": {"batch": 33}}, "of another definition"),
        ({"started": {"starts": []}}, "incomplete"),
        ({"rows": {"recall": nan}}, "with a number that is none"),
        ({"measures": {"generated": row(1.0), "floor": floor()}}, "incomplete"),
        ({"measures": 5}, "incomplete"),
    ],
)
def test_what_can_not_stand_beside_others_is_left_out_and_counted(options, why, tmp_path):
    write(tmp_path, STACK, 0, 20.0, **options)
    (run,) = stored(tmp_path)
    assert unfit(run) == why
    assert dict(gathered([run]).left_out) == ({((STACK, "matched"), why): 1} if why else {})
    (run.folder / "result.json").write_text("{")
    assert unfit(stored(tmp_path)[0]) == "damaged"


# What people answered


def answered_by(root: Path, *rules, seeds: int = 3, more: tuple[Trial, ...] = ()) -> Answers:
    """Let raters judge the first latents of the stored runs with these seeds, and as many real images."""
    trials = []
    for run in (run for run in stored(root) if run.result["seed"] < seeds):
        model = run.result["experiment"]
        stage, faces = model.removeprefix("faces/"), model.startswith("faces")
        for number in range(4):
            place, shown = f"{len(trials):015}", stage if faces else "birds"
            trials.append(Trial(f"1{place}", 0, model, run.result["seed"], run.folder.name, shown, number, 32, None))
            trials.append(Trial(f"2{place}", 0, REAL, None, "real", shown, len(trials), 32, None))
    kind = "real-or-generated" if faces else "thresholds"
    return answered(EyeTest(kind, "small", "matched", "data", "f", 4, "own", True, (*trials, *more)), *rules)


def heard(root: Path, claim: str, *ratings: Answers) -> dict[str, str]:
    return words(verdict.judge(claims()[claim], gathered(stored(root), ratings), "small"))


def right(trial: Trial) -> str:
    return "real" if trial.model == REAL else "generated"


def fooled(trial: Trial) -> str:
    return "real" if trial.stage == "gray" else right(trial)


@pytest.mark.parametrize(
    ("rules", "edges", "gray"),
    [
        ([right] * 3, HOLDS, HOLDS),
        ([fooled] * 3, HOLDS, FAILS),
        ([right, right, fooled], HOLDS, OPEN),  # five of six answers are right; the interval of unlike raters is wide
        ([right] * 2, OPEN, OPEN),  # three raters are needed
        ([], UNTESTABLE, UNTESTABLE),
    ],
)
def test_faces_are_told_apart_by_people(rules, edges, gray, tmp_path):
    for name in ("faces/edges", "faces/gray"):
        put(tmp_path, name, [0.8] * 3)  # of which adequacy isn't asked
    ratings = [answered_by(tmp_path, *rules)] if rules else []
    assert heard(tmp_path, "B7", *ratings) == {"edges": edges, "gray": gray}


def test_a_test_counts_if_it_shows_three_trainings_and_no_strangers(tmp_path):
    for name in ("faces/edges", "faces/gray"):
        put(tmp_path, name, [0.2] * 3)
    few = answered_by(tmp_path, *[right] * 3, seeds=1)
    assert heard(tmp_path, "B7", few) == {"edges": OPEN, "gray": OPEN}
    stranger = Trial("f" * 16, 0, "faces/edges", 0, "another run", "edges", 0, 32, None)
    other = answered_by(tmp_path, *[right] * 4, more=(stranger,))
    assert heard(tmp_path, "B7", other) == {"edges": UNTESTABLE, "gray": HOLDS}


@pytest.mark.parametrize(
    ("stack", "single", "kid", "outline", "anatomy"),
    [
        ("fill", "shape", 0.2, FAILS, HOLDS),  # all have an outline
        ("fill", "none", 0.2, HOLDS, HOLDS),
        ("shape", "none", 0.2, HOLDS, FAILS),
        ("fill", "none", 0.8, UNTESTABLE, UNTESTABLE),
    ],
)
def test_more_birds_pass_a_threshold(stack, single, kid, outline, anatomy, tmp_path):
    for name in (STACK, SINGLE):
        put(tmp_path, name, [kid] * 3)
    says = {STACK: stack, SINGLE: single, REAL: "anatomy"}
    found = heard(tmp_path, "A13", answered_by(tmp_path, *[lambda trial: says[trial.model]] * 3))
    assert (found["outline"], found["anatomy"]) == (outline, anatomy)


@pytest.mark.parametrize(
    ("sides", "paired"),
    [((STACK, SINGLE), False), ((STACK, FIRST), True), ((STACK, HARMED), True), ((FIRST, SINGLE), False)],
)
def test_seeds_are_paired_where_a_trained_stage_is_shared(sides, paired, tmp_path):
    for name, kids in zip(sides, ([0.2, 0.3, 0.4], [0.41, 0.5, 0.62, 0.9]), strict=True):
        put(tmp_path, name, kids)
    found = told(tmp_path, part("better", sides=sides)).effect
    assert (found.paired, [len(side) for side in found.values]) == (paired, [3, 3] if paired else [3, 4])
    if paired:
        assert found.interval.mean == pytest.approx(0.21)


def test_two_numbers_of_one_run_are_one_sample(tmp_path):
    for seed, shift in enumerate((0.0, 0.1, 0.2)):
        held_out = row(20.0) | {"kid": 0.1 + shift}
        put(tmp_path, "faces/gray", [0.2 + shift], seeds=(seed,), beside={"held_out": held_out})
    found = told(tmp_path, part("a little better", ("kid/held_out", "kid"), ("faces/gray", "faces/gray")))
    assert (found.word, found.effect.paired) == (HOLDS, True)
    assert (found.effect.interval.low, found.effect.interval.high) == pytest.approx((0.1, 0.1))


def test_sizes_read_the_larger_model_half_way(tmp_path):
    for name, own, common in (("birds/conv-64", 0.1, 0.2), ("birds/conv-128", 0.05, 0.5)):
        rows = {"average": row(0.0) | {"kid": common}, "halfway": row(0.0) | {"kid": common - 0.1}, "floor": floor()}
        beside = {"average": row(0.0) | {"kid": own}, "halfway": row(0.0) | {"kid": own}}
        put(tmp_path, name, [0.3] * 3, beside=beside, protocols={"fid/pytorch-fid@16": rows})
    found = words(judged(tmp_path, "A24"))
    assert found["conv"] == HOLDS
    outcome = judged(tmp_path, "A24").outcomes[1]
    assert outcome.effect.interval.mean == pytest.approx(0.2)
    assert "sign" in outcome.reason, "at their own sizes the larger model is the better one"


def test_a_variant_has_the_name_that_it_has_at_a_tier():
    named = [
        select.named(f"faces/edges+discriminator={s}", "matched", t)
        for t in ("small", "paper")
        for s in ("quarter", "whole")
    ]
    assert named == [
        "faces/edges+discriminator=quarter",
        "faces/edges",
        "faces/edges",
        "faces/edges+discriminator=whole",
    ]
    assert select.named("faces/edges+discriminator=tenth", "matched", "small") is None


@pytest.mark.parametrize(
    ("stage", "harmed", "word"), [(ALIVE, ALIVE, HOLDS), (ALIVE, DEAD, UNTESTABLE), (DEAD, ALIVE, UNTESTABLE)]
)
def test_base_models_and_the_stages_before_them_are_alive(stage, harmed, word, tmp_path):
    put(tmp_path, FIRST, about(0.2), training=stage)
    put(tmp_path, STACK, about(0.2))
    put(tmp_path, HARMED, about(0.3), training=harmed)
    assert words(judged(tmp_path, "A5"))["worse"] == word


def test_the_losses_of_a_training_that_died_tell_nothing(tmp_path):
    put(tmp_path, "faces/edges", about(0.2), losses={"discriminator_lead": 0.6})
    quarter = "faces/edges+discriminator=quarter"
    put(tmp_path, quarter, about(0.4), losses={"discriminator_lead": 0.0}, training=DEAD)
    assert words(judged(tmp_path, "B13")) == {"better": FAILS, "outpaces less": UNTESTABLE}


def test_what_no_result_holds_is_untestable(tmp_path):
    put(tmp_path, "birds/conv-64", about(0.2))
    put(tmp_path, "birds/conv-128", about(0.2))
    assert words(judged(tmp_path, "A24"))["conv"] == UNTESTABLE


def test_the_ledger_counts_parts():
    claim = claims()["A12"]
    states = [HOLDS, HOLDS, FAILS, *[OPEN] * 4]
    outcomes = tuple(Outcome(one, word, "") for one, word in zip(claim.parts, states, strict=True))
    assert Verdict(claim, "small", OPEN, outcomes).counted == "2 of 7 parts hold, 1 fails, 4 open"


def test_claims_of_one_test_are_corrected_as_one(tmp_path):
    def of(name: str, p: float) -> Verdict:
        return Verdict(
            claims()[name], "small", OPEN, tuple(Outcome(one, OPEN, "", p=p) for one in claims()[name].parts)
        )

    found = verdict.corrected([of("B9", 0.01), of("B29", 0.01), of("B10", 0.99), of("B6", 0.02)])
    assert found == pytest.approx({"B9": 0.02, "B29": 0.02, "B10": 0.99, "B6": 0.02})
