"""The multiply-adds of one update, counted on shapes alone: nothing is computed or allocated."""

from typing import Any

import torch
from torch.fx.experimental import _config as meta_settings
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from stackrepro.models import build
from stackrepro.training.configuration import Configuration
from stackrepro.training.networks import Batch, Networks, Optimized
from stackrepro.training.step import training_step


class Tally(TorchDispatchMode):
    """Counts the multiply-adds of the tensor operations within it by PyTorch's own formulas."""

    multiply_adds = 0

    def __torch_dispatch__(self, function: Any, types: Any, arguments: tuple = (), keywords: dict | None = None) -> Any:
        keywords = keywords or {}
        result = function(*arguments, **keywords)
        formula = flop_registry.get(function._overloadpacket)
        if formula is not None:
            self.multiply_adds += formula(*arguments, **keywords, out_val=result) // 2
        return result


def multiply_adds(c: Configuration, batch: int | None = None) -> int:
    """Count the multiply-adds of an update of a configuration, with its own batch or another."""
    batch = batch or c.batch
    with torch.device("meta"):
        networks = [build(part) for part in (c.generator, c.discriminator, c.first_discriminator) if part is not None]
        count = batch * c.update.real_batches
        real = Batch(*(torch.empty(count, view.channels, view.size, view.size) for view in c.views))
    trained = [[weight for weight in network.parameters() if weight.requires_grad] for network in networks]
    # The optimizer's own arithmetic goes by the weights; it needs none here.
    players = [Optimized(network, torch.optim.SGD(weights)) for network, weights in zip(networks, trained, strict=True)]
    # A rule that picks by a mask asks which elements are true, which shapes don't tell: all stand for some.
    with meta_settings.patch(meta_nonzero_assume_all_nonzero=True), Tally() as tally:
        training_step(c.update, Networks(*players), real, batch)
    return tally.multiply_adds
