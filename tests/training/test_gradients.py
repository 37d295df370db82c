"""The gradients of each kind of training, as it computes them, against double precision with tensors in plain order."""

from copy import deepcopy

import pytest
import torch
from golden.golden_losses import TRAININGS
from torch import Tensor, nn

from stackrepro.training.configuration import Configuration
from stackrepro.training.networks import Batch, Networks, Optimized, build_networks
from stackrepro.training.sampling import as_tensor
from stackrepro.training.step import training_step


def images(count: int, channels: int, c: Configuration, draw: torch.Generator) -> Tensor:
    """Draw images as a training gets them: smooth ones, with a little noise on them."""
    coarse = torch.rand(count, channels, 4, 4, generator=draw)
    smooth = nn.functional.interpolate(coarse, size=(c.view.size, c.view.size), mode="bilinear")
    levels = 230 * smooth + 25 * torch.rand(smooth.shape, generator=draw)
    return as_tensor(levels.to(torch.uint8).permute(0, 2, 3, 1).numpy(), c.value_range, torch.device("cpu"))


def without_dropout(networks: Networks) -> Networks:
    """Leave out nothing by chance: dropout draws in the order of the memory."""
    for one in networks.by_name().values():
        for module in one.network.modules():
            if isinstance(module, nn.Dropout | nn.Dropout2d):
                module.p = 0.0
    return networks


def in_double_precision(networks: Networks) -> Networks:
    """Return the same networks in plain order; what comes in is turned, so that draws stay those of floats."""

    def doubled(one: Optimized) -> Optimized:
        network = deepcopy(one.network).to(memory_format=torch.contiguous_format).double()
        for module in network.modules():
            module.register_forward_pre_hook(lambda _, inputs: tuple(each.double().contiguous() for each in inputs))
        return Optimized(network, torch.optim.SGD(network.parameters()), one.clip)

    return Networks(**{name: doubled(one) for name, one in networks.by_name().items()})


def gradients(c: Configuration, networks: Networks, batch: Batch, monkeypatch) -> list[tuple[str, Tensor]]:
    """Take one training step in which no weight moves; return the gradients of each network, weight by weight."""
    names = {id(one): name for name, one in networks.by_name().items()}
    found = []

    def noted(one: Optimized) -> None:
        for name, weight in one.network.named_parameters():
            if weight.grad is not None:
                found.append((f"{names[id(one)]}.{name}", weight.grad.detach().double()))
                one.optimizer.state[weight].setdefault("step", 0)

    monkeypatch.setattr(Optimized, "step", noted)
    torch.manual_seed(6)
    training_step(c.update, networks, batch, c.batch)
    return found


@pytest.mark.parametrize("name", TRAININGS)
def test_gradients_are_those_of_double_precision(name, monkeypatch):
    c, draw = TRAININGS[name], torch.Generator().manual_seed(5)
    count = c.batch * c.update.real_batches
    condition = None if c.condition is None else images(count, c.condition.channels, c, draw)
    batch = Batch(images(count, c.view.channels, c, draw), condition)
    networks = without_dropout(build_networks(c))
    precise = Batch(batch.real.double(), None if condition is None else condition.double())
    expected = gradients(c, in_double_precision(networks), precise, monkeypatch)
    found = gradients(c, networks, batch, monkeypatch)
    assert [name for name, _ in found] == [name for name, _ in expected]
    # An activation near 0 may fall on the other side of the kink, which moves a gradient by up to half a percent; a
    # wrong one is off by about itself. What a normalisation takes out again, such as the bias before it, has gradients
    # of rounding errors alone, so a part of the whole is forgiven besides.
    whole = torch.stack([gradient.norm() for _, gradient in expected]).norm()
    for (name, gradient), (_, right) in zip(found, expected, strict=True):
        assert (gradient - right).norm() <= 0.02 * right.norm() + 1e-4 * whole, name
