"""Audits of networks: small ones take real updates, full ones are looked at without allocating a weight."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stackrepro.data import Source
from stackrepro.evaluation.findings import KINDS, Finding
from stackrepro.experiments import Configuration, resolve
from stackrepro.models import Stack

if TYPE_CHECKING:
    from torch import Tensor

    from stackrepro.models.stack import StackedGenerator

RELEASED_START = 8  # stage 1 of dconv_128_Stack and _Stack_bp starts from 8 x 8, which makes it twice as large


def first_stage_held(arm: str, source: Source | None) -> list[Finding]:
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
