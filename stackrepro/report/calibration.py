"""How long an update takes here: a model of its arithmetic, fitted to a few updates that are timed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.optimize import nnls
from torch.fx.experimental import _config as meta_settings
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from stackrepro.experiments import Configuration, resolve
from stackrepro.models import build
from stackrepro.report.plan import ARM
from stackrepro.runs.devices import device_named, prepare_process
from stackrepro.runs.players import start
from stackrepro.updates.game import Batch, Game
from stackrepro.updates.play import play
from stackrepro.updates.player import Player

# What is timed: an experiment, its tier, and the batch on a CPU, which keeps the whole within some ten seconds. A GPU
# is timed at the paper's own batches, since it takes large ones.
TIMED = (
    ("birds/dense-64", "paper", 8),
    ("birds/dconv-64", "paper", 8),
    ("birds/conv-64", "paper", 2),
    ("faces/edges", "paper", 2),
    ("faces/gray", "paper", 1),
    ("birds/dconv-128", "reduced", 32),
    ("birds/conv-64", "reduced", 16),
    ("faces/gray", "reduced", 1),
    ("birds/dense-64", "quick", 32),
    ("birds/dconv-64", "quick", 32),
    ("faces/gray", "quick", 1),
)
ENOUGH = 0.15  # seconds of updates that are counted, or one update


@dataclass(frozen=True)
class Work:
    """What one update is made of: multiply-adds, weights that are trained, and calls of tensor operations."""

    multiply_adds: float
    weights: float
    calls: float

    @property
    def row(self) -> np.ndarray:
        return np.array([self.multiply_adds, self.weights, self.calls])


class Tally(TorchDispatchMode):
    """Counts the calls of tensor operations within it, and their multiply-adds by PyTorch's own formulas."""

    def __init__(self) -> None:
        super().__init__()
        self.multiply_adds, self.calls = 0, 0

    def __torch_dispatch__(self, function: Any, types: Any, arguments: tuple = (), keywords: dict | None = None) -> Any:
        keywords = keywords or {}
        result = function(*arguments, **keywords)
        self.calls += 1
        formula = flop_registry.get(function._overloadpacket)
        if formula is not None:
            self.multiply_adds += formula(*arguments, **keywords, out_val=result) // 2
        return result


def work(c: Configuration, batch: int | None = None) -> Work:
    """Count what an update of a configuration does, with its own batch or another; nothing is computed or allocated."""
    with torch.device("meta"):
        networks = [build(part) for part in (c.generator, c.discriminator, c.first_discriminator) if part is not None]
    trained = [[weight for weight in network.parameters() if weight.requires_grad] for network in networks]
    # The optimizer's own arithmetic goes by the weights; it needs none here.
    players = [Player(network, torch.optim.SGD(weights)) for network, weights in zip(networks, trained, strict=True)]
    # A rule that picks by a mask asks which elements are true, which shapes don't tell: all stand for some.
    with meta_settings.patch(meta_nonzero_assume_all_nonzero=True), Tally() as tally:
        play(c.update, Game(*players), images(c, batch or c.batch, torch.device("meta")), batch or c.batch)
    return Work(tally.multiply_adds, sum(weight.numel() for weights in trained for weight in weights), tally.calls)


def images(c: Configuration, batch: int, device: torch.device) -> Batch:
    """Return images of noise for one update."""
    count = batch * c.update.real_batches
    return Batch(*(torch.rand(count, view.channels, view.size, view.size, device=device).sub(0.5) for view in c.views))


def seconds(c: Configuration, batch: int, device: torch.device) -> float:
    """Time an update: the shortest of some, behind one that isn't counted.

    On a CPU that is the time of the processor, so that a busy machine counts like an idle one.
    """
    game, real = start(c, device), images(c, batch, device)
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    taken: list[float] = []
    while sum(taken[1:]) < ENOUGH:
        since = clock()
        losses = play(c.update, game, real, batch)
        sum(value.item() for value in losses.values())  # waits for a device that works on while the program goes ahead
        taken.append(clock() - since)
    return min(taken[1:])


@dataclass(frozen=True)
class Calibration:
    """Seconds an update = multiply-adds, trained weights and calls, each times a rate that was fitted here.

    `timed` holds for each timed configuration its name, its batch, its work and its seconds.
    """

    timed: tuple[tuple[str, int, Work, float], ...]

    def predict(self, what: Work) -> float:
        """Return the seconds that an update takes."""
        return float(what.row @ fitted(self.timed))

    @property
    def rates(self) -> np.ndarray:
        """Seconds for a multiply-add, for a weight, for a call."""
        return fitted(self.timed)

    @property
    def checks(self) -> list[tuple[str, int, Work, float, float]]:
        """The timed configurations, each with what the model says of it that is fitted to the others alone."""
        return [
            (*point, float(point[2].row @ fitted((*self.timed[:place], *self.timed[place + 1 :]))))
            for place, point in enumerate(self.timed)
        ]

    @property
    def error(self) -> float:
        """The factor by which those sayings are off, as the geometric mean."""
        return float(np.exp(np.mean([abs(np.log(said / took)) for *_, took, said in self.checks])))


def fitted(timed: tuple[tuple[str, int, Work, float], ...]) -> np.ndarray:
    """Fit the three rates, none negative, so that relative errors are small."""
    rows = np.array([what.row / took for _, _, what, took in timed])
    scale = rows.max(axis=0)
    return nnls(rows / scale, np.ones(len(rows)))[0] / scale


def calibrate(device: str = "cpu") -> Calibration:
    """Time the updates in TIMED on this machine, one thread on a CPU; what doesn't fit into a GPU is left out.

    Raises:
        UserError: no such device here.
    """
    place = device_named(device)
    prepare_process(1)
    timed = []
    for name, tier, batch in TIMED:
        c = resolve(name, ARM, tier)
        batch = batch if place.type == "cpu" else c.batch
        try:
            timed.append((f"{name}, {tier}", batch, work(c, batch), seconds(c, batch, place)))
        except torch.OutOfMemoryError:
            continue
    return Calibration(tuple(timed))
