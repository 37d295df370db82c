"""The claims of the papers and the tests they are put to, written down before the results. Light: no torch."""

from stackrepro.experiments.claims import (
    paper_a_conclusion,
    paper_a_design,
    paper_a_findings,
    paper_b_design,
    paper_b_discussion,
    paper_b_remedies,
    paper_b_results,
)
from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import (
    AnyDifference,
    Audit,
    Cited,
    Closes,
    Difference,
    Exceeds,
    Given,
    Level,
    NoDifference,
    NotWorse,
    OfRuns,
    Order,
    Pending,
    Ratio,
    Several,
    readings,
)
from stackrepro.experiments.claims.measures import MEASURES, Measure
from stackrepro.experiments.claims.rated import PassesMore, Rated, ToldApart

PAPER_A = (*paper_a_design.DESIGN, *paper_a_findings.FINDINGS, *paper_a_conclusion.CONCLUSION)
PAPER_B = (*paper_b_design.DESIGN, *paper_b_results.RESULTS, *paper_b_discussion.DISCUSSION, *paper_b_remedies.REMEDIES)
CLAIMS = {claim.id: claim for claim in sorted((*PAPER_A, *PAPER_B), key=lambda claim: (claim.paper, int(claim.id[1:])))}


def of_paper(paper: str) -> list[Claim]:
    """List the claims of paper "A" or "B"."""
    return [claim for claim in CLAIMS.values() if claim.paper == paper]


__all__ = [
    "CLAIMS",
    "MEASURES",
    "AnyDifference",
    "Audit",
    "Cited",
    "Claim",
    "Closes",
    "Difference",
    "Exceeds",
    "Given",
    "Level",
    "Measure",
    "NoDifference",
    "NotWorse",
    "OfRuns",
    "Order",
    "PassesMore",
    "Pending",
    "Rated",
    "Ratio",
    "Several",
    "ToldApart",
    "of_paper",
    "readings",
]
