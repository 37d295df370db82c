import io
import multiprocessing
import os
import threading

import numpy as np
import pytest
from PIL import Image
from tiny_birds import BOXES, build_folder

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView, FaceView, decoding, find, prepare, prepared

SMALL, LARGE = BirdView(8), BirdView(16)


@pytest.fixture
def decoded(monkeypatch):
    """Count the images that are decoded, by their bytes."""
    images = []

    def counting(data, box, views, decode=decoding.decode):
        images.append(data)
        return decode(data, box, views)

    monkeypatch.setattr(decoding, "decode", counting)
    return images


def test_arrays_equal_pillow_by_hand(source_of, files):
    view = BirdView(16, "none")
    arrays = prepare(source_of(files), [SMALL, view])
    for index, (name, (x, y, width, height)) in enumerate(BOXES.items()):
        image = Image.open(io.BytesIO(files[f"images/{name}"])).convert("RGB")
        box = (x, y, x + width, y + height)
        assert np.array_equal(arrays[SMALL][index], np.asarray(image.resize((8, 8), Image.Resampling.BICUBIC, box)))
        assert np.array_equal(arrays[view][index], np.asarray(image.resize((16, 16), Image.Resampling.BICUBIC)))


def test_arrays_are_read_only_memory_maps(source_of, files):
    array = prepare(source_of(files), [SMALL])[SMALL]
    assert isinstance(array, np.memmap)
    assert (array.dtype, array.shape) == (np.uint8, (3, 8, 8, 3))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 0


def test_two_sizes_share_one_decode(source_of, files, decoded):
    prepare(source_of(files), [SMALL, LARGE])
    assert len(decoded) == 3


def test_the_cache_spares_the_decode_and_only_what_is_missing_is_made(source_of, files, decoded):
    source = source_of(files)
    first = prepare(source, [SMALL])[SMALL]
    decoded.clear()
    assert np.array_equal(prepare(source, [SMALL])[SMALL], first)
    assert decoded == []
    made = prepared.prepared_folder(source) / "birds-8-box.npy"
    before = made.stat().st_mtime_ns
    prepare(source, [SMALL, LARGE])
    assert len(decoded) == 3
    assert made.stat().st_mtime_ns == before
    assert prepared.prepared_views(source) == ["birds-16-box", "birds-8-box"]


def test_a_folder_gives_what_an_archive_gives(source_of, files, tmp_path):
    folder = build_folder(tmp_path / "unpacked", files)
    unpacked = prepare(find("birds", folder, unofficial=True), [SMALL])[SMALL]
    assert np.array_equal(unpacked, prepare(source_of(files), [SMALL])[SMALL])


def test_many_batches_keep_their_order(source_of, files, monkeypatch):
    monkeypatch.setattr(decoding, "BATCH", 1)
    monkeypatch.setattr(decoding, "BATCHES_AHEAD", 1)
    names = [f"n/{i}.png" for i in range(40)]
    for i, name in enumerate(names):
        buffer = io.BytesIO()
        Image.new("RGB", (9, 9), (6 * i, 0, 0)).save(buffer, "PNG")
        files[f"images/{name}"] = buffer.getvalue()
    files["images.txt"] = "".join(f"{i} {name}\n" for i, name in reversed(list(enumerate(names)))).encode()
    files["bounding_boxes.txt"] = "".join(f"{i} 1 1 5 5\n" for i in range(40)).encode()
    array = prepare(source_of(files), [SMALL])[SMALL]
    assert array[:, 4, 4, 0].tolist() == [6 * i for i in range(40)]


def assert_nothing_is_kept(source):
    left = {path.name for path in prepared.prepared_folder(source).iterdir()}
    assert left <= {"lock"}


def test_images_that_do_not_decode_are_all_named(source_of, files):
    files["images/001.Jay/a.jpg"] = files["images/001.Jay/a.jpg"][:200]
    files["images/002.Owl/c.png"] = b"no image"
    source = source_of(files)
    with pytest.raises(UserError, match=r"has 2 unusable images \(001\.Jay/a\.jpg: .*002\.Owl/c\.png: .*decode"):
        prepare(source, [SMALL])
    assert_nothing_is_kept(source)


def test_an_image_with_too_many_pixels_is_not_decoded(source_of, files, monkeypatch):
    monkeypatch.setattr(decoding, "MAX_PIXELS", 1000)
    with pytest.raises(UserError, match=r"3 unusable images.*more than 1,000 pixels"):
        prepare(source_of(files), [SMALL])


def test_a_box_outside_its_image_is_named(source_of, files):
    files["bounding_boxes.txt"] = files["bounding_boxes.txt"].replace(b"1 4.0 6.0", b"1 38.0 6.0")
    source = source_of(files)
    with pytest.raises(UserError, match=r"001\.Jay/a\.jpg: its box \(38, 6, 58, 22\) lies outside its 40 x 30 pixels"):
        prepare(source, [SMALL, LARGE])
    assert_nothing_is_kept(source)


def test_absent_images_leave_nothing_behind(source_of, files):
    del files["images/002.Owl/c.png"]
    source = source_of(files)
    with pytest.raises(UserError, match="lacks 1 of the 3"):
        prepare(source, [SMALL])
    assert_nothing_is_kept(source)


def test_a_full_disk_is_one_sentence(source_of, files, monkeypatch):
    def full(self, index, item):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(prepared._ArrayFile, "put", full)
    source = source_of(files)
    with pytest.raises(UserError, match="No space left"):
        prepare(source, [SMALL])
    assert_nothing_is_kept(source)


def test_what_a_killed_process_left_is_removed(source_of, files):
    source = source_of(files)
    left = prepared.prepared_folder(source) / ".birds-8-box.0123abcd.partial.npy"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    prepare(source, [SMALL])
    assert not left.exists()
    assert prepared.prepared_views(source) == ["birds-8-box"]


def test_a_damaged_cache_file_is_named(source_of, files):
    source = source_of(files)
    prepare(source, [SMALL])
    path = prepared.prepared_folder(source) / "birds-8-box.npy"
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(UserError, match=r"birds-8-box\.npy is damaged .*delete it"):
        prepare(source, [SMALL])


def test_a_view_of_another_set_is_refused(source_of, files):
    with pytest.raises(UserError, match="faces-gray-8-centre-luma is not one of birds"):
        prepare(source_of(files), [FaceView("gray", 8)])


def test_threads_do_the_work_once(source_of, files, decoded):
    source, results = source_of(files), []
    threads = [threading.Thread(target=lambda: results.append(prepare(source, [SMALL])[SMALL])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(decoded) == 3
    assert len(results) == 4


def _prepare_in_a_process(root, answers):
    count = []
    decode = decoding.decode
    decoding.decode = lambda *arguments: count.append(1) or decode(*arguments)
    array = prepare(find("birds", root, unofficial=True), [SMALL])[SMALL]
    answers.put((len(count), int(array.sum())))


def test_processes_do_the_work_once(source_of, files):
    source = source_of(files)
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    processes = [context.Process(target=_prepare_in_a_process, args=(source.path.parent, answers)) for _ in range(2)]
    for process in processes:
        process.start()
    counts, sums = zip(*(answers.get(timeout=60) for _ in processes), strict=True)
    for process in processes:
        process.join()
    assert sorted(counts) == [0, 3]
    assert len(set(sums)) == 1
