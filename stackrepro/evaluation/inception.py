"""The network of the FID: pytorch-fid's own in torch, and an ONNX copy of it that a CPU runs faster."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from stackrepro.base.files import write_atomic
from stackrepro.evaluation.weights import load_weights, lock_of, weights_identity

if TYPE_CHECKING:
    from torch import Tensor, nn

DIMENSIONS = (64, 192, 768, 2048)


def torch_network(dims: int, weights: Path) -> nn.Module:
    """Build pytorch-fid's network up to the block with `dims` channels, with the numbers of `weights`.

    It maps levels 0 to 255, (N, H, W, 3), to float32 (N, dims): pixels to [0, 1], bilinear resize to 299 x 299 without
    antialiasing, [-1, 1], the blocks, the mean over space. Source: pytorch_fid.inception.InceptionV3 and
    pytorch_fid.fid_score.get_activations, version 0.3.0.

    Raises:
        UserError: `weights` is damaged.
    """
    from unittest.mock import patch

    import torch
    from pytorch_fid import inception
    from torch import nn

    state = pytorch_fid_state(weights)
    # InceptionV3 always downloads what it loads; this hands it the checked weights instead
    with patch.object(inception, "load_state_dict_from_url", lambda *_, **__: state):
        blocks = inception.InceptionV3([inception.InceptionV3.BLOCK_INDEX_BY_DIM[dims]])

    class Features(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = blocks

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            pixels = images.permute(0, 3, 1, 2).float() / 255  # (N, 3, H, W) in [0, 1]
            return self.blocks(pixels)[0].mean((2, 3))  # (N, dims)

    return Features().eval()


def pytorch_fid_state(weights: Path) -> dict[str, Tensor]:
    """Return the tensors of `weights` as pytorch-fid and torch-fidelity load them, by the layers' names.

    Raises:
        UserError: `weights` is damaged.
    """
    import torch

    state = {name: torch.from_numpy(tensor) for name, tensor in load_weights(weights).items()}
    return state | {"fc.weight": torch.zeros(1008, 2048), "fc.bias": torch.zeros(1008)}  # asked for, used by no block


def onnx_network(dims: int, weights: Path) -> Path:
    """Return the ONNX file of `torch_network`, which lies beside `weights` and is exported on the first call.

    Its input `images` is float32 (N, H, W, 3), levels 0 to 255, of any N, H and W, its output `features` float32
    (N, dims). Batch normalisation is folded into the convolutions. Once it exists, neither torch nor torchvision is
    imported.

    Raises:
        UserError: `weights` is damaged.
    """
    path = weights.with_name(f"{weights_identity(weights)['digest'][:16]}-{dims}-float32.onnx")
    with lock_of(weights):
        if not path.exists():
            content = _export(dims, weights)
            with write_atomic(path) as temporary:
                temporary.write_bytes(content)
    return path


def _export(dims: int, weights: Path) -> bytes:
    import torch

    example = torch.zeros(2, 64, 48, 3)
    sizes = {axis: torch.export.Dim(name, min=1) for axis, name in enumerate(("count", "height", "width"))}
    program = torch.onnx.export(
        torch_network(dims, weights),
        (example,),
        dynamo=True,
        dynamic_shapes=(sizes,),
        input_names=["images"],
        output_names=["features"],
        verbose=False,
    )
    content = io.BytesIO()
    program.save(content)
    return content.getvalue()
