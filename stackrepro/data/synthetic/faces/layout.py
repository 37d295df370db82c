"""Writing the synthetic faces as a folder in the layout of CelebA."""

from __future__ import annotations

from pathlib import Path

from stackrepro.base.progress import Progress
from stackrepro.data.synthetic.faces.scene import IMAGES_PER_PERSON, Example, draw

JPEG_QUALITY = 92
LANDMARKS = ("lefteye", "righteye", "nose", "leftmouth", "rightmouth")
PARTITION = (0.8, 0.9)  # of the persons: below the first they train, below the second they validate, then they test


def write_faces(folder: Path, count: int, seed: int) -> None:
    """Draw `count` faces into `folder`, which must not exist: images and lists."""
    images = folder / "img_align_celeba"
    images.mkdir(parents=True)
    identities, partition, landmarks, attributes = [], [], [], []
    with Progress("draw synthetic faces", count) as progress:
        for index in range(count):  # no threads: drawing holds the interpreter lock, they would only be in its way
            name, example = f"{index + 1:06}.jpg", draw(seed, index)
            _save(example, images / name)
            identities.append(f"{name} {example.identity + 1}")
            share = example.identity * IMAGES_PER_PERSON / count
            partition.append(f"{name} {sum(share >= limit for limit in PARTITION)}")
            places = (str(round(value)) for point in LANDMARKS for value in example.landmarks[point])
            landmarks.append(f"{name} {' '.join(places)}")
            known = attributes_of(example)
            attributes.append(f"{name} {' '.join('1' if value else '-1' for value in known.values())}")
            progress.advance()
    _write_lines(folder / "identity_CelebA.txt", identities)
    _write_lines(folder / "list_eval_partition.txt", partition)
    columns = " ".join(f"{point}_{axis}" for point in LANDMARKS for axis in "xy")
    _write_lines(folder / "list_landmarks_align_celeba.txt", [str(count), columns, *landmarks])
    _write_lines(folder / "list_attr_celeba.txt", [str(count), " ".join(known), *attributes])


def attributes_of(example: Example) -> dict[str, bool]:
    """Return those attributes of CelebA that a drawn face has by construction, under CelebA's names."""
    p, m = example.person, example.moment
    shown = p.hair != "bald"
    return {
        "Bald": not shown,
        "Bangs": p.bangs and shown,
        "Black_Hair": shown and p.hair_name == "black",
        "Blond_Hair": shown and p.hair_name == "blond",
        "Brown_Hair": shown and p.hair_name == "brown",
        "Eyeglasses": p.glasses or m.sunglasses,
        "Goatee": p.beard == "goatee",
        "Gray_Hair": shown and p.hair_name == "gray",
        "Male": p.male,
        "Mouth_Slightly_Open": m.open > 0,
        "Mustache": p.beard in ("moustache", "full"),
        "No_Beard": p.beard == "none",
        "Smiling": m.smile >= 0.4,
        "Straight_Hair": p.hair == "straight",
        "Wavy_Hair": p.hair == "wavy",
        "Young": p.age < 0.5,
    }


def _save(example: Example, path: Path) -> None:
    from PIL import Image

    Image.fromarray(example.image).save(path, quality=JPEG_QUALITY)


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
