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
from stackrepro.updates.game import Game

UNREADABLE = (
    RuntimeError,
    EOFError,
    OSError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    pickle.UnpicklingError,
)


def save(path: Path, identity: str, update: int, seconds: dict[str, float], game: Game) -> None:
    """Write a checkpoint atomically; `seconds` is the time behind it, by what it was spent on."""
    players = {
        name: {"network": player.network.state_dict(), "optimizer": player.optimizer.state_dict()}
        for name, player in game.players.items()
    }
    buffer = io.BytesIO()
    torch.save({"identity": identity, "update": update, "seconds": seconds, "players": players}, buffer)
    write_bytes(path, buffer.getvalue())


def restore(path: Path, identity: str, game: Game) -> tuple[int, dict[str, float]]:
    """Load a checkpoint into all players, as data only.

    Returns:
        How many updates it has behind it, and the seconds they took; (0, {}) if there is no checkpoint.

    Raises:
        UserError: it is damaged, or another run's.
    """
    if not path.exists():
        return 0, {}
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        if state["identity"] != identity:
            raise UserError(
                f"The checkpoint {path} belongs to another run ({state['identity'][:8]}): delete it to start again."
            )
        for name, player in game.players.items():
            player.network.load_state_dict(state["players"][name]["network"])
            player.optimizer.load_state_dict(state["players"][name]["optimizer"])
        return int(state["update"]), {part: float(value) for part, value in state["seconds"].items()}
    except UNREADABLE as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(
            f"The checkpoint {path} can't be used ({reason}): delete it to start this run from the beginning."
        ) from error
