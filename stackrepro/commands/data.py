"""The command group `stackrepro data`."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.data.views import BirdView, FaceView, View, birds, faces

DATA_ROOT = click.option(
    "--data-root",
    type=click.Path(path_type=Path),
    help="Folder that holds CUB_200_2011.tgz, img_align_celeba.zip or their unpacked folders, or one such archive. "
    "Default: STACKREPRO_DATA, then the per-user data folder; without any of them the synthetic sets serve.",
)
SIZE = click.option(
    "--size", "sizes", type=int, multiple=True, required=True, help="Pixels a side; may be given repeatedly."
)
UNOFFICIAL = click.option("--unofficial", is_flag=True, help="Use data that can't be proved to be the official ones.")


@click.group()
def data() -> None:
    """Find, download and prepare the images that the experiments train on."""


@data.command()
@DATA_ROOT
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(data_root: Path | None, as_json: bool) -> None:
    """Say which birds and faces there are, whether they are official, and what is prepared.

    \b
    Example:
      stackrepro data status --data-root ~/data
    """
    from stackrepro.data.sources import LAYOUTS

    records = {dataset: _record(dataset, places.data_root(data_root)) for dataset in LAYOUTS}
    if as_json:
        click.echo(json.dumps(records, indent=2))
        return
    for dataset, record in records.items():
        if "absent" in record:
            click.echo(f"{dataset}: {record['absent']}")
            continue
        click.echo(f"{dataset}: {record['name']}, {record['images']:,} images")
        click.echo(f"  where:       {record['path'] or 'drawn by the package itself'}")
        click.echo(f"  fingerprint: {record['fingerprint']}")
        click.echo(f"  prepared:    {', '.join(record['prepared']) or 'nothing yet'}")
        click.echo(f"  kept in:     {record['prepared_folder']}")
        if not (record["official"] or record["synthetic"]):
            click.echo(
                "  They are not the official data: pass --unofficial or set STACKREPRO_UNOFFICIAL=1 to use them."
            )


def _record(dataset: str, data_root: Path | None) -> dict:
    """Return what is known of a data set, or under "absent" why it isn't there."""
    from stackrepro.data import find, synthetic
    from stackrepro.data.prepared import prepared_folder, prepared_views

    try:
        source = find(dataset, data_root, unofficial=True)
    except UserError as error:
        return {"absent": str(error)}
    return {
        "dataset": source.dataset,
        "name": source.name,
        "path": str(source.path) if source.path else None,
        "official": source.official,
        "synthetic": source.synthetic,
        "fingerprint": source.fingerprint,
        "images": len(source.catalogue().names) if source.path else synthetic.SETS[dataset].COUNT,
        "prepared": prepared_views(source),
        "prepared_folder": str(prepared_folder(source)),
        "cache": str(places.cache_root()),
    }


@data.group()
def prepare() -> None:
    """Turn all images of a data set into the arrays of some views once, into the cache.

    \b
    Example:
      stackrepro data prepare birds --size 64 --size 32
    """


@prepare.command("birds")
@SIZE
@click.option("--crop", type=click.Choice(birds.CROPS), default="box", show_default=True, help="Crop rule.")
@DATA_ROOT
@UNOFFICIAL
def prepare_birds(sizes: tuple[int, ...], crop: str, data_root: Path | None, unofficial: bool) -> None:
    """Crop and resize all birds.

    \b
    Example:
      stackrepro data prepare birds --size 64 --size 32
    """
    _prepare([BirdView(size, crop) for size in sizes], data_root, unofficial)


@prepare.command("faces")
@SIZE
@click.option("--kind", "kinds", type=click.Choice(faces.KINDS), multiple=True, required=True, help="What is shown.")
@click.option("--gray", type=click.Choice(faces.GRAYS), default="luma", show_default=True, help="Source of gray.")
@click.option("--sobel", type=click.Choice(faces.SOBELS), default="resized", show_default=True, help="What it filters.")
@click.option("--stretch", is_flag=True, help="Stretch each image to its own minimum and maximum.")
@click.option("--jpeg", is_flag=True, help="Pass each image through a JPEG file.")
@click.option("--crop", type=click.Choice(faces.CROPS), default="centre", show_default=True, help="Crop rule.")
@DATA_ROOT
@UNOFFICIAL
def prepare_faces(
    sizes: tuple[int, ...], kinds: tuple[str, ...], data_root: Path | None, unofficial: bool, **factors: str | bool
) -> None:
    """Turn all faces into RGB, gray or edges; --kind and --size may be given repeatedly.

    \b
    Example:
      stackrepro data prepare faces --kind edges --kind gray --size 64
    """
    _prepare([FaceView(kind, size, **factors) for kind in kinds for size in sizes], data_root, unofficial)


def _prepare(views: Sequence[View], data_root: Path | None, unofficial: bool) -> None:
    from stackrepro.data import find
    from stackrepro.data import prepare as prepare_views

    source = find(views[0].dataset, places.data_root(data_root), unofficial=unofficial)
    for view, array in prepare_views(source, views).items():
        click.echo(f"{view.key}: {len(array):,} images of {source.name}, {array.filename}")


@data.command()
@click.argument("dataset")
@click.option("--data-root", type=click.Path(path_type=Path), help="Folder to put the archive in.")
def download(dataset: str, data_root: Path | None) -> None:
    """Fetch the official archive of DATASET (1.1 GB for birds); a transfer that was cut off is continued.

    CelebA's authors give the faces out themselves: get img_align_celeba.zip and identity_CelebA.txt from their page.

    \b
    Example:
      stackrepro data download birds --data-root ~/data
    """
    from stackrepro.data.download import download as fetch

    named = data_root or os.environ.get("STACKREPRO_DATA")
    root = Path(named).expanduser() if named else places.default_data_root()
    click.echo(f"{fetch(dataset, root)} is the official archive.")
