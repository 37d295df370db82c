"""Speed of the quick tier's small networks against a plain loop with a data loader, on a CPU, where overhead rules.

Run `python benchmarks/quick_step.py [--threads 1] [--size 16]`; it takes about a minute. Both train the deep-conv model
of tier quick at batch 32. The plain loop reads as PyTorch's DCGAN example does: a folder of images, decoded, resized
and normalised by torchvision in two worker processes of a DataLoader, which are started anew each epoch. A second plain
loop has the same images in memory already, and shows what of the difference is the data's. The folder's images have
the usual size of a photograph of CUB-200-2011.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
from train_step import ours, plain
from turns import compare

from stackrepro.experiments import resolve
from stackrepro.training.devices import prepare_process

CONFIGURATIONS = {16: resolve("birds/dconv-64", "matched", "quick"), 32: resolve("birds/dconv-128", "matched", "quick")}
IMAGES = 1024
PHOTOGRAPH = (500, 375)
UPDATES_A_TURN = 64  # two epochs


def folder_of(images: np.ndarray, root: Path) -> Path:
    """Write images (N, size, size, 3) as JPEG files of a photograph's size in one class, as ImageFolder wants them."""
    (root / "one").mkdir()
    for number, pixels in enumerate(images):
        Image.fromarray(pixels).resize(PHOTOGRAPH).save(root / "one" / f"{number:05}.jpg")
    return root


def endless(loader: DataLoader) -> Iterator[torch.Tensor]:
    while True:
        for images, _ in loader:
            yield images


def loaded(root: Path, size: int, batch: int) -> Callable[[], torch.Tensor]:
    """Return what gives the next batch of a DataLoader over the folder."""
    steps = [
        transforms.Resize(size),
        transforms.CenterCrop(size),
        transforms.ToTensor(),
        transforms.Normalize((0.5,) * 3, (0.5,) * 3),
    ]
    dataset = datasets.ImageFolder(root, transforms.Compose(steps))
    batches = endless(DataLoader(dataset, batch_size=batch, shuffle=True, num_workers=2, drop_last=True))
    return lambda: next(batches)


def main() -> None:
    """Print images per second of the three, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: 1, as runs have)")
    parser.add_argument(
        "--size", type=int, default=16, choices=sorted(CONFIGURATIONS), help="pixels a side (default: 16)"
    )
    options = parser.parse_args()
    prepare_process(options.threads)
    c = CONFIGURATIONS[options.size]
    images = np.random.default_rng(0).integers(0, 256, (IMAGES, c.view.size, c.view.size, 3), dtype=np.uint8)
    data = torch.from_numpy(images).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()
    with tempfile.TemporaryDirectory() as root:
        ways = {
            "stackrepro": ours(c, {c.view: images}),
            "plain loop, DataLoader": plain(c, loaded(folder_of(images, Path(root)), c.view.size, c.batch)),
            "plain loop, images in memory": plain(c, lambda: data[torch.randperm(len(data))[: c.batch]]),
        }
        compare(ways, UPDATES_A_TURN, c.batch, warm_up=8)


if __name__ == "__main__":
    main()
