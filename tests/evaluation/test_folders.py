"""The command `stackrepro fid` on its inputs; its agreement with its peers stands in test_parity_slow."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.cli import fid
from stackrepro.evaluation.features import at_size, clean
from stackrepro.evaluation.folders import compare_paths, open_images
from stackrepro.evaluation.frechet import frechet_distance, statistics
from stackrepro.evaluation.protocols import protocol_named
from stackrepro.evaluation.rows import compare

QUICKEST = protocol_named("fid-64/pytorch-fid")


def folder_of(path: Path, images: np.ndarray) -> Path:
    path.mkdir()
    for index, image in enumerate(images):
        Image.fromarray(image).save(path / f"{index:04}.png")
    return path


@pytest.fixture
def real(tmp_path: Path, blobs) -> Path:
    return folder_of(tmp_path / "real", blobs(6, seed=1))


def test_images_of_mixed_sizes_are_resized_one_by_one(real, extractor, tmp_path, blobs):
    mixed = folder_of(tmp_path / "mixed", blobs(2, seed=1))
    Image.fromarray(blobs(1, seed=3, size=40)[0]).save(mixed / "larger.PNG")
    (mixed / "notes.txt").write_text("no image")
    found = compare_paths(real, mixed, QUICKEST)
    assert (found["generated"], found["flags"]) == (3, ["rank-deficient"])
    features = np.concatenate([extractor(blobs(2, seed=1)), extractor(blobs(1, seed=3, size=40))])
    expected = frechet_distance(statistics(features), statistics(extractor(blobs(6, seed=1))))
    assert found["frechet"] == pytest.approx(expected, rel=1e-6)


def test_gray_among_colours_is_flagged_and_gray_throughout_is_not(real, tmp_path, blobs):
    gray = folder_of(tmp_path / "gray", blobs(6, seed=2)[..., 0])
    assert compare_paths(gray, gray, QUICKEST)["flags"] == ["rank-deficient"]
    assert "mixed-channels" in compare_paths(real, gray, QUICKEST)["flags"]
    np.save(tmp_path / "gray.npy", blobs(6, seed=2)[..., :1])
    assert "mixed-channels" in compare_paths(real, tmp_path / "gray.npy", QUICKEST)["flags"]
    assert compare_paths(gray, tmp_path / "gray.npy", QUICKEST)["frechet"] == pytest.approx(0, abs=1e-6)


def test_alpha_palettes_cmyk_and_orientation_are_treated_as_pillow_converts_them(tmp_path, blobs):
    image, half = (Image.fromarray(blobs(1, seed=3, size=40)[0]) for _ in range(2))
    half.putalpha(100)
    turned = Image.Exif()
    turned[0x0112] = 6  # shown turned by a quarter; the pixels as they are stored count
    others, plain = tmp_path / "others", []
    others.mkdir()
    kinds = {"alpha.png": half, "palette.png": image.quantize(16), "ink.tif": image.convert("CMYK"), "rgb.jpg": image}
    for name, other in kinds.items():
        other.save(others / name, exif=turned)
        with Image.open(others / name) as stored:
            plain.append(np.asarray(stored.convert("RGB")))
    found = compare_paths(folder_of(tmp_path / "plain", plain), others, QUICKEST)
    assert found["frechet"] == pytest.approx(0, abs=1e-6)
    assert found["flags"] == ["rank-deficient"]


def test_16_bits_are_clipped_and_flagged(tmp_path, blobs):
    levels = blobs(3, seed=4)[..., 0]
    deep = folder_of(tmp_path / "deep", np.where(levels == 255, np.uint16(40_000), levels))
    found = compare_paths(folder_of(tmp_path / "clipped", levels), deep, QUICKEST)
    assert found["frechet"] == pytest.approx(0, abs=1e-6)
    assert found["flags"] == ["rank-deficient", "16-bit"]


def test_the_text_names_protocol_counts_weights_and_the_caution(cache, real):
    found = CliRunner().invoke(fid, [str(real), str(real), "--protocol", "fid-64/pytorch-fid"])
    assert found.exit_code == 0
    for part in ("fid-64/pytorch-fid", "6 generated, 6 real", "KID", "weights ", "caution      rank-deficient: "):
        assert part in found.stdout


def test_resize_and_size_belong_to_the_protocols_name(cache, real, extractor, tmp_path, blobs):
    generated = folder_of(tmp_path / "generated", blobs(6, seed=2))
    found = CliRunner().invoke(fid, [str(real), str(generated), "--protocol", "fid-64/clean@16", "--json"])
    measures = json.loads(found.stdout)
    assert measures["protocol"] == "fid-64/clean@16"
    expected = compare(*(extractor(blobs(6, seed), lambda images: clean(at_size(images, 16))) for seed in (2, 1)))
    assert measures["frechet"] == pytest.approx(expected["frechet"], rel=1e-6)


def test_some_samples_of_each_side(real, tmp_path, blobs):
    np.save(tmp_path / "more.npy", blobs(9, seed=1))
    found, again = (compare_paths(real, tmp_path / "more.npy", QUICKEST, samples=4) for _ in range(2))
    assert (found["generated"], found["reference"]) == (4, 4)
    assert found == again
    with pytest.raises(UserError, match="real holds 6 images, 7 are asked for"):
        compare_paths(real, tmp_path / "more.npy", QUICKEST, samples=7)


def test_stored_statistics_serve_as_the_reference_and_are_flagged(real, extractor, tmp_path, blobs):
    features = extractor(blobs(6, seed=1)).astype(np.float64)
    np.savez_compressed(tmp_path / "stored.npz", mu=features.mean(axis=0), sigma=np.cov(features, rowvar=False))
    found = compare_paths(tmp_path / "stored.npz", real, QUICKEST)
    assert found["frechet"] == pytest.approx(0, abs=1e-6)
    assert (found["kid"], found["reference"], found["flags"]) == (None, None, ["rank-deficient", "unknown-protocol"])


@pytest.mark.parametrize("statistics", [{}, {"mu": np.zeros(2048), "sigma": np.eye(2048)}], ids=["alone", "with mu"])
def test_samples_in_an_npz_file_are_images_on_either_side(real, tmp_path, blobs, statistics):
    np.savez(tmp_path / "samples.npz", arr_0=blobs(6, seed=1), **statistics)
    for sides in ((real, tmp_path / "samples.npz"), (tmp_path / "samples.npz", real)):
        found = compare_paths(*sides, QUICKEST)
        assert (found["generated"], found["reference"], found["flags"]) == (6, 6, ["rank-deficient"])
        assert found["frechet"] == pytest.approx(0, abs=1e-6)
        assert found["kid"] is not None


def test_sub_folders_are_counted_and_entered_when_asked_for(real, tmp_path, blobs):
    classes = tmp_path / "classes"
    for name, seed in (("a", 1), ("b/c", 2)):
        (classes / name).parent.mkdir(parents=True, exist_ok=True)
        folder_of(classes / name, blobs(3, seed))
    with pytest.raises(UserError, match=r"classes holds 0 images.* sub-folders hold 6.*--recursive"):
        open_images(classes)
    assert len(open_images(classes, recursive=True)) == 6
    for index in range(3):
        (real / f"{index:04}.png").rename(classes / f"{index}.png")
    assert compare_paths(real, classes, QUICKEST)["flags"] == ["rank-deficient", "sub-folders"]
    found = compare_paths(real, classes, QUICKEST, recursive=True)
    assert (found["generated"], found["reference"], found["flags"]) == (9, 3, ["rank-deficient"])


OBJECTS = np.array([None] * 64)  # would have to be unpickled, that is executed
IMAGES = {
    "float.npy": (np.zeros((4, 8, 8, 3)), "has type float64"),
    "flat.npy": (np.zeros((4, 8, 8), np.uint8), "has type uint8 and shape"),
    "objects.npy": (OBJECTS, "is not a whole .npy array"),
    "objects.npz": ({"arr_0": OBJECTS}, "is not a whole .npz array"),
    "float.npz": ({"arr_0": np.zeros((4, 8, 8, 3))}, "has type float64"),
    "features.npz": ({"feats": np.zeros((9, 64))}, "holds feats, no arr_0"),
    "one.npy": (np.zeros((1, 8, 8, 3), np.uint8), "holds 1 images"),
    "cut.npy": (np.zeros((4, 8, 8, 3), np.uint8), "is not a whole .npy array"),
    "folder/float.tif": (np.full((8, 8), np.nan, np.float32), "has floating-point pixels"),
    "folder/cut.jpg": (np.zeros((64, 64, 3), np.uint8), "does not decode"),
    "absent": (None, "is neither a folder"),
}
STATISTICS = {
    "dimensions.npz": ({"mu": np.zeros(192), "sigma": np.eye(192)}, "was made of 192-dimension features"),
    "shapes.npz": ({"mu": np.zeros(64), "sigma": np.eye(63)}, "holds mu .* which don't fit"),
    "nan.npz": ({"mu": np.full(64, np.nan), "sigma": np.eye(64)}, "holds a sigma .* aren't finite"),
    "asymmetric.npz": ({"mu": np.zeros(64), "sigma": np.eye(64, k=1)}, "holds a sigma that is no covariance"),
    "features.npz": ({"feats": np.zeros((9, 64))}, "holds no mu and sigma"),
    "objects.npz": ({"mu": OBJECTS, "sigma": np.eye(64)}, "holds no mu and sigma"),
    "cut.npz": ({"mu": np.zeros(64), "sigma": np.eye(64)}, "holds no mu and sigma"),
}


def written(path: Path, content: np.ndarray | dict | None, others: np.ndarray) -> Path:
    """Write what a file's suffix says, cut short if its name says so, in a folder beside other images."""
    if path.parent.name == "folder":
        folder_of(path.parent, others)
    if isinstance(content, dict):
        np.savez(path, **content)
    elif path.suffix == ".npy":
        np.save(path, content)
    elif content is not None:
        Image.fromarray(content).save(path)
    if path.stem == "cut":
        path.write_bytes(path.read_bytes()[:-60])
    return path.parent if path.parent.name == "folder" else path


@pytest.mark.parametrize(("side", "name"), [("generated", name) for name in IMAGES] + [("real", n) for n in STATISTICS])
def test_images_of_another_kind_and_statistics_of_another_protocol_are_named(real, tmp_path, blobs, side, name):
    content, message = (IMAGES if side == "generated" else STATISTICS)[name]
    sides = {"real": real, "generated": real, side: written(tmp_path / name, content, blobs(2, seed=2))}
    with pytest.raises(UserError, match=f"{name} {message}"):
        compare_paths(*sides.values(), QUICKEST)
