"""The claims of paper A: all are there, and each names things that exist."""

import re
import subprocess
import sys

import pytest

from stackrepro.base.places import repository
from stackrepro.evaluation.audits import AUDITS
from stackrepro.experiments import resolve
from stackrepro.experiments.claims import CLAIMS, Audit, Cited, Level, NoDifference, NotWorse, OfRuns, rules
from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.report.plan import CHAPTERS

TESTS = [(claim.id, test) for claim in CLAIMS.values() for _, test in claim.parts]


def test_all_thirty_claims_are_there_in_order():
    assert list(CLAIMS) == [f"A{number}" for number in range(1, 31)]


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_a_claim_is_complete_and_in_its_chapter(claim):
    assert all((claim.statement, claim.evidence, claim.departs, claim.adequacy, claim.parts))
    assert claim.statement.endswith(".")
    sections = claim.section.split(", ")
    assert all(re.fullmatch(r"abstract|[1-5](\.[1-5](\.[1-3])?)?", section) for section in sections)
    assert claim.chapter in CHAPTERS
    if claim.chapter not in ("a-1-introduction", "a-5-conclusion"):
        number = claim.chapter[2:5].replace("-", ".")
        assert any(section.startswith(number) for section in sections)


@pytest.mark.parametrize(("name", "arm"), sorted({side for claim in CLAIMS.values() for side in claim.experiments}))
def test_every_experiment_of_a_claim_is_registered_in_its_arm(name, arm):
    assert resolve(name, arm, "reduced").experiment == name


@pytest.mark.parametrize(("claim", "test"), TESTS, ids=[claim for claim, _ in TESTS])
def test_every_test_names_a_measure_an_audit_or_a_reference(claim, test):
    if isinstance(test, OfRuns):
        assert test.measure in MEASURES
        assert len(set(test.sides)) == len(test.sides)
        if isinstance(test, NoDifference | NotWorse):
            assert test.measure.startswith("frechet"), "a margin is a share of a distance"
        if isinstance(test, Level):
            assert (test.low is None) != (test.high is None)
    elif isinstance(test, Audit):
        assert test.function in AUDITS
        assert AUDITS[test.function].__doc__.startswith(f"{claim}:")
    else:
        assert isinstance(test, Cited)
        listed = (repository() / "book" / "references.bib").read_text(encoding="utf-8")
        assert all(f"{{{key}," in listed for key in test.references)


def test_a_run_imports_no_claim_so_that_a_reworded_one_makes_no_result_stale():
    code = "import sys, stackrepro.cli, stackrepro.evaluation.run; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "stackrepro.runs.train" in loaded
    assert not [name for name in loaded if name.startswith("stackrepro.experiments.claims")]


def test_every_audit_serves_a_claim():
    assert {test.function for _, test in TESTS if isinstance(test, Audit)} == AUDITS.keys()


def test_every_measure_serves_a_claim():
    assert {test.measure for _, test in TESTS if isinstance(test, OfRuns)} == MEASURES.keys()


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ([rules.REPRODUCED, rules.REPRODUCED], rules.REPRODUCED),
        ([rules.REFUTED, rules.REFUTED], rules.REFUTED),
        ([rules.REPRODUCED, rules.NOT_REPRODUCED], rules.PARTLY),
        ([rules.REPRODUCED, rules.REFUTED, rules.UNTESTABLE], rules.PARTLY),
        ([rules.REPRODUCED, rules.UNTESTABLE], rules.UNTESTABLE),
        ([rules.NOT_REPRODUCED, rules.NOT_ENOUGH], rules.NOT_ENOUGH),
        ([rules.UNTESTABLE, rules.NOT_ENOUGH], rules.NOT_ENOUGH),
        ([rules.NOT_REPRODUCED, rules.REFUTED], rules.NOT_REPRODUCED),
    ],
)
def test_parts_combine_by_the_rule(words, verdict):
    assert rules.combined(words) == verdict
    assert rules.combined(words[::-1]) == verdict


def test_the_rules_name_every_verdict_and_every_bound():
    assert all(word in " ".join(rules.__doc__.split()) for word in rules.WORDS)
    assert "at least three seeds" in rules.__doc__
    assert rules.SEEDS == 3
    assert "95 %" in rules.__doc__
    assert rules.CONFIDENCE == 0.95
    assert "a tenth of the distance" in rules.__doc__
    assert rules.MARGIN == 0.1
    assert "half of the way" in rules.__doc__
    assert rules.COVERED == 0.5
    assert "tier `reduced` or `paper`" in rules.__doc__
    assert rules.ADEQUATE_TIERS == ("reduced", "paper")
