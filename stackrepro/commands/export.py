"""The command `stackrepro export`."""

from __future__ import annotations

from pathlib import Path

import click

from stackrepro.base import places
from stackrepro.commands.options import arm, runs_root


@click.command()
@click.argument("run")
@arm
@click.option("--tier", help="The scale. [default: the highest whose weights are there]")
@click.option("--seed", default=0, show_default=True, help="The seed that the run was trained with.")
@click.option("--format", "kind", type=click.Choice(["safetensors", "onnx"]), default="safetensors", show_default=True)
@click.option("--half", is_flag=True, help="Kernels in half precision; refused where that shows in the images.")
@click.option("--to", type=click.Path(path_type=Path), help="Folder for the files. [default: exports/NAME OF THE RUN]")
@runs_root
def export(
    run: str, arm: str, tier: str | None, seed: int, kind: str, half: bool, to: Path | None, runs_root: str | None
) -> None:
    """Write a trained generator for use elsewhere, with its model card; no data set is needed.

    RUN is as for `stackrepro sample`. A safetensors file holds the run's own network. An ONNX file holds the whole way
    from latents to images in levels of 0 to 255, with the stages before it, and is written only if onnxruntime
    makes the same images of the first 64 fixed latents as torch does, to one level.

    \b
    stackrepro export birds/dconv-stack --half
    stackrepro export faces/gray --tier quick --format onnx --to deploy
    """
    from stackrepro.base.files import write_bytes, write_text
    from stackrepro.runs.card import model_card
    from stackrepro.runs.export import as_safetensors
    from stackrepro.runs.export_onnx import as_onnx
    from stackrepro.runs.recorded import recorded, with_weights

    item = with_weights(run, arm, tier, seed, [places.runs_root(runs_root), places.results_root()])
    made, folder = recorded(item), to or Path("exports") / item.folder.name
    content = (as_onnx if kind == "onnx" else as_safetensors)(made, item, half)
    file = f"generator.{kind}"
    write_bytes(folder / file, content)
    precision = "kernels in half precision" if half else "single precision"
    write_text(folder / "model-card.md", model_card(made, item, file, precision))
    click.echo(folder / file)
