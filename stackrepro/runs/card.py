"""Model cards: what a reader must know of a generator before using it (Mitchell et al. 2019, arXiv:1810.03993)."""

from __future__ import annotations

from typing import Any

from stackrepro.experiments import EXPERIMENTS
from stackrepro.runs.run import Run
from stackrepro.runs.store import StoredRun

DATA_TERMS = {
    "synthetic": "The images are drawn by the package; they may be used like the rest of this project.",
    "birds": "The images of CUB-200-2011 are for non-commercial research and education, and so is what learned from "
    "them.",
    "faces": "The images of CelebA are for non-commercial research, and so is what learned from them. They show real "
    "persons: don't use what is generated to depict, identify or judge anyone.",
}


def model_card(run: Run, item: StoredRun, file: str, precision: str) -> str:
    """Return the card, Markdown, of a generator that lies in `file` beside it with the numbers that `precision` names.

    A run that isn't evaluated has a card without measures.
    """
    c, record = run.configuration, item.record
    base, _, factor = c.experiment.partition("+")
    experiment = EXPERIMENTS[base]
    title = experiment.title[0].upper() + experiment.title[1:]
    changed = "".join(f" One factor is changed, `{x.name}`: {x.why}." for x in experiment.variants if x.name == factor)
    kind = {"rgb": "colour images", "edges": "images of edges"}.get(c.view.kind, f"{c.view.kind} images")
    before = "" if c.condition is None or run.stage1 is None else f" It reads images that `{run.stage1.name}` makes."
    terms = DATA_TERMS["synthetic" if run.source.synthetic else c.view.dataset]
    return f"""# {c.experiment}, arm {c.arm}, tier {c.tier}, seed {c.seed}

{title} ({experiment.source}).{changed} A generator of {kind}, {c.view.size} x {c.view.size} pixels.{before}

| | |
|---|---|
| run | `{run.name}` |
| file | `{file}`, {precision} |
| data | {record["data"]["name"]} |
| training | {c.updates:,} updates of batch {c.batch}, update rule {c.update.name} |
| made by | `{record["command"]}` |
| stackrepro | {record["package_version"]}, commit {record["starts"][-1]["commit"]} |

## Measures

{measures(item.result)}

## Use

It is meant for checking and continuing a replication of two papers on stacked GANs. It is not meant for making
pictures of birds or persons: at this scale they are small and often wrong. It repeats the biases of its data, and its
measures hold for the fixed latents, this tier and these data alone.

{terms} The weights themselves are under the project's MIT licence as far as that reaches.

## Loading

{loading(run, file)}
"""


def measures(result: dict[str, Any] | None) -> str:
    """Return the table of a result's distances with their protocol, numbers of images and flags."""
    if result is None:
        return "It has not been evaluated."
    lines = [
        f"Protocol `{result['protocol']['name']}`; tier {result['tier']}, {result['data']}.",
        "",
        "| images | Fréchet distance | KID | n | flags |",
        "|---|---|---|---|---|",
    ]
    for name, row in result["measures"].items():
        flags = ", ".join(row["flags"]) or "none"
        lines.append(f"| {name} | {row['frechet']:.3f} | {row['kid']:.5f} | {row['n']} | {flags} |")
    return "\n".join(lines)


def loading(run: Run, file: str) -> str:
    """Return how a file of the generator is loaded, as a sentence and a few lines of code."""
    c = run.configuration
    if file.endswith(".onnx"):
        return f"""Standard normal latents go in, images uint8 (N, {c.view.size}, {c.view.size}, channels) come out.

```python
import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession("{file}")
numbers = session.get_inputs()[0].shape[1]
latents = np.random.default_rng(0).standard_normal((8, numbers), dtype=np.float32)
images = session.run(None, {{"latents": latents}})[0]
```"""
    averaged = file.startswith("average")
    imported = "load_generator, recalibrate" if averaged else "load_generator"
    last = "\nrecalibrate(generator)  # no running statistics belong to an average" if averaged else ""
    return f"""`stackrepro sample {run.name}` makes images. The network alone, which works in the range {c.value_range}:

```python
from pathlib import Path
from stackrepro.experiments import resolve
from stackrepro.runs.sampling import {imported}

configuration = resolve("{c.experiment}", "{c.arm}", "{c.tier}", seed={c.seed})
generator = load_generator(configuration, Path("{file}"), "cpu"){last}
```"""
