"""The claims of the papers and the tests they are put to, written down before the results. Light: no torch."""

from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import (
    Audit,
    Cited,
    Difference,
    Level,
    NoDifference,
    NotWorse,
    OfRuns,
    Order,
    Ratio,
    Several,
)
from stackrepro.experiments.claims.measures import MEASURES, Measure
from stackrepro.experiments.claims.paper_a_conclusion import CONCLUSION
from stackrepro.experiments.claims.paper_a_design import DESIGN
from stackrepro.experiments.claims.paper_a_findings import FINDINGS

CLAIMS = {claim.id: claim for claim in sorted((*DESIGN, *FINDINGS, *CONCLUSION), key=lambda claim: int(claim.id[1:]))}

__all__ = [
    "CLAIMS",
    "MEASURES",
    "Audit",
    "Cited",
    "Claim",
    "Difference",
    "Level",
    "Measure",
    "NoDifference",
    "NotWorse",
    "OfRuns",
    "Order",
    "Ratio",
    "Several",
]
