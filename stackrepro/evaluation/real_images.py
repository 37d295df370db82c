"""The real images that a run is measured against, with what is known of them before any model is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stackrepro.data import View, held_out_rows, prepare, training_rows
from stackrepro.data.pixels import stretch
from stackrepro.data.prepared import prepared_folder
from stackrepro.evaluation.ceilings import ceiling_features, fixed_rows
from stackrepro.evaluation.current import protocol_record
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.measure import ReferenceFeatures, reference_features
from stackrepro.evaluation.protocols import Plan, Protocol, Split, split, split_by_person
from stackrepro.runs import Run


class RealImages:
    """The prepared images of a run's views and of the common size, and which of them a protocol deals.

    `arrays` holds by view all images, also of persons held out, `common` is the view at the common size. `trained_on`
    and `held_out` are rows of the arrays.
    """

    def __init__(self, run: Run, plan: Plan) -> None:
        self.source, self.plan, self.view = run.source, plan, run.configuration.view
        self.common = self.view if plan.common_size is None else replace(self.view, size=plan.common_size)
        self.arrays = prepare(run.source, list(dict.fromkeys([self.common, *run.configuration.views])))
        self.trained_on, self.held_out = training_rows(run.source), held_out_rows(run.source)

    def dealt(self, protocol: Protocol) -> Split:
        """Deal rows of the arrays: the reference is trained on, the floor too unless the plan has held-out persons."""
        if self.plan.held_out and len(self.held_out):
            return split_by_person(self.trained_on, self.held_out, protocol)
        found = split(len(self.trained_on), protocol)
        return Split(*(self.trained_on[part] for part in (found.reference, found.floor, found.floor_reference)))

    def key(self, view: View) -> str:
        """Name the content of the images of a view."""
        return f"{prepared_folder(self.source).name}/{view.key}/{len(self.trained_on)}"

    def view_for(self, protocol: Protocol) -> View:
        """Return the view at the protocol's size, if it has one, else the model's."""
        return self.view if protocol.size is None else self.common

    def reference(self, protocol: Protocol, extractor: Extractor, view: View | None = None) -> ReferenceFeatures:
        """Return the features of the images of a view, by default the protocol's."""
        view = view or self.view_for(protocol)
        return reference_features(self.arrays[view], self.key(view), protocol, extractor, self.dealt(protocol))

    def stretched(self, protocol: Protocol, extractor: Extractor) -> ReferenceFeatures:
        """Return the features of the model's images, of one channel, each stretched to its own range before."""
        images, key = Stretched(self.arrays[self.view]), f"{self.key(self.view)}/stretched"
        return reference_features(images, key, protocol, extractor, self.dealt(protocol))

    def flags(self, protocol: Protocol, view: View) -> list[str]:
        """Return what is to be minded of all rows of a view by a protocol."""
        raised = {
            "out-of-domain": getattr(view, "kind", None) == "edges",  # Inception has seen photographs
            "fewer-images": len(self.dealt(protocol).reference) < (protocol.reference or 0),
        }
        return [flag for flag, is_raised in raised.items() if is_raised]

    def fixed_rows(self, protocol: Protocol, extractor: Extractor, view: View, ceilings: bool) -> dict[str, Any]:
        """Return the rows that are the same for all models of a view: the floor, and the ceilings if they are wanted.

        With a size of its own a protocol has no ceilings: those of the models of that size are the same.
        """
        sets = {}
        if ceilings:
            count, drawn = self.plan.beside or protocol.samples, self.plan.other_domain == "drawn"
            sets = ceiling_features(self.source, view, count, protocol, extractor, drawn)
        depends = [self.key(view), protocol_record(protocol), extractor.identity["digest"], self.plan.held_out]
        depends += [[words, len(found)] for words, found in sets.values()]
        return fixed_rows(self.reference(protocol, extractor, view), sets, self.flags(protocol, view), depends)


def stretch_each(images: np.ndarray) -> np.ndarray:
    """Stretch each image (N, size, size, 1) to its own minimum and maximum."""
    return stretch(images[..., 0])[..., None]


@dataclass(frozen=True)
class Stretched:
    """Real images (N, size, size, 1), each stretched when it is read."""

    images: Any

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> np.ndarray:
        return stretch_each(self.images[index][None])[0]
