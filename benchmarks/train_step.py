"""Speed of an adversarial update against a plain loop, on a CPU.

Run `python benchmarks/train_step.py [--threads 2]`; it takes about a minute. Both train the deep-conv 64-pixel model of
paper A, arm matched, full widths, batch 64, on the same images. The plain loop is written the way PyTorch's DCGAN
tutorial goes about it: channels first, Adam as it comes, and gradients for the discriminator's weights in the
generator's step too.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits
from turns import compare

from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.training.batches import Batches
from stackrepro.training.configuration import Configuration
from stackrepro.training.devices import prepare_process
from stackrepro.training.networks import build_networks
from stackrepro.training.step import training_step

CONFIGURATION = replace(resolve("birds/dconv-64", "matched", "paper"), batch=64)
UPDATES_A_TURN = 4


def ours(configuration: Configuration, arrays: dict) -> Callable[[int], object]:
    """Return the package's update, with its way to real images."""
    rows = np.arange(len(arrays[configuration.view]))
    game = build_networks(configuration)
    batches = Batches(arrays, rows, configuration, torch.device("cpu"))
    return lambda update: training_step(configuration.update, game, batches.at(update), configuration.batch)


def plain(configuration: Configuration, next_real: Callable[[], torch.Tensor]) -> Callable[[int], None]:
    """Return the plain loop's update, with the real images that `next_real` gives."""
    c = configuration
    generator, discriminator = build(c.generator), build(c.discriminator)
    optimizers = [torch.optim.Adam(n.parameters(), lr=2e-4, betas=(0.5, 0.999)) for n in (generator, discriminator)]
    ones, zeros = torch.ones(c.batch, 1), torch.zeros(c.batch, 1)

    def update(_: int) -> None:
        optimizers[1].zero_grad()
        binary_cross_entropy_with_logits(discriminator(next_real()), ones).backward()
        generated = generator(torch.randn(c.batch, c.generator.latent))
        binary_cross_entropy_with_logits(discriminator(generated.detach()), zeros).backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        binary_cross_entropy_with_logits(discriminator(generated), ones).backward()
        optimizers[0].step()

    return update


def main() -> None:
    """Print images per second of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default: 2)")
    prepare_process(parser.parse_args().threads)
    images = np.random.default_rng(0).integers(0, 256, (512, 64, 64, 3), dtype=np.uint8)
    data = torch.from_numpy(images).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()

    def next_real() -> torch.Tensor:
        return data[torch.randperm(len(data))[: CONFIGURATION.batch]]

    ways = {
        "stackrepro": ours(CONFIGURATION, {CONFIGURATION.view: images}),
        "plain loop": plain(CONFIGURATION, next_real),
    }
    compare(ways, UPDATES_A_TURN, CONFIGURATION.batch)


if __name__ == "__main__":
    main()
