"""Where a run computes."""

import torch

from stackrepro.base.errors import UserError


def device_named(name: str) -> torch.device:
    """Return the device called `name`: `cpu`, `cuda`, `cuda:1`, `mps`, or `auto` for the first CUDA device if any.

    Raises:
        UserError: unknown, or not on this machine.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise UserError(f"There is no device {name!r}: choose auto, cpu, cuda, cuda:0 or mps.") from error
    if device.type not in ("cpu", "cuda", "mps"):
        raise UserError(f"Device {name!r} is not supported: choose auto, cpu, cuda, cuda:0 or mps.")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise UserError(f"Device {name!r} is not on this machine, which has {torch.cuda.device_count()}: choose cpu.")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise UserError("Device 'mps' is not on this machine: choose cpu.")
    return device


def prepare_process(threads: int) -> None:
    """Make this process compute the same numbers each time: fixed thread count, deterministic kernels."""
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # a safety net that costs 9 % of a training
    torch.backends.cudnn.benchmark = False
    torch.set_flush_denormal(True)  # a collapsing network fills with denormals, which are slow on a CPU
