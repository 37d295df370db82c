"""Where a run computes, and alike each time."""

import torch

from stackrepro.base.errors import UserError


def device_named(name: str) -> torch.device:
    """Return the device called `name`; `auto` is the first CUDA device if any. One that isn't here is a `UserError`."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    kind, _, index = name.partition(":")
    there = {"cpu": 1, "cuda": torch.cuda.device_count(), "mps": int(torch.backends.mps.is_available())}
    if kind not in there or (index and not index.isdecimal()):
        raise UserError(f"There is no device {name!r}: choose auto, cpu, cuda, cuda:0 or mps.")
    if int(index or 0) >= there[kind]:
        raise UserError(f"Device {name!r} is not on this machine, which has {there[kind]} of that kind: choose cpu.")
    return torch.device(name)


def prepare_process(threads: int) -> None:
    """Make this process compute the same numbers each time: fixed thread count, deterministic kernels."""
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode("warn")  # as use_deterministic_algorithms, which imports torch's compiler first
    torch.utils.deterministic.fill_uninitialized_memory = False  # a safety net that costs 9 % of a training
    torch.backends.cudnn.benchmark = False
    torch.set_flush_denormal(True)  # a collapsing network fills with denormals, which are slow on a CPU
