"""What makes a run's images: its generator, and where that reads images the stages before it (paper B, Figure 1)."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

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


def sampler(run: Run, root: Path, generator: nn.Module) -> nn.Module:
    """Return what turns latents into the images of a run, in inference mode; the weights of `generator` are left alone.

    Args:
        root: where the runs of the stages before it lie.
        generator: the run's own, at any point of its training.

    Raises:
        UserError: a stage before it isn't trained.
    """
    c = run.configuration
    if c.sampling_norm == "batch":
        generator = normalised_by_batch(generator)
    elif c.sampling_norm == "recalibrated":
        generator = deepcopy(generator)
        recalibrate(generator)
    if c.condition is None or run.stage1 is None:
        return generator.eval()
    device = next(generator.parameters()).device
    return Fed(trained_sampler(run.stage1, root, device), generator, c.feed, c.value_range).eval()


def trained_sampler(run: Run, root: Path, device: torch.device, name: str = "generator") -> nn.Module:
    """Load the `sampler` of a run from the weights that it has kept by this name."""
    path = run.folder(root) / f"{name}.safetensors"
    return sampler(run, root, load_generator(run.configuration, path, device))


def normalised_by_batch(generator: nn.Module) -> nn.Module:
    """Return a copy whose BatchNorm takes the statistics of each batch, in inference mode too."""
    copied = deepcopy(generator)
    for module in copied.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.track_running_stats, module.running_mean, module.running_var = False, None, None
    return copied
