"""Decoding on all cores: each image is decoded once, and rendered to every view that is wanted."""

import io
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from stackrepro.data.catalogue import Catalogue
from stackrepro.data.views import Box, View, render

MAX_PIXELS = 16_000_000  # of one image; the official ones have at most 500 x 500
BATCH = 32  # images a task; fewer cost time in the queue, more cost memory
BATCHES_AHEAD = 4  # per core; bounds the memory, however large the archive is


@dataclass(frozen=True)
class Rendered:
    """One image: the width and height of its frame in pixels, and the bytes of each view."""

    frame: tuple[int, int]
    views: list[bytes]


Outcome = Rendered | str  # or why there is none


def decode_all(
    images: Iterable[tuple[int, bytes]], catalogue: Catalogue, views: Sequence[View]
) -> Iterator[tuple[int, Outcome]]:
    """Yield the index of each image with its views, or with the reason why it can't be used, in the order of `images`.

    Threads, not processes: Pillow releases the interpreter lock while it decodes and resizes, and threads start at once
    and work in a notebook.

    Raises:
        UserError: the archive or the folder is damaged or incomplete.
    """
    images, boxes = iter(images), catalogue.boxes
    with ThreadPoolExecutor(cores()) as pool:
        waiting: deque[Future[list[tuple[int, Outcome]]]] = deque()
        while batch := [(index, data, boxes and boxes[index]) for index, data in islice(images, BATCH)]:
            waiting.append(pool.submit(_decode_batch, batch, views))
            if len(waiting) > BATCHES_AHEAD * cores():
                yield from waiting.popleft().result()
        for future in waiting:
            yield from future.result()


def _decode_batch(batch: list[tuple[int, bytes, Box | None]], views: Sequence[View]) -> list[tuple[int, Outcome]]:
    return [(index, decode(data, box, views)) for index, data, box in batch]


def decode(data: bytes, box: Box | None, views: Sequence[View]) -> Outcome:
    """Decode a JPEG or PNG file and render it to each view; return the reason if that can't be done."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MAX_PIXELS:
                return f"it has more than {MAX_PIXELS:,} pixels"
            image.load()
    except Exception as error:  # on hostile bytes decoders raise nearly anything
        return f"it doesn't decode ({type(error).__name__})"
    try:
        return Rendered(image.size, render(image, box, views))
    except ValueError as error:
        return str(error)


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
