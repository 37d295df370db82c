"""The command group `stackrepro data`."""

import json
import os
from pathlib import Path

import click

from stackrepro.base import places

DATA_ROOT = click.option(
    "--data-root",
    type=click.Path(path_type=Path),
    help="Folder that holds CUB_200_2011.tgz or the unpacked CUB_200_2011. Default: STACKREPRO_DATA, then the per-user "
    "data folder; without any of them the synthetic birds serve.",
)


@click.group()
def data() -> None:
    """Find, download and prepare the images that the experiments train on."""


@data.command()
@DATA_ROOT
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(data_root: Path | None, as_json: bool) -> None:
    """Say which data there are, whether they are official, and what is prepared.

    \b
    Example:
      stackrepro data status --data-root ~/data
    """
    from stackrepro.data import find
    from stackrepro.data.cub import read_catalogue
    from stackrepro.data.prepared import prepared_folder, prepared_views
    from stackrepro.data.synthetic import COUNT

    source = find("birds", places.data_root(data_root), unofficial=True)
    record = {
        "dataset": source.dataset,
        "name": source.name,
        "path": str(source.path) if source.path else None,
        "official": source.official,
        "synthetic": source.synthetic,
        "fingerprint": source.fingerprint,
        "images": len(read_catalogue(source.path).names) if source.path else COUNT,
        "prepared": prepared_views(source),
        "prepared_folder": str(prepared_folder(source)),
        "cache": str(places.cache_root()),
    }
    if as_json:
        click.echo(json.dumps(record, indent=2))
        return
    click.echo(f"{source.dataset}: {source.name}, {record['images']:,} images")
    click.echo(f"  where:       {record['path'] or 'drawn by the package itself'}")
    click.echo(f"  fingerprint: {source.fingerprint}")
    click.echo(f"  prepared:    {', '.join(record['prepared']) or 'nothing yet'}")
    click.echo(f"  kept in:     {record['prepared_folder']}")
    if not (source.official or source.synthetic):
        click.echo("  These are not the official data: pass --unofficial or set STACKREPRO_UNOFFICIAL=1 to use them.")


@data.command()
@click.argument("dataset")
@click.option("--size", "sizes", type=int, multiple=True, required=True, help="Pixels a side; may be given repeatedly.")
@click.option("--crop", default="box", show_default=True, help="Crop rule: box, square or none.")
@DATA_ROOT
@click.option("--unofficial", is_flag=True, help="Use data that can't be proved to be the official ones.")
def prepare(dataset: str, sizes: tuple[int, ...], crop: str, data_root: Path | None, unofficial: bool) -> None:
    """Crop and resize all images of DATASET once, into the cache.

    \b
    Example:
      stackrepro data prepare birds --size 64 --size 32
    """
    from stackrepro.data import View, find
    from stackrepro.data import prepare as prepare_views

    source = find(dataset, places.data_root(data_root), unofficial=unofficial)
    for view, array in prepare_views(source, [View(dataset, size, crop) for size in sizes]).items():
        click.echo(f"{view.key}: {len(array):,} images of {source.name}, {array.filename}")


@data.command()
@click.argument("dataset")
@click.option("--data-root", type=click.Path(path_type=Path), help="Folder to put the archive in.")
def download(dataset: str, data_root: Path | None) -> None:
    """Fetch the official archive of DATASET (1.1 GB for birds); a transfer that was cut off is continued.

    \b
    Example:
      stackrepro data download birds --data-root ~/data
    """
    from stackrepro.data.download import download as fetch

    named = data_root or os.environ.get("STACKREPRO_DATA")
    root = Path(named).expanduser() if named else places.default_data_root()
    click.echo(f"{fetch(dataset, root)} is the official archive.")
