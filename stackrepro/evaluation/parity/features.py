"""Features compared with those of peers that are given the same weights; each pair is found, expected."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.images import CLEAN_SCALE, clean
from stackrepro.evaluation.inception import pytorch_fid_state, torch_network
from stackrepro.evaluation.parity.drawn import images_drawn
from stackrepro.evaluation.tolerances import Pair
from stackrepro.evaluation.weights import inception_weights


@cache
def extractor() -> Extractor:
    """Return the extractor that all comparisons of features share."""
    return Extractor(192)


def by_pytorch_fid() -> Pair:
    import torch

    images = images_drawn(64, 48)
    with torch.inference_mode():
        expected = torch_network(192, inception_weights())(torch.from_numpy(images)).numpy()
    return extractor()(images), expected


def by_torch_fidelity() -> Pair:
    import torch
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    images = images_drawn(8, 299)
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.pth"
        torch.save(pytorch_fid_state(inception_weights()), weights)
        network = FeatureExtractorInceptionV3("peer", ["192"], feature_extractor_weights_path=str(weights))
    with torch.inference_mode():
        expected = network(torch.from_numpy(images).permute(0, 3, 1, 2))[0].numpy()
    return extractor()(images, clean), expected


def one_by_one() -> Pair:
    images = images_drawn(12, 48)
    return extractor()(images), np.concatenate([extractor()(image[None]) for image in images])


def resize_by_clean_fid() -> Pair:
    from cleanfid.resize import build_resizer

    images, resizer = images_drawn(8, 48), build_resizer("clean")
    return clean(images), np.stack([resizer(image) for image in images]) * np.float32(CLEAN_SCALE)
