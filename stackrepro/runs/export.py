"""A trained generator at work: images, and files for use elsewhere (safetensors, ONNX).

A smaller precision must not show: over the first 64 fixed latents the images, in levels of 0 to 255, may differ by 1.5
levels in the root mean square from those of the trained weights. `evaluate --released` holds the distances to that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json, sha256_of_file, write_json
from stackrepro.models import build
from stackrepro.runs.run import Run
from stackrepro.runs.store import StoredRun, reopened, with_weights
from stackrepro.runs.weights import shown, trained_sampler, weights_file
from stackrepro.training.sampling import (
    AVERAGE,
    BATCH,
    DISPLAYS,
    fixed_latents,
    generate,
    in_levels,
    load_generator,
    recalibrate,
    write_image,
)

LIMIT = 1.5  # levels; Fréchet distances were seen to move by 0.6 % at most
CPU = torch.device("cpu")


@dataclass(frozen=True)
class TrainedGenerator:
    """A run's whole way from latents to images: its generator, behind the stages that its images are made from."""

    run: Run
    weights: Path
    network: nn.Module

    def sample(self, count: int = 64, first: int = 0, seed: int | None = None) -> np.ndarray:
        """Return images of `count` latents from number `first` on: uint8 (count, size, size, C), C being 1 or 3.

        Latents are those of a seed, or the fixed ones, which pictures and measurements are made from. Whole batches are
        made, so that an image depends on its latent alone.
        """
        start = first // BATCH * BATCH
        total = -(-(first + count) // BATCH) * BATCH  # BatchNorm by the batch, which some arms have, needs whole ones
        latents = fixed_latents(total, self.network.specification.latent)
        if seed is not None:
            latents = np.random.default_rng(seed).standard_normal(latents.shape, dtype=np.float32)
        c = self.run.configuration
        images = list(generate(self.network, latents[start:], c.value_range, DISPLAYS[c.display]))
        return np.concatenate(images)[first - start :][:count]


def load(
    name: str, arm: str = "matched", tier: str | None = None, seed: int = 0, device: str = "cpu"
) -> TrainedGenerator:
    """Return a trained generator, of your own run or else of a published one; no data set is needed.

    Args:
        name: an experiment, such as "birds/dconv-stack", or the name of a run.
        tier: None takes the highest whose weights are there.

    Raises:
        UserError: there is no such experiment or run, or its weights are missing or damaged.
    """
    item = with_weights(name, arm, tier, seed, places.runs_root(), places.results_root())
    return generator_of(reopened(item), item.folder.parent, torch.device(device))


def generator_of(run: Run, root: Path, device: torch.device = CPU, last: bool = False) -> TrainedGenerator:
    """Return the trained generator of a run, its average or the `last` iterate; raises UserError on damaged weights.

    Under `root` lie its weights and those of the stages before it.
    """
    name = shown(run, root, last=last)
    return TrainedGenerator(run, weights_file(run, root, name), trained_sampler(run, root, device, name))


def set_aside(folder: Path, made: TrainedGenerator, seed: int | None, grid: bool) -> None:
    """Keep a folder for the images of one generator, as `sample.json` there tells, and refuse one with other files."""
    note = folder / "sample.json"
    told = {"run": made.run.name, "weights": made.weights.name, "sha256": sha256_of_file(made.weights)}
    told |= {"command": made.run.command, "latents": "fixed" if seed is None else seed, "grid": grid}
    if folder.is_dir() and any(folder.iterdir()) and not (note.is_file() and read_json(note) == told):
        raise UserError(
            f"{folder} holds other files, with which these images would mix: empty it, or name another --to."
        )
    write_json(note, told)


def write_images(images: np.ndarray, folder: Path, first: int = 0) -> None:
    """Write each of the images, uint8 (N, size, size, 1 or 3), as `folder`/NUMBER.png, counted from `first`."""
    for number, image in enumerate(images, start=first):
        write_image(image, folder / f"{number:06d}.png")


def metadata_of(item: StoredRun) -> dict[str, str]:
    """Return what a file of weights says of itself: its run, identity, commit, version and configuration."""
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

    With a `name` these are the weights that the run keeps by it. None is for use elsewhere: those that stand for the
    run, an average with BatchNorm recalibrated.

    Raises:
        UserError: half precision shows, or the weights are damaged.
    """
    root, weights = item.folder.parent, name or shown(run, item.folder.parent)
    generator = load_generator(run.configuration, item.folder / f"{weights}.safetensors", CPU)
    if name is None and weights == AVERAGE:
        recalibrate(generator)
    state, metadata = generator.state_dict(), metadata_of(item)
    if half:
        state = {key: tensor.half() if tensor.dim() > 1 else tensor for key, tensor in state.items()}  # kernels
        levels = difference(run, root, state, weights)
        if levels > LIMIT:
            raise PrecisionShows(
                f"Half precision moves the images of {run.name} by {levels:.1f} levels, more than {LIMIT:g}: export it "
                f"without --half."
            )
        metadata["difference"] = f"{levels:.3f}"
    return save({key: tensor.contiguous() for key, tensor in state.items()}, metadata)


def difference(run: Run, root: Path, state: dict[str, Tensor], name: str) -> float:
    """Return the root mean square difference in levels that other weights than those of a name make in 64 images."""
    other = build(run.configuration.generator)
    other.load_state_dict(state)
    weights = weights_file(run, root, name)
    networks = (trained_sampler(run, root, CPU, name, generator) for generator in (None, other.eval()))
    images, others = (TrainedGenerator(run, weights, network).sample(BATCH) for network in networks)
    return float(np.sqrt(np.mean(apart(images, others) ** 2.0)))


def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return by how many levels uint8 images differ; 255 and 0 are neighbours where values wrap around, so always."""
    steps = (one - other).astype(np.int16)  # modulo 256
    return np.minimum(steps, 256 - steps)


class PrecisionShows(UserError):
    """Half precision moves a generator's images by more than may be."""


class Images(nn.Module):
    """Latents (N, numbers) to images uint8 (N, size, size, C), levels 0 to 255, as `stackrepro sample` writes them."""

    def __init__(self, made: TrainedGenerator) -> None:
        super().__init__()
        c = made.run.configuration
        self.network, self.value_range = made.network, c.value_range
        self.display = DISPLAYS[c.display]

    def forward(self, latents: Tensor) -> Tensor:
        """Map latents to images."""
        return in_levels(self.network(latents), self.value_range, self.display)


def as_onnx(run: Run, item: StoredRun) -> bytes:
    """Return an ONNX model of the whole way from latents to images, which onnxruntime has been seen to follow.

    Input `latents`, float32 (N, numbers); output `images`, uint8 (N, size, size, C), levels 0 to 255; N is free.

    Raises:
        UserError: the images can't be made by ONNX, or onnxruntime differs from torch by more than a level anywhere.
    """
    stages = [run]
    while stages[-1].configuration.condition is not None and stages[-1].stage1 is not None:
        stages.append(stages[-1].stage1)
    if any(stage.configuration.sampling_norm == "batch" for stage in stages):
        raise UserError(
            f"The images of {run.name} depend on each other (BatchNorm by the batch), which ONNX can't hold: use "
            f"--format safetensors."
        )
    if any(stage.configuration.feed != "raw" for stage in stages[:-1]):
        raise UserError(
            f"Between the stages of {run.name} images are stretched, which ONNX can't do: use --format safetensors."
        )
    made = generator_of(run, item.folder.parent)
    latents = torch.from_numpy(fixed_latents(2, made.network.specification.latent))
    shapes = ({0: torch.export.Dim("count", min=1)},)
    names = {"input_names": ["latents"], "output_names": ["images"]}
    with torch.no_grad():
        program = torch.onnx.export(
            Images(made).eval(), (latents,), dynamo=True, dynamic_shapes=shapes, verbose=False, **names
        )
    model, images = program.model_proto, made.sample(BATCH)
    if (worst := apart(images, images_of(model)).max()) > 1:
        raise UserError(
            f"onnxruntime makes other images of {run.name} than torch, by {worst} levels: use --format safetensors."
        )
    for key, value in metadata_of(item).items():
        model.metadata_props.add(key=key, value=value)
    return model.SerializeToString()


def images_of(model: Any) -> np.ndarray:
    """Return what onnxruntime makes of the first 64 fixed latents, in two batches of unequal size."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    latents = fixed_latents(BATCH, session.get_inputs()[0].shape[1])
    return np.concatenate([session.run(["images"], {"latents": part})[0] for part in (latents[:1], latents[1:])])
