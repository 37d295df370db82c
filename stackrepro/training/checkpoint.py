"""All the state of a training between two updates, in two generations.

Random numbers and data order follow from the number of the update, so weights, their average, optimizers, that number
and the losses that no line of the record holds yet are all. The checkpoint before the last is kept, too: a file that a
failing disk has spoilt then costs minutes instead of the whole training.
"""

import io
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from stackrepro.base.errors import UserError
from stackrepro.base.files import write_bytes, write_json
from stackrepro.training.networks import Networks
from stackrepro.training.sampling import Average


@dataclass(frozen=True)
class Progress:
    """How far a training has come: its updates, their time by what it was spent on, what `LossRecord.pending` gave."""

    update: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    pending: list[torch.Tensor] = field(default_factory=list)


def save(path: Path, identity: str, progress: Progress, networks: Networks, average: Average) -> None:
    """Write a checkpoint atomically, with its progress beside it as `progress.json`; the last one is kept as well."""
    players = {  # the name of the key is older than that of the class
        name: {"network": one.network.state_dict(), "optimizer": one.optimizer.state_dict()}
        for name, one in networks.by_name().items()
    }
    buffer = io.BytesIO()
    torch.save({"identity": identity, **vars(progress), "players": players, "average": average.weights}, buffer)
    if path.exists():
        os.replace(path, previous(path))
    write_bytes(path, buffer.getvalue())
    write_json(path.with_name("progress.json"), {"update": progress.update, "seconds": progress.seconds})


def previous(path: Path) -> Path:
    """Return where the checkpoint before the one at `path` lies."""
    return path.with_name(f"{path.stem}.previous{path.suffix}")


def restore(path: Path, identity: str, networks: Networks, average: Average) -> Progress:
    """Load the last checkpoint that can be used into all networks and the average; return its progress.

    Without any, nothing is loaded. One that can't be used is named on standard error if the one before it serves, else
    raised as a `UserError`.
    """
    candidates = [candidate for candidate in (path, previous(path)) if candidate.exists()]
    for candidate in candidates:
        try:
            progress = load(candidate, identity, networks, average)
        except UserError as error:
            if candidate == candidates[-1]:
                raise
            print(f"{error} The one before it serves.", file=sys.stderr, flush=True)
        else:
            if candidate != path:
                os.replace(candidate, path)  # else the next one to be saved would push it out, and keep the damaged one
            return progress
    return Progress()


def load(path: Path, identity: str, networks: Networks, average: Average) -> Progress:
    """Load one checkpoint as `restore` does, as data only."""
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        if state["identity"] != identity:
            raise ValueError(f"it belongs to another run, {state['identity'][:8]}")
        for name, one in networks.by_name().items():
            one.network.load_state_dict(state["players"][name]["network"])
            one.optimizer.load_state_dict(state["players"][name]["optimizer"])
        average.restore(state["average"])
        seconds = {part: float(value) for part, value in state["seconds"].items()}
        return Progress(int(state["update"]), seconds, list(state["pending"]))
    except Exception as error:  # a damaged file makes torch raise nearly anything
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(
            f"The checkpoint {path} can't be used ({reason}): delete it to start this run from the beginning."
        ) from error
