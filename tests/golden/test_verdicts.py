"""All 63 verdicts stay what they were: on the results of one day, and on results made up for every claim.

`python tests/golden/test_verdicts.py` writes the record anew, which only a change of the rules may ask for.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent.parent))
from stored_results import FACES, PROTOCOL, REAL, row, write

from stackrepro.base.places import results_root
from stackrepro.claims.schema import claims
from stackrepro.claims.select import RUNGS, Evidence, gathered, named
from stackrepro.claims.verdict import Verdict, band, corrected, entry, judge
from stackrepro.eyetest.ratings import Answers, Rating, Session, answers
from stackrepro.eyetest.trials import EyeTest, Trial
from stackrepro.runs import StoredRun, stored

FILE = Path(__file__).with_name("verdicts.json")
TIERS = ("quick", *RUNGS)
SPACES = ("fid/pytorch-fid@16", "fid/pytorch-fid of edges", "fid/pytorch-fid of gray", "fid-192/pytorch-fid")


def of_results(runs: list[str], timed: list[dict[str, Any]]) -> Evidence:
    """Gather the published runs with these names."""
    return replace(gathered(StoredRun(results_root() / name) for name in runs), timed=tuple(timed))


def made_up(root: Path) -> Evidence:
    """Gather results, times and ratings that were drawn for every side of every claim, near and far, alive and dead."""
    sides = dict.fromkeys(side for claim in claims().values() for side in claim.experiments)
    sides |= dict.fromkeys((f"birds/{kind}-{m}", "matched") for kind in ("dense", "conv") for m in ("64", "128"))
    for tier in ("small", "reduced"):
        known = dict.fromkeys((name, arm) for side, arm in sides if (name := named(side, arm, tier)) is not None)
        for name, arm in known:
            random = Random(f"{name}, {arm}, {tier}")
            level, spread, dies = random.uniform(0, 0.8), random.choice([0.003, 0.03]), random.random() < 0.1
            for seed in range(random.choice([2, 3, 3, 3, 4])):
                write_one(root / tier, name, arm, tier, seed, level, spread, dies)
    runs = [run for tier in ("small", "reduced") for run in stored(root / tier)]
    random = Random("times")
    timed = [
        {"experiment": name, "arm": arm, "tier": "small", "batch": 8, "seconds": [random.uniform(1, 2) for _ in "123"]}
        for name, arm in (*sides, *(("faces/" + name, "matched") for name in ("edges", "gray", "gray+latent=own")))
    ]
    return replace(gathered(runs, [rated(runs, "birds"), rated(runs, "faces")]), timed=tuple(timed))


def write_one(root: Path, name: str, arm: str, tier: str, seed: int, level: float, spread: float, dies: bool) -> None:
    """Write one run, whose numbers lie around a level."""
    random = Random(f"{name}, {arm}, {tier}, {seed}")

    def near(middle: float = level) -> float:
        return abs(random.gauss(middle, spread))

    def measured(middle: float) -> dict[str, Any]:
        return row(10 + 100 * near(middle), precision=near(0.5), recall=near(1 - level), kid_error=near(0.004))

    def seen() -> dict[str, float]:
        keys = ("spectrum_distance", "border_noise", "sharpness", "colour_spread")
        return {**{key: near(0.2 + level) for key in keys}, "n": 2048}

    def rows(*names: str) -> dict[str, Any]:
        real = {"untrained": row(110.0, precision=0.0, recall=0.0), "floor": row(10.0, precision=0.8, recall=0.8)}
        return {**{one: measured(level) for one in names}, **real}

    def pixels() -> dict[str, Any]:
        return {one: seen() for one in ("generated", "average", "floor", "wrapped", "halfway", "held_out")}

    trained = ("generated", "average", "halfway", "held_out", "trained_on")
    points = ((1, 0.9), (25, level + 0.1), (60, level), (100, level))
    kept = {
        "measures": {**rows(*trained), "other_domain": row(70.0)},
        "protocols": {protocol: rows(*trained) for protocol in SPACES},
        "pixels": pixels(),
        "pixels_common": pixels(),
        "trajectory": [{"update": u, **measured(middle)} for u, middle in points],
        "translation": {one: {"l1": near(0.1 + level / 9)} for one in ("held_out", "trained_on")},
        "latent_diversity": {"share": near()},
        "coherence": {"correlation": near(0.8)},
        "contraction": {
            one: {"ratio": near(0.5 + level), "snr_gain": random.gauss(0.5, 0.3)}
            for one in ("noise", "jpeg", "interpolation", "generated")
        },
        "propagation": {"rank_correlation": near(0.3)},
        "losses": {
            "gradient_cosine": random.gauss(0, 0.1),
            "variation": near(0.1 + level),
            "discriminator_lead": random.gauss(0.1, spread),
            "l1_descent": near(0.5),
        },
        "timing": {"seconds": near(1.0)},
        "protocol": {**PROTOCOL, "trajectory": {"name": SPACES[-1]}},
    }
    dead = dies and seed != 1
    health = {"alive": not dead, "died_at": 900 if dead else None, "gap": 0.0 if dead else 0.4}
    data = FACES if name.startswith("faces") else REAL
    write(root, name, seed, 50.0, arm=arm, tier=tier, data=data, training={"health": health}, **kept)


def rated(runs: list[StoredRun], dataset: str) -> Answers:
    """Let three raters answer a test of the small runs of arm matched, the better the image the more often right."""
    shown = [run for run in runs if (run.result["arm"], run.result["tier"]) == ("matched", "small")]
    trials = []
    for run in (run for run in shown if run.result["experiment"].startswith(dataset)):
        model, seed = run.result["experiment"], run.result["seed"]
        stage = model.removeprefix("faces/") if dataset == "faces" else "birds"
        for number in range(4):
            place = f"{len(trials):015}"
            trials.append(Trial(f"1{place}", 0, model, seed, run.folder.name, stage, number, 32, None))
            trials.append(Trial(f"2{place}", 0, "real", None, "real", stage, len(trials), 32, None))
    kind = "thresholds" if dataset == "birds" else "real-or-generated"
    test = EyeTest(kind, "small", "matched", "data", "f", 4, "own", True, tuple(trials))
    sessions = []
    for rater in ("a", "b", "c"):
        random, given = Random(f"{rater}, {dataset}"), []
        for trial in trials:
            words = test.asks.words
            right = words[0 if trial.model == "real" else -1]
            given.append(random.choice([right, right, *words]) if dataset == "faces" else random.choice(words))
        pairs = zip(trials, given, strict=True)
        ratings = tuple(Rating(trial.trial, place, one, 1000) for place, (trial, one) in enumerate(pairs, 1))
        sessions.append(Session(test.identity, rater, ratings))
    return answers(test, sessions)


def of_verdict(verdict: Verdict) -> dict[str, Any]:
    """Return all that a verdict says, but the prose of its claim."""
    parts = []
    for one in verdict.outcomes:
        effect = one.effect
        parts.append([one.part.label, one.word, one.reason, one.p, one.seeds, one.beside])
        parts[-1] += [[run.folder.name for run in one.runs]]
        if effect is not None:
            ends = [effect.interval.mean, effect.interval.low, effect.interval.high, *effect.zone, effect.margin]
            parts[-1] += [[None if end is None else str(end) if abs(end) == float("inf") else end for end in ends]]
            parts[-1] += [effect.paired, effect.row, [{str(s): v for s, v in side.items()} for side in effect.values]]
    told = {"rung": verdict.rung, "word": verdict.word, "counted": verdict.counted, "p": verdict.p}
    return {**told, "data": verdict.data, "parts": parts}


def told(evidence: Evidence) -> dict[str, Any]:
    """Return what the ledger says, what each tier says, p after correction, and the bands of equal halves."""
    found = {name: entry(claim, evidence) for name, claim in claims().items()}
    letters = {paper: [one.verdict for name, one in found.items() if name[0] == paper] for paper in "AB"}
    adjusted = {paper: corrected(verdicts) for paper, verdicts in letters.items()}
    own = {
        name: {**of_verdict(one.verdict), "others": [[o.rung, o.word] for o in one.others]}
        for name, one in found.items()
    }
    tiers = {
        tier: {
            name: "as the ledger" if at == {k: v for k, v in own[name].items() if k != "others"} else at
            for name, claim in claims().items()
            if not claim.inspected
            for at in [of_verdict(judge(claim, evidence, tier))]
        }
        for tier in TIERS
    }
    bands = {f"{data}, {tier}": band(evidence, data, tier) for data in ("birds", "faces") for tier in RUNGS}
    return json.loads(json.dumps({"ledger": own, "tiers": tiers, "corrected": adjusted, "bands": bands}))


def same(found: Any, expected: Any, place: str = "") -> None:
    """Compare two records, numbers within what another kind of CPU may change."""
    if isinstance(expected, dict) and isinstance(found, dict):
        assert found.keys() == expected.keys(), place
        for key, value in expected.items():
            same(found[key], value, f"{place}/{key}")
    elif isinstance(expected, list) and isinstance(found, list):
        assert len(found) == len(expected), place
        for index, value in enumerate(expected):
            same(found[index], value, f"{place}/{index}")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12), place
    else:
        assert found == expected, place


def test_the_verdicts_on_the_results_of_one_day():
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    assert len(kept["results"]["ledger"]) == 63
    same(told(of_results(kept["runs"], kept["timed"])), kept["results"])


def test_the_verdicts_on_results_made_up_for_every_claim(tmp_path):
    same(told(made_up(tmp_path)), json.loads(FILE.read_text(encoding="utf-8"))["made up"])


if __name__ == "__main__":
    names = [run.folder.name for run in stored(results_root())]
    kept_times = json.loads((results_root() / "timing.json").read_text(encoding="utf-8"))["timed"]
    with tempfile.TemporaryDirectory() as folder:
        record = {"runs": names, "timed": kept_times, "results": told(of_results(names, kept_times))}
        record["made up"] = told(made_up(Path(folder)))
    FILE.write_text(json.dumps(record, separators=(",", ":")) + "\n", encoding="utf-8")
