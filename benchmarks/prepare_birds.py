"""Time the preparation of the birds on all cores against a plain loop of Pillow on one thread.

    python benchmarks/prepare_birds.py --data-root ~/data

Both read the archive as a stream and make the same views; the order is A B A B, since other work on the machine comes
and goes. Prepared arrays go to a temporary folder, not to the user's cache.
"""

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from stackrepro.data import BirdView, find, prepare
from stackrepro.data.cub import read_catalogue, read_images

SIZES = (16, 32, 64)


def plain_loop(path: Path) -> None:
    """Decode and resize image by image; write nothing."""
    catalogue = read_catalogue(path)
    for index, data in read_images(path, catalogue):
        with Image.open(io.BytesIO(data)) as file:
            image = file.convert("RGB")
        left, top, right, bottom = catalogue.boxes[index]
        box = (max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height))
        for size in SIZES:
            image.resize((size, size), Image.Resampling.BICUBIC, box).tobytes()


def whole_preparation(root: Path) -> None:
    """Find, decode, resize and write, as a first call of `prepare` does, into a cache that is thrown away."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ["STACKREPRO_CACHE"] = cache
        prepare(find("birds", root, unofficial=True), [BirdView(size) for size in SIZES])


def seconds(work: Callable[[Path], None], path: Path) -> float:
    started = time.perf_counter()
    work(path)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-root", type=Path, required=True, help="folder that holds CUB_200_2011.tgz")
    root = parser.parse_args().data_root
    source = find("birds", root, unofficial=True)
    print(f"{source.name}, views of {', '.join(map(str, SIZES))} pixels, {os.cpu_count()} cores")
    for round_number in (1, 2):
        plain = seconds(plain_loop, source.path)
        pool = seconds(whole_preparation, root)
        print(f"round {round_number}: plain loop {plain:.1f} s, prepare {pool:.1f} s, ratio {plain / pool:.2f}")


if __name__ == "__main__":
    main()
