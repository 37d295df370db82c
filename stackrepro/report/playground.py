"""The published generators as scripts that a page's own JavaScript runs, offline and from a disk."""

from __future__ import annotations

import json
import zlib
from functools import singledispatchmethod
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import torch
from torch import nn

from stackrepro.base.files import write_bytes
from stackrepro.base.places import repository
from stackrepro.experiments import TIERS
from stackrepro.models.layers import Residual
from stackrepro.models.stack import StackedGenerator
from stackrepro.runs import StoredRun
from stackrepro.runs.store import reopened
from stackrepro.runs.weights import trained_sampler
from stackrepro.training.sampling import AVERAGE, LAST, fixed_latents

SHOWN, LATENT = 64, 100  # fixed latents, those of the grids
WASM = repository() / "book" / "_extra" / "tfjs" / "tfjs-backend-wasm-simd.wasm"


class Layers:
    """A generator as a list of layers in the order in which they work, with the tensors that these read.

    Tensors lie channels last, as TensorFlow.js wants them; matrices and kernels as float16, vectors as float32. Each
    stage has bytes of its own, since stacks may share one.
    """

    def __init__(self, generator: nn.Module) -> None:
        self.stages = [bytearray()]
        self.layers = self.of(generator)

    def kept(self, tensor: torch.Tensor) -> list[Any]:
        """Append a tensor to its stage's bytes; return the type, the stage, the place and the shape for its layer."""
        array = tensor.detach().numpy().astype("<f2" if tensor.ndim > 1 else "<f4")
        stage = self.stages[-1]
        stage += bytes(-len(stage) % 4)  # a script can't read numbers from odd places
        place = len(stage)
        stage += array.tobytes()
        return [array.dtype.str[1:], len(self.stages) - 1, place, list(array.shape)]

    @singledispatchmethod
    def of(self, module: nn.Module) -> list[dict[str, Any]]:
        """Return the layers of a module; those of a module without a case of its own are its children's, in order."""
        children = list(module.children())
        if not children and not isinstance(module, nn.Sequential):
            raise TypeError(f"The playground has no layer for {type(module).__name__}.")
        return [layer for child in children for layer in self.of(child)]

    @of.register
    def _(self, module: StackedGenerator) -> list[dict[str, Any]]:
        if module.specification.stage_latent is not None or getattr(module, "feed", "raw") != "raw":
            raise TypeError("The playground joins stages by their images alone.")
        first = self.of(module.first)
        self.stages.append(bytearray())
        return [*first, *self.of(module.second)]

    @of.register
    def _(self, module: nn.Linear) -> list[dict[str, Any]]:
        return [{"op": "linear", "weight": self.kept(module.weight.T), **self.bias(module)}]

    @of.register(nn.Conv2d)
    @of.register(nn.ConvTranspose2d)
    def _(self, module: nn.Conv2d | nn.ConvTranspose2d) -> list[dict[str, Any]]:
        if module.groups > 1:  # a number of each channel times a map of its own
            return [{"op": "maps", "weight": self.kept(module.weight[:, 0].permute(1, 2, 0))}]
        padding = module.kernel_size[0] // 2 if module.padding == "same" else module.padding[0]
        layer = {"stride": module.stride[0], "padding": padding}
        if isinstance(module, nn.ConvTranspose2d):  # turned around: the page makes a plain convolution of it
            layer |= {"weight": self.kept(module.weight.flip(2, 3).permute(2, 3, 0, 1)), **self.bias(module)}
            return [{"op": "transposed", "extra": module.output_padding[0], **layer}]
        layer |= {"weight": self.kept(module.weight.permute(2, 3, 1, 0)), **self.bias(module)}
        return [{"op": "convolution", "reflect": module.padding_mode == "reflect", **layer}]

    @of.register(nn.BatchNorm1d)
    @of.register(nn.BatchNorm2d)
    def _(self, module: nn.BatchNorm1d | nn.BatchNorm2d) -> list[dict[str, Any]]:
        scale = module.weight * (module.running_var + module.eps).rsqrt()
        shift = module.bias - module.running_mean * scale
        return [{"op": "scale", "scale": self.kept(scale), "shift": self.kept(shift)}]

    @of.register
    def _(self, module: nn.InstanceNorm2d) -> list[dict[str, Any]]:
        return [{"op": "instance", "epsilon": module.eps}]

    @of.register
    def _(self, module: Residual) -> list[dict[str, Any]]:
        return [{"op": "residual", "layers": self.of(module.layers)}]

    @of.register
    def _(self, module: nn.Unflatten) -> list[dict[str, Any]]:
        return [{"op": "unflatten", "shape": list(module.unflattened_size)}]

    @of.register
    def _(self, module: nn.LeakyReLU) -> list[dict[str, Any]]:
        return [{"op": "leaky", "slope": module.negative_slope}]

    @of.register(nn.ReLU)
    @of.register(nn.Tanh)
    @of.register(nn.Sigmoid)
    @of.register(nn.Flatten)
    @of.register(nn.Upsample)
    def _(self, module: nn.Module) -> list[dict[str, Any]]:
        return [{"op": type(module).__name__.lower()}]

    @of.register
    def _(self, module: nn.Dropout) -> list[dict[str, Any]]:
        return []  # a trained generator drops nothing

    def bias(self, module: nn.Module) -> dict[str, Any]:
        return {} if module.bias is None else {"bias": self.kept(module.bias)}


FAMILIES = {"dconv": "birds, deep-conv", "conv": "birds, conv"}  # dense ones alone would double the page's bytes
TITLES = {
    "64": "Stage 1: a single GAN of the smaller size",
    "128": "A single GAN of the larger size",
    "stack": "A stack, stage 1 frozen",
    "stack-bp": "A stack, trained through both stages",
    "edges": "Stage 1: edges from noise",
    "gray": "Stage 2: a gray face from these edges",
    "single": "A single GAN of gray faces",
    "joint": "Both stages trained at once",
    "modern-64": "A small GAN of today",
}


def write(items: list[StoredRun], folder: Path) -> list[dict[str, Any]]:
    """Write a script for each stage of the published generators, and `index.js`, which lists them; return the list.

    Of each experiment its highest tier is shown. A generator whose images a page can't make (another display, BatchNorm
    by the batch, images changed between stages, a latent of its own for stage 2) is left out.
    """
    listed = []
    for item in shown(items):
        run, root = reopened(item), item.folder.parent
        c = run.configuration
        dataset, _, model = c.experiment.partition("/")
        kind, _, size = model.partition("-")
        family, title = (FAMILIES[kind], TITLES.get(size)) if kind in FAMILIES else (dataset, TITLES.get(model))
        for weights in (AVERAGE, LAST):
            if title is None or c.display != "clip" or not (item.folder / f"{weights}.safetensors").is_file():
                continue
            try:
                found = Layers(trained_sampler(run, root, torch.device("cpu"), weights))
            except TypeError:
                continue
            about = {"name": f"{run.name}-{weights}", "run": run.name, "experiment": c.experiment, "tier": c.tier}
            about |= {"seed": c.seed, "weights": weights, "family": family, "title": title}
            about |= {"range": list(c.value_range), "layers": found.layers, "stages": []}
            for stage in found.stages:
                name = sha256(stage).hexdigest()[:16]
                script(folder / f"{name}.js", "playground.arrived({});\n", {"name": name, "bytes": packed(stage)})
                about["stages"].append(name)
            listed.append(about)
    order = [*FAMILIES.values(), "birds", "faces"], list(TITLES.values())
    listed.sort(key=lambda about: (order[0].index(about["family"]), order[1].index(about["title"]), about["weights"]))
    latents = fixed_latents(SHOWN, LATENT).astype("<f4").tobytes()
    index = {"models": listed, "latents": packed(latents), "wasm": packed(WASM.read_bytes())}
    script(folder / "index.js", "window.playgroundIndex = {};\n", index)
    return listed


def shown(items: list[StoredRun]) -> list[StoredRun]:
    """Return of each experiment the run of the highest tier, with the lowest seed, whose generator is published."""
    of = {item.folder: item.record["configuration"] for item in items}
    best: dict[str, StoredRun] = {}
    for item in sorted(items, key=lambda item: (-list(TIERS).index(of[item.folder]["tier"]), of[item.folder]["seed"])):
        if of[item.folder]["arm"] == "matched" and any(item.folder.glob("*.safetensors")):
            best.setdefault(of[item.folder]["experiment"], item)
    return list(best.values())


def pictures(listed: list[dict[str, Any]]) -> str:
    """Return the fixed pictures, those of the wall, as HTML for browsers that can't run the generators."""
    titles = {about["run"]: about["title"] for about in listed}
    return "\n".join(
        f'<figure><img src="wall/{quote(run)}.webp" alt="16 images of {run}"><figcaption><b>{title}</b>'
        f"<small>{run}</small></figcaption></figure>"
        for run, title in titles.items()
    )


def script(path: Path, call: str, content: dict[str, Any]) -> None:
    """Write a script in UTF-16, in which each character of `packed` takes two bytes; its mark tells browsers so."""
    write_bytes(path, call.replace("{}", json.dumps(content, ensure_ascii=False)).encode("utf-16"))


def packed(content: bytes) -> tuple[int, str]:
    """Deflate bytes, low ones of pairs before high ones; return how many are left, and fifteen bits a character.

    A page on a disk can load nothing but scripts. Base64 in one would add a third to the bytes, this adds a fifteenth.
    """
    deflated = zlib.compress(content[::2] + content[1::2], 9)
    bits = np.unpackbits(np.frombuffer(deflated, np.uint8))
    fifteens = np.pad(bits, (0, -len(bits) % 15)).reshape(-1, 15) @ (1 << np.arange(15)[::-1])
    return len(deflated), "".join(chr(0x3000 + number) for number in fifteens)  # letters, none of them a surrogate
