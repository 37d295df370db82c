"""Weights rounded to few bits: what is kept, what is lost, and how small it gets."""

import pytest
import torch
from safetensors.torch import load, save_file

from stackrepro.base.errors import UserError
from stackrepro.runs.sampling import load_weights
from stackrepro.runs.weights import packed, read_weights


def kept(state, bits, path):
    path.write_bytes(packed(state, bits, {}))
    return read_weights(path)


def test_whole_multiples_of_a_rows_step_come_back_as_they_were(tmp_path):
    rows = torch.tensor([[31.0, -31.0, 7.0, 0.0], [-0.5, 0.5, 0.25, 0.0]])  # 6 bits: 31 steps on each side
    found = kept({"kernel": rows}, 6, tmp_path / "a.safetensors")["kernel"]
    torch.testing.assert_close(found[0], rows[0], rtol=1e-6, atol=0)
    torch.testing.assert_close(found[1], torch.tensor([-0.5, 0.5, 16 / 31 * 0.5, 0.0]), rtol=1e-6, atol=0)


@pytest.mark.parametrize("bits", [6, 7, 8, 10, 12, 16])
def test_no_weight_is_off_by_more_than_half_a_step_of_its_row(bits, tmp_path):
    kernel = torch.randn(5, 3, 4, 4, generator=torch.Generator().manual_seed(0)) * torch.logspace(-3, 1, 5).reshape(
        5, 1, 1, 1
    )
    found = kept({"kernel": kernel}, bits, tmp_path / "a.safetensors")["kernel"]
    steps = kernel.flatten(1).abs().amax(1) / (2 ** (bits - 1) - 1)
    off = (found - kernel).flatten(1).abs().amax(1)
    assert found.shape == kernel.shape
    assert (off <= steps * 0.5001).all()
    assert (off > steps * 0.2).all()


def test_all_but_kernels_stays_exact(tmp_path):
    state = {"bias": torch.randn(7), "running_var": torch.rand(7), "batches": torch.tensor(12), "kernel": torch.eye(3)}
    found = kept(state, 6, tmp_path / "a.safetensors")
    assert found.keys() == state.keys()
    for name in ("bias", "running_var", "batches"):
        assert torch.equal(found[name], state[name])


def test_a_kernel_of_nothing_stays_nothing(tmp_path):
    assert not kept({"kernel": torch.zeros(2, 3)}, 8, tmp_path / "a.safetensors")["kernel"].any()


def test_seven_bits_take_seven_bits():
    numbers = load(packed({"kernel": torch.randn(64, 100)}, 7, {}))
    assert numbers["kernel.packed"].numel() == 64 * 100 * 7 // 8


def test_networks_load_both_kinds_and_say_what_is_damaged(tmp_path):
    network, path = torch.nn.Linear(3, 2), tmp_path / "a.safetensors"
    save_file(network.state_dict(), path)
    load_weights(torch.nn.Linear(3, 2), path)
    content = packed(network.state_dict(), 8, {})
    path.write_bytes(content)
    other = torch.nn.Linear(3, 2)
    load_weights(other, path)
    torch.testing.assert_close(other.weight, network.weight, rtol=0, atol=0.01)
    path.write_bytes(content.replace(b'"weight.packed"', b'"weight.pocked"'))
    with pytest.raises(UserError, match="don't fit or are damaged"):
        load_weights(other, path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
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
    network, path = torch.nn.Linear(3, 2), tmp_path / "a.safetensors"
    content = packed(network.state_dict(), 8, {})
    assert old in content
    path.write_bytes(content.replace(old, new + b" " * (len(old) - len(new))))
    with pytest.raises(UserError, match="don't fit or are damaged"):
        load_weights(network, path)
