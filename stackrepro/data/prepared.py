"""Prepared arrays: every image of a set, cropped and resized, as one memory-mapped file in the cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from stackrepro.base.errors import UserError
from stackrepro.base.files import write_atomic
from stackrepro.base.places import cache_root
from stackrepro.base.progress import Progress
from stackrepro.data.catalogue import Catalogue
from stackrepro.data.decoding import decode_all
from stackrepro.data.lists import first_five
from stackrepro.data.sources import Source
from stackrepro.data.views import View

if TYPE_CHECKING:
    import numpy

PREPARATION = 1  # raise it when the same image and view would give other pixels; old arrays are then not found


def prepare(source: Source, views: Sequence[View]) -> dict[View, numpy.ndarray]:
    """Return the arrays of `views`, made where the cache doesn't hold them yet.

    All missing views are made in one pass over the images, on all cores. A second process that wants the same waits
    for the first one and then finds its arrays.

    Returns:
        for each view a read-only memory map, uint8, shape (images, size, size, channels), 0 to 255, in the order of the
        catalogue: birds by their ids in images.txt, faces as in identity_CelebA.txt.

    Raises:
        UserError: a view is of another data set, the data are incomplete or damaged (see the layouts, `archives` and
            `zips`), images don't decode, have a box outside of them, or differ in size where all must have one, or
            there is no space left. Nothing half-written is kept.
    """
    from filelock import FileLock

    for view in views:
        if view.dataset != source.dataset:
            raise UserError(f"The view {view.key} is not one of {source.dataset}: name a view of the same data set.")
    folder = prepared_folder(source)
    targets = {view: folder / f"{view.key}.npy" for view in views}
    if not all(target.is_file() for target in targets.values()):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock"):
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


def _make(source: Source, targets: dict[Path, View]) -> None:
    catalogue = source.catalogue()
    with ExitStack() as stack:
        files = []
        for target, view in targets.items():
            temporary = stack.enter_context(write_atomic(target))
            files.append(_ArrayFile(temporary, (len(catalogue.names), view.size, view.size, view.channels)))
        with ExitStack() as opened:
            for file in files:
                opened.callback(file.close)
            for index, images in _sound_images(source, catalogue, list(targets.values())):
                for file, image in zip(files, images, strict=True):
                    file.put(index, image)


def _sound_images(source: Source, catalogue: Catalogue, views: list[View]) -> Iterator[tuple[int, list[bytes]]]:
    """Yield index and rendered views of each image; complain of all that are unsound together, at the end."""
    path = source.place()
    complaints: dict[int, str] = {}
    first: tuple[tuple[int, int], str] | None = None  # frame and name of the first image, where all must have one size
    with Progress(f"prepare {', '.join(view.key for view in views)}", len(catalogue.names)) as progress:
        for index, outcome in decode_all(source.layout.read_images(path, catalogue), catalogue, views):
            name = catalogue.names[index]
            if isinstance(outcome, str):
                complaints[index] = f"{name}: {outcome}"
            else:
                first = first or (outcome.frame, name)
                if catalogue.boxes is None and outcome.frame != first[0]:
                    raise UserError(
                        f"{path} mixes sizes ({name} has {outcome.frame[0]} x {outcome.frame[1]} pixels, {first[1]} "
                        f"{first[0][0]} x {first[0][1]}): get a copy of the data set in one size."
                    )
                yield index, outcome.views
            progress.advance()
    if complaints:
        shown = first_five([complaints[index] for index in sorted(complaints)])
        raise UserError(f"{path} has {len(complaints)} unusable images ({shown}): get a sound copy of the data set.")


class _ArrayFile:
    """An .npy file of uint8 items, written item by item in any order.

    Plain writes, since a memory map on a full disk ends in a bus error instead of "no space left".
    """

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        from numpy.lib.format import write_array_header_1_0

        self._file = path.open("wb")
        write_array_header_1_0(self._file, {"descr": "|u1", "fortran_order": False, "shape": shape})
        self._start = self._file.tell()

    def put(self, index: int, item: bytes) -> None:
        self._file.seek(self._start + index * len(item))
        self._file.write(item)

    def close(self) -> None:
        self._file.close()


def _open(path: Path) -> numpy.ndarray:
    import numpy

    try:
        return numpy.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise UserError(f"{path} is damaged ({error}): delete it, it is made again when it is needed.") from error
