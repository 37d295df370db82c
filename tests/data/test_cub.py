import pytest
from tiny_birds import build_folder, build_tgz

from stackrepro.base.errors import UserError
from stackrepro.data.cub import read_catalogue, read_images
from stackrepro.data.lists import first_five


@pytest.fixture(params=["archive", "folder"])
def place(request, tmp_path):
    """Lay files out as an archive or as a folder; both must be read alike."""
    if request.param == "archive":
        return lambda files: build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    return lambda files: build_folder(tmp_path / "CUB_200_2011", files)


def test_the_catalogue_is_in_the_order_of_the_ids(place, files):
    catalogue = read_catalogue(place(files))
    assert catalogue.names == ("001.Jay/a.jpg", "001.Jay/b.jpg", "002.Owl/c.png")
    assert catalogue.boxes == ((4, 6, 24, 22), (0, 0, 40, 30), (10, 2, 18, 26))  # left, top, right, bottom


def test_images_come_with_their_index(place, files):
    path = place(files)
    catalogue = read_catalogue(path)
    images = dict(read_images(path, catalogue))
    assert images == {index: files[f"images/{name}"] for index, name in enumerate(catalogue.names)}


@pytest.mark.parametrize("name", ["images.txt", "bounding_boxes.txt"])
def test_a_lacking_list_is_named(place, files, name):
    del files[name]
    with pytest.raises(UserError, match=f"lacks CUB_200_2011/{name}"):
        read_catalogue(place(files))


def test_absent_images_are_named(place, files):
    del files["images/001.Jay/b.jpg"]
    path = place(files)
    with pytest.raises(UserError, match=r"lacks 1 of the 3 images .*001\.Jay/b\.jpg"):
        list(read_images(path, read_catalogue(path)))


@pytest.mark.parametrize(
    ("name", "line", "number"),
    [
        ("images.txt", b"4", 4),
        ("images.txt", b"four 001.Jay/d.jpg", 4),
        ("images.txt", b"1 001.Jay/again.jpg", 4),
        ("images.txt", b"4 ../../secret.jpg", 4),
        ("images.txt", b"4 /secret.jpg", 4),
        ("images.txt", b"4 \xff\xfe.jpg", 4),
        ("bounding_boxes.txt", b"\n4 1 2 3", 4),
        ("bounding_boxes.txt", b"\n4 1 2 3 4 5", 4),
        ("bounding_boxes.txt", b"\n4 1 2 3 wide", 4),
        ("bounding_boxes.txt", b"\n4 1 2 3 nan", 4),
    ],
)
def test_a_malformed_line_is_named(place, files, name, line, number):
    files[name] += line
    with pytest.raises(UserError, match=f"Line {number} of {name} in .* is malformed"):
        read_catalogue(place(files))


def test_lists_that_disagree_are_refused(place, files):
    files["bounding_boxes.txt"] += b"\n7 1 2 3 4"
    with pytest.raises(UserError, match=r"don't name the same images \(id 7"):
        read_catalogue(place(files))


def test_an_empty_list_is_refused(place, files):
    files["images.txt"] = b""
    with pytest.raises(UserError, match=r"images\.txt in .* is empty"):
        read_catalogue(place(files))


def test_a_message_names_five_and_counts_the_rest():
    assert first_five(list("abcde")) == "a, b, c, d, e"
    assert first_five(list("abcdefg")) == "a, b, c, d, e and 2 more"
