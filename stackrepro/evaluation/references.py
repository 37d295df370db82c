"""What all models of a data set are held against, measured once for each view and protocol.

That is the reference, real images against other real ones (the baseline), and two references that no model should be as
far from the real images as: another domain, and noise.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np

from stackrepro.base.errors import AbsentError, UserError
from stackrepro.base.files import digest, read_json, write_bytes, write_json
from stackrepro.base.lock import file_lock
from stackrepro.base.places import cache_root, results_root
from stackrepro.data import BirdView, FaceView, Source, View, find, held_out_rows, prepare, training_rows
from stackrepro.data.catalogue import Catalogue
from stackrepro.data.prepared import Rendered, decode_all, prepared_folder
from stackrepro.data.views import stretch
from stackrepro.evaluation.features import Extractor, Pixels
from stackrepro.evaluation.protocols import (
    SCHEMA,
    Plan,
    Protocol,
    Split,
    plan_record,
    protocol_record,
    split,
    split_by_person,
)
from stackrepro.evaluation.rows import BASELINE, ReferenceFeatures, distance_rows
from stackrepro.evaluation.stages import as_a_face
from stackrepro.runs import Run, stored
from stackrepro.training.configuration import record

SEED = 2016  # of the choice of other images, and of the noise
FAR = ("other_domain", "noise")  # rows of the references that no model should be as far from the real images as


def reference_features(
    images: np.ndarray,
    cache_key: str,
    protocol: Protocol,
    extractor: Extractor,
    dealt: Split | None = None,
    pixels: Pixels | None = None,
) -> ReferenceFeatures:
    """Return the features of the real images that a protocol asks for, computing them once per user.

    `images` is uint8 (N, H, W, 1 or 3), memory-mapped or not, and `cache_key` names its content: data and view. `dealt`
    says which images are meant, by default the protocol's `split` of all. `pixels` is done to them before the network,
    by default what the protocol does; `cache_key` names anything else.
    """
    dealt = dealt or split(len(images), protocol)
    apart = not np.isin(dealt.baseline, dealt.reference).all()
    # Each by itself, since protocols with other baselines have this reference, too.
    used = {"reference": np.sort(dealt.reference)} | ({"baseline": np.sort(dealt.baseline)} if apart else {})
    found = {
        name: cached_features(
            [cache_key, protocol.dims, protocol.resize, chosen.tolist(), extractor.identity["digest"]],
            lambda chosen=chosen: extractor.stream(
                (images[index] for index in chosen), len(chosen), pixels or protocol.pixels
            ),
        )
        for name, chosen in used.items()
    }

    def rows(indices: np.ndarray, name: str = "reference") -> np.ndarray:
        return found[name][np.searchsorted(used[name], indices)]

    baseline = rows(dealt.baseline, "baseline" if apart else "reference")
    return ReferenceFeatures(rows(dealt.reference), baseline, rows(dealt.baseline_reference))


def cached_features(key: list, compute: Callable[[], np.ndarray]) -> np.ndarray:
    """Return the features (N, dims) that the cache holds under a key, JSON of all that they depend on, or compute them.

    Two processes never compute the same features at once.
    """
    path = cache_root() / "features" / f"{digest(key)}.npy"
    with file_lock(path.with_suffix(".lock")):
        try:
            return np.load(path)
        except (FileNotFoundError, ValueError, EOFError):  # absent, or cut short from outside: made anew
            features, content = compute(), io.BytesIO()
            np.save(content, features)
            write_bytes(path, content.getvalue())
            return features


def far_features(
    source: Source, view: View, count: int, protocol: Protocol, extractor: Extractor, drawn: bool = False
) -> dict[str, tuple[str, np.ndarray]]:
    """Return words about, and features (count, dims) of, images that no model should be as far from the real ones as.

    `other_domain` is the other data set at the same size and of the same kind, with `drawn` always the drawn one.
    `noise` is uniform over all levels.
    """
    other, other_view = other_source(source, drawn), counterpart(view)
    how = [protocol.dims, protocol.resize, extractor.identity["digest"], count]
    domain = cached_features(
        ["other_domain", SEED, other.fingerprint, other_view.key, *how],
        lambda: extractor(drawn_from(other, other_view, count), protocol.pixels),
    )
    shape = count, view.size, view.size, view.channels
    uniform = cached_features(
        ["noise", SEED, view.size, view.channels, *how],
        lambda: extractor(np.random.default_rng(SEED).integers(0, 256, shape, np.uint8), protocol.pixels),
    )
    return {"other_domain": (other.name, domain), "noise": ("uniform noise", uniform)}


def published_far(run: Run, view: View, plan: Plan, weights: str) -> dict[str, dict[str, Any]]:
    """Return the far references' rows that a published result on the same images of a view has by a plan; or none.

    So that runs are held against the same rows whatever becomes of the drawn sets. `weights` is the digest of the
    Inception weights.
    """
    wanted = run.source.fingerprint, record(replace(run.configuration, view=view))["view"]
    for item in stored(results_root(), tier=run.configuration.tier) if plan.other_domain == "drawn" else ():
        same = (item.record["data"]["fingerprint"], item.record["configuration"]["view"]) == wanted
        protocol = item.result["protocol"] if same and item.result else {"weights": {"digest": None}}
        if plan_record(plan).items() <= protocol.items() and protocol["weights"]["digest"] == weights:
            return {name: item.result["measures"][name] for name in FAR}
    return {}


def counterpart(view: View) -> View:
    """Return the other data set's view of the same kind and size, with the steps of arm `matched`."""
    return BirdView(view.size, kind=view.kind) if isinstance(view, FaceView) else as_a_face(view)


def other_source(source: Source, drawn: bool = False) -> Source:
    """Return the other data set: the drawn one, or unless `drawn` real images that lie beside real ones."""
    dataset = "faces" if source.dataset == "birds" else "birds"
    if source.path is not None and not drawn:
        for root in (source.path, source.path.parent):
            try:
                # Any photographs of the other kind will do, but only those that lie beside.
                return find(dataset, root, unofficial=True, deeper=False)
            except AbsentError:
                continue
    return find(dataset, None)


def drawn_from(source: Source, view: View, count: int) -> np.ndarray:
    """Render images of a source to a view, uint8 (count, size, size, C), chosen by a fixed seed; or all."""
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


class RealImages:
    """The prepared images of a run's views and of the common size, and which of them a protocol deals.

    `arrays` holds by view all images, also of persons held out, `common` is the view at the common size. `trained_on`
    and `held_out` are rows of the arrays.
    """

    def __init__(self, run: Run, plan: Plan) -> None:
        self.run, self.source, self.plan, self.view = run, run.source, plan, run.configuration.view
        self.common = self.view if plan.common_size is None else replace(self.view, size=plan.common_size)
        self.arrays = prepare(run.source, list(dict.fromkeys([self.common, *run.configuration.views])))
        self.trained_on, self.held_out = training_rows(run.source), held_out_rows(run.source)

    def dealt(self, protocol: Protocol) -> Split:
        """Deal rows of the arrays that were trained on, for the baseline those held out if the plan has them."""
        if self.plan.held_out and len(self.held_out):
            return split_by_person(self.trained_on, self.held_out, protocol)
        found = split(len(self.trained_on), protocol)
        return Split(*(self.trained_on[part] for part in vars(found).values()))

    def key(self, view: View) -> str:
        """Name the content of the images of a view."""
        return f"{prepared_folder(self.source).name}/{view.key}/{len(self.trained_on)}"

    def reference(self, protocol: Protocol, extractor: Extractor, view: View | None = None) -> ReferenceFeatures:
        """Return the features of the images of a view, by default at the protocol's size."""
        view = view or (self.view if protocol.size is None else self.common)
        return reference_features(self.arrays[view], self.key(view), protocol, extractor, self.dealt(protocol))

    def stretched(self, protocol: Protocol, extractor: Extractor) -> ReferenceFeatures:
        """Return the features of the model's images, of one channel, each stretched to its own range before."""
        dealt, key = self.dealt(protocol), f"{self.key(self.view)}/stretched"
        return reference_features(
            self.arrays[self.view], key, protocol, extractor, dealt, lambda batch: protocol.pixels(stretch_each(batch))
        )

    def flags(self, protocol: Protocol, view: View) -> list[str]:
        """Return what is to be minded of all rows of a view by a protocol."""
        raised = {
            "out-of-domain": view.kind == "edges",  # Inception has seen photographs
            "fewer-images": len(self.dealt(protocol).reference) < (protocol.reference or 0),
        }
        return [flag for flag, is_raised in raised.items() if is_raised]

    def fixed_rows(self, protocol: Protocol, extractor: Extractor, view: View, far: bool) -> dict[str, dict[str, Any]]:
        """Return the rows that are the same for all models of a view: the baseline, and if `far` the far references."""
        known = published_far(self.run, view, self.plan, extractor.identity["digest"]) if far else {}
        sets = {}
        if far and not known:
            count, drawn = self.plan.beside or protocol.samples, self.plan.other_domain == "drawn"
            sets = far_features(self.source, view, count, protocol, extractor, drawn)
        depends = [self.key(view), protocol_record(protocol), extractor.identity["digest"], self.plan.held_out]
        depends += [[words, found.shape, sha256(found).hexdigest()] for words, found in sets.values()]
        flags = self.flags(protocol, view)
        path = cache_root() / "features" / f"{digest([SCHEMA, depends, sorted(sets), flags])}-rows.json"
        with file_lock(path.with_suffix(".lock")):
            try:
                return read_json(path) | known
            except UserError:  # absent, or cut short from outside: measured anew
                real = self.reference(protocol, extractor, view)
                rows = distance_rows({BASELINE: real.baseline}, real.baseline_reference, flags)
                rows |= distance_rows({name: found for name, (_, found) in sets.items()}, real.reference, flags)
                for name, (words, _) in sets.items():
                    rows[name]["images"] = words
                write_json(path, rows)
                return rows | known


def stretch_each(images: np.ndarray) -> np.ndarray:
    """Stretch each image (N, size, size, 1) to its own minimum and maximum."""
    return stretch(images[..., 0])[..., None]
