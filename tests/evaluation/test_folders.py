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
    assert measures["frechet"] == pytest.approx(expected["frechet"], rel=1e-6)


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


@pytest.mark.parametrize("statistics", [{}, {"mu": np.zeros(2048), "sigma": np.eye(2048)}], ids=["alone", "with mu"])
def test_samples_in_an_npz_file_are_images_on_either_side(real, extractor, tmp_path, blobs, statistics):
    np.savez(tmp_path / "samples.npz", arr_0=blobs(6, seed=1), **statistics)
    for sides in ((real, tmp_path / "samples.npz"), (tmp_path / "samples.npz", real)):
        found = compare_paths(*sides, QUICKEST, extractor)
        assert (found.generated, found.reference, found.flags) == (6, 6, ("rank-deficient",))
        assert found.frechet == pytest.approx(0, abs=1e-6)
        assert found.kid is not None


def test_sub_folders_are_counted_and_entered_when_asked_for(real, extractor, tmp_path, blobs):
    classes = tmp_path / "classes"
    for name, seed in (("a", 1), ("b/c", 2)):
        (classes / name).parent.mkdir(parents=True, exist_ok=True)
        folder_of(classes / name, blobs(3, seed))
    with pytest.raises(UserError, match=r"classes holds 0 images.* sub-folders hold 6.*--recursive"):
        open_images(classes)
    assert len(open_images(classes, recursive=True)) == 6
    for index in range(3):
        (real / f"{index:04}.png").rename(classes / f"{index}.png")
    assert compare_paths(real, classes, QUICKEST, extractor).flags == ("rank-deficient", "sub-folders")
    found = compare_paths(real, classes, QUICKEST, extractor, recursive=True)
    assert (found.generated, found.reference, found.flags) == (9, 3, ("rank-deficient",))


ARRAYS = {
    "float.npy": (np.zeros((4, 8, 8, 3)), "has type float64"),
    "flat.npy": (np.zeros((4, 8, 8), np.uint8), "has type uint8 and shape"),
    # objects would have to be unpickled, that is executed
    "objects.npy": (np.array([None, None]), "is not a whole .npy array"),
    "objects.npz": ({"arr_0": np.array([None, None])}, "is not a whole .npz array"),
    "float.npz": ({"arr_0": np.zeros((4, 8, 8, 3))}, "has type float64"),
    "features.npz": ({"feats": np.zeros((9, 64))}, "holds feats and no images"),
    "one.npy": (np.zeros((1, 8, 8, 3), np.uint8), "holds 1 images"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_of_another_kind_is_named(tmp_path, name):
    content, message = ARRAYS[name]
    np.savez(tmp_path / name, **content) if isinstance(content, dict) else np.save(tmp_path / name, content)
    with pytest.raises(UserError, match=f"{name} {message}"):
        open_images(tmp_path / name)


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


def test_files_that_are_cut_short_and_folders_with_too_few_images_are_named(real, extractor, tmp_path, blobs):
    np.savez(tmp_path / "cut.npz", mu=np.zeros(64), sigma=np.eye(64))
    np.save(tmp_path / "cut.npy", blobs(6, seed=1))
    generated = folder_of(tmp_path / "generated", blobs(3, seed=2))
    for path in (tmp_path / "cut.npz", tmp_path / "cut.npy", generated / "0001.png"):
        path.write_bytes(path.read_bytes()[:-200])
    (tmp_path / "empty").mkdir()
    for sides, message in (
        ((tmp_path / "cut.npz", real), r"cut\.npz holds no mu and sigma"),
        ((real, tmp_path / "cut.npy"), r"cut\.npy is not a whole \.npy array"),
        ((real, generated), r"0001\.png does not decode"),
        ((real, tmp_path / "empty"), "empty holds 0 images"),
        ((real, tmp_path / "absent"), "absent is neither a folder"),
    ):
        with pytest.raises(UserError, match=message):
            compare_paths(*sides, QUICKEST, extractor)
