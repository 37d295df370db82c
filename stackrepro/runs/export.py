"""A run's generator for use elsewhere: safetensors or ONNX, in full or half precision.

A smaller precision must not show: over the first 64 fixed latents the images, in levels of 0 to 255, may differ by 1.5
levels in the root mean square from those of the trained weights. `evaluate --released` holds the distances to that.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.models import build
from stackrepro.runs.feeding import sampler, trained_sampler
from stackrepro.runs.randomness import fixed_latents
from stackrepro.runs.run import Run
from stackrepro.runs.sampling import BATCH, DISPLAYS, clipped, sample, to_levels, wrapped
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
        UserError: half precision shows.
    """
    state = read_weights(item.folder / "generator.safetensors")
    metadata = metadata_of(item)
    if half:
        state = {name: tensor.half() if is_kernel(tensor) else tensor for name, tensor in state.items()}
        metadata["difference"] = refuse_if_it_shows(run, difference(run, item.folder.parent, state))
    return save({name: tensor.contiguous() for name, tensor in state.items()}, metadata)


def for_release(run: Run, item: StoredRun, bits: int = BITS[0]) -> tuple[bytes, str]:
    """Return a safetensors file with the run's generator in as few bits as don't show, and the name of that precision.

    `bits` is the least number to try; where even 16 show, the weights stay as they were trained.
    """
    state = read_weights(item.folder / "generator.safetensors")
    for tried in (number for number in BITS if number >= bits):
        content = packed(state, tried, metadata_of(item))
        shown = difference(run, item.folder.parent, rounded(content))
        if shown <= LIMIT:
            content = packed(state, tried, metadata_of(item) | {"difference": f"{shown:.3f}"})
            return content, f"kernels rounded to {tried} bits"
    return as_safetensors(run, item, half=False), "single precision"


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


class Images(nn.Module):
    """Latents (N, numbers) to images uint8 (N, size, size, C), levels 0 to 255, as `stackrepro sample` writes them."""

    def __init__(self, run: Run, made: nn.Module) -> None:
        super().__init__()
        self.made, self.value_range = made, run.configuration.value_range
        self.display = {"clip": clipped, "wrap": wrapped}[run.configuration.display]

    def forward(self, latents: Tensor) -> Tensor:
        """Map latents to images."""
        return self.display(to_levels(self.made(latents), self.value_range)).to(torch.uint8).permute(0, 2, 3, 1)


def as_onnx(run: Run, item: StoredRun, half: bool) -> bytes:
    """Return an ONNX model of the whole way from latents to images, which onnxruntime has been seen to follow.

    Input `latents`, float32 (N, numbers); output `images`, uint8 (N, size, size, C), levels 0 to 255; N is free. With
    `half` kernels are stored as float16 and widened when the model is loaded.

    Raises:
        UserError: the images can't be made by ONNX, onnxruntime differs from torch by more than a level anywhere, or
            half precision shows.
    """
    c = run.configuration
    if c.sampling_norm == "batch" or (run.stage1 is not None and run.stage1.configuration.sampling_norm == "batch"):
        raise UserError(
            f"The images of {run.name} depend on each other (BatchNorm by the batch), which ONNX can't hold: use "
            f"--format safetensors."
        )
    if c.feed != "raw":
        raise UserError(
            f"Between the stages of {run.name} images are {c.feed}, which ONNX can't do: use --format safetensors."
        )
    made = trained_sampler(run, item.folder.parent, CPU)
    latents = torch.from_numpy(fixed_latents(2, made.specification.latent))
    with torch.no_grad():
        program = torch.onnx.export(
            Images(run, made).eval(),
            (latents,),
            dynamo=True,
            dynamic_shapes=({0: torch.export.Dim("count", min=1)},),
            input_names=["latents"],
            output_names=["images"],
            verbose=False,
        )
    model, images = program.model_proto, in_levels(run, made)
    if (worst := apart(images, images_of(model)).max()) > 1:
        raise UserError(
            f"onnxruntime makes other images of {run.name} than torch, by {worst} levels: use --format safetensors."
        )
    if half:
        halve(model)
        refuse_if_it_shows(run, in_root_mean_square(images, images_of(model)))
    for key, value in metadata_of(item).items():
        model.metadata_props.add(key=key, value=value)
    return model.SerializeToString()


def images_of(model: Any) -> np.ndarray:
    """Return what onnxruntime makes of the first 64 fixed latents, in two batches of unequal size."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    latents = fixed_latents(BATCH, session.get_inputs()[0].shape[1])
    return np.concatenate([session.run(["images"], {"latents": part})[0] for part in (latents[:1], latents[1:])])


def halve(model: Any) -> None:
    """Store an ONNX model's kernels as float16, each with a node behind it that widens it to float32."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and len(tensor.dims) > 1:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{name}.half"))
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(casts + nodes)
