"""Figures of stage 2: what it makes of generated and of real conditions, and its losses in parts."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from IPython.display import Markdown
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stackrepro.evaluation import as_rgb
from stackrepro.report.cells import Stamped
from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import WIDTH, finish, not_for_publication, picture, tiled
from stackrepro.report.networks import opened, without_weights
from stackrepro.runs import StoredRun

COLUMNS = 8


def translations(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Figure | Markdown:
    """Show what stages 2 make of generated conditions, and of the first real ones of persons held out.

    On the left conditions and outputs, on the right the real images below them: paper B's Figure 4. A row for each
    experiment, of its first seed.
    """
    loaded = {name: opened(chapter, group[0]) for name, group in runs.items()}
    if None in loaded.values():
        return without_weights(runs)
    figure, axes = plt.subplots(len(runs), 2, figsize=(WIDTH, 2.3 * len(runs) + 0.4), squeeze=False)
    for (name, stage), (left, right) in zip(loaded.items(), axes, strict=True):
        rows = stage.held_out[:COLUMNS]
        real = stage.real_conditions(rows)
        generated = [as_rgb(stage.pixels(images)) for images in stage.generated_conditions(COLUMNS)]
        from_real = as_rgb(stage.pixels(stage.translate(real)))
        pairs = [as_rgb(stage.conditions[rows]), from_real, as_rgb(stage.real[rows])]
        picture(left, tiled(np.concatenate(generated), COLUMNS), f"{name}\ngenerated condition, output")
        shown = tiled(np.concatenate(pairs), len(rows))
        picture(right, shown, f"{name}\nreal condition (held out), output, real image")
    stamp = f"{chapter.stamp} | the first latents and the first faces held out, unpicked"
    return finish(figure, stamp + not_for_publication(chapter), runs)


def losses_in_parts(chapter: Stamped, runs: dict[str, list[StoredRun]]) -> Figure:
    """Draw the adversarial losses of stage 2 and its L1 distance apart: paper B's Figure 7. A line for each seed."""
    figure, axes = plt.subplots(len(runs), 2, figsize=(WIDTH, 2.8 * len(runs) + 0.2), squeeze=False)
    colors = sns.color_palette("colorblind", 3)
    parts = (("discriminator", 0), ("generator_adversarial", 0), ("generator_l1", 1))
    for (name, group), row in zip(runs.items(), axes, strict=True):
        for run in group:
            losses = run.losses()
            updates = [record["update"] for record in losses]
            for (key, column), color in zip(parts, colors, strict=True):
                label = key.replace("_", "'s ").replace("adversarial", "adversarial part").replace("l1", "L1")
                label = label if run is group[0] else None
                row[column].plot(updates, [record[key] for record in losses], color=color, linewidth=0.8, label=label)
        row[0].set(title=name, ylabel="loss in nats")
        row[1].set(title=name, ylabel="L1, unweighted, range of 2", ylim=(0, None))
        for place in row:
            place.set_xlabel("updates of the generator")
            place.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            place.legend(frameon=False, fontsize=8)
    sns.despine(figure)
    return finish(figure, chapter.stamp, runs)


def other_latents(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Figure | Markdown:
    """Show the same held-out edges under several latents of stage 2, a row of pictures for each face.

    The titles compare how far outputs of one condition lie apart with how far those of different conditions do, as the
    mean absolute difference per pixel in levels of 0 to 255.
    """
    loaded = {name: opened(chapter, group[0]) for name, group in runs.items()}
    if None in loaded.values():
        return without_weights(runs)
    figure, axes = plt.subplots(1, len(runs), figsize=(WIDTH, WIDTH / len(runs) * 0.6 + 0.8), squeeze=False)
    for (name, stage), place in zip(loaded.items(), axes.flat, strict=True):
        conditions = stage.real_conditions(stage.held_out[:4])
        outputs = []  # by latent: one image of each condition
        for number in range(COLUMNS - 1):
            each = [stage.translate(condition[None], first=number) for condition in conditions]
            outputs.append(np.concatenate([stage.pixels(image) for image in each]))
        made = np.stack(outputs, axis=1)  # (faces, latents, size, size, channels)
        strip = np.concatenate([stage.pixels(conditions)[:, None], made], axis=1)
        between_latents = np.abs(made[:, 1:].astype(int) - made[:, :-1]).mean()
        between_faces = np.abs(made[1:].astype(int) - made[:-1]).mean()
        words = f"{name}\nother latent: {between_latents:.1f} levels, other face: {between_faces:.1f}"
        picture(place, tiled(strip.reshape(-1, *strip.shape[2:]), COLUMNS), words)
    stamp = f"{chapter.stamp} | the first faces held out, the first latents, unpicked"
    return finish(figure, stamp + not_for_publication(chapter), runs)
