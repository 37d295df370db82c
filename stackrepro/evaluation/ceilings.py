"""What all models of a data set are held against: the floor, real images, and the ceilings, images of something else.

They depend on the real images and the protocol alone, and are measured once for each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from filelock import FileLock

from stackrepro.base.errors import AbsentError, UserError
from stackrepro.base.files import digest, read_json, write_json
from stackrepro.base.places import cache_root
from stackrepro.data import BirdView, FaceView, Source, View, find
from stackrepro.data.catalogue import Catalogue
from stackrepro.data.decoding import Rendered, decode_all
from stackrepro.evaluation.current import SCHEMA
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.measure import ReferenceFeatures, cached_features
from stackrepro.evaluation.protocols import Protocol
from stackrepro.evaluation.rows import distance_rows

SEED = 2016  # of the choice of other images, and of the noise


def ceiling_features(
    source: Source, view: View, count: int, protocol: Protocol, extractor: Extractor, drawn: bool = False
) -> dict[str, tuple[str, np.ndarray]]:
    """Return names and features (count, dims) of images that no model should be as far from the real ones as.

    `other_domain` is the other data set at the same size and of the same kind, with `drawn` always the drawn one.
    `noise` is uniform over all levels.
    """
    other, other_view = other_source(source, drawn), counterpart(view)
    sets: dict[str, tuple[str, list, Callable[[], np.ndarray]]] = {
        "other_domain": (
            other.name,
            [other.fingerprint, other_view.key],
            lambda: drawn_from(other, other_view, count),
        ),
        "noise": ("uniform noise", [view.size, view.channels], lambda: noise(view, count)),
    }
    how = [protocol.dims, protocol.resize, extractor.identity["digest"], count]

    def compute(images: Callable[[], np.ndarray]) -> Callable[[], np.ndarray]:
        return lambda: extractor(images(), protocol.pixels)

    return {
        name: (words, cached_features([name, SEED, *key, *how], compute(images)))
        for name, (words, key, images) in sets.items()
    }


def counterpart(view: View) -> View:
    """Return the other data set's view of the same kind and size, with the steps of arm `matched`."""
    if isinstance(view, FaceView):
        return BirdView(view.size, kind=view.kind)
    return FaceView(view.kind, view.size, stretch=view.kind == "edges")


def other_source(source: Source, drawn: bool = False) -> Source:
    """Return the other data set: the drawn one, or unless `drawn` real images that lie beside real ones."""
    dataset = "faces" if source.dataset == "birds" else "birds"
    if source.path is not None and not drawn:
        for root in (source.path, source.path.parent):
            try:
                return find(dataset, root, unofficial=True)  # any photographs of the other kind will do
            except AbsentError:
                continue
    return find(dataset, None)


def drawn_from(source: Source, view: View, count: int) -> np.ndarray:
    """Render images of a source to a view, uint8 (count, size, size, C), chosen by a fixed seed; fewer if it has fewer.

    Raises:
        UserError: the data are damaged.
    """
    every = source.catalogue()
    chosen = np.sort(np.random.default_rng(SEED).permutation(len(every.names))[:count])
    boxes = None if every.boxes is None else tuple(every.boxes[index] for index in chosen)
    some = Catalogue(tuple(every.names[index] for index in chosen), boxes)
    images = np.empty((len(chosen), view.size, view.size, view.channels), np.uint8)
    for index, outcome in decode_all(source.layout.read_images(source.place(), some), some, [view]):
        if not isinstance(outcome, Rendered):
            raise UserError(f"{source.place()}, {some.names[index]}: {outcome}; get a sound copy of the data set.")
        images[index] = np.frombuffer(outcome.views[0], np.uint8).reshape(images.shape[1:])
    return images


def noise(view: View, count: int) -> np.ndarray:
    """Return images of independent levels, all of 0 to 255 equally likely: uint8 (count, size, size, C)."""
    shape = (count, view.size, view.size, view.channels)
    return np.random.default_rng(SEED).integers(0, 256, shape, np.uint8)


def fixed_rows(
    real: ReferenceFeatures, sets: dict[str, tuple[str, np.ndarray]], flags: list[str], key: list
) -> dict[str, dict[str, Any]]:
    """Return the rows `floor` and, for each set of features with its name, a ceiling; `key` is all they depend on."""
    path = cache_root() / "features" / f"{digest([SCHEMA, key, sorted(sets), flags])}-rows.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        try:
            return read_json(path)
        except UserError:  # absent, or cut short from outside: measured anew
            rows = distance_rows({"floor": real.floor}, real.floor_reference, flags)
            rows |= distance_rows({name: found for name, (_, found) in sets.items()}, real.reference, flags)
            for name, (words, _) in sets.items():
                rows[name]["images"] = words
            write_json(path, rows)
            return rows
