"""What paper B's released distance measures (StackGAN/scripts/FID_mnist.py), kept as it is, to be shown.

It differs from an FID in four ways. The network never leaves training mode, so that its BatchNorm normalises real and
generated images each by their own statistics. The real side is one loader's batch of 4 images, the generated side one
of 64. Images are enlarged to 299 pixels by repeating pixels. And images in [-1, 1] pass a transform that expects them
normalised by ImageNet's statistics.

The script loads torchvision's ImageNet weights, which can't be had everywhere. Here the FID's own Inception stands in,
the same layers with other weights: what the four differences do can be shown with it, the script's values can't.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stackrepro.evaluation.images import INCEPTION_SIZE, as_rgb
from stackrepro.evaluation.inception import torch_network

if TYPE_CHECKING:
    from torch import nn

REAL, GENERATED = 4, 64  # how many images the script takes on each side
IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def released_network(weights: Path) -> nn.Module:
    """Return the FID Inception up to pool3 with BatchNorm by the statistics of each batch; otherwise `torch_network`.

    Raises:
        UserError: `weights` is damaged.
    """
    from stackrepro.runs.feeding import normalised_by_batch

    return normalised_by_batch(torch_network(2048, weights))


def released_features(network: nn.Module, images: np.ndarray) -> np.ndarray:
    """Return features, float32 (N, 2048), of images, uint8 (N, H, W, 1 or 3), which pass the network as one batch.

    Args:
        network: of levels 0 to 255, as `released_network`.

    Raises:
        UserError: images of another type or shape.
    """
    import torch

    rows, columns = (np.arange(INCEPTION_SIZE) * side // INCEPTION_SIZE for side in images.shape[1:3])
    pixels = as_rgb(images)[:, rows][:, :, columns] / np.float32(127.5) - 1
    # torchvision's transform_input, which takes x for (pixel - mean) / deviation and makes 2 * pixel - 1 of it.
    pixels = 2 * (pixels * np.float32(IMAGENET_DEVIATION) + np.float32(IMAGENET_MEAN)) - 1
    with torch.inference_mode():
        return network(torch.from_numpy((pixels + 1) * np.float32(127.5))).numpy()
