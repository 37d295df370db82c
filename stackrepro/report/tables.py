"""Tables of runs and models, as pandas frames."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import mean
from typing import Any

import pandas as pd
from IPython.display import Markdown
from pandas.io.formats.style import Styler

from stackrepro.base.places import results_root
from stackrepro.evaluation import protocol_for
from stackrepro.evaluation.cohorts import side_of
from stackrepro.evaluation.fitness import unfit
from stackrepro.experiments import TIERS, Configuration, record, resolve
from stackrepro.experiments.configuration import differences
from stackrepro.experiments.deviations import DEVIATIONS
from stackrepro.experiments.deviations_faces import FACE_DEVIATIONS
from stackrepro.experiments.tiers import stage_sizes
from stackrepro.models.summary import stages, sum_counts, summarise
from stackrepro.report.chapter import Chapter
from stackrepro.report.plan import ARM
from stackrepro.report.provenance import note
from stackrepro.runs import StoredRun, stored


def stamped(table: pd.DataFrame, stamp: str) -> Styler:
    """Dress a table for the page: no index, the stamp as its caption."""
    # The class is what the theme knows tables of numbers by, in the dark too.
    return table.style.hide(axis="index").set_caption(stamp).set_table_attributes('class="dataframe"')


def from_runs(rows: list[dict[str, Any]], runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """Make a table of rows that were read from these runs; a line under it names them."""
    note(runs)
    return pd.DataFrame(rows)


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


def changed_by_tier(configurations: dict[str, tuple[Configuration, Configuration]]) -> pd.DataFrame:
    """Set the papers' values beside a tier's: a row for each field that differs.

    Args:
        configurations: by name, the configuration at the paper tier and at this one.
    """
    rows = [
        {"model": name, "field": path, "paper": show(before), "here": show(after)}
        for name, (paper, here) in configurations.items()
        for path, before, after in differences(record(paper), record(here))
        if not path.startswith("stage1.") and path != "tier"
    ]
    return pd.DataFrame(rows, columns=["model", "field", "paper", "here"])


def show(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


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


def tier_sizes(experiment: str, arm: str = ARM) -> pd.DataFrame:
    """Set an experiment's scale at each tier side by side."""
    rows = []
    for tier in TIERS.values():
        configuration = resolve(experiment, arm, tier.name)
        protocol = protocol_for(tier.name)
        rows.append(
            {
                "tier": tier.name,
                "pixels": " to ".join(map(str, stage_sizes(configuration))),
                "widths": f"1/{tier.divisor_for(configuration.view.dataset)}",
                "updates a stage": f"{configuration.updates:,}",
                "distance": protocol.name,
                "images measured": f"{protocol.samples:,}",
            }
        )
    return pd.DataFrame(rows)


def references(experiments: Sequence[str], arm: str = ARM) -> Markdown | Styler:
    """Show the published results of these experiments, or say with which commands they can be made.

    Results stand in one table only if tier, data and protocol are the same; of several such sets the one of the highest
    tier is shown, real images before drawn ones. What isn't of today's schema and definition is left out and counted.
    """
    left_out: Counter[str] = Counter()
    sets: dict[tuple, dict[str, list[StoredRun]]] = {}
    for run in stored(results_root()):
        if side_of(run) not in [(name, arm) for name in experiments] or (not run.damaged and run.result is None):
            continue
        if why := unfit(run):
            left_out[why] += 1
            continue
        data, protocol = run.record["data"], run.result["protocol"]
        rank = (list(TIERS).index(run.result["tier"]), data["label"] != "synthetic")
        key = (*rank, data["fingerprint"], protocol["name"], protocol["samples"], protocol["reference"])
        sets.setdefault(key, {}).setdefault(run.result["experiment"], []).append(run)
    lacks = "".join(f" | {count} left out, {why}" for why, count in left_out.items())
    if sets:
        found = sets[max(sets, key=lambda key: key[:2])]
        first = next(iter(found.values()))[0].result
        return stamped(distances(found), f"tier {first['tier']} | {first['data']} | published results{lacks}")
    commands = "\n".join(f"stackrepro run {name} --arm {arm} --tier reduced --data-root FOLDER" for name in experiments)
    return Markdown(
        f"No reference result of tier `reduced` is published yet{lacks}. These commands make them:"
        f"\n\n```\n{commands}\n```"
    )


def distances(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """Distances to the real images: for each experiment the trained and the untrained generator, and the floor.

    The floor is what real images score against other real images at the same n. Over several seeds the mean stands
    with the smallest and the largest value; one seed stands as n = 1. The flag "stale" says that the package's source
    has changed since.
    """
    rows = []
    for name, group in runs.items():
        results = [run.result for run in group]
        protocol = results[0]["protocol"]
        stale = ["stale"] if any(run.state == "stale" for run in group) else []
        for what in ("generated", "untrained", "floor"):
            measured = [result["measures"][what] for result in results]
            rows.append(
                {
                    "model": name,
                    "images": {"generated": "trained", "untrained": "untrained", "floor": "real (floor)"}[what],
                    protocol["name"]: over_seeds([m["frechet"] for m in measured], ".2f"),
                    f"KID-{protocol['dims']}": over_seeds([m["kid"] for m in measured], ".3f"),
                    "sampling error of KID": f"{mean(m['kid_error'] for m in measured):.3f}",
                    "n": measured[0]["n"],
                    "n reference": measured[0]["n_reference"],
                    "seeds": f"n = {len(group)}",
                    "flags": ", ".join([*measured[0]["flags"], *stale]) or "-",
                }
            )
    return from_runs(rows, runs)


def measured(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Styler:
    """The distances of a chapter's runs, stamped."""
    return stamped(distances(runs), chapter.stamp)


def cost(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """What training cost: a row for each experiment, times as means over its seeds.

    The share of the discriminator includes making the images that it learns from; snapshots and checkpoints are left
    out of all times. Seconds compare only between runs of one machine that was as busy.
    """
    rows = []
    for name, group in runs.items():
        training = [run.result["training"] for run in group]
        seconds = {part: mean(t["seconds"][part] for t in training) for part in training[0]["seconds"]}
        total, updates = sum(seconds.values()), group[0].record["configuration"]["updates"]
        rows.append(
            {
                "model": name,
                "weights trained": f"{group[0].result['counts']['generator']['trainable']:,}",
                "updates": f"{updates:,}",
                "minutes": f"{total / 60:.1f}",
                "ms an update": f"{1000 * total / updates:.1f}",
                "images/s": f"{mean(t['images_per_second'] for t in training):,.0f}",
                **{part: f"{value / total:.0%}" for part, value in seconds.items()},
            }
        )
    return from_runs(rows, runs)


def over_seeds(values: Sequence[float], style: str) -> str:
    """Write one value, or the mean of several with their range."""
    if len(values) == 1:
        return f"{values[0]:{style}}"
    return f"{mean(values):{style}} [{min(values):{style}}, {max(values):{style}}]"
