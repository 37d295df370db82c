"""The quick rows of the tolerance table, and the table itself."""

import re
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from packaging.specifiers import SpecifierSet

from stackrepro.evaluation.parity import COMPARISONS
from stackrepro.evaluation.tolerances import TABLE, TOLERANCES

SLOW = Path(__file__).with_name("test_parity_slow.py")
PEERS = {"scipy's sqrtm": "scipy", "pytorch-fid's command": "pytorch-fid"}  # whose name is not the distribution's


@pytest.mark.parametrize("key", COMPARISONS)
def test_is_within_the_declared_tolerance(key):
    row = TOLERANCES[key]
    assert row.deviation(*COMPARISONS[key]()) <= row.bound


def test_every_row_is_compared_by_one_test_and_every_test_has_a_row():
    slow = re.findall(r'TOLERANCES\["(.+?)"\]', SLOW.read_text())
    assert sorted([*COMPARISONS, *slow]) == sorted(row.key for row in TABLE)


def test_no_slow_test_has_a_tolerance_of_its_own():
    assert re.findall(r"approx|allclose|rtol|atol|\d+e-\d+", SLOW.read_text()) == []


@pytest.mark.parametrize("row", [row for row in TABLE if row.versions], ids=lambda row: row.key)
def test_the_installed_peers_are_of_the_versions_that_the_row_names(row):
    assert version(PEERS.get(row.peer, row.peer)) in SpecifierSet(row.versions)


@pytest.mark.parametrize(
    ("key", "found", "expected", "deviation"),
    [
        ("frechet/scipy", 11.0, 10.0, 0.1),
        ("features-192/pytorch-fid", np.array([1.0, 5.0]), np.array([1.5, 5.25]), 0.5),
        # mean 2, standard deviation 1, so that the mean of 4 has a standard error of 1/2
        ("kid/unbiased", 2 + np.array([1, 1, -1, -1]) * np.sqrt(3 / 4), 0.5, 3.0),
    ],
)
def test_deviations_by_unit(key, found, expected, deviation):
    assert TOLERANCES[key].deviation(found, expected) == pytest.approx(deviation)
