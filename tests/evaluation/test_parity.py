"""The quick rows of the table of tolerances, and the table itself."""

from importlib.metadata import version

import pytest
from packaging.specifiers import SpecifierSet
from peers import COMPARISONS, TOLERANCES, assert_agree

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
