"""The command `stackrepro fid` on its inputs; its agreement with its peers stands in test_parity_slow."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.commands.fid import fid
from stackrepro.evaluation import compare, compare_paths, protocol_named
from stackrepro.evaluation.frechet import frechet_distance, statistics
from stackrepro.evaluation.images import at_size, clean

QUICKEST = protocol_named("fid-64/pytorch-fid")


def folder_of(path: Path, images: np.ndarray) -> Path:
    path.mkdir()
    for index, image in enumerate(images):
        Image.fromarray(image).save(path / f"{index:04}.png")
    return path


@pytest.fixture
def real(tmp_path: Path, blobs) -> Path:
    return folder_of(tmp_path / "real", blobs(6, seed=1))


def test_a_folder_and_a_prepared_array_of_the_same_images_are_equal(real, extractor, tmp_path, blobs):
    np.save(tmp_path / "same.npy", blobs(6, seed=1))
    found = compare_paths(real, tmp_path / "same.npy", QUICKEST, extractor)
    assert found.frechet == pytest.approx(0, abs=1e-6)
    assert (found.generated, found.reference, found.flags) == (6, 6, ("rank-deficient",))


def test_images_of_mixed_sizes_are_resized_one_by_one(real, extractor, tmp_path, blobs):
    mixed = folder_of(tmp_path / "mixed", blobs(2, seed=1))
    Image.fromarray(blobs(1, seed=3, size=40)[0]).save(mixed / "larger.PNG")
    (mixed / "notes.txt").write_text("no image")
    found = compare_paths(real, mixed, QUICKEST, extractor)
    assert (found.generated, found.flags) == (3, ("rank-deficient",))
    features = np.concatenate([extractor(blobs(2, seed=1)), extractor(blobs(1, seed=3, size=40))])
    expected = frechet_distance(statistics(features), statistics(extractor(blobs(6, seed=1))))
    assert found.frechet == pytest.approx(expected, rel=1e-6)


def test_gray_among_colours_is_flagged_and_gray_throughout_is_not(real, extractor, tmp_path, blobs):
    gray = folder_of(tmp_path / "gray", blobs(6, seed=2)[..., 0])
    assert compare_paths(gray, gray, QUICKEST, extractor).flags == ("rank-deficient",)
    assert "mixed-channels" in compare_paths(real, gray, QUICKEST, extractor).flags
    np.save(tmp_path / "gray.npy", blobs(6, seed=2)[..., :1])
    assert "mixed-channels" in compare_paths(real, tmp_path / "gray.npy", QUICKEST, extractor).flags
    assert compare_paths(gray, tmp_path / "gray.npy", QUICKEST, extractor).frechet == pytest.approx(0, abs=1e-6)


def test_alpha_palettes_cmyk_and_orientation_are_treated_as_pillow_converts_them(extractor, tmp_path, blobs):
    image = Image.fromarray(blobs(1, seed=3, size=40)[0])
    others, plain = tmp_path / "others", tmp_path / "plain"
    others.mkdir()
    plain.mkdir()
    half = image.copy()
    half.putalpha(100)
    turned = Image.Exif()
    turned[0x0112] = 6  # shown turned by a quarter; the pixels as they are stored count
    for index, (other, suffix) in enumerate(
        [(half, "png"), (image.quantize(16), "png"), (image.convert("CMYK"), "tif"), (image, "jpg")]
    ):
        other.save(others / f"{index}.{suffix}", exif=turned)
        with Image.open(others / f"{index}.{suffix}") as stored:
            stored.convert("RGB").save(plain / f"{index}.png")
    found = compare_paths(plain, others, QUICKEST, extractor)
    assert found.frechet == pytest.approx(0, abs=1e-6)
    assert found.flags == ("rank-deficient",)


def test_16_bits_are_clipped_and_flagged(extractor, tmp_path, blobs):
    deep, clipped = tmp_path / "deep", folder_of(tmp_path / "clipped", blobs(3, seed=4)[..., 0])
    deep.mkdir()
    for index, image in enumerate(blobs(3, seed=4)[..., 0]):
        levels = image.astype(np.uint16)
        levels[image == 255] = 40_000
        Image.fromarray(levels).save(deep / f"{index}.png")
    found = compare_paths(clipped, deep, QUICKEST, extractor)
    assert found.frechet == pytest.approx(0, abs=1e-6)
    assert found.flags == ("rank-deficient", "16-bit")


def test_floating_point_pixels_are_refused(real, extractor, tmp_path):
    (tmp_path / "floats").mkdir()
    for index in range(2):
        Image.fromarray(np.full((8, 8), np.nan, np.float32)).save(tmp_path / "floats" / f"{index}.tif")
    with pytest.raises(UserError, match=r"0\.tif has floating-point pixels"):
        compare_paths(real, tmp_path / "floats", QUICKEST, extractor)


def test_the_text_names_protocol_counts_weights_and_the_caution(cache, real):
    found = CliRunner().invoke(fid, [str(real), str(real), "--protocol", "fid-64/pytorch-fid"])
    assert found.exit_code == 0
    for part in ("fid-64/pytorch-fid", "6 generated, 6 real", "KID", "weights ", "caution      rank-deficient: "):
        assert part in found.stdout


@pytest.mark.parametrize(
    ("name", "pixels"), [("fid-64/clean", clean), ("fid-64/clean@16", lambda images: clean(at_size(images, 16)))]
)
def test_resize_and_size_belong_to_the_protocols_name(cache, real, extractor, tmp_path, blobs, name, pixels):
    generated = folder_of(tmp_path / "generated", blobs(6, seed=2))
    found = CliRunner().invoke(fid, [str(real), str(generated), "--protocol", name, "--json"])
    measures = json.loads(found.stdout)
    assert measures["protocol"] == name
    expected = compare(extractor(blobs(6, seed=2), pixels), extractor(blobs(6, seed=1), pixels))
    assert measures["frechet"] == pytest.approx(expected.frechet, rel=1e-6)


@pytest.mark.parametrize("name", ["fid-100/clean", "fid/lanczos", "fid/clean@", "fid/clean@0", "fid/clean@-3", "kid"])
def test_an_unknown_protocol_is_named(name):
    with pytest.raises(UserError, match=f"no protocol {name}: choose one of fid-64/pytorch-fid"):
        protocol_named(name)


def test_some_samples_of_each_side(real, extractor, tmp_path, blobs):
    np.save(tmp_path / "more.npy", blobs(9, seed=1))
    found = compare_paths(real, tmp_path / "more.npy", QUICKEST, extractor, samples=4)
    assert (found.generated, found.reference) == (4, 4)
    assert found == compare_paths(real, tmp_path / "more.npy", QUICKEST, extractor, samples=4)
    with pytest.raises(UserError, match="real holds 6 images, 7 are asked for"):
        compare_paths(real, tmp_path / "more.npy", QUICKEST, extractor, samples=7)


def test_stored_statistics_serve_as_the_reference_and_are_flagged(real, extractor, tmp_path, blobs):
    features = extractor(blobs(6, seed=1)).astype(np.float64)
    np.savez_compressed(tmp_path / "stored.npz", mu=features.mean(axis=0), sigma=np.cov(features, rowvar=False))
    found = compare_paths(tmp_path / "stored.npz", real, QUICKEST, extractor)
    assert found.frechet == pytest.approx(0, abs=1e-6)
    assert (found.kid, found.reference, found.flags) == (None, None, ("rank-deficient", "unknown-protocol"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"mu": np.zeros(192), "sigma": np.eye(192)}, "192-dimension features, the protocol's have 64"),
        ({"mu": np.zeros(64), "sigma": np.eye(63)}, "which don't fit"),
        ({"mu": np.full(64, np.nan), "sigma": np.eye(64)}, "aren't finite"),
        ({"mu": np.zeros(64), "sigma": np.eye(64, k=1)}, "no covariance"),
        ({"feats": np.zeros((9, 64))}, "no mu and sigma"),
        ({"mu": np.array([None] * 64), "sigma": np.eye(64)}, "no mu and sigma"),
    ],
    ids=["other dimensions", "shapes", "NaN", "asymmetric", "other content", "objects"],
)
def test_statistics_of_another_protocol_or_none(real, extractor, tmp_path, content, message):
    np.savez(tmp_path / "stored.npz", **content)
    with pytest.raises(UserError, match=message):
        compare_paths(tmp_path / "stored.npz", real, QUICKEST, extractor)


def test_statistics_that_are_cut_short(real, extractor, tmp_path):
    np.savez(tmp_path / "cut.npz", mu=np.zeros(64), sigma=np.eye(64))
    (tmp_path / "cut.npz").write_bytes((tmp_path / "cut.npz").read_bytes()[:-400])
    with pytest.raises(UserError, match=r"cut\.npz holds no mu and sigma"):
        compare_paths(tmp_path / "cut.npz", real, QUICKEST, extractor)


def test_a_corrupt_image_is_named(real, extractor, tmp_path, blobs):
    generated = folder_of(tmp_path / "generated", blobs(3, seed=2))
    broken = generated / "0001.png"
    broken.write_bytes(broken.read_bytes()[:-200])
    with pytest.raises(UserError, match=r"0001\.png does not decode"):
        compare_paths(real, generated, QUICKEST, extractor)


def test_folders_with_too_few_images(real, extractor, tmp_path, blobs):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="empty holds 0 images"):
        compare_paths(real, tmp_path / "empty", QUICKEST, extractor)
    with pytest.raises(UserError, match="one holds 1 images"):
        compare_paths(folder_of(tmp_path / "one", blobs(1, seed=1)), real, QUICKEST, extractor)
    with pytest.raises(UserError, match="absent is neither a folder"):
        compare_paths(real, tmp_path / "absent", QUICKEST, extractor)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((4, 8, 8, 3)), "has type float64"),
        (np.full((4, 8, 8, 3), np.nan, np.float32), "has type float32"),
        (np.zeros((4, 8, 8), np.uint8), "has type uint8 and shape"),
        (np.array([None, None]), "is not a whole .npy array"),  # objects would have to be unpickled, that is executed
    ],
    ids=["float", "NaN", "flat", "objects"],
)
def test_an_array_of_another_kind_is_named(real, extractor, tmp_path, array, message):
    np.save(tmp_path / "wrong.npy", array)
    with pytest.raises(UserError, match=rf"wrong\.npy {message}"):
        compare_paths(real, tmp_path / "wrong.npy", QUICKEST, extractor)


def test_a_truncated_array_is_named(real, extractor, tmp_path, blobs):
    np.save(tmp_path / "cut.npy", blobs(6, seed=1))
    (tmp_path / "cut.npy").write_bytes((tmp_path / "cut.npy").read_bytes()[:-100])
    with pytest.raises(UserError, match=r"cut\.npy is not a whole \.npy array"):
        compare_paths(real, tmp_path / "cut.npy", QUICKEST, extractor)
