"""Writing the synthetic birds as a folder in the layout of CUB-200-2011."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stackrepro.base.progress import Progress
from stackrepro.data.synthetic.birds.scene import Example, draw
from stackrepro.data.synthetic.birds.species import SPECIES

PART_NAMES = (  # of CUB-200-2011, in the order of their ids
    *("back", "beak", "belly", "breast", "crown", "forehead", "left eye", "left leg", "left wing"),
    *("nape", "right eye", "right leg", "right wing", "tail", "throat"),
)


def write_birds(folder: Path, count: int, seed: int) -> None:
    """Draw `count` birds into `folder`, which must not exist: images, masks and all lists."""
    for index, species in enumerate(SPECIES):
        for kind in ("images", "segmentations"):
            (folder / kind / _class_name(index, species.name)).mkdir(parents=True)
    lines = []
    with Progress("draw synthetic birds", count) as progress:
        for index in range(count):  # no threads: drawing holds the interpreter lock, they would only be in its way
            lines.append(_write_bird(folder, seed, index))
            progress.advance()
    for name, column in zip(lines[0], zip(*(line.values() for line in lines), strict=True), strict=True):
        _write_lines(folder / name, column)
    _write_lines(folder / "classes.txt", (f"{i + 1} {_class_name(i, s.name)}" for i, s in enumerate(SPECIES)))
    _write_lines(folder / "parts" / "parts.txt", (f"{i} {name}" for i, name in enumerate(PART_NAMES, start=1)))


def _write_bird(folder: Path, seed: int, index: int) -> dict[str, str]:
    """Write one image and its mask; return its lines for each list."""
    from PIL import Image

    example, identity = draw(seed, index), index + 1
    species = SPECIES[example.species].name
    name = f"{_class_name(example.species, species)}/{species}_{identity:04}.png"
    Image.fromarray(example.image).save(folder / "images" / name)
    Image.fromarray(example.mask).convert("L").save(folder / "segmentations" / name)
    left, top, width, height = example.box
    return {
        "images.txt": f"{identity} {name}",
        "image_class_labels.txt": f"{identity} {example.species + 1}",
        "train_test_split.txt": f"{identity} {index // len(SPECIES) % 2}",  # halves, as in CUB, for each species
        "bounding_boxes.txt": f"{identity} {left:.1f} {top:.1f} {width:.1f} {height:.1f}",
        "parts/part_locs.txt": "\n".join(_part_lines(identity, example)),
    }


def _part_lines(identity: int, example: Example) -> Iterable[str]:
    for part, name in enumerate(PART_NAMES, start=1):
        x, y = example.parts.get(name, (0.0, 0.0))
        yield f"{identity} {part} {x:.1f} {y:.1f} {int(name in example.parts)}"


def _class_name(index: int, species: str) -> str:
    return f"{index + 1:03}.{species}"


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
