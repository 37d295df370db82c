"""The synthetic sets: drawn by the package, in the layouts of the real ones, with a ground truth that is exact.

They serve where there is no data, and give the steps of the eye test (outline, shape, fill, anatomy) a ground truth.
"""

from pathlib import Path

from stackrepro.base.files import digest, leftovers, remove, write_atomic
from stackrepro.base.places import cache_root
from stackrepro.data.synthetic import birds, faces

SETS = {"birds": birds, "faces": faces}  # modules with COUNT, SEED, GENERATOR, example(index) and write(folder)


def fingerprint(dataset: str) -> str:
    """Return 64 hexadecimal digits that identify the set, without drawing it."""
    drawn = SETS[dataset]
    return digest([f"synthetic {dataset}", drawn.GENERATOR, drawn.COUNT, drawn.SEED])


def folder(dataset: str) -> Path:
    """Return the folder of the cache that holds the set in the layout of the real one; draw it first if need be."""
    from filelock import FileLock

    path = cache_root() / "synthetic" / f"{dataset}-{fingerprint(dataset)[:16]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f"{path.name}.lock")):
        if not path.is_dir():
            for left_by_a_killed_process in leftovers(path.parent):
                if left_by_a_killed_process.name.startswith(f".{path.stem}."):
                    remove(left_by_a_killed_process)
            with write_atomic(path) as temporary:
                SETS[dataset].write(temporary)
    return path
