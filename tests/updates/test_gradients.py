"""The gradients of every training, as it computes them, against double precision with all tensors in plain order."""

from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn

from stackrepro.experiments import Configuration
from stackrepro.report.lists import listed
from stackrepro.runs.batches import as_tensor
from stackrepro.runs.players import start
from stackrepro.updates.game import Batch, Game
from stackrepro.updates.play import play
from stackrepro.updates.player import Player

TIER = "quick"  # at smoke many layers have one channel, which has but one order in memory


def distinct() -> list:
    """List a configuration for each way to compute gradients: networks, rule and batch, whatever is seen or tuned."""
    found = {}
    for c in listed("all", TIER):
        way = c.generator, c.discriminator, c.first_discriminator, c.update, c.batch, c.initial_weights
        found.setdefault(way, pytest.param(c, id=f"{c.experiment}-{c.arm}"))
    return list(found.values())


def images(count: int, channels: int, c: Configuration, draw: torch.Generator) -> Tensor:
    """Draw images as a training gets them: smooth ones, with a little noise on them."""
    coarse = torch.rand(count, channels, 4, 4, generator=draw)
    smooth = nn.functional.interpolate(coarse, size=(c.view.size, c.view.size), mode="bilinear")
    levels = 230 * smooth + 25 * torch.rand(smooth.shape, generator=draw)
    return as_tensor(levels.to(torch.uint8).permute(0, 2, 3, 1).numpy(), c.value_range, torch.device("cpu"))


def deal(c: Configuration) -> Batch:
    draw = torch.Generator().manual_seed(5)
    count = c.batch * c.update.real_batches
    condition = images(count, c.condition.channels, c, draw) if c.condition is not None else None
    return Batch(images(count, c.view.channels, c, draw), condition)


def without_dropout(game: Game) -> Game:
    """Leave out nothing by chance: dropout draws in the order of the memory."""
    for player in game.players.values():
        for module in player.network.modules():
            if isinstance(module, nn.Dropout | nn.Dropout2d):
                module.p = 0.0
    return game


def in_double_precision(game: Game) -> Game:
    """Return the same game in plain order; what comes into a network is turned, so that draws stay those of floats."""

    def doubled(player: Player) -> Player:
        network = deepcopy(player.network).to(memory_format=torch.contiguous_format).double()
        for module in network.modules():
            module.register_forward_pre_hook(lambda _, inputs: tuple(each.double().contiguous() for each in inputs))
        return Player(network, torch.optim.SGD(network.parameters()), player.clip)

    return Game(**{name: doubled(player) for name, player in game.players.items()})


def gradients(c: Configuration, game: Game, batch: Batch, monkeypatch) -> list[tuple[str, Tensor]]:
    """Play one update in which no weight moves; return the gradients of each step, weight by weight."""
    names = {id(player): name for name, player in game.players.items()}
    found = []

    def noted(player: Player) -> None:
        for name, weight in player.network.named_parameters():
            if weight.grad is not None:
                found.append((f"{names[id(player)]}.{name}", weight.grad.detach().double()))

    monkeypatch.setattr(Player, "step", noted)
    torch.manual_seed(6)
    play(c.update, game, batch, c.batch)
    return found


@pytest.mark.parametrize("c", distinct())
def test_gradients_are_those_of_double_precision(c, monkeypatch):
    game, batch = without_dropout(start(c)), deal(c)
    precise = Batch(batch.real.double(), None if batch.condition is None else batch.condition.double())
    expected = gradients(c, in_double_precision(game), precise, monkeypatch)
    found = gradients(c, game, batch, monkeypatch)
    assert [name for name, _ in found] == [name for name, _ in expected]
    # An activation near 0 may fall on the other side of the kink, which moves a gradient by up to half a percent; a
    # wrong one is off by about itself. What a normalisation takes out again, such as the bias before it, has gradients
    # of rounding errors alone, so a part of the whole is forgiven besides.
    whole = torch.stack([gradient.norm() for _, gradient in expected]).norm()
    for (name, gradient), (_, right) in zip(found, expected, strict=True):
        assert (gradient - right).norm() <= 0.02 * right.norm() + 1e-4 * whole, name
