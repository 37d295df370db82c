"""The book survives kills of its command, of Snakemake and of their jobs."""

import os
import random

import pytest
from killed_book import Book, book_differences, killed_book, wait_for_orphans
from killing import Place

from stackrepro.base import places


@pytest.mark.check
def test_a_book_that_is_killed_again_and_again_is_the_same(tmp_path):
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10**6))
    print(f"SOAK_SEED={seed} repeats these moments, as far as the machine does.")
    inception = places.cache_root() / "inception"
    place = Place(tmp_path / "book").make(inception)
    assert Book(place).finish() == ""
    place.folder.rename(tmp_path / "whole")
    book = Book(place.make(inception))
    counted, wrong = killed_book(book, kills=3, seconds=20.0, dice=random.Random(seed))
    wait_for_orphans(book)
    assert (wrong, counted.total()) == ("", 3)
    assert book_differences(tmp_path / "whole", place.folder) == []
