"""Speed of image-to-image training at batch 1 against the usual pix2pix loop, on a CPU.

Run `python benchmarks/image_to_image.py [--threads 1] [--tier quick]`; it takes about a minute. Both train stage 2 of
paper B, ResNet-6 with a PatchGAN, on the same pairs. The usual loop has the discriminator's and the generator's step of
the reference implementation's kind: the fake pair is joined anew for each step, the discriminator is frozen while the
generator learns, each loss is read for the log, and Adam comes as it is. Its pairs are in memory already.
"""

import argparse
from collections.abc import Callable

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, l1_loss
from train_step import ours
from turns import compare

from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.training.configuration import Configuration
from stackrepro.training.devices import prepare_process

PAIRS = 256
UPDATES_A_TURN = {"quick": 100, "reduced": 25, "paper": 2}


def usual(configuration: Configuration, data: list[torch.Tensor]) -> Callable[[int], None]:
    """Return the update of the usual loop on real images and their conditions, each (N, 1, size, size)."""
    c = configuration
    generator, discriminator = build(c.generator), build(c.discriminator)
    optimizers = [torch.optim.Adam(n.parameters(), lr=2e-4, betas=(0.5, 0.999)) for n in (generator, discriminator)]

    def adversarial(condition: torch.Tensor, image: torch.Tensor, real: bool) -> torch.Tensor:
        logits = discriminator(condition, image)
        return binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(real)))

    def update(number: int) -> list[float]:
        real, condition = (images[number % PAIRS][None] for images in data)
        generated = generator(condition)
        discriminator.requires_grad_(True)
        optimizers[1].zero_grad()
        on_generated = adversarial(condition, generated.detach(), real=False)
        on_real = adversarial(condition, real, real=True)
        (on_generated + on_real).backward()
        optimizers[1].step()
        discriminator.requires_grad_(False)
        optimizers[0].zero_grad()
        fooled, distance = adversarial(condition, generated, real=True), l1_loss(generated, real)
        (fooled + 100 * distance).backward()
        optimizers[0].step()
        return [loss.item() for loss in (on_generated, on_real, fooled, distance)]

    return update


def main() -> None:
    """Print images per second of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: 1, as runs have)")
    parser.add_argument("--tier", default="quick", choices=UPDATES_A_TURN, help="the scale (default: quick)")
    options = parser.parse_args()
    prepare_process(options.threads)
    c = resolve("faces/gray", "matched", options.tier)
    random = np.random.default_rng(0)
    arrays = {view: random.integers(0, 256, (PAIRS, view.size, view.size, 1), dtype=np.uint8) for view in c.views}
    data = [torch.from_numpy(a).permute(0, 3, 1, 2).float().div_(127.5).sub_(1) for a in arrays.values()]
    compare({"stackrepro": ours(c, arrays), "usual loop": usual(c, data)}, UPDATES_A_TURN[options.tier], c.batch)


if __name__ == "__main__":
    main()
