"""A run's whole way from latents to images as ONNX."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.runs.export import CPU, apart, in_levels, in_root_mean_square, metadata_of, refuse_if_it_shows
from stackrepro.runs.feeding import shown, trained_sampler
from stackrepro.runs.randomness import fixed_latents
from stackrepro.runs.run import Run
from stackrepro.runs.sampling import BATCH, clipped, to_levels, wrapped
from stackrepro.runs.store import StoredRun


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
    made = trained_sampler(run, item.folder.parent, CPU, shown(run, item.folder.parent))
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
