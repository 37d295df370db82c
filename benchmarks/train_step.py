"""Speed of an adversarial update against a plain loop, on a CPU.

Run `python benchmarks/train_step.py [--threads 2]`; it takes about a minute. Both train the deep-conv 64-pixel model of
paper A, arm matched, full widths, batch 64, on the same images. The plain loop is written the way PyTorch's DCGAN
tutorial goes about it: channels first, Adam as it comes, and gradients for the discriminator's weights in the
generator's step too. They take turns, A B A B, so that a slow spell of a shared machine strikes both.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.runs.batches import Batches
from stackrepro.runs.devices import prepare_process
from stackrepro.runs.players import start
from stackrepro.updates.play import play

CONFIGURATION = replace(resolve("birds/dconv-64", "matched", "paper"), batch=64)
UPDATES_A_TURN = 4
TURNS = 3


def batches_of(images: np.ndarray) -> Batches:
    return Batches({CONFIGURATION.view: images}, np.arange(len(images)), CONFIGURATION, torch.device("cpu"))


def ours(images: np.ndarray) -> Callable[[int], None]:
    """Return the package's update."""
    game, batches = start(CONFIGURATION), batches_of(images)
    return lambda update: play(CONFIGURATION.update, game, batches.at(update), CONFIGURATION.batch)


def plain(images: np.ndarray) -> Callable[[int], None]:
    """Return the plain loop's update."""
    generator, discriminator = build(CONFIGURATION.generator), build(CONFIGURATION.discriminator)
    optimizers = [torch.optim.Adam(n.parameters(), lr=2e-4, betas=(0.5, 0.999)) for n in (generator, discriminator)]
    data = torch.from_numpy(images).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()
    ones, zeros = torch.ones(CONFIGURATION.batch, 1), torch.zeros(CONFIGURATION.batch, 1)

    def update(_: int) -> None:
        optimizers[1].zero_grad()
        real = data[torch.randperm(len(data))[: CONFIGURATION.batch]]
        binary_cross_entropy_with_logits(discriminator(real), ones).backward()
        generated = generator(torch.randn(CONFIGURATION.batch, CONFIGURATION.generator.latent))
        binary_cross_entropy_with_logits(discriminator(generated.detach()), zeros).backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        binary_cross_entropy_with_logits(discriminator(generated), ones).backward()
        optimizers[0].step()

    return update


def main() -> None:
    """Print images per second of both, turn by turn, and the ratio of their medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default: 2)")
    prepare_process(parser.parse_args().threads)
    images = np.random.default_rng(0).integers(0, 256, (512, 64, 64, 3), dtype=np.uint8)
    loops = {"stackrepro": ours(images), "plain loop": plain(images)}
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for turn in range(TURNS + 1):
        for name, update in loops.items():
            started = time.perf_counter()
            for index in range(UPDATES_A_TURN):
                update(index)
            if turn:  # the first turn warms up
                rates[name].append(UPDATES_A_TURN * CONFIGURATION.batch / (time.perf_counter() - started))
    for name, found in rates.items():
        print(f"{name:12} {' '.join(f'{rate:6.1f}' for rate in found)} images/s")
    print(f"ratio        {np.median(rates['stackrepro']) / np.median(rates['plain loop']):6.2f}")


if __name__ == "__main__":
    main()
