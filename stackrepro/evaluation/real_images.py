"""The real images that a run is measured against, with what is known of them before any model is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stackrepro.data import View, prepare, training_rows
from stackrepro.data.pixels import stretch
from stackrepro.data.prepared import prepared_folder
from stackrepro.evaluation.ceilings import ceiling_features, fixed_rows
from stackrepro.evaluation.current import protocol_record
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.measure import ReferenceFeatures, reference_features
from stackrepro.evaluation.protocols import Plan, Protocol
from stackrepro.evaluation.translations import Rows
from stackrepro.runs import Run


class RealImages:
    """The prepared images of a run's views and of the common size; by view, those that the training may see.

    `arrays` holds by view all images, also of persons held out, `common` is the view at the common size.
    """

    def __init__(self, run: Run, plan: Plan) -> None:
        self.source, self.plan, self.view = run.source, plan, run.configuration.view
        self.common = self.view if plan.common_size is None else replace(self.view, size=plan.common_size)
        self.arrays = prepare(run.source, list(dict.fromkeys([self.common, *run.configuration.views])))
        rows = training_rows(run.source)
        self._shown = {view: Rows(array, rows) for view, array in self.arrays.items()}

    def __getitem__(self, view: View) -> Rows:
        return self._shown[view]

    def key(self, view: View) -> str:
        """Name the content of the images of a view."""
        return f"{prepared_folder(self.source).name}/{view.key}/{len(self[view])}"

    def view_for(self, protocol: Protocol) -> View:
        """Return the view at the protocol's size, if it has one, else the model's."""
        return self.view if protocol.size is None else self.common

    def reference(self, protocol: Protocol, extractor: Extractor, view: View | None = None) -> ReferenceFeatures:
        """Return the features of the images of a view, by default the protocol's."""
        view = view or self.view_for(protocol)
        return reference_features(self[view], self.key(view), protocol, extractor)

    def stretched(self, protocol: Protocol, extractor: Extractor) -> ReferenceFeatures:
        """Return the features of the model's images, of one channel, each stretched to its own range before."""
        return reference_features(Stretched(self[self.view]), f"{self.key(self.view)}/stretched", protocol, extractor)

    def fixed_rows(self, protocol: Protocol, extractor: Extractor, view: View, ceilings: bool) -> dict[str, Any]:
        """Return the rows that are the same for all models of a view: the floor, and the ceilings if they are wanted.

        With a size of its own a protocol has no ceilings: those of the models of that size are the same.
        """
        sets = {}
        if ceilings:
            count = self.plan.beside or protocol.samples
            sets = ceiling_features(self.source, view, count, protocol, extractor)
        depends = [self.key(view), protocol_record(protocol), extractor.identity["digest"]]
        depends += [[words, len(found)] for words, found in sets.values()]
        return fixed_rows(self.reference(protocol, extractor, view), sets, out_of_domain(view), depends)


def out_of_domain(view: View) -> bool:
    """Say whether a view shows edges: Inception has seen photographs."""
    return getattr(view, "kind", None) == "edges"


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
