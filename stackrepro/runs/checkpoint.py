"""All the state of a training between two updates.

Random numbers and data order follow from the number of the update, so weights, optimizers and that number are all.
"""

import io
import pickle
from pathlib import Path
from typing import Any

import torch

from stackrepro.base.errors import UserError
from stackrepro.base.files import write_bytes
from stackrepro.updates import Player


def save(path: Path, identity: str, update: int, seconds: float, generator: Player, discriminator: Player) -> None:
    """Write a checkpoint atomically."""
    state = {
        "identity": identity,
        "update": update,
        "seconds": seconds,
        "generator": generator.network.state_dict(),
        "discriminator": discriminator.network.state_dict(),
        "generator_optimizer": generator.optimizer.state_dict(),
        "discriminator_optimizer": discriminator.optimizer.state_dict(),
    }
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_bytes(path, buffer.getvalue())


def restore(path: Path, identity: str, generator: Player, discriminator: Player) -> tuple[int, float]:
    """Load a checkpoint into both players, as data only.

    Returns:
        How many updates it has behind it, and the seconds they took; (0, 0.0) if there is no checkpoint.

    Raises:
        UserError: it is damaged, or another run's.
    """
    if not path.exists():
        return 0, 0.0
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        found = state["identity"]
    except (RuntimeError, EOFError, OSError, KeyError, TypeError, ValueError, pickle.UnpicklingError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(
            f"The checkpoint {path} can't be read ({reason}): delete it to start this run from the beginning."
        ) from error
    if found != identity:
        raise UserError(f"The checkpoint {path} belongs to another run ({found[:8]}): delete it to start again.")
    generator.network.load_state_dict(state["generator"])
    discriminator.network.load_state_dict(state["discriminator"])
    generator.optimizer.load_state_dict(state["generator_optimizer"])
    discriminator.optimizer.load_state_dict(state["discriminator_optimizer"])
    return state["update"], state["seconds"]
