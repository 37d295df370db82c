"""Whether a model has learned images by heart: its samples above their nearest training images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stackrepro.data import prepare, training_rows
from stackrepro.data.prepared import prepared_folder
from stackrepro.evaluation.features import Extractor, at_size
from stackrepro.evaluation.manifold import BLOCK, nearest
from stackrepro.evaluation.protocols import plan_for, split
from stackrepro.evaluation.references import reference_features
from stackrepro.evaluation.stages import Rows
from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import Pictures, grid, of_data, samples_of
from stackrepro.runs import StoredRun

SHOWN = 8
AMONG = 1024  # training images whose features are searched, unless the protocol has fewer: more would take minutes


def nearest_training_images(chapter: Chapter, run: StoredRun, name: str) -> Pictures:
    """Show the first fixed-latent samples of a run above their nearest training images, by pixels and by features.

    Pixels are compared at the tier's common size, among all images of the training, and features by the network of the
    protocol for snapshots, among those of its reference, 1,024 at most.
    """
    c = run.record["configuration"]
    view = chapter.configuration(c["experiment"], c["arm"]).view
    plan = plan_for(c["tier"], view.dataset)
    common = view if plan.common_size is None else replace(view, size=plan.common_size)
    arrays, rows = prepare(chapter.source, list(dict.fromkeys([view, common]))), training_rows(chapter.source)
    real, small = Rows(arrays[view], rows), Rows(arrays[common], rows)
    samples = samples_of(run)[:SHOWN]
    blocks = (small[start : start + BLOCK] for start in range(0, len(small), BLOCK))
    vectors = at_size(samples, common.size).reshape(SHOWN, -1)
    by_pixels = nearest(vectors, (block.reshape(len(block), -1) for block in blocks))[0]

    wanted = plan.trajectory
    protocol = replace(wanted, samples=min(wanted.samples, AMONG // 4), reference=min(wanted.reference or AMONG, AMONG))
    extractor = Extractor(protocol.dims, chapter.device)
    key = f"{prepared_folder(chapter.source).name}/{view.key}/{len(real)}"
    known = reference_features(real, key, protocol, extractor).reference
    searched = split(len(real), protocol).reference
    by_features = searched[nearest(extractor(samples, protocol.pixels), [known])[0]]

    shown = {
        f"{name}: samples": samples,
        f"nearest by pixels at {common.size} x {common.size}, among {len(real):,}": real[by_pixels],
        f"nearest by {protocol.dims} Inception features, among {len(known):,}": real[by_features],
    }
    strips = [(title, np.concatenate(list(images), axis=1)) for title, images in shown.items()]
    words = f"seed {c['seed']} | the first {SHOWN} latents, unpicked"
    return grid(strips, 1, of_data(chapter, words), {name: [run]})
