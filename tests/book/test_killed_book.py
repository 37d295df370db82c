"""The book survives kills of its command, of Snakemake and of their jobs."""

import os
import random
import time
from collections import Counter

import pytest
from killed_book import Book, book_differences, killed_book, wait_for_orphans
from killing import Place

from stackrepro.base import places
from stackrepro.base.files import remove

KILLS = 3


@pytest.mark.check
def test_a_book_that_is_killed_again_and_again_is_the_same(tmp_path):
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10**6))
    print(f"SOAK_SEED={seed} repeats these moments, as far as the machine does.")
    dice, kills = random.Random(seed), Counter()
    place = Place(tmp_path / "book")
    inception = places.cache_root() / "inception"
    began = time.monotonic()
    assert Book(place.make(inception)).finish() == ""
    seconds = time.monotonic() - began
    place.folder.rename(tmp_path / "whole")
    while kills.total() < KILLS:  # what survives a kill may finish the book before the next: then another is begun
        remove(place.folder)
        book = Book(place.make(inception))
        counted, wrong = killed_book(book, KILLS - kills.total(), seconds / 2, dice)
        wait_for_orphans(book)
        kills += counted
        assert (wrong, book_differences(tmp_path / "whole", place.folder)) == ("", []), dict(kills)
