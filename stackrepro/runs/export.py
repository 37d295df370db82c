"""A run's generator as safetensors: as it was trained, in half precision, or in few bits for results/.

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
from stackrepro.runs.feeding import sampler, trained_sampler
from stackrepro.runs.run import Run
from stackrepro.runs.sampling import BATCH, DISPLAYS, load_generator, sample
from stackrepro.runs.store import StoredRun
from stackrepro.runs.weights import State, is_kernel, packed, read_weights

LIMIT = 1.5  # levels; Fréchet distances were seen to move by 0.6 % at most
BITS = (7, 8, 10, 12, 16)  # tried in this order
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


def as_safetensors(run: Run, item: StoredRun, half: bool) -> bytes:
    """Return a safetensors file of the run's own generator, kernels in float16 if `half`.

    Raises:
        UserError: half precision shows, or the weights are damaged.
    """
    state = trained(run, item)
    metadata = metadata_of(item)
    if half:
        state = {name: tensor.half() if is_kernel(tensor) else tensor for name, tensor in state.items()}
        metadata["difference"] = refuse_if_it_shows(run, difference(run, item.folder.parent, state))
    return save({name: tensor.contiguous() for name, tensor in state.items()}, metadata)


def for_release(run: Run, item: StoredRun, bits: int = BITS[0]) -> tuple[bytes, str]:
    """Return a safetensors file with the run's generator in as few bits as don't show, and the name of that precision.

    `bits` is the least number to try; where even 16 show, the weights stay as they were trained.
    """
    state = trained(run, item)
    for tried in (number for number in BITS if number >= bits):
        content = packed(state, tried, metadata_of(item))
        shown = difference(run, item.folder.parent, rounded(content))
        if shown <= LIMIT:
            content = packed(state, tried, metadata_of(item) | {"difference": f"{shown:.3f}"})
            return content, f"kernels rounded to {tried} bits"
    return as_safetensors(run, item, half=False), "single precision"


def trained(run: Run, item: StoredRun) -> State:
    """Return the state of a run's own generator; raises as `load_weights` does."""
    return load_generator(run.configuration, item.folder / "generator.safetensors", CPU).state_dict()


def rounded(content: bytes) -> State:
    """Return what a reader gets of packed weights."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(content)
        file.flush()
        return read_weights(Path(file.name))


def difference(run: Run, root: Path, state: State) -> float:
    """Return the root mean square difference, in levels, that other weights make in the first 64 images of a run."""
    other = build(run.configuration.generator)
    other.load_state_dict(state)
    images = [in_levels(run, made) for made in (trained_sampler(run, root, CPU), sampler(run, root, other.eval()))]
    return in_root_mean_square(*images)


def in_levels(run: Run, made: nn.Module) -> np.ndarray:
    c = run.configuration
    return sample(made, BATCH, c.value_range, DISPLAYS[c.display])


def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return by how many levels uint8 images differ; 255 and 0 are neighbours where values wrap around, so always."""
    steps = (one - other).astype(np.int16)  # modulo 256
    return np.minimum(steps, 256 - steps)


def in_root_mean_square(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.sqrt(np.mean(apart(one, other) ** 2.0)))


def refuse_if_it_shows(run: Run, levels: float) -> str:
    if levels > LIMIT:
        raise UserError(
            f"Half precision moves the images of {run.name} by {levels:.1f} levels, more than {LIMIT:g}: export it "
            f"without --half."
        )
    return f"{levels:.3f}"
