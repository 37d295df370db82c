"""How an eye test is made: what is asked, which pictures are shown, under which opaque names, in which blocks.

A trial's name is a keyed hash of its picture. The key stays with the runs, so that neither the name nor the order, that
of the names, tells the model; and with the same key the same runs give the same test.
"""

from __future__ import annotations

import hashlib
import hmac
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import yaml
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest
from stackrepro.data import FaceView, Source, View, held_out_rows, prepare, training_rows
from stackrepro.evaluation.features import at_size
from stackrepro.evaluation.protocols import plan_for
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.store import reopened

BIRDS = tuple(f"birds/{kind}-{m}" for m in ("64", "128", "stack", "stack-bp") for kind in ("dense", "conv", "dconv"))
EXPERIMENTS = {  # that are shown to raters
    "birds": BIRDS,
    "faces": ("faces/edges", "faces/gray", "faces/edges+update=wgan-gp", "faces/single"),
}
REAL = "real"
SHOWN = 256  # pixels a side of every picture, a multiple of all sizes that the tiers have
LATENTS = 64  # a run keeps the pictures of so many fixed latents
SCHEMA = 1
BLOCKS = 3  # each is shuffled for each rater; a repetition stands in the last, its first showing in the first
REPEATED = 8  # one picture in so many is shown twice


@dataclass(frozen=True)
class Kind:
    """An entry of kinds.yaml, which explains the fields."""

    name: str
    title: str
    question: str
    advice: str
    answers: dict[str, str]

    @property
    def words(self) -> tuple[str, ...]:
        """The answers' words, in their order."""
        return tuple(self.answers)


KINDS = {
    dataset: Kind(**entry)
    for dataset, entry in yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8")).items()
}


@dataclass(frozen=True)
class Trial:
    """One trial and what it hides."""

    trial: str  # its opaque name
    block: int
    model: str  # the experiment, or "real"
    seed: int | None  # of the training
    run: str  # its name, or that of the data set
    stage: str  # what is shown: "birds", "edges", "gray"
    number: int  # of the fixed latent, or of the real image's row
    size: int  # pixels a side before it was enlarged
    repeats: str | None  # a trial

    @property
    def picture(self) -> str:
        """A name that no other picture has."""
        return f"{self.run}/{self.stage}/{self.number}/{self.size}"


@dataclass(frozen=True)
class EyeTest:
    """A test: its trials, and the data set whose name and content's fingerprint it records."""

    kind: str  # "thresholds" or "real-or-generated"
    tier: str
    arm: str
    data: str
    fingerprint: str
    images: int  # fixed latents of each run that are shown
    pixels: str  # "own": each picture has its model's size; "common": all have that of first stages
    with_real: bool  # whether it holds images that must not be passed on
    trials: tuple[Trial, ...]

    @property
    def identity(self) -> str:
        """12 hexadecimal digits over all of it."""
        return digest({"schema": SCHEMA, **asdict(self)})[:12]

    @property
    def asks(self) -> Kind:
        """The question and its answers."""
        return next(kind for kind in KINDS.values() if kind.name == self.kind)

    @property
    def models(self) -> list[tuple[str, str]]:
        """The models with what they show, such as ("faces/gray", "gray"), real images last."""
        found = dict.fromkeys((trial.model, trial.stage) for trial in self.trials)
        return sorted(found, key=lambda pair: (pair[0] == REAL, pair))

    @property
    def caption(self) -> str:
        """What a page or a table of the test says of it."""
        return f"tier {self.tier} | {self.data} | arm {self.arm} | test {self.identity}"


@dataclass(frozen=True)
class Made:
    """A test with its pictures: PNG files by trial, and the one for practice, which isn't part of the test."""

    test: EyeTest
    pictures: dict[str, bytes]
    practice: bytes


Pictures = list[tuple[Trial, bytes]]  # trials without a name yet, each with its PNG file


def make(
    items: Sequence[StoredRun],
    source: Source | None,
    salt: str,
    *,
    images: int = 8,
    common_size: bool = False,
    with_real: bool = False,
) -> Made:
    """Make the test of a data set from finished runs of one tier and arm on it.

    Real images of a set that the package didn't draw itself are shown only with `with_real`.

    Args:
        source: the data that the runs were trained on; None takes them from the records, without images to read.
        images: fixed latents of each run to show, 1 to 63.
        common_size: bring all pictures to the pixels of first stages; else each has its model's own.

    Raises:
        UserError: no run, no real faces allowed, too few real images.
    """
    if not items:
        raise UserError(
            "There is no finished run to make an eye test from: make one with `stackrepro run`, or name the tier, arm "
            "and seeds of those that there are."
        )
    runs = [(reopened(item), item) for item in items]
    first = runs[0][0].configuration
    source = source or runs[0][0].source
    allowed = with_real or source.synthetic
    if source.dataset == "faces" and not allowed:
        raise UserError(
            f"Real or generated can't be asked without real images, and those of {source.name} must not be passed on: "
            f"give --with-real, and keep the page to yourself."
        )
    common = plan_for(first.tier, source.dataset).common_size if common_size else None
    shown = [generated(run, item, images + 1, common) for run, item in runs]
    pictures = [one for of_run in shown for one in of_run[:images]]
    if allowed:
        pictures += real_beside([run.configuration.view for run, _ in runs], source, salt, images, common)
    trials = arranged([trial for trial, _ in pictures], salt)
    test = EyeTest(
        kind=KINDS[source.dataset].name,
        tier=first.tier,
        arm=first.arm,
        data=source.name,
        fingerprint=source.fingerprint,
        images=images,
        pixels="own" if common is None else "common",
        with_real=allowed and not source.synthetic,
        trials=trials,
    )
    files = {trial.picture: png for trial, png in pictures}
    return Made(test, {trial.trial: files[trial.picture] for trial in trials}, shown[0][images][1])


def generated(run: Run, item: StoredRun, count: int, size: int | None) -> Pictures:
    """Cut a finished run's first `count` fixed latents from the grid that it keeps, brought to `size` if one is given.

    Raises:
        UserError: the grid is missing or damaged.
    """
    c, own = run.configuration, run.configuration.view.size
    try:
        with Image.open(item.picture()[2]) as opened:
            grid = np.asarray(opened)
        side = round(LATENTS**0.5)
        images = grid.reshape(side, own, side, own, -1).swapaxes(1, 2).reshape(LATENTS, own, own, -1)
    except (OSError, ValueError) as error:
        raise UserError(f"{item.folder} lacks its last grid of samples: run `{run.command}` again.") from error
    size = size or own
    pngs = drawn(images[:count], size)
    stage = stage_of(c.view)
    return [(Trial("", 0, c.experiment, c.seed, run.name, stage, n, size, None), png) for n, png in enumerate(pngs)]


def real_beside(views: Sequence[View], source: Source, salt: str, images: int, common: int | None) -> Pictures:
    """Return the real pictures that stand beside runs with these views: of birds for each size, of faces for each view.

    Of faces there are as many as generated ones, of persons held out; which, the salt draws.

    Raises:
        UserError: there are fewer.
    """
    faces = source.dataset == "faces"
    rows = held_out_rows(source) if faces else training_rows(source)
    found: dict[object, Pictures] = {}
    for view, runs in Counter(views).items():
        count, size = (images * runs if faces else images), common or view.size
        if len(rows) < count:
            raise UserError(f"{source.name} has {len(rows)} images to show, the test needs {count}: show fewer runs.")
        chosen = sorted((int(row) for row in rows), key=lambda row: keyed(salt, f"{view.key}/{row}"))[:count]
        pngs = drawn(np.asarray(prepare(source, [view])[view][chosen]), size)
        trials = [Trial("", 0, REAL, None, source.name, stage_of(view), row, size, None) for row in chosen]
        found.setdefault(view if faces else size, list(zip(trials, pngs, strict=True)))
    return [picture for group in found.values() for picture in group]


def arranged(pictures: Sequence[Trial], salt: str) -> tuple[Trial, ...]:
    """Name each trial and give it a block; some of the first block come a second time in the last."""
    named = {keyed(salt, one.picture)[:16]: one for one in pictures}
    order = sorted(named)
    bounds = [round(len(order) * block / BLOCKS) for block in range(BLOCKS + 1)]
    trials = [
        replace(named[name], trial=name, block=block)
        for block in range(BLOCKS)
        for name in order[bounds[block] : bounds[block + 1]]
    ]
    for name in order[: min(len(order) // REPEATED, bounds[1])]:
        again = keyed(salt, f"{named[name].picture}/again")[:16]
        trials.append(replace(named[name], trial=again, block=BLOCKS - 1, repeats=name))
    return tuple(sorted(trials, key=lambda trial: (trial.block, trial.trial)))


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
