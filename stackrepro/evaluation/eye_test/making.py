"""How a test is made: which pictures are shown, under which opaque names, in which blocks.

A trial's name is a keyed hash of its picture. The key stays with the runs, so that neither the name nor the order, that
of the names, tells the model; and with the same key the same runs give the same test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from stackrepro.base.errors import UserError
from stackrepro.data import Source
from stackrepro.evaluation.eye_test.kinds import KINDS
from stackrepro.evaluation.eye_test.pictures import LATENTS, Picture, generated, keyed, real
from stackrepro.evaluation.eye_test.trials import BLOCKS, EyeTest, Made, Trial
from stackrepro.runs import Run, StoredRun

REPEATED = 8  # one picture in so many is shown twice


def make(
    runs: Sequence[tuple[Run, StoredRun]],
    source: Source,
    salt: str,
    *,
    images: int = 8,
    common: int | None = None,
    with_real: bool = False,
) -> Made:
    """Make the test of a data set from finished runs of one tier and arm on it.

    Of birds, `images` real ones stand beside the models for each size that is shown, to see what raters make of them.
    Of faces, for each stage, as many real as generated ones. Real images of a set that the package didn't draw itself
    are shown only with `with_real`.

    Args:
        images: fixed latents of each run to show, 1 to 63.
        common: pixels a side that all pictures are brought to; None for each model's own.

    Raises:
        UserError: no run, an impossible number of images, no real faces allowed, too few real images.
    """
    if not 1 <= images < LATENTS:
        raise UserError(f"{images} images of each run can't be shown: give --images from 1 to {LATENTS - 1}.")
    if not runs:
        raise UserError(
            f"There is no finished run of {source.dataset} to make an eye test from: make one with `stackrepro run`, "
            f"or name the tier, arm and seeds of those that there are."
        )
    kind = KINDS[source.dataset]
    allowed = with_real or source.synthetic
    if source.dataset == "faces" and not allowed:
        raise UserError(
            f"Real or generated can't be asked without real images, and those of {source.name} must not be passed on: "
            f"give --with-real, and keep the page to yourself."
        )
    shown = [generated(run, stored, images + 1, common) for run, stored in runs]
    pictures = [picture for of_run in shown for picture in of_run[:images]]
    if allowed:
        pictures += real_beside(runs, source, salt, images, common)
    first = runs[0][0].configuration
    test = EyeTest(
        kind.name,
        first.tier,
        first.arm,
        source.name,
        source.fingerprint,
        images,
        "own" if common is None else "common",
        allowed and not source.synthetic,
        arranged(pictures, salt),
    )
    files = {(picture.run, picture.stage, picture.number, picture.size): picture.png for picture in pictures}
    of_trials = {trial.trial: files[trial.run, trial.stage, trial.number, trial.size] for trial in test.trials}
    return Made(test, of_trials, shown[0][images].png)


def real_beside(
    runs: Sequence[tuple[Run, StoredRun]], source: Source, salt: str, images: int, common: int | None
) -> list[Picture]:
    """Return the real pictures for a test of these runs."""
    count = Counter(run.configuration.view for run, _ in runs)
    pictures = {}
    for view, of_view in count.items():
        number = images * of_view if source.dataset == "faces" else images
        size = common or view.size
        pictures.setdefault(size if source.dataset == "birds" else view, real(source, view, number, size, salt))
    return [picture for group in pictures.values() for picture in group]


def arranged(pictures: Sequence[Picture], salt: str) -> tuple[Trial, ...]:
    """Give each picture a trial, and some of the first block a second one in the last."""
    named = {keyed(salt, picture.name)[:16]: picture for picture in pictures}
    order = sorted(named)
    bounds = [round(len(order) * block / BLOCKS) for block in range(BLOCKS + 1)]
    trials = [
        of_picture(name, named[name], block)
        for block in range(BLOCKS)
        for name in order[bounds[block] : bounds[block + 1]]
    ]
    again = order[: min(len(order) // REPEATED, bounds[1])]
    trials += [
        of_picture(keyed(salt, f"{named[name].name}/again")[:16], named[name], BLOCKS - 1, name) for name in again
    ]
    return tuple(sorted(trials, key=lambda trial: (trial.block, trial.trial)))


def of_picture(name: str, picture: Picture, block: int, repeats: str | None = None) -> Trial:
    p = picture
    return Trial(name, block, p.model, p.seed, p.run, p.stage, p.number, p.size, repeats)
