"""Prepared arrays: every image of a set, cropped and resized, as one memory-mapped file in the cache.

Also which of their rows are trained on, and which are held out: whole persons, never single images.
"""

import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
from numpy.lib.format import write_array_header_1_0
from PIL import Image

from stackrepro.base.cores import cores
from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json, write_atomic, write_json
from stackrepro.base.lock import file_lock
from stackrepro.base.places import cache_root
from stackrepro.base.progress import Progress
from stackrepro.data.catalogue import Catalogue, first_five
from stackrepro.data.sources import Source
from stackrepro.data.views import Box, View, render

PREPARATION = 1  # raise it when the same image and view would give other pixels; old arrays are then not found
MAX_PIXELS = 16_000_000  # of one image; the official ones have at most 500 x 500
BATCH = 32  # images a task; fewer cost time in the queue, more cost memory
BATCHES_AHEAD = 4  # per core; bounds the memory, however large the archive is

HELD_OUT_SHARE = 0.1  # of the persons
HELD_OUT_SEED = 2108
HELD_OUT_RULE = 1  # raise it when the same identities would be split otherwise; old splits are then not found


@dataclass(frozen=True)
class Rendered:
    """One image: the width and height of its frame in pixels, and the bytes of each view."""

    frame: tuple[int, int]
    views: list[bytes]


Outcome = Rendered | str  # or why there is none


def prepare(source: Source, views: Sequence[View]) -> dict[View, np.ndarray]:
    """Return the arrays of `views`, made where the cache doesn't hold them yet.

    All missing views are made in one pass over the images, on all cores. A second process that wants the same waits
    for the first one and then finds its arrays.

    Returns:
        for each view a read-only memory map, uint8, shape (images, size, size, channels), 0 to 255, in the order of the
        catalogue: birds by their ids in images.txt, faces as in identity_CelebA.txt.

    Raises:
        UserError: the data are incomplete or damaged (see the layouts and `archives`), images don't decode, have a box
            outside of them, or differ in size where all must have one. Nothing half-written is kept.
    """
    folder = prepared_folder(source)
    targets = {view: folder / f"{view.key}.npy" for view in views}
    if not all(target.is_file() for target in targets.values()):
        with file_lock(folder / "lock"):
            # By file, since views that differ only in what their kind ignores share one.
            missing = {target: view for view, target in targets.items() if not target.is_file()}
            if missing:
                for left_by_a_killed_process in folder.glob(".*.partial.npy"):
                    left_by_a_killed_process.unlink()
                _make(source, missing)
    return {view: _open(target) for view, target in targets.items()}


def prepared_folder(source: Source) -> Path:
    """Return the folder of the cache that holds the arrays of a source, one .npy file a view."""
    return cache_root() / "prepared" / f"{source.dataset}-{source.fingerprint[:16]}-v{PREPARATION}"


def prepared_views(source: Source) -> list[str]:
    """Return the keys of the views that are prepared, sorted."""
    files = prepared_folder(source).glob("*.npy")
    return sorted(file.stem for file in files if not file.name.startswith("."))  # dots mark files in the making


def training_rows(source: Source) -> np.ndarray:
    """Return the rows of the prepared arrays that may be trained on, ascending, int64.

    Of birds these are all; of faces all but those of a tenth of the persons, who are drawn once and for all from the
    sorted identities by a fixed seed.

    Raises:
        UserError: the lists are absent or malformed, or there is only one person.
    """
    split = _split(source)
    return np.setdiff1d(np.arange(split["images"]), np.array(split["held out"], np.int64))


def held_out_rows(source: Source) -> np.ndarray:
    """Return the rows that no training sees, ascending, int64: all others than `training_rows`."""
    return np.array(_split(source)["held out"], np.int64)


def held_out_identities(identities: set[int]) -> set[int]:
    """Return the tenth of the identities, at least one, that is held out."""
    random = Random(HELD_OUT_SEED)  # the draws of the standard library stay the same across versions
    draws = {identity: random.random() for identity in sorted(identities)}
    return set(sorted(draws, key=draws.__getitem__)[: max(1, round(HELD_OUT_SHARE * len(draws)))])


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

    def decoded(batch: list[tuple[int, bytes]]) -> list[tuple[int, Outcome]]:
        return [(index, decode(data, boxes and boxes[index], views)) for index, data in batch]

    with ThreadPoolExecutor(cores()) as pool:
        waiting: deque[Future[list[tuple[int, Outcome]]]] = deque()
        while batch := list(islice(images, BATCH)):
            waiting.append(pool.submit(decoded, batch))
            if len(waiting) > BATCHES_AHEAD * cores():
                yield from waiting.popleft().result()
        for future in waiting:
            yield from future.result()


def decode(data: bytes, box: Box | None, views: Sequence[View]) -> Outcome:
    """Decode a JPEG or PNG file and render it to each view; return the reason if that can't be done."""
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


def _make(source: Source, targets: dict[Path, View]) -> None:
    catalogue = source.catalogue()
    with ExitStack() as stack:
        files = []
        for target, view in targets.items():
            # Plain writes, since a memory map on a full disk ends in a bus error instead of "no space left".
            file = stack.enter_context(stack.enter_context(write_atomic(target)).open("wb"))
            shape = (len(catalogue.names), view.size, view.size, view.channels)
            write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
            files.append((file, file.tell()))
        for index, images in _sound_images(source, catalogue, list(targets.values())):
            for (file, start), image in zip(files, images, strict=True):
                file.seek(start + index * len(image))
                file.write(image)


def _sound_images(source: Source, catalogue: Catalogue, views: list[View]) -> Iterator[tuple[int, list[bytes]]]:
    """Yield index and rendered views of each image; complain of all that are unsound together, at the end."""
    path, frame, complaints = source.place(), None, {}
    with Progress(f"prepare {', '.join(view.key for view in views)}", len(catalogue.names)) as progress:
        for index, outcome in decode_all(source.layout.read_images(path, catalogue), catalogue, views):
            name = catalogue.names[index]
            if isinstance(outcome, str):
                complaints[index] = f"{name}: {outcome}"
            else:
                width, height = outcome.frame
                frame = frame or (width, height, name)  # of the first image, where all must have one size
                if catalogue.boxes is None and outcome.frame != frame[:2]:
                    raise UserError(
                        f"{path} mixes sizes ({name} has {width} x {height} pixels, {frame[2]} {frame[0]} x "
                        f"{frame[1]}): get a copy of the data set in one size."
                    )
                yield index, outcome.views
            progress.advance()
    if complaints:
        shown = first_five([complaints[index] for index in sorted(complaints)])
        raise UserError(f"{path} has {len(complaints)} unusable images ({shown}): get a sound copy of the data set.")


def _open(path: Path) -> np.ndarray:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise UserError(f"{path} is damaged ({error}): delete it, it is made again when it is needed.") from error


def _split(source: Source) -> dict:
    """Return the number of images and the rows held out, kept beside the prepared arrays."""
    kept = prepared_folder(source) / f"held-out-{HELD_OUT_RULE}.json"
    if not kept.is_file():
        catalogue = source.catalogue()
        rows = []
        if catalogue.identities is not None:
            persons = set(catalogue.identities)
            if len(persons) < 2:
                raise UserError(f"All faces of {source.place()} are one person's: take a set of two persons at least.")
            held_out = held_out_identities(persons)
            rows = [row for row, identity in enumerate(catalogue.identities) if identity in held_out]
        write_json(kept, {"images": len(catalogue.names), "held out": rows})
    return read_json(kept)
