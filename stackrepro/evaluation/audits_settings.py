"""Audits of configurations and data. Each takes an arm, and the data set where there is one, and returns findings."""

from __future__ import annotations

from dataclasses import replace

from stackrepro.data import Source
from stackrepro.data.prepared import prepared_folder, prepared_views
from stackrepro.evaluation.findings import KINDS, Finding
from stackrepro.experiments import Configuration, record, resolve
from stackrepro.experiments.configuration import differences

PAPERS_IMAGES = 11_788


def held_constant(arm: str, source: Source | None) -> list[Finding]:
    """A16: compare the single model with the stack in all but the generator, and their summed updates."""
    findings = []
    for kind in KINDS:
        single, stack = (resolve(f"birds/{kind}-{model}", arm, "paper") for model in ("128", "stack"))
        # The stack's own name, networks and first stage are what is tested; its budget is that of both stages.
        aligned = replace(single, experiment=stack.experiment, generator=stack.generator, stage1=stack.stage1)
        spent = stack.updates + (stack.stage1.updates if stack.stage1 else 0)
        unlike = {path.split(".")[0] for path, *_ in differences(record(aligned), record(stack))} - {"updates"}
        unlike |= {"stage 1 that isn't trained"} if stack.stage1 is None else first_stage_unlike(stack)
        words = [name.replace("_", " ") for name in sorted(unlike)]
        if single.updates != spent:
            words.append(f"updates ({single.updates:,} against {spent:,})")
        findings.append(Finding(kind, not words, f"differ: {', '.join(words)}" if words else "nothing else differs"))
    return findings


def first_stage_unlike(stack: Configuration) -> set[str]:
    """Name the settings of its training in which a stack's first stage differs from the second."""
    settings = ("generator_optimizer", "discriminator_optimizer", "update", "value_range", "initial_weights")
    return {f"stage 1's {name}" for name in settings if getattr(stack, name) != getattr(stack.stage1, name)}


def data_as_stated(arm: str, source: Source | None) -> list[Finding]:
    """A21: count the prepared images, and read off each layer type's range of values."""
    findings = [Finding("number of images", *counted(source, PAPERS_IMAGES))]
    for kind in KINDS:
        ranges = {resolve(f"birds/{kind}-{model}", arm, "paper").value_range for model in ("64", "128", "stack")}
        words = " and ".join(f"{low:g} to {high:g}" for low, high in sorted(ranges))
        findings.append(Finding(f"range, {kind}", ranges == {(0.0, 1.0)}, words))
    return findings


def counted(source: Source | None, stated: int) -> tuple[bool | None, str]:
    """Say whether the prepared arrays of a real data set hold as many images as a paper says."""
    if source is None or source.synthetic:
        return None, "no real data at hand"
    views = prepared_views(source)
    if not views:
        return None, "nothing of the data set is prepared yet"
    import numpy as np

    count = len(np.load(prepared_folder(source) / f"{views[0]}.npy", mmap_mode="r"))
    return count == stated, f"{count:,} in {source.name}"


def equal_numbers(arm: str, source: Source | None) -> list[Finding]:
    """A26: draw the last batch of an epoch over as many images as the paper has, and count it."""
    import numpy as np
    import torch

    from stackrepro.runs.batches import Batches

    findings = []
    images = np.zeros((PAPERS_IMAGES, 1, 1, 3), np.uint8)
    for kind in KINDS:
        configuration = resolve(f"birds/{kind}-64", arm, "paper")
        rows = np.arange(PAPERS_IMAGES)
        batches = Batches({configuration.view: images}, rows, configuration, torch.device("cpu"))
        last = len(batches.at(batches.per_epoch - 1).real)
        detail = f"the last of {batches.per_epoch} updates: {last} real, {configuration.batch} generated"
        findings.append(Finding(kind, last == configuration.batch, detail))
    return findings


def one_optimizer_per_layer_type(arm: str, source: Source | None) -> list[Finding]:
    """A27: list the kinds of optimizer of each layer type's four models. One type with two refutes the rule."""
    kinds: dict[str, list[str]] = {}
    for kind in KINDS:
        models = [resolve(f"birds/{kind}-{model}", arm, "paper") for model in ("64", "128", "stack", "stack-bp")]
        used = {getattr(c, side).name for c in models for side in ("generator_optimizer", "discriminator_optimizer")}
        kinds[kind] = sorted(used)
    detail = "; ".join(f"{kind}: {' and '.join(names)}" for kind, names in kinds.items())
    return [Finding("all layer types", all(len(names) == 1 for names in kinds.values()), detail)]
