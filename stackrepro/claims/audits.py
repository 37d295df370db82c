"""Inspections by name: what configurations, networks and data tell without a run.

Each takes an arm, and the data set where there is one, and returns findings. Small networks take real updates, full
ones are looked at without allocating a weight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stackrepro.data import Source
from stackrepro.data.prepared import prepared_folder, prepared_views
from stackrepro.experiments import Configuration, record, resolve
from stackrepro.experiments.configuration import differences
from stackrepro.models import Stack

if TYPE_CHECKING:
    from torch import Tensor

    from stackrepro.models.stack import StackedGenerator

KINDS = ("dense", "conv", "dconv")  # the layer types of paper A


@dataclass(frozen=True)
class Finding:
    """What an audit found of one subject; `holds` is None where it couldn't look."""

    subject: str
    holds: bool | None
    detail: str


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


RELEASED_START = 8  # stage 1 of dconv_128_Stack and _Stack_bp starts from 8 x 8, which makes it twice as large


def first_stage_frozen(arm: str, source: Source | None) -> list[Finding]:
    """A17: train a small stack for three updates and list the tensors of stage 1 that change."""
    findings = []
    for kind in KINDS:
        configuration = resolve(f"birds/{kind}-stack", arm, "smoke")
        generator, before = stepped(configuration, updates=3)
        after = generator.first.state_dict()
        changed = [name for name, tensor in before.items() if not tensor.equal(after[name])]
        detail = f"{len(changed)} of {len(before)} tensors of stage 1 change"
        if configuration.stage1 is None:
            detail += ", and no trained stage 1 is loaded"
        findings.append(Finding(kind, not changed and configuration.stage1 is not None, detail))
    return findings


def gradient_reaches_first_stage(arm: str, source: Source | None) -> list[Finding]:
    """A18: take one update of a small stack with backpropagation and look at the gradient of each weight of stage 1."""
    findings = []
    for kind in KINDS:
        generator, _ = stepped(resolve(f"birds/{kind}-stack-bp", arm, "smoke"), updates=1)
        weights = list(generator.first.parameters())
        reached = sum(weight.grad is not None and bool(weight.grad.any()) for weight in weights)
        findings.append(
            Finding(kind, reached == len(weights), f"{reached} of {len(weights)} tensors of stage 1 have a gradient")
        )
    return findings


def stepped(configuration: Configuration, updates: int) -> tuple[StackedGenerator, dict[str, Tensor]]:
    """Take some updates on random images; return the stacked generator, and the state of its stage 1 before."""
    import torch

    from stackrepro.runs.players import start
    from stackrepro.updates.game import Batch
    from stackrepro.updates.play import play

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small a network only waits for the other threads
    with torch.random.fork_rng(devices=[]):
        game = start(configuration)
        network = game.generator.network
        state = network.first.state_dict()  # without BatchNorm's counter, which is no weight and not in Keras
        before = {name: tensor.clone() for name, tensor in state.items() if tensor.is_floating_point()}
        size = configuration.view.size
        low, high = configuration.value_range
        for _ in range(updates):
            real = torch.rand(configuration.batch, 3, size, size) * (high - low) + low
            play(configuration.update, game, Batch(real), configuration.batch)
    torch.set_num_threads(threads)
    return network, before


def second_stage_input(arm: str, source: Source | None) -> list[Finding]:
    """A30: see what the first layer of stage 2 is given and what the last one makes."""
    findings = []
    for kind in KINDS:
        stack = resolve(f"birds/{kind}-stack", arm, "paper").generator
        if kind == "dconv" and arm == "code":
            first = replace(stack.first, start=RELEASED_START)
            stack = replace(stack, first=first, second=replace(stack.second, size=2 * first.size))
        seen, made = shapes(stack)
        given, ends = (" × ".join(map(str, shape)) for shape in (seen, made))
        holds = (seen, made) == ((64, 64, 3), (128, 128, 3))
        findings.append(Finding(kind, holds, f"{given} in, {ends} out"))
    return findings


def shapes(stack: Stack) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the shapes, channels last, of what enters stage 2's first layer with weights and of what comes out."""
    import torch

    from stackrepro.models import build

    with torch.device("meta"):
        network, latent = build(stack).eval(), torch.empty(1, stack.latent)
    weighty = next(
        module for module in network.second.modules() if isinstance(getattr(module, "weight", None), torch.Tensor)
    )
    seen: list[tuple[int, ...]] = []
    weighty.register_forward_pre_hook(lambda _, inputs: seen.append(tuple(inputs[0].shape[1:])))
    made = tuple(network(latent).shape[1:])
    return tuple((*shape[1:], shape[0]) if len(shape) == 3 else shape for shape in (seen[0], made))


PAPERS_FACES, PAPERS_SIZE = 202_599, 128


def faces_as_stated(arm: str, source: Source | None) -> list[Finding]:
    """B31: count the prepared faces, read size and gray off the views, and look for a Sobel filter in Pillow."""
    from PIL import ImageFilter

    stages = [resolve(f"faces/{stage}", arm, "paper") for stage in ("edges", "gray")]
    sizes = sorted({c.view.size for c in stages})
    grays = sorted({c.view.gray for c in stages})
    made = {"luma": "by Pillow's weights", "red": "the red channel alone"}
    filters = [name for name in dir(ImageFilter) if "sobel" in name.lower()]
    return [
        Finding("number of images", *counted(source, PAPERS_FACES)),
        Finding("size", sizes == [PAPERS_SIZE], " and ".join(f"{size} px" for size in sizes)),
        Finding("gray", grays == ["luma"], " and ".join(made[gray] for gray in grays)),
        Finding("Sobel edges", bool(filters), ", ".join(filters) or "Pillow has no Sobel filter"),
    ]


def stages_apart(arm: str, source: Source | None) -> list[Finding]:
    """B32: see what the trainings of stages 2 and 3 read, and whether their networks hold an earlier stage."""
    findings = []
    for number, stage in ((2, "gray"), (3, "rgb")):
        c = resolve(f"faces/{stage}", arm, "paper")
        holds = c.condition is not None and not isinstance(c.generator, Stack)
        read = " and ".join(view.kind for view in c.views)
        detail = f"trained on real {read}, " + ("no earlier stage inside" if holds else "with an earlier stage inside")
        findings.append(Finding(f"stage {number}", holds, detail))
    return findings


AUDITS: dict[str, Callable[[str, Source | None], list[Finding]]] = {
    function.__name__: function
    for function in (
        held_constant,
        first_stage_frozen,
        gradient_reaches_first_stage,
        data_as_stated,
        equal_numbers,
        one_optimizer_per_layer_type,
        second_stage_input,
        faces_as_stated,
        stages_apart,
    )
}
