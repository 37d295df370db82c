"""Which rows of the prepared arrays are trained on, and which are held out: whole persons, never single images."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json, write_json
from stackrepro.data.prepared import prepared_folder
from stackrepro.data.sources import Source

if TYPE_CHECKING:
    import numpy

SHARE = 0.1  # of the persons
SEED = 2108
RULE = 1  # raise it when the same identities would be split otherwise; old splits are then not found


def training_rows(source: Source) -> numpy.ndarray:
    """Return the rows of the prepared arrays that may be trained on, ascending, int64.

    Of birds these are all; of faces all but those of a tenth of the persons, who are drawn once and for all from the
    sorted identities by a fixed seed.

    Raises:
        UserError: the lists are absent or malformed, or there is only one person.
    """
    import numpy

    split = _split(source)
    return numpy.setdiff1d(numpy.arange(split["images"]), numpy.array(split["held out"], numpy.int64))


def held_out_rows(source: Source) -> numpy.ndarray:
    """Return the rows that no training sees, ascending, int64: all others than `training_rows`."""
    import numpy

    return numpy.array(_split(source)["held out"], numpy.int64)


def held_out_identities(identities: set[int]) -> set[int]:
    """Return the tenth of the identities, at least one, that is held out."""
    random = Random(SEED)  # the draws of the standard library stay the same across versions
    draws = {identity: random.random() for identity in sorted(identities)}
    return set(sorted(draws, key=draws.__getitem__)[: max(1, round(SHARE * len(draws)))])


def _split(source: Source) -> dict:
    """Return the number of images and the rows held out, kept beside the prepared arrays."""
    kept = prepared_folder(source) / f"held-out-{RULE}.json"
    if not kept.is_file():
        catalogue = source.catalogue()
        rows = []
        if catalogue.identities is not None:
            persons = set(catalogue.identities)
            if len(persons) < 2:
                raise UserError(f"All faces of {source.place()} are one person's: take a set of two persons at least.")
            held_out = held_out_identities(persons)
            rows = [row for row, identity in enumerate(catalogue.identities) if identity in held_out]
        write_json(kept, {"images": len(catalogue.names), "held out": rows})
    return read_json(kept)
