import sys

import numpy as np
import pytest

from stackrepro.evaluation.parity import COMPARISONS
from stackrepro.evaluation.protocols import PLANS, protocol_named
from stackrepro.evaluation.tolerances import TABLE, TOLERANCES
from stackrepro.report import measuring


def test_every_protocol_of_every_tier_is_defined():
    table = measuring.protocols()
    assert len(table) == sum(2 + len(plan.others) for plan in PLANS.values())
    for _, row in table.iterrows():
        protocol = protocol_named(row["protocol"])
        assert row["features"] == f"{protocol.dims:,}"
        assert row["size first"] == ("the model's" if protocol.size is None else f"{protocol.size} px")


def test_what_is_found_stands_beside_what_is_allowed(monkeypatch):
    outcomes = {"frechet/scipy": (np.float64(3.0), 4.0), "kid/unbiased": (np.array([1.0, 3.0, 1.0, 3.0]), 1.0)}
    for key, outcome in outcomes.items():
        monkeypatch.setitem(COMPARISONS, key, lambda outcome=outcome: outcome)
    assert measuring.found(TOLERANCES["frechet/scipy"]) == "2.5e-01"
    assert measuring.found(TOLERANCES["kid/unbiased"]) == "1.7"  # 1 over 1.1547 / 2
    assert measuring.found(TOLERANCES["frechet-2048/scipy"]) == "by make check"


def test_a_peer_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cleanfid.fid", None)
    assert measuring.found(TOLERANCES["frechet/clean-fid"]) == "cleanfid.fid is not installed"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.key)
def test_the_page_shows_versions_and_bounds_without_marks_that_a_browser_would_read(row):
    assert "<" not in measuring.in_words(row.versions) + row.compared + row.why
    assert measuring.UNITS[row.unit].format(row.bound)
