"""Weights rounded to few bits, as the first generators were published: read as they were meant, or refused."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save, save_file

from stackrepro.base.errors import UserError
from stackrepro.runs.sampling import load_weights

STEPS = [[127, -127, 64], [0, 1, -3]]  # whole multiples of the rows' steps, 8 bits each
SCALE = [0.5, 2.0]


def packed(bias: torch.Tensor) -> bytes:
    """Write by hand what results/README.md describes: numbers plus 127, the lowest bit in a byte's highest place."""
    numbers = [int(f"{step + 127:08b}"[::-1], 2) for row in STEPS for step in row]
    tensors = {"weight.packed": torch.tensor(numbers, dtype=torch.uint8), "weight.scale": torch.tensor(SCALE)}
    return save({**tensors, "bias": bias}, {"bits": "8", "shapes": json.dumps({"weight": [2, 3]})})


def loaded(path: Path, content: bytes) -> torch.nn.Linear:
    network = torch.nn.Linear(3, 2)
    path.write_bytes(content)
    load_weights(network, path)
    return network


def test_rounded_kernels_become_the_numbers_that_they_stand_for(tmp_path):
    bias = torch.randn(2)
    network = loaded(tmp_path / "a.safetensors", packed(bias))
    assert network.weight.tolist() == [[63.5, -63.5, 32.0], [0.0, 2.0, -6.0]]
    assert torch.equal(network.bias, bias)


def test_networks_load_plain_and_half_weights_too(tmp_path):
    network = torch.nn.Linear(3, 2)
    save_file(network.state_dict(), tmp_path / "a.safetensors")
    other = torch.nn.Linear(3, 2)
    load_weights(other, tmp_path / "a.safetensors")
    assert torch.equal(other.weight, network.weight)
    half = {name: tensor.half() for name, tensor in network.state_dict().items()}
    other = loaded(tmp_path / "b.safetensors", save(half))
    torch.testing.assert_close(other.weight, network.weight, rtol=1e-3, atol=1e-4)
    assert other.weight.dtype == torch.float32


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"weight.packed"', b'"weight.pocked"'),
        (b'"bits":"8"', b'"bits":"1"'),
        (b'"bits":"8"', b'"bits":"x"'),
        (b"[2, 3]", b"[9, 9]"),
        (b"[2, 3]", b"[-2,3"),
        (b"[2, 3]", b"[1.3] "),
        (b"[2, 3]", b"      "),
        (b'{\\"weight', b'[\\"weight'),
    ],
)
def test_a_file_that_lies_about_its_kernels_is_refused(old, new, tmp_path):
    content = packed(torch.zeros(2))
    assert old in content
    with pytest.raises(UserError, match="damaged"):
        loaded(tmp_path / "a.safetensors", content.replace(old, new + b" " * (len(old) - len(new))))
