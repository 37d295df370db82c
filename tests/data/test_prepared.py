"""Prepared arrays: what they hold, that they are made once and whole or not at all, and which rows are held out."""

import io
import shutil
import threading

import numpy as np
import pytest
from PIL import Image
from tiny_sets import BOXES, bird, build_folder, encoded, face

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView, FaceView, find, held_out_rows, prepare, prepared, training_rows
from stackrepro.data.prepared import held_out_identities, prepared_folder, prepared_views

SMALL, LARGE = BirdView(8), BirdView(16)
FACES = [FaceView(kind, 16) for kind in ("rgb", "gray", "edges")]


@pytest.fixture
def decoded(monkeypatch):
    """Count the images that are decoded, by their bytes."""
    images = []

    def counting(data, box, views, decode=prepared.decode):
        images.append(data)
        return decode(data, box, views)

    monkeypatch.setattr(prepared, "decode", counting)
    return images


@pytest.fixture
def faces(tmp_path, faces_files):
    """Return a function that lays the faces out and finds them."""
    return lambda: find("faces", build_folder(tmp_path / "root", faces_files), unofficial=True)


def test_arrays_equal_pillow_by_hand_whether_of_an_archive_or_of_a_folder(source_of, files, tmp_path, decoded):
    whole = BirdView(16, "none")
    arrays = prepare(source_of(files), [SMALL, whole])
    for index, (name, (x, y, width, height)) in enumerate(BOXES.items()):
        image = Image.open(io.BytesIO(files[f"images/{name}"])).convert("RGB")
        box = (x, y, x + width, y + height)
        assert np.array_equal(arrays[SMALL][index], np.asarray(image.resize((8, 8), Image.Resampling.BICUBIC, box)))
        assert np.array_equal(arrays[whole][index], np.asarray(image.resize((16, 16), Image.Resampling.BICUBIC)))
    assert len(decoded) == 3  # once for both
    assert isinstance(arrays[SMALL], np.memmap)
    assert (arrays[SMALL].dtype, arrays[SMALL].shape) == (np.uint8, (3, 8, 8, 3))
    with pytest.raises(ValueError, match="read-only"):
        arrays[SMALL][0] = 0
    unpacked = find("birds", build_folder(tmp_path / "unpacked", files), unofficial=True)
    assert np.array_equal(prepare(unpacked, [SMALL])[SMALL], arrays[SMALL])


def test_all_views_of_faces_come_from_one_decode(faces, faces_files, decoded):
    same = FaceView("rgb", 16, gray="red", stretch=True)  # differs in what its kind ignores
    arrays = prepare(faces(), [*FACES, same])
    assert len(decoded) == 8
    assert [array.shape for array in arrays.values()] == [(8, 16, 16, channels) for channels in (3, 1, 1, 3)]
    for row in range(8):
        image = Image.open(io.BytesIO(faces_files[f"img_align_celeba/{row + 1:06}.jpg"]))
        for view, array in arrays.items():
            assert array[row].tobytes() == view.render(image, None)
    assert len(prepared_views(faces())) == 3


def test_the_cache_spares_the_decode_and_only_what_is_missing_is_made(source_of, files, decoded):
    source = source_of(files)
    left = prepared_folder(source) / ".birds-8-box.0123abcd.partial.npy"  # by a process that was killed
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    first = prepare(source, [SMALL])[SMALL]
    assert prepared_views(source) == ["birds-8-box"]
    assert not left.exists()
    decoded.clear()
    assert np.array_equal(prepare(source, [SMALL])[SMALL], first)
    assert decoded == []
    made = prepared_folder(source) / "birds-8-box.npy"
    before = made.stat().st_mtime_ns
    prepare(source, [SMALL, LARGE])
    assert len(decoded) == 3
    assert made.stat().st_mtime_ns == before
    assert prepared_views(source) == ["birds-16-box", "birds-8-box"]
    made.write_bytes(made.read_bytes()[:300])
    with pytest.raises(UserError, match=r"birds-8-box\.npy is damaged .*delete it"):
        prepare(source, [SMALL])


def test_many_batches_keep_their_order(source_of, files, monkeypatch):
    monkeypatch.setattr(prepared, "BATCH", 1)
    monkeypatch.setattr(prepared, "BATCHES_AHEAD", 1)
    names = [f"n/{i}.png" for i in range(40)]
    for i, name in enumerate(names):
        files[f"images/{name}"] = encoded(np.full((9, 9, 3), 6 * i, np.uint8))
    files["images.txt"] = "".join(f"{i} {name}\n" for i, name in reversed(list(enumerate(names)))).encode()
    files["bounding_boxes.txt"] = "".join(f"{i} 1 1 5 5\n" for i in range(40)).encode()
    assert prepare(source_of(files), [SMALL])[SMALL][:, 4, 4, 0].tolist() == [6 * i for i in range(40)]


A, C = "images/001.Jay/a.jpg", "images/002.Owl/c.png"


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda f: {A: f[A][:200], C: b""}, r"has 2 unusable images \(001\.Jay/a\.jpg: .*002\.Owl/c\.png: .*decode"),
        (
            lambda f: {C: encoded(np.dstack([bird(2), np.full((30, 40), 9, np.uint8)]))},
            r"1 unusable images \(002\.Owl/c\.png: it is partly transparent",
        ),
        (
            lambda f: {"bounding_boxes.txt": f["bounding_boxes.txt"].replace(b"1 4.0 6.0", b"1 38.0 6.0")},
            r"001\.Jay/a\.jpg: its box \(38, 6, 58, 22\) lies outside its 40 x 30 pixels",
        ),
        (lambda f: {C: encoded(np.zeros((99, 99), np.uint8))}, r"1 unusable images.*more than 2,000 pixels"),
        (lambda f: {"images.txt": f["images.txt"].replace(b"c.png", b"d.png")}, "lacks 1 of the 3"),
    ],
    ids=["shortened", "transparent", "outside", "large", "absent"],
)
def test_unusable_birds_are_all_named_and_leave_nothing(source_of, files, monkeypatch, spoil, complaint):
    monkeypatch.setattr(prepared, "MAX_PIXELS", 2000)
    source = source_of({**files, **spoil(files)})
    with pytest.raises(UserError, match=complaint):
        prepare(source, [SMALL, LARGE])
    assert {path.name for path in prepared_folder(source).iterdir()} <= {"lock"}


def test_mixed_sizes_of_faces_are_refused_by_the_first_that_differs(faces, faces_files):
    faces_files["img_align_celeba/000004.jpg"] = encoded(face(4, 89, 109), "JPEG")
    faces_files["img_align_celeba/000006.jpg"] = encoded(face(6, 90, 100), "JPEG")
    with pytest.raises(UserError, match=r"mixes sizes \(000004\.jpg has 89 x 109 pixels, 000001\.jpg 178 x 218\)"):
        prepare(faces(), FACES)
    assert {path.name for path in prepared_folder(faces()).iterdir()} <= {"lock"}


def test_threads_do_the_work_once(source_of, files, decoded):
    source, results = source_of(files), []
    threads = [threading.Thread(target=lambda: results.append(prepare(source, [SMALL])[SMALL])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(decoded), len(results)) == (3, 4)


def test_birds_are_all_trained_on(source_of, files):
    source = source_of(files)
    assert training_rows(source).tolist() == [0, 1, 2]
    assert held_out_rows(source).tolist() == []
    assert training_rows(source).dtype == held_out_rows(source).dtype == np.int64


def listed(root, identities):
    lines = "".join(f"{number:06}.jpg {identity}\n" for number, identity in enumerate(identities))
    build_folder(root, {"identity_CelebA.txt": lines.encode(), "img_align_celeba/000000.jpg": b""})
    return find("faces", root, unofficial=True)


def test_a_tenth_of_the_persons_is_held_out_with_all_their_faces(tmp_path):
    identities = np.random.default_rng(0).integers(1, 301, 3000)
    source = listed(tmp_path / "root", identities)
    training, held_out = training_rows(source), held_out_rows(source)
    assert sorted([*training, *held_out]) == list(range(3000))
    assert np.all(np.diff(training) > 0)
    persons = set(identities[held_out])
    assert not persons & set(identities[training])
    assert len(persons) == round(len(set(identities)) / 10)
    shutil.rmtree(tmp_path / "root")
    assert np.array_equal(training_rows(source), training)  # the second call reads no list
    again = np.array([*identities[::-1], 3, 3, 3])  # the choice is of persons, whatever their order and their faces
    assert set(again[held_out_rows(listed(tmp_path / "other", again))]) == persons


def test_the_choice_never_changes():
    """Results rest on it. These are the draws of random.Random(2108), whose stream Python promises to keep."""
    assert held_out_identities(set(range(1, 31))) == {18, 21, 27}
    assert len(held_out_identities({5, 6})) == 1


def test_a_set_of_one_person_is_refused(tmp_path):
    with pytest.raises(UserError, match="one person's: take a set of two"):
        training_rows(listed(tmp_path, [7, 7, 7]))
