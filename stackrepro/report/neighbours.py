"""Whether a model has learned images by heart: its samples beside their nearest training images, and counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from stackrepro.data import prepare, training_rows
from stackrepro.data.prepared import prepared_folder
from stackrepro.evaluation import Extractor, plan_for, reference_features
from stackrepro.evaluation.distances import BLOCK, nearest_rows
from stackrepro.evaluation.images import at_size
from stackrepro.evaluation.protocols import split
from stackrepro.evaluation.translations import Rows
from stackrepro.experiments import resolve
from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import WIDTH, finish, not_for_publication, picture, samples_of
from stackrepro.report.shared_rows import trained_row
from stackrepro.report.tables import stamped
from stackrepro.runs import StoredRun

SHOWN = 8
AMONG = 1024  # training images whose features are searched, unless the protocol has fewer: more would take minutes


def nearest_training_images(chapter: Chapter, run: StoredRun, name: str) -> Figure:
    """Show the first fixed-latent samples of a run above their nearest training images, by pixels and by features.

    Pixels are compared at the tier's common size, among all images of the training, and features by the network of the
    protocol for snapshots, among those of its reference, 1,024 at most.

    Raises:
        UserError: the Inception weights can't be had.
    """
    c = run.record["configuration"]
    view = resolve(c["experiment"], c["arm"], c["tier"], c["seed"]).view
    plan = plan_for(c["tier"], view.dataset)
    common = view if plan.common_size is None else replace(view, size=plan.common_size)
    arrays, rows = prepare(chapter.source, list(dict.fromkeys([view, common]))), training_rows(chapter.source)
    real, small = Rows(arrays[view], rows), Rows(arrays[common], rows)
    samples = samples_of(run)[:SHOWN]
    by_pixels = nearest_rows(as_vectors(at_size(samples, common.size)), (as_vectors(part) for part in parts(small)))

    wanted = plan.trajectory
    protocol = replace(wanted, samples=min(wanted.samples, AMONG // 4), reference=min(wanted.reference or AMONG, AMONG))
    extractor = Extractor(protocol.dims, chapter.device)
    key = f"{prepared_folder(chapter.source).name}/{view.key}/{len(real)}"
    known = reference_features(real, key, protocol, extractor).reference
    searched = split(len(real), protocol).reference
    by_features = searched[nearest_rows(extractor(samples, protocol.pixels), [known])]

    shown = {
        "samples": samples,
        f"nearest by pixels at {common.size} x {common.size}, among {len(real):,}": real[by_pixels],
        f"nearest by {protocol.dims} Inception features, among {len(known):,}": real[by_features],
    }
    figure, axes = plt.subplots(len(shown), 1, figsize=(WIDTH, len(shown) * (WIDTH / SHOWN + 0.3) + 0.5))
    for place, (title, images) in zip(axes, shown.items(), strict=True):
        picture(place, np.concatenate(list(images), axis=1), title)
    figure.suptitle(name, fontsize=10)
    stamp = f"tier {chapter.tier} | {chapter.source.name} | seed {c['seed']} | the first {SHOWN} latents, unpicked"
    return finish(figure, stamp + not_for_publication(chapter))


def as_vectors(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)


def parts(images: Rows) -> Iterator[np.ndarray]:
    """Yield the images, some at once."""
    for start in range(0, len(images), BLOCK):
        yield images[start : start + BLOCK]


def copies(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Styler:
    """How near samples lie to training images, against real images that weren't searched; a row a run and a space.

    The counts stand in the results, so none is searched for here.
    """
    rows = [
        {
            "model": name,
            "seed": run.record["configuration"]["seed"],
            "compared by": space,
            "nearer than any real image": found.get("nearer_than_any", "not counted"),
            "n": run.result["measures"][trained_row([run])]["n"],
            "nearer than a random real image": f"{found['nearer_than_real']:.0%}",
            "median distance": f"{found['distance']:.4g}",
            "of real images": f"{found['real_distance']:.4g}",
            "training images searched": f"{found['n_training']:,}",
        }
        for name, group in runs.items()
        for run in group
        for space, found in run.result["copying"].items()
    ]
    return stamped(pd.DataFrame(rows), chapter.stamp)
