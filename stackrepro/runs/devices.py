"""Where a run computes: on which device, in how many processes, with how many digits."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta

import torch
from torch import distributed

from stackrepro.base.errors import UserError

PATIENCE = timedelta(days=2)  # how long a process waits for another one, which may be preparing data


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


@contextmanager
def launched(name: str, devices: int, nodes: int) -> Iterator[str]:
    """Let several processes share what follows, one on each device; yield the name of this one's device.

    On one machine the processes are started here, by calling the program's own command again. torchrun and Slurm's srun
    start them all, and are recognised. One device on one node is this process alone, and then Lightning isn't even
    imported, which takes a second.

    Raises:
        UserError: devices that aren't there, another number of processes than torchrun or Slurm has started, or another
            process has stopped.
    """
    if devices < 1 or nodes < 1:
        raise UserError(
            f"{devices} devices on {nodes} nodes can't compute anything: give --devices and --nodes 1 or more."
        )
    device = device_named(name)
    if devices == nodes == 1:
        if "TORCHELASTIC_RUN_ID" in os.environ and (started := os.environ["WORLD_SIZE"]) != "1":
            raise UserError(f"torchrun has started {started} processes: give --devices and --nodes, too.")
        yield name
        return
    if device.type == "mps" or device.index is not None:
        raise UserError(f"Device {name!r} is a single one: give --device cuda or cpu with --devices or --nodes.")
    if device.type == "cuda" and devices > torch.cuda.device_count():
        raise UserError(
            f"This machine has {torch.cuda.device_count()} CUDA devices, not {devices}: give fewer --devices."
        )
    from lightning_fabric import Fabric
    from lightning_fabric.strategies import DDPStrategy

    # Of the strategy only the start of the processes is used: see updates/processes.py.
    strategy = DDPStrategy(timeout=PATIENCE)
    fabric = Fabric(accelerator=device.type, devices=devices, num_nodes=nodes, strategy=strategy)
    try:
        fabric.launch()
    except ValueError as error:  # what it says names both numbers
        raise UserError(f"{error} Start as many processes as --devices times --nodes.") from error
    try:
        yield str(fabric.device)
    except RuntimeError as error:
        if is_broken_connection(error):
            raise UserError("Another process of this run has stopped; its own message says why.") from error
        raise
    finally:
        distributed.destroy_process_group()


def is_broken_connection(error: RuntimeError) -> bool:
    """Tell whether an exchange between processes failed because one of them is gone."""
    return isinstance(error, distributed.DistError) or "gloo" in str(error)


def arithmetic(precision: str, device: torch.device) -> AbstractContextManager:
    """Return the context in which an update computes: as it comes, or with products of matrices in few digits."""
    if precision == "32-true":
        return nullcontext()
    from lightning_fabric.plugins.precision import MixedPrecision

    # The cache of weights in few digits would outlive the optimizer's step, which changes the weights.
    torch.set_autocast_cache_enabled(False)
    return MixedPrecision(precision, device.type).forward_context()


def prepare_process(threads: int) -> None:
    """Make this process compute the same numbers each time: fixed thread count, deterministic kernels."""
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # a safety net that costs 9 % of a training
    torch.backends.cudnn.benchmark = False
    torch.set_flush_denormal(True)  # a collapsing network fills with denormals, which are slow on a CPU
