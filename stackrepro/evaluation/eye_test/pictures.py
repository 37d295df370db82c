"""The pictures that raters are shown: the first fixed latents of finished runs, and real images. None is picked."""

from __future__ import annotations

import hashlib
import hmac
import io
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.data import FaceView, Source, View, held_out_rows, prepare, training_rows
from stackrepro.evaluation.images import at_size
from stackrepro.runs import Run, StoredRun

REAL = "real"
SHOWN = 256  # pixels a side of every picture, a multiple of all sizes that the tiers have
LATENTS = 64  # a run keeps the pictures of so many fixed latents


@dataclass(frozen=True)
class Picture:
    """One picture with what is to be hidden about it.

    Attributes:
        model: the experiment, or "real".
        seed: the training seed; None for real images.
        run: the run's name; for real images that of the data set.
        stage: what is shown: "birds", "edges", "gray".
        number: of the fixed latent, or of the real image's row.
        size: pixels a side before it was enlarged.
        png: the picture, `SHOWN` pixels a side.
    """

    model: str
    seed: int | None
    run: str
    stage: str
    number: int
    size: int
    png: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """A name that no other picture has."""
        return f"{self.run}/{self.stage}/{self.number}/{self.size}"


def generated(run: Run, stored: StoredRun, count: int, size: int | None) -> list[Picture]:
    """Return the pictures of a finished run's first `count` fixed latents, brought to `size` if one is given.

    They are cut from the grid that the run keeps, so that published results serve too.

    Raises:
        UserError: the grid is missing or damaged.
    """
    c, own = run.configuration, run.configuration.view.size
    try:
        with Image.open(stored.picture()[2]) as opened:
            grid = np.asarray(opened)
        side = round(LATENTS**0.5)
        images = grid.reshape(side, own, side, own, -1).swapaxes(1, 2).reshape(LATENTS, own, own, -1)
    except (OSError, ValueError) as error:
        raise UserError(f"{stored.folder} lacks its last grid of samples: run `{run.command}` again.") from error
    pngs = drawn(images[:count], size or own)
    return [
        Picture(c.experiment, c.seed, run.name, stage_of(c.view), number, size or own, png)
        for number, png in enumerate(pngs)
    ]


def real(source: Source, view: View, count: int, size: int, salt: str) -> list[Picture]:
    """Return pictures of `count` real images in a view: of persons held out, or of birds that were trained on.

    Which, the salt draws.

    Raises:
        UserError: there are fewer.
    """
    rows = held_out_rows(source) if source.dataset == "faces" else training_rows(source)
    if len(rows) < count:
        raise UserError(
            f"{source.name} has {len(rows)} images to show, the test needs {count}: ask for fewer --images."
        )
    chosen = sorted((int(row) for row in rows), key=lambda row: keyed(salt, f"{view.key}/{row}"))[:count]
    pngs = drawn(np.asarray(prepare(source, [view])[view][chosen]), size)
    return [
        Picture(REAL, None, source.name, stage_of(view), row, size, png) for row, png in zip(chosen, pngs, strict=True)
    ]


def drawn(images: np.ndarray, size: int) -> list[bytes]:
    """Turn uint8 (N, H, W, 1 or 3) into PNG files of `SHOWN` pixels a side, by way of `size`, with hard edges."""
    files = []
    for image in at_size(images, size):
        file = io.BytesIO()
        pillow = Image.fromarray(image.squeeze(2) if image.shape[2] == 1 else image).convert("RGB")
        pillow.resize((SHOWN, SHOWN), Image.Resampling.NEAREST).save(file, "PNG", optimize=True)
        files.append(file.getvalue())
    return files


def stage_of(view: View) -> str:
    """Name what a view shows."""
    return view.kind if isinstance(view, FaceView) else view.dataset


def keyed(salt: str, text: str) -> str:
    """Return 64 hexadecimal digits that depend on the text, and that nobody can compute without the salt."""
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()
