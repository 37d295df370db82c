"""Weights on disk: as they were trained, in half precision, or rounded to few bits as the first ones were published.

Rounded are kernels, all tensors of two dimensions and more: each row, the weights of one output or, of transposed
convolutions, of one input, to whole multiples of its largest weight over 2^(bits - 1) - 1. Biases, BatchNorm's numbers
and counters stay as they are.
"""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor

PACKED, SCALE = ".packed", ".scale"
State = dict[str, Tensor]


def is_kernel(tensor: Tensor) -> bool:
    """Tell whether a tensor is one of those that are rounded: they are nearly all of a network's weights."""
    return tensor.dim() > 1 and tensor.is_floating_point()


def read_weights(path: Path) -> State:
    """Read a safetensors file of weights, whether they were rounded or not; rounded kernels become float32.

    Raises:
        FileNotFoundError, SafetensorError, ValueError, KeyError, RuntimeError: the file isn't there, or is damaged.
    """
    with safe_open(path, "pt") as file:
        metadata, state = file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    if "bits" not in metadata:
        return state
    bits, shapes = int(metadata["bits"]), json.loads(metadata["shapes"])
    if not 2 <= bits <= 16 or not isinstance(shapes, dict) or not all(map(is_shape, shapes.values())):
        raise ValueError("its metadata tell no shapes and bits")
    for name, shape in shapes.items():
        state[name] = unpacked(state.pop(name + PACKED), state.pop(name + SCALE), shape, bits)
    return state


def is_shape(value: Any) -> bool:
    """Tell whether a value is the shape of a kernel, as a list."""
    return isinstance(value, list) and len(value) > 1 and all(type(side) is int and side > 0 for side in value)


def unpacked(numbers: Tensor, scale: Tensor, shape: list[int], bits: int) -> Tensor:
    """Return the float32 kernel of a shape from its packed whole numbers, uint8, and its rows' factors, float32.

    Raises:
        ValueError: other numbers, or not as many as the shape takes; so a small file can't ask for much memory.
    """
    kinds = (numbers.dtype, scale.dtype)
    if kinds != (torch.uint8, torch.float32) or numbers.shape != (-(-prod(shape) * bits // 8),):
        raise ValueError(f"a kernel of shape {shape} is not what it says")
    places = np.unpackbits(numbers.numpy(), count=prod(shape) * bits).reshape(-1, bits)
    whole = places.astype(np.int32) @ (1 << np.arange(bits, dtype=np.int32)) - (2 ** (bits - 1) - 1)
    return (torch.from_numpy(whole).reshape(shape[0], -1) * scale[:, None]).reshape(shape)
