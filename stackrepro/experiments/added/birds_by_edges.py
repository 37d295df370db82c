"""Paper B's stack on paper A's birds: whether the method carries over to another data set, as it claims."""

from __future__ import annotations

from dataclasses import replace

from stackrepro.data import BirdView, View
from stackrepro.experiments import faces
from stackrepro.experiments.configuration import Configuration
from stackrepro.experiments.experiment import Experiment

NAMES = {"faces/edges": "birds/edges", "faces/gray": "birds/gray", "faces/single": "birds/gray-single"}


def on_birds(configuration: Configuration) -> Configuration:
    """Replace the faces of a training, and of the one before it, by birds of the same kind and size."""
    c = configuration
    return replace(
        c,
        experiment=NAMES[c.experiment],
        view=bird(c.view),
        condition=None if c.condition is None else bird(c.condition),
        stage1=None if c.stage1 is None else on_birds(c.stage1),
    )


def bird(view: View) -> BirdView:
    """Return the bird's view that shows what a face's does; birds have no arms of how edges are made."""
    return BirdView(view.size, kind=view.kind)


def edges(arm: str) -> Configuration:
    """Stage 1, noise to edges."""
    return on_birds(faces.edges(arm))


def gray(arm: str) -> Configuration:
    """Stage 2, edges to gray."""
    return on_birds(faces.gray(arm))


def single(arm: str) -> Configuration:
    """The single-stage control."""
    return on_birds(faces.single(arm))


EXPERIMENTS = (
    Experiment("birds/edges", "paper B's stage 1 on birds", "paper B, Conclusion", edges),
    Experiment("birds/gray", "paper B's stage 2 on birds", "paper B, Conclusion", gray),
    Experiment("birds/gray-single", "paper B's control on birds", "paper B, Conclusion", single),
)
