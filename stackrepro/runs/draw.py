"""Images from a trained run, on request: whole batches are made, so that an image depends on its latent alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.base.files import write_atomic
from stackrepro.runs.feeding import shown, trained_sampler
from stackrepro.runs.randomness import fixed_latents
from stackrepro.runs.run import Run
from stackrepro.runs.sampling import BATCH, DISPLAYS, generate


def draw(
    run: Run,
    root: Path,
    count: int,
    first: int = 0,
    seed: int | None = None,
    update: int | None = None,
    device: str | torch.device = "cpu",
    last: bool = False,
) -> np.ndarray:
    """Generate from `count` latents, beginning with number `first`: uint8 (count, size, size, C).

    Args:
        root: where the weights lie, also those of the stages before it.
        seed: of latents of one's own; None takes the fixed ones, which pictures and measurements are made from.
        update: takes the generator as it was after so many updates, None the trained one.
        last: takes the last iterate where the run has kept an average of its weights, too.

    Raises:
        UserError: weights are missing or damaged, or no generator was kept at `update`.
    """
    name = shown(run, root, update, last)
    if update is not None and not (run.folder(root) / f"{name}.safetensors").is_file():
        snapshots = sorted((run.folder(root) / "snapshots").glob("generator-*.safetensors"))
        kept = [int(path.stem.split("-")[1]) for path in snapshots]
        choice = f"choose one of {', '.join(map(str, kept))}" if kept else "published runs keep the trained one alone"
        raise UserError(f"{run.name} has kept no generator at update {update}: {choice}.")
    sampler = trained_sampler(run, root, torch.device(device), name)
    size, start = sampler.specification.latent, first // BATCH * BATCH
    total = -(-(first + count) // BATCH) * BATCH  # BatchNorm by the batch, which some arms have, needs whole ones
    latents = fixed_latents(total, size) if seed is None else own_latents(total, size, seed)
    c = run.configuration
    images = np.concatenate(list(generate(sampler, latents[start:], c.value_range, DISPLAYS[c.display])))
    return images[first - start :][:count]


def own_latents(count: int, size: int, seed: int) -> np.ndarray:
    """Return latents of a seed, float32 (count, size), standard normal; a longer list begins with the shorter one."""
    return np.random.default_rng(seed).standard_normal((count, size), dtype=np.float32)


def write_images(images: np.ndarray, folder: Path, first: int = 0) -> None:
    """Write each of the images, uint8 (N, size, size, 1 or 3), as `folder`/NUMBER.png, counted from `first`."""
    for number, image in enumerate(images, start=first):
        write_image(image, folder / f"{number:06d}.png")


def write_grid(images: np.ndarray, path: Path) -> None:
    """Write all images as one picture, row by row, about as many rows as columns; what is left over stays black."""
    count, size, _, channels = images.shape
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, size, size, channels), np.uint8)
    cells[:count] = images
    grid = cells.reshape(rows, columns, size, size, channels).swapaxes(1, 2)
    write_image(grid.reshape(rows * size, columns * size, channels), path)


def write_image(image: np.ndarray, path: Path) -> None:
    with write_atomic(path) as temporary:
        Image.fromarray(image.squeeze(2) if image.shape[2] == 1 else image).save(temporary)
