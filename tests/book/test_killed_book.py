"""The book survives kills of its command, of Snakemake and of their jobs."""

import os
import random

import pytest
from killing import BOOK, compare

KILLS = 2  # with them it takes about two and a half times as long as the small book alone


@pytest.mark.check
def test_a_book_that_is_killed_again_and_again_is_the_same(tmp_path):
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10**6))
    print(f"SOAK_SEED={seed} repeats these moments, as far as the machine does.")
    counted, found, _ = compare(BOOK, tmp_path, KILLS, random.Random(seed))
    assert (counted.total(), found) == (KILLS, []), dict(counted)
