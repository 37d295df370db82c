"""Inspections by name: what configurations, networks and data tell without a run.

Each takes an arm, and the data set where there is one, and returns findings. Small networks take real updates, full
ones are looked at without allocating a weight. torch is imported only where it is used: claims are read without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageFilter

from stackrepro.data import Source
from stackrepro.data.prepared import prepared_folder, prepared_views
from stackrepro.experiments import resolve
from stackrepro.models.specs import Stack
from stackrepro.training.configuration import Configuration, differences, record

if TYPE_CHECKING:
    from torch import Tensor

    from stackrepro.models.stack import StackedGenerator

KINDS = ("dense", "conv", "dconv")  # the layer types of paper A
PAPERS_IMAGES = 11_788
PAPERS_FACES, PAPERS_SIZE = 202_599, 128
RELEASED_START = 8  # stage 1 of dconv_128_Stack and _Stack_bp starts from 8 x 8, which makes it twice as large


@dataclass(frozen=True)
class Finding:
    """What an audit found of one subject; `holds` is None where it couldn't look."""

    subject: str
    holds: bool | None
    detail: str


Audit = Callable[[str, Source | None], list[Finding]]
AUDITS: dict[str, Audit] = {}


def audit(look: Audit) -> Audit:
    """Let claims name an inspection."""
    AUDITS[look.__name__] = look
    return look


def of_each_layer_type(look: Callable[[str, str], tuple[bool, str]]) -> Audit:
    """Make an inspection of what is asked of each layer type, in an arm."""

    @wraps(look)
    def findings(arm: str, source: Source | None) -> list[Finding]:
        return [Finding(kind, *look(kind, arm)) for kind in KINDS]

    return audit(findings)


@of_each_layer_type
def held_constant(kind: str, arm: str) -> tuple[bool, str]:
    """A16: compare the single model with the stack in all but the generator, and their summed updates."""
    single, stack = (resolve(f"birds/{kind}-{model}", arm, "paper") for model in ("128", "stack"))
    # The stack's own name, networks and first stage are what is tested; its budget is that of both stages.
    aligned = replace(single, experiment=stack.experiment, generator=stack.generator, stage1=stack.stage1)
    unlike = {path.split(".")[0] for path, *_ in differences(record(aligned), record(stack))} - {"updates"}
    if stack.stage1 is None:
        unlike.add("stage 1 that isn't trained")
    else:
        settings = ("generator_optimizer", "discriminator_optimizer", "update", "value_range", "initial_weights")
        unlike |= {f"stage 1's {name}" for name in settings if getattr(stack, name) != getattr(stack.stage1, name)}
    words = [name.replace("_", " ") for name in sorted(unlike)]
    spent = stack.updates + (stack.stage1.updates if stack.stage1 else 0)
    if single.updates != spent:
        words.append(f"updates ({single.updates:,} against {spent:,})")
    return not words, f"differ: {', '.join(words)}" if words else "nothing else differs"


@of_each_layer_type
def first_stage_frozen(kind: str, arm: str) -> tuple[bool, str]:
    """A17: train a small stack for three updates and list the tensors of stage 1 that change."""
    configuration = resolve(f"birds/{kind}-stack", arm, "smoke")
    generator, before = stepped(configuration, updates=3)
    after = generator.first.state_dict()
    changed = [name for name, tensor in before.items() if not tensor.equal(after[name])]
    detail = f"{len(changed)} of {len(before)} tensors of stage 1 change"
    if configuration.stage1 is None:
        detail += ", and no trained stage 1 is loaded"
    return not changed and configuration.stage1 is not None, detail


@of_each_layer_type
def gradient_reaches_first_stage(kind: str, arm: str) -> tuple[bool, str]:
    """A18: take one update of a small stack with backpropagation and look at the gradient of each weight of stage 1."""
    generator, _ = stepped(resolve(f"birds/{kind}-stack-bp", arm, "smoke"), updates=1)
    weights = list(generator.first.parameters())
    reached = sum(weight.grad is not None and bool(weight.grad.any()) for weight in weights)
    return reached == len(weights), f"{reached} of {len(weights)} tensors of stage 1 have a gradient"


def stepped(configuration: Configuration, updates: int) -> tuple[StackedGenerator, dict[str, Tensor]]:
    """Take some updates on random images; return the stacked generator, and the state of its stage 1 before."""
    import torch

    from stackrepro.training.networks import Batch, build_networks
    from stackrepro.training.step import training_step

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small a network only waits for the other threads
    with torch.random.fork_rng(devices=[]):
        networks = build_networks(configuration)
        network = networks.generator.network
        state = network.first.state_dict()  # without BatchNorm's counter, which is no weight and not in Keras
        before = {name: tensor.clone() for name, tensor in state.items() if tensor.is_floating_point()}
        size = configuration.view.size
        low, high = configuration.value_range
        for _ in range(updates):
            real = torch.rand(configuration.batch, 3, size, size) * (high - low) + low
            training_step(configuration.update, networks, Batch(real), configuration.batch)
    torch.set_num_threads(threads)
    return network, before


@audit
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
    count = len(np.load(prepared_folder(source) / f"{views[0]}.npy", mmap_mode="r"))
    return count == stated, f"{count:,} in {source.name}"


@of_each_layer_type
def equal_numbers(kind: str, arm: str) -> tuple[bool, str]:
    """A26: draw the last batch of an epoch over as many images as the paper has, and count it."""
    import torch

    from stackrepro.training.batches import Batches

    c = resolve(f"birds/{kind}-64", arm, "paper")
    images = {c.view: np.zeros((PAPERS_IMAGES, 1, 1, 3), np.uint8)}
    batches = Batches(images, np.arange(PAPERS_IMAGES), c, torch.device("cpu"))
    last = len(batches.at(batches.per_epoch - 1).real)
    return last == c.batch, f"the last of {batches.per_epoch} updates: {last} real, {c.batch} generated"


@audit
def one_optimizer_per_layer_type(arm: str, source: Source | None) -> list[Finding]:
    """A27: list the kinds of optimizer of each layer type's four models. One type with two refutes the rule."""
    kinds: dict[str, list[str]] = {}
    for kind in KINDS:
        models = [resolve(f"birds/{kind}-{model}", arm, "paper") for model in ("64", "128", "stack", "stack-bp")]
        used = {getattr(c, side).name for c in models for side in ("generator_optimizer", "discriminator_optimizer")}
        kinds[kind] = sorted(used)
    detail = "; ".join(f"{kind}: {' and '.join(names)}" for kind, names in kinds.items())
    return [Finding("all layer types", all(len(names) == 1 for names in kinds.values()), detail)]


@of_each_layer_type
def second_stage_input(kind: str, arm: str) -> tuple[bool, str]:
    """A30: see what the first layer of stage 2 is given and what the last one makes."""
    import torch

    from stackrepro.models import build

    stack = resolve(f"birds/{kind}-stack", arm, "paper").generator
    if kind == "dconv" and arm == "code":
        first = replace(stack.first, start=RELEASED_START)
        stack = replace(stack, first=first, second=replace(stack.second, size=2 * first.size))
    with torch.device("meta"):
        network, latent = build(stack).eval(), torch.empty(1, stack.latent)
    with_weights = (m for m in network.second.modules() if isinstance(getattr(m, "weight", None), torch.Tensor))
    seen: list[tuple[int, ...]] = []
    next(with_weights).register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].shape[1:]))
    made = network(latent).shape[1:]
    given, ends = (tuple((*s[1:], s[0]) if len(s) == 3 else s) for s in (seen[0], made))  # channels last
    detail = f"{' × '.join(map(str, given))} in, {' × '.join(map(str, ends))} out"
    return (given, ends) == ((64, 64, 3), (128, 128, 3)), detail


@audit
def faces_as_stated(arm: str, source: Source | None) -> list[Finding]:
    """B31: count the prepared faces, read size and gray off the views, and look for a Sobel filter in Pillow."""
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


@audit
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
