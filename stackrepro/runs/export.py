"""A run's generator as safetensors: as it was trained, or in half precision.

A smaller precision must not show: over the first 64 fixed latents the images, in levels of 0 to 255, may differ by 1.5
levels in the root mean square from those of the trained weights. `evaluate --released` holds the distances to that.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save
from torch import nn

from stackrepro.base.errors import UserError
from stackrepro.models import build
from stackrepro.runs.feeding import AVERAGE, sampler, shown, trained_sampler
from stackrepro.runs.run import Run
from stackrepro.runs.sampling import BATCH, DISPLAYS, load_generator, recalibrate, sample
from stackrepro.runs.store import StoredRun
from stackrepro.runs.weights import State, is_kernel

LIMIT = 1.5  # levels; Fréchet distances were seen to move by 0.6 % at most
CPU = torch.device("cpu")


def metadata_of(item: StoredRun) -> dict[str, str]:
    """Return what a file of weights says of itself: its run, identity, commit, versions and configuration."""
    record = item.record
    return {
        "run": record["name"],
        "identity": record["identity"],
        "commit": str(record["starts"][-1]["commit"]),
        "package_version": record["package_version"],
        "configuration": json.dumps(record["configuration"]),
    }


def as_safetensors(run: Run, item: StoredRun, half: bool, name: str | None = None) -> bytes:
    """Return a safetensors file of the run's own generator, kernels in float16 if `half`.

    Args:
        name: the weights as the run keeps them by this name. None is for use elsewhere: those that stand for the run,
            an average with BatchNorm recalibrated.

    Raises:
        UserError: half precision shows, or the weights are damaged.
    """
    state = trained(run, item, name or shown(run, item.folder.parent), recalibrated=name is None)
    metadata = metadata_of(item)
    if half:
        state = {key: tensor.half() if is_kernel(tensor) else tensor for key, tensor in state.items()}
        levels = difference(run, item.folder.parent, state, name or shown(run, item.folder.parent))
        metadata["difference"] = refuse_if_it_shows(run, levels)
    return save({key: tensor.contiguous() for key, tensor in state.items()}, metadata)


def trained(run: Run, item: StoredRun, name: str, recalibrated: bool) -> State:
    """Return the state of a run's own generator by the name of its weights; raises as `load_weights` does."""
    generator = load_generator(run.configuration, item.folder / f"{name}.safetensors", CPU)
    if recalibrated and name == AVERAGE:
        recalibrate(generator)
    return generator.state_dict()


def difference(run: Run, root: Path, state: State, name: str) -> float:
    """Return the root mean square difference in levels that other weights than those of a name make in 64 images."""
    other = build(run.configuration.generator)
    other.load_state_dict(state)
    made = trained_sampler(run, root, CPU, name), sampler(run, root, other.eval(), averaged=name == AVERAGE)
    return in_root_mean_square(*(in_levels(run, each) for each in made))


def in_levels(run: Run, made: nn.Module) -> np.ndarray:
    c = run.configuration
    return sample(made, BATCH, c.value_range, DISPLAYS[c.display])


def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return by how many levels uint8 images differ; 255 and 0 are neighbours where values wrap around, so always."""
    steps = (one - other).astype(np.int16)  # modulo 256
    return np.minimum(steps, 256 - steps)


def in_root_mean_square(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.sqrt(np.mean(apart(one, other) ** 2.0)))


class PrecisionShows(UserError):
    """Half precision moves a generator's images by more than may be."""


def refuse_if_it_shows(run: Run, levels: float) -> str:
    if levels > LIMIT:
        raise PrecisionShows(
            f"Half precision moves the images of {run.name} by {levels:.1f} levels, more than {LIMIT:g}: export it "
            f"without --half."
        )
    return f"{levels:.3f}"
