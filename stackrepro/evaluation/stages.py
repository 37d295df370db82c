"""Later stages: whether they contract, whether their latents are heard, what they make of real and generated inputs.

Paper B (Discussion and Figure 8) holds that a later stage contracts, |f(x + h) - f(x)| < |h|, and therefore takes out
the noise of the stage before it. A network here is any function of images (N, channels, H, W), float in [-1, 1], that
makes each image from its own input alone. Lengths are Euclidean, over all pixels and channels of an image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from stackrepro.data import FaceView, View
from stackrepro.data.views import rounded, sobel, stretch
from stackrepro.evaluation.features import through_jpeg
from stackrepro.evaluation.manifold import mean_pairwise_distance
from stackrepro.evaluation.rows import Samples, Turn
from stackrepro.training.sampling import BATCH, as_tensor, fixed_latents, to_pixels

Network = Callable[[Tensor], Tensor]

NOISE = 0.2  # standard deviation, a tenth of the value range
LATENTS = 8


@torch.no_grad()
def distance_ratios(network: Network, images: Tensor, neighbours: Tensor) -> Tensor:
    """Return |f(neighbour) - f(image)| / |neighbour - image| of each pair, shape (N,); below 1 f contracts."""
    return lengths(network(neighbours) - network(images)) / lengths(neighbours - images)


@torch.no_grad()
def noise_travel(network: Network, images: Tensor, noisy: Tensor) -> Tensor:
    """Return the signal-to-noise ratios, in decibels, of noisy images and of what becomes of them, shape (2, N).

    The signal is the standard deviation of the clean image's pixels, the noise the root mean square of what the noise
    changes in them. A stage that takes out noise raises the ratio.
    """
    pairs = [(images, noisy), (network(images), network(noisy))]
    signal = torch.stack([clean.flatten(1).std(dim=1, correction=0) for clean, _ in pairs])
    noise = torch.stack([(other - clean).flatten(1).square().mean(dim=1).sqrt() for clean, other in pairs])
    return 20 * torch.log10(signal / noise)


def add_noise(images: Tensor, deviation: float, seed: int = 0) -> Tensor:
    """Add normal noise of a standard deviation to each pixel; nothing is clipped, so that its size stays known."""
    noise = torch.randn(images.shape, generator=torch.Generator().manual_seed(seed)).to(images)
    return images + deviation * noise


def round_trip(images: Tensor, quality: int = 75) -> Tensor:
    """Write images (N, 1 or 3, H, W) as JPEG and read them back; what lies outside [-1, 1] is clipped."""
    back = through_jpeg(to_pixels(images, (-1.0, 1.0)), quality)
    return torch.from_numpy(back).permute(0, 3, 1, 2).to(images).div(127.5).sub(1)


def nearest(images: Tensor, candidates: Tensor) -> Tensor:
    """Return to each image (N, channels, H, W) the nearest of the candidates (M, channels, H, W)."""
    return candidates[torch.cdist(images.flatten(1), candidates.flatten(1)).argmin(dim=1)]


def lengths(images: Tensor) -> Tensor:
    """Return the Euclidean length of each image, shape (N,)."""
    return images.flatten(1).norm(dim=1)


def contraction_rows(stage: Network, images: Tensor, generated: Tensor) -> dict[str, Any]:
    """Measure whether a stage brings real inputs (N, channels, H, W) and four kinds of neighbours closer together.

    `generated` are inputs that the stage before it has made; each image's neighbour is the nearest of them.
    """
    noisy = add_noise(images, NOISE)
    neighbours = {
        "noise": noisy,
        "jpeg": round_trip(images),
        "interpolation": torch.lerp(images, images.roll(1, dims=0), 0.5),
        "generated": nearest(images, generated),
    }
    rows: dict[str, Any] = {}
    for kind, others in neighbours.items():
        apart = lengths(others - images) > 0
        rows[kind] = {"ratio": None, "below_one": None, "n": 0}
        if apart.any():
            ratios = distance_ratios(stage, images[apart], others[apart])
            below = (ratios < 1).float().mean().item()
            rows[kind] = {"ratio": ratios.median().item(), "below_one": below, "n": len(ratios)}
    decibels = noise_travel(stage, images, noisy)
    gained = decibels[1] - decibels[0]
    kept = gained[gained.isfinite()]  # an image without any signal has no ratio
    rows["noise"]["snr_gain"] = kept.median().item() if len(kept) else None
    return rows


@torch.no_grad()
def latent_diversity(stage: Callable[[Tensor, Tensor], Tensor], images: Tensor, latents: Tensor) -> dict[str, Any]:
    """Compare how far latents (M, numbers) move the outputs for one input with how far inputs do for one latent.

    Returns:
        `share`: the mean distance between outputs of one input, over that between outputs of one latent; 0 means that
        the latent isn't heard, 1 that it matters as much as the input. None where all inputs give the same.
    """
    joined = [stage(images, latent.expand(len(images), -1)).flatten(1).cpu().numpy() for latent in latents]
    outputs = np.stack(joined, axis=1)  # (N, M, pixels)
    of_one_input = np.mean([mean_pairwise_distance(made) for made in outputs])
    of_one_latent = np.mean([mean_pairwise_distance(made) for made in joined])
    share = float(of_one_input / of_one_latent) if of_one_latent else None
    return {"share": share, "latents": len(latents), "n": len(images)}


def coherence(given: np.ndarray, found: np.ndarray) -> dict[str, Any]:
    """Correlate inputs of a stage, uint8 (N, H, W, C), with what its outputs turn back into, pixel by pixel.

    Returns:
        `correlation`: the mean of Pearson's correlation, 1 where each output shows just its input; None where no image
        has any contrast.
    """
    one, other = (images.reshape(len(images), -1).astype(np.float64) for images in (given, found))
    one, other = (values - values.mean(axis=1, keepdims=True) for values in (one, other))
    both = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    telling = both > 0
    correlations = (one * other).sum(axis=1)[telling] / both[telling]
    return {"correlation": float(correlations.mean()) if len(correlations) else None, "n": len(correlations)}


def rank_correlation(before: list[float], after: list[float]) -> float | None:
    """Return Spearman's rank correlation, None where one side is all the same."""
    from scipy.stats import spearmanr

    return None if len(set(before)) == 1 or len(set(after)) == 1 else float(spearmanr(before, after).statistic)


def turned_back(view: View, earlier: View) -> Turn | None:
    """Return the function from images of a view, uint8 (N, size, size, C), to those of the view of the stage before.

    One reference then serves for both stages; paper B compares distances to different sets of real images, which have
    no order. The function takes the steps by which that view itself is made, from the final size on: of a real gray
    face it makes exactly the real edges. Where such a step comes before the scaling, or is a JPEG file, there is none.
    """
    view, earlier = as_a_face(view), as_a_face(earlier)
    if earlier.jpeg or (earlier.kind == "edges" and earlier.sobel == "original"):
        return None
    finish = stretch if earlier.stretch else rounded
    if (view.kind, earlier.kind) == ("gray", "edges"):
        return lambda images: finish(sobel(images[..., 0]))[..., None]
    if (view.kind, earlier.kind) == ("rgb", "gray"):
        luma = np.array((0.299, 0.587, 0.114))
        return lambda images: finish(images[..., 0] if earlier.gray == "red" else images @ luma)[..., None]
    return None


def as_a_face(view: View) -> FaceView:
    """Return the view of faces that is made by a view's steps; birds have those of arm `matched`."""
    return view if isinstance(view, FaceView) else FaceView(view.kind, view.size, stretch=view.kind == "edges")


@dataclass(frozen=True)
class Rows:
    """Chosen rows of an array of images (N, size, size, channels), which may be memory-mapped; none is copied."""

    images: np.ndarray
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> np.ndarray:
        return self.images[self.rows[index]]


@dataclass(frozen=True, kw_only=True)
class Translations(Samples):
    """Images made from real conditions; `conditions` and `real` are uint8, row by row each other's partners."""

    conditions: Rows
    real: Rows

    def batches(self) -> Iterator[np.ndarray]:
        """Yield the images, batches uint8 (M, size, size, C); a latent that the stage reads is a fixed one."""
        device, numbers = next(self.generator.parameters()).device, self.generator.specification.latent
        for start in range(0, self.count, BATCH):
            chosen = slice(start, min(start + BATCH, self.count))
            condition = as_tensor(self.conditions[chosen], self.value_range, device)
            latents = torch.from_numpy(fixed_latents(self.count, numbers)[chosen]).to(device) if numbers else None
            with torch.inference_mode():
                made = self.generator(condition) if latents is None else self.generator(condition, latents)
            yield to_pixels(made, self.value_range, self.display)

    def l1(self) -> dict[str, float]:
        """Return the mean absolute difference from the real partners, in levels of 0 to 255, and their number."""
        sums = 0.0
        for start, made in zip(range(0, self.count, BATCH), self.batches(), strict=True):
            sums += np.abs(made.astype(np.int16) - self.real[start : start + len(made)]).mean(axis=(1, 2, 3)).sum()
        return {"l1": float(sums / self.count), "n": self.count}
