"""The claims of both papers: all are there, and each names things that exist."""

import re

import pytest

from stackrepro.base.places import repository
from stackrepro.evaluation.audits import AUDITS
from stackrepro.evaluation.eye_test.kinds import KINDS
from stackrepro.experiments import resolve
from stackrepro.experiments.claims import (
    CLAIMS,
    AnyDifference,
    Audit,
    Cited,
    Closes,
    Difference,
    Level,
    NoDifference,
    NotWorse,
    OfRuns,
    Pending,
    Rated,
    of_paper,
    readings,
    rules,
)
from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.report.plan import CHAPTERS

SECTIONS = {
    "A": r"abstract|[1-5](\.[1-5](\.[1-3])?)?",
    "B": "summary|abstract|introduction|methods|results|discussion|conclusion",
}
FACES_CHAPTERS = {
    "b-1-introduction": "B26 B27 B28 B30 B32",
    "b-2-data": "B31",
    "b-3-stage-one": "B1 B2 B4 B5 B13 B17",
    "b-4-stage-two": "B3 B6 B14 B15 B18 B33",
    "b-5-distances": "B9 B10 B21 B29",
    "b-6-human-evaluation": "B7 B8",
    "b-7-contraction": "B11 B12",
    "b-8-overfitting": "B19 B20 B22 B23",
    "b-9-wgan": "B16",
    "b-10-architectures": "B24 B25",
}
TESTS = [(claim.id, test) for claim in CLAIMS.values() for _, test in claim.parts]


def test_all_63_claims_are_there_in_order():
    numbers = [f"A{number}" for number in range(1, 31)], [f"B{number}" for number in range(1, 34)]
    assert [[claim.id for claim in of_paper(paper)] for paper in "AB"] == list(numbers)
    assert list(CLAIMS) == [*numbers[0], *numbers[1]]


def test_a_claim_reads_runs_of_its_own_papers_data_but_for_the_one_about_other_data():
    found = {
        (claim.paper, claim.dataset, name.split("/")[0]) for claim in CLAIMS.values() for name, _ in claim.experiments
    }
    assert found == {("A", "birds", "birds"), ("B", "faces", "faces"), ("B", "faces", "birds")}
    assert {claim.id for claim in of_paper("B") if "birds" in claim.datasets} == {"B27"}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_a_claim_is_complete_and_in_its_chapter(claim):
    assert all((claim.statement, claim.evidence, claim.departs, claim.adequacy, claim.parts))
    assert claim.statement.endswith(".")
    sections = claim.section.split(", ")
    assert all(re.fullmatch(SECTIONS[claim.paper], section) for section in sections)
    if claim.paper == "B":
        assert claim.id in FACES_CHAPTERS[claim.chapter].split()
        return
    assert claim.chapter in CHAPTERS
    if claim.chapter not in ("a-1-introduction", "a-5-conclusion"):
        number = claim.chapter[2:5].replace("-", ".")
        assert any(section.startswith(number) for section in sections)


@pytest.mark.parametrize(("name", "arm"), sorted({side for claim in CLAIMS.values() for side in claim.experiments}))
def test_every_experiment_of_a_claim_is_registered_in_its_arm(name, arm):
    assert resolve(name, arm, "reduced")


@pytest.mark.parametrize(("claim", "test"), TESTS, ids=[claim for claim, _ in TESTS])
def test_every_test_names_a_measure_an_audit_or_a_reference(claim, test):
    if isinstance(test, OfRuns):
        assert len(set(test.sides)) == len(test.sides)
        assert {name for name, _ in readings(test)} == set(test.sides)
        assert set(test.adequate) <= set(test.sides)
        if isinstance(test, AnyDifference | Closes | NoDifference | NotWorse):
            assert MEASURES[test.measure].spanned, "a margin is a share of a distance"
        if isinstance(test, Difference):
            assert ("little" in CLAIMS[claim].statement) or test.least == rules.MARGIN
        if isinstance(test, Level):
            assert (test.low is None or test.high is None) == (test.tier is None), "a printed number has two bounds"
    elif isinstance(test, Audit):
        assert test.function in AUDITS
        assert AUDITS[test.function].__doc__.startswith(f"{claim}:")
    elif isinstance(test, Pending):
        assert claim in ("A22", "A28")
    elif isinstance(test, Rated):
        assert set(test.adequate) <= set(test.sides)
        dataset = CLAIMS[claim].dataset
        kind = KINDS[dataset]
        assert kind.words == ("real", "generated") if dataset == "faces" else test.threshold in kind.words[1:]
    else:
        assert isinstance(test, Cited)
        listed = (repository() / "book" / "references.bib").read_text(encoding="utf-8")
        assert all(f"{{{key}," in listed for key in test.references)


def test_every_audit_serves_a_claim():
    assert {test.function for _, test in TESTS if isinstance(test, Audit)} == AUDITS.keys()


def test_every_measure_serves_a_claim():
    used = {measure for _, test in TESTS if isinstance(test, OfRuns) for _, measure in readings(test)}
    assert used == MEASURES.keys()


@pytest.mark.parametrize(("claim", "distance"), [("B1", 73), ("B2", 181), ("B3", 59)])
def test_a_printed_distance_is_asked_for_to_a_fifth_at_the_papers_own_scale(claim, distance):
    level = next(test for _, test in CLAIMS[claim].parts if isinstance(test, Level))
    assert (level.low, level.high) == pytest.approx((0.8 * distance, 1.2 * distance), abs=0.05)
    assert level.tier == CLAIMS[claim].tier == "paper"


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


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_the_labels_of_parts_tell_them_apart_and_premises_are_among_them(claim):
    labels = [label for label, _ in claim.parts]
    assert len(set(labels)) == len(labels)
    assert {premise for premise, _ in claim.premises.values()} | claim.premises.keys() <= set(labels)


def test_explanations_of_harm_have_the_claimed_harm_as_their_premise():
    harm = {"conv: harm": "A5", "dconv: harm": "A6"}
    for claim in (CLAIMS["A19"], CLAIMS["A20"]):
        tests = dict(claim.parts)
        assert {label: premise for label, (premise, _) in claim.premises.items()} == {
            label: f"{label.partition(':')[0]}: harm" for label in tests if label not in harm
        }
        for premise, source in harm.items():
            assert tests[premise] == CLAIMS[source].parts[0][1]


def test_the_findings_of_inspections_are_of_the_authors_code():
    assert {test.arm for _, test in TESTS if isinstance(test, Audit)} == {"code"}


@pytest.mark.parametrize(
    ("claim", "end"),
    [
        ("A1", "half of the way to the floor on the better side"),
        ("A4", "half of the way to the floor"),
        ("A29", "definition"),
        ("A13", "half of the way to the floor on the better side; for ratings 3 raters"),
        ("B7", "half of the way to the floor; for ratings 3 raters"),
    ],
)
def test_the_adequacy_tells_of_whom_it_is_asked(claim, end):
    assert CLAIMS[claim].adequacy.endswith(end)


def test_a_claim_without_experiments_is_an_inspection():
    """So that the ledger may call it one."""
    for claim in CLAIMS.values():
        assert claim.experiments or all(isinstance(test, Audit | Cited) for _, test in claim.parts)
