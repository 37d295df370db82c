"""The command `stackrepro sample`."""

from __future__ import annotations

from pathlib import Path

import click

from stackrepro.base import places
from stackrepro.commands.options import arm, device, runs_root


@click.command()
@click.argument("run")
@arm
@click.option("--tier", help="The scale. [default: the highest whose weights are there]")
@click.option("--seed", default=0, show_default=True, help="The seed that the run was trained with.")
@click.option("--count", type=click.IntRange(min=1), default=64, show_default=True, help="How many images.")
@click.option("--first", type=click.IntRange(min=0), default=0, show_default=True, help="Number of the first latent.")
@click.option("--latents", type=click.IntRange(min=0), help="Seed of other latents. [default: the fixed latents]")
@click.option("--update", type=click.IntRange(min=0), help="The generator after so many updates. [default: trained]")
@click.option("--last", is_flag=True, help="The last iterate in the place of the average of the weights.")
@click.option("--to", type=click.Path(path_type=Path), help="Folder for the images. [default: samples/NAME OF THE RUN]")
@click.option("--grid", is_flag=True, help="Write one picture, grid.png, in the place of a file for each image.")
@runs_root
@device
def sample(
    run: str,
    arm: str,
    tier: str | None,
    seed: int,
    count: int,
    first: int,
    latents: int | None,
    update: int | None,
    last: bool,
    to: Path | None,
    grid: bool,
    runs_root: str | None,
    device: str,
) -> None:
    """Write images that a trained generator makes, as PNG files; no data set is needed.

    RUN is an experiment, for which --arm, --tier and --seed count, or the name of a run. At one tier your own run comes
    before the released one in results/. The weights are the average over the training, where it was kept. A file's
    number is that of its latent, and the same latent always gives the same image.

    \b
    stackrepro sample birds/dconv-stack --count 16 --grid
    stackrepro sample faces/gray --tier quick --latents 7 --to faces
    """
    from stackrepro.runs.draw import draw, write_grid, write_images
    from stackrepro.runs.recorded import recorded, with_weights

    item = with_weights(run, arm, tier, seed, [places.runs_root(runs_root), places.results_root()])
    from stackrepro.runs.devices import device_named

    images = draw(recorded(item), item.folder.parent, count, first, latents, update, device_named(device), last)
    folder = to or Path("samples") / item.folder.name
    if grid:
        write_grid(images, folder / "grid.png")
    else:
        write_images(images, folder, first)
    click.echo(folder / "grid.png" if grid else folder)
