"""What makes a run's images: its generator, and where that reads images the stages before it (paper B, Figure 1)."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from stackrepro.base.files import read_json, sha256_of_file
from stackrepro.base.places import results_root
from stackrepro.data.pixels import jpeg, stretch
from stackrepro.models import Stack
from stackrepro.models.stack import StackedGenerator
from stackrepro.runs.batches import as_tensor
from stackrepro.runs.run import Run
from stackrepro.runs.sampling import load_generator, recalibrate, to_pixels

Feed = Literal["raw", "stretched", "jpeg"]


class Fed(StackedGenerator):
    """Stages that were trained apart, one behind the other; what lies between them is done to images as `feed` says."""

    def __init__(self, first: nn.Module, second: nn.Module, feed: Feed, value_range: tuple[float, float]) -> None:
        nn.Module.__init__(self)
        self.specification = Stack(first.specification, second.specification, hold="everything")
        self.first, self.second, self.feed, self.value_range = first, second, feed, value_range

    def between(self, image: Tensor) -> Tensor:
        """Turn images (N, 1, size, size) of one stage into what the next one reads."""
        if self.feed == "raw":
            return image
        pixels = stretch(to_pixels(image, self.value_range)[..., 0])
        if self.feed == "jpeg":
            pixels = np.stack([np.asarray(jpeg(Image.fromarray(one))) for one in pixels])
        return as_tensor(pixels[..., None], self.value_range, image.device)


LAST, AVERAGE = "generator", "average"  # what weights files are called, or begin with where they are of a kept point
STAGE1 = {"last": LAST, "average": AVERAGE}  # by `Configuration.stage1_weights`


def sampler(run: Run, root: Path, generator: nn.Module, averaged: bool = False) -> nn.Module:
    """Return what turns latents into the images of a run, in inference mode; the weights of `generator` are left alone.

    Args:
        root: where the runs of the stages before it lie.
        generator: the run's own, at any point of its training.
        averaged: whether its weights are an average, to which no running statistics belong: BatchNorm is recalibrated.

    Raises:
        UserError: a stage before it isn't trained.
    """
    c = run.configuration
    if c.sampling_norm == "batch":
        generator = normalised_by_batch(generator)
    elif averaged or c.sampling_norm == "recalibrated":
        generator = deepcopy(generator)
        recalibrate(generator)
    if c.condition is None or run.stage1 is None:
        return generator.eval()
    device = next(generator.parameters()).device
    first = trained_sampler(run.stage1, root, device, STAGE1[c.stage1_weights])
    return Fed(first, generator, c.feed, c.value_range).eval()


def trained_sampler(run: Run, root: Path, device: torch.device, name: str = LAST) -> nn.Module:
    """Load the `sampler` of a run from the weights that it has kept by a name such as `snapshots/average-000576`."""
    generator = load_generator(run.configuration, weights_file(run, root, name), device)
    return sampler(run, root, generator, averaged=Path(name).name.startswith(AVERAGE))


def trained_stage1(run: Run, root: Path, device: torch.device) -> nn.Module:
    """Return the network of a run's trained first stage as a second one is built on it."""
    name = STAGE1[run.configuration.stage1_weights]
    network = load_generator(run.stage1.configuration, weights_file(run.stage1, root, name), device)
    if name == AVERAGE:
        recalibrate(network)
    return network


def weights_file(run: Run, root: Path, name: str) -> Path:
    """Return where a run's weights lie: under `root`, or in results/ if they are published as they were trained."""
    own, published = (run.folder(place) / f"{name}.safetensors" for place in (root, results_root()))
    if not own.exists() and published.exists():
        recorded = read_json(published.with_name("result.json")).get(f"{name}_sha256")
        if recorded == sha256_of_file(published):
            return published
    return own


def shown(run: Run, root: Path, update: int | None = None, last: bool = False) -> str:
    """Name the weights that stand for a run, trained or after `update` updates: its average, or the last iterate.

    The last iterate stands where there is no average: before the first update, in runs of before averages were kept, or
    if it is asked for.
    """
    names = [name if update is None else f"snapshots/{name}-{update:06d}" for name in (AVERAGE, LAST)]
    return names[0] if not last and weights_file(run, root, names[0]).exists() else names[1]


def has_stage1(run: Run, root: Path) -> bool:
    """Tell whether the weights are there that a run's first stage gives it."""
    return weights_file(run.stage1, root, STAGE1[run.configuration.stage1_weights]).exists()


def normalised_by_batch(generator: nn.Module) -> nn.Module:
    """Return a copy whose BatchNorm takes the statistics of each batch, in inference mode too."""
    copied = deepcopy(generator)
    for module in copied.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.track_running_stats, module.running_mean, module.running_var = False, None, None
    return copied
