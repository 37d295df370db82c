"""The quick rows of the table of tolerances, and the table itself."""

from importlib.metadata import version

import numpy as np
import pytest
from packaging.specifiers import SpecifierSet
from peers import COMPARISONS, TOLERANCES, assert_agree, deviation

PEERS = {"scipy's sqrtm": "scipy", "pytorch-fid's command": "pytorch-fid"}  # whose name is not the distribution's
SLOW = {
    "features/pytorch-fid",
    "frechet-192/scipy",
    "frechet-2048/scipy",
    "command-192/pytorch-fid",
    "command/pytorch-fid",
    "command/torch-fidelity",
    "command/clean-fid",
}  # by test_parity_slow.py; fmt: skip


@pytest.mark.parametrize("key", COMPARISONS)
def test_is_within_the_declared_tolerance(key):
    assert_agree(key, *COMPARISONS[key]())


def test_every_row_is_compared():
    assert COMPARISONS.keys() | SLOW == TOLERANCES.keys()


@pytest.mark.parametrize("key", [key for key, row in TOLERANCES.items() if row["versions"]])
def test_the_installed_peers_are_of_the_versions_that_the_row_names(key):
    row = TOLERANCES[key]
    assert version(PEERS.get(row["peer"], row["peer"])) in SpecifierSet(row["versions"])


@pytest.mark.parametrize(
    ("key", "found", "expected", "distance"),
    [
        ("frechet/scipy", 11.0, 10.0, 0.1),
        ("features-192/pytorch-fid", np.array([1.0, 5.0]), np.array([1.5, 5.25]), 0.5),
        # mean 2, standard deviation 1, so that the mean of 4 has a standard error of 1/2
        ("kid/unbiased", 2 + np.array([1, 1, -1, -1]) * np.sqrt(3 / 4), 0.5, 3.0),
    ],
)
def test_deviations_by_unit(key, found, expected, distance):
    assert deviation(key, found, expected) == pytest.approx(distance)
