"""Tables of what is trained, before anything is: networks, settings, deviations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from IPython.display import Markdown

from stackrepro.experiments import Configuration
from stackrepro.experiments.deviations import DEVIATIONS
from stackrepro.experiments.deviations_faces import FACE_DEVIATIONS
from stackrepro.models.summary import stages, sum_counts, summarise


def counts(configurations: dict[str, Configuration]) -> pd.DataFrame:
    """Count what the networks hold: a row for each generator, each stage of a stack, and each discriminator."""
    rows = []
    for name, configuration in configurations.items():
        layers = summarise(configuration.generator)
        parts = {"generator": layers, **stages(layers), "discriminator": summarise(configuration.discriminator)}
        for part, members in parts.items():
            total = sum_counts(members)
            rows.append({"model": name, "part": part, **total.as_dict()})
    return pd.DataFrame(rows)


def settings(configurations: dict[str, Configuration]) -> pd.DataFrame:
    """Set training settings side by side: a row for each setting, a column for each configuration."""
    columns = {}
    for name, c in configurations.items():
        columns[name] = {
            "update rule": c.update.name,
            "value range": f"[{c.value_range[0]:g}, {c.value_range[1]:g}]",
            "generator's optimizer": optimizer(c.generator_optimizer),
            "discriminator's optimizer": optimizer(c.discriminator_optimizer),
            "initial weights": c.initial_weights,
            "batch": str(c.batch),
            "updates": f"{c.updates:,}",
            "order of images": "new each epoch" if c.reshuffle else "the same each epoch",
            "stage 1": joined(c),
            "held of stage 1": getattr(c.generator, "hold", "-"),
        }
    return pd.DataFrame(columns).rename_axis("setting").reset_index()


def joined(c: Configuration) -> str:
    """Say in a word how a generator comes by its first stage."""
    if c.condition is not None and c.stage1 is not None:
        return "trained apart"
    return "none" if not hasattr(c.generator, "hold") else "loaded" if c.stage1 else "random"


def optimizers(configurations: dict[str, Configuration]) -> pd.DataFrame:
    """Set the losses' settings of many models under each other, a row each."""
    rows = [
        {
            "model": name,
            "generator's optimizer": optimizer(c.generator_optimizer),
            "discriminator's optimizer": optimizer(c.discriminator_optimizer),
            "update rule": c.update.name,
            "value range": f"[{c.value_range[0]:g}, {c.value_range[1]:g}]",
            "updates": f"{c.updates:,}",
        }
        for name, c in configurations.items()
    ]
    return pd.DataFrame(rows)


def changed_beside_generator(pairs: dict[str, tuple[Configuration, Configuration]]) -> pd.DataFrame:
    """List what changes from a single model to a stack, besides the generator: a row for each difference.

    Args:
        pairs: by layer type, the configurations of the single model and of the stack.
    """
    rows = []
    for name, pair in pairs.items():
        columns = [
            {
                "discriminator's weights": f"{sum_counts(summarise(c.discriminator)).parameters:,}",
                "discriminator's optimizer": optimizer(c.discriminator_optimizer),
                "generator's optimizer": optimizer(c.generator_optimizer),
                "update rule": c.update.name,
                "updates, with stage 1's": f"{c.updates + (c.stage1.updates if c.stage1 else 0):,}",
            }
            for c in pair
        ]
        single, stack = columns
        rows += [
            {"layers": name, "": key, "single": single[key], "stack": stack[key]}
            for key in single
            if single[key] != stack[key]
        ]
    return pd.DataFrame(rows)


def optimizer(settings: Any) -> str:
    """Describe an optimizer in a few words."""
    details = f"beta1 {settings.beta1:g}" if settings.name == "adam" else f"rho {settings.decay:g}"
    clip = "" if settings.clip is None else f", clip {settings.clip:g}"
    return f"{settings.name} {settings.rate:g} ({details}{clip})"


def register(arms: Sequence[str], dataset: str = "birds") -> Markdown:
    """The entries of a paper's deviation register that concern these arms, a paragraph each, which a phone can show."""
    return Markdown(
        "\n\n".join(
            f"**{d.number}, {d.subject}** (arm {d.arms}). *Source:* {d.source_says}. *Chosen:* {d.chosen}. "
            f"*Why:* {d.why}. *Probe:* {d.probe}."
            for d in {"birds": DEVIATIONS, "faces": FACE_DEVIATIONS}[dataset]
            if d.arms == "all" or set(arms) & set(d.arms.split(", "))
        )
    )
