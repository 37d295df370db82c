import hashlib

import pytest
from tiny_birds import build_folder, build_tgz
from tiny_faces import build_zip

from stackrepro.base.errors import UserError
from stackrepro.data import celeba, find
from stackrepro.data.celeba import locate, read_catalogue, read_images

LIST = "identity_CelebA.txt"


def official_way(root, files):
    """The archive of images with the list beside it; return the archive."""
    build_folder(root, {LIST: files[LIST]} if LIST in files else {})
    return build_zip(root / "img_align_celeba.zip", {n: c for n, c in files.items() if n != LIST})


def own_archive(root, files):
    return build_zip(root / "half-size.zip", files)


@pytest.fixture(params=[official_way, own_archive, build_folder])
def place(request, tmp_path):
    """Lay files out in the three ways, which must be read alike."""
    return lambda files: request.param(tmp_path / "root", files)


def test_the_catalogue_is_in_the_order_of_the_list(place, faces_files):
    catalogue = read_catalogue(place(faces_files))
    assert catalogue.names == tuple(f"{number:06}.jpg" for number in range(1, 9))
    assert catalogue.identities == (2880, 17, 2880, 9, 17, 501, 9, 501)
    assert catalogue.boxes is None


def test_images_come_with_their_index(place, faces_files):
    path = place(faces_files)
    images = dict(read_images(path, read_catalogue(path)))
    assert images == {index: faces_files[f"img_align_celeba/{index + 1:06}.jpg"] for index in range(8)}


def test_each_is_found_in_the_data_root(place, faces_files, tmp_path):
    path = place(faces_files)
    assert locate(tmp_path / "root") == path
    assert locate(path) == path


def test_the_folder_of_images_itself_may_be_named(tmp_path, faces_files):
    build_folder(tmp_path, faces_files)
    assert locate(tmp_path / "img_align_celeba") == tmp_path


def test_a_lacking_list_is_named(place, faces_files):
    del faces_files[LIST]
    with pytest.raises(UserError, match=f"comes without {LIST}.*put that list"):
        read_catalogue(place(faces_files))


def test_absent_images_are_named(place, faces_files):
    del faces_files["img_align_celeba/000003.jpg"]
    path = place(faces_files)
    with pytest.raises(UserError, match=r"lacks 1 of the 8 images that identity_CelebA\.txt names .*000003\.jpg"):
        list(read_images(path, read_catalogue(path)))


@pytest.mark.parametrize(
    "line",
    [b"000009.jpg", b"000009.jpg someone", b"000001.jpg 4", b"../../secret.jpg 4", b"/secret.jpg 4", b"\xff.jpg 4"],
)
def test_a_malformed_line_is_named(place, faces_files, line):
    faces_files[LIST] += line
    with pytest.raises(UserError, match=f"Line 9 of {LIST} in .* is malformed"):
        read_catalogue(place(faces_files))


def test_of_several_archives_the_one_with_the_most_faces_is_taken_and_another_can_be_named(tmp_path, faces_files):
    images = [name for name in faces_files if name.startswith("img_align_celeba/")]
    fewer = {name: content for name, content in faces_files.items() if name != images[-1]}
    for name, content in (("a.zip", fewer), ("b.zip", faces_files), ("c.zip", fewer)):
        build_zip(tmp_path / name, content)
    assert locate(tmp_path) == tmp_path / "b.zip"
    assert locate(tmp_path / "a.zip") == tmp_path / "a.zip"


def test_other_archives_are_no_obstacle_but_a_damaged_one_is_named_where_nothing_else_is(tmp_path, faces_files):
    build_zip(tmp_path / "letters.zip", {"a.txt": b"a"})
    (tmp_path / "broken.zip").write_bytes(b"PK")
    with pytest.raises(UserError, match=r"broken\.zip is not a sound"):
        locate(tmp_path)
    assert locate(build_zip(tmp_path / "faces.zip", faces_files).parent) == tmp_path / "faces.zip"


@pytest.mark.parametrize("dataset", ["birds", "faces"])
def test_a_root_with_the_other_set_alone_is_refused(tmp_path, files, faces_files, dataset):
    if dataset == "faces":
        named = build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    else:
        named = build_zip(tmp_path / "img_align_celeba.zip", faces_files)
    for root in (tmp_path, named):
        with pytest.raises(UserError, match=r"holds (no faces|neither CUB).*or name no data root to use the synthetic"):
            find(dataset, root)


def test_both_sets_may_lie_in_one_root(tmp_path, files, faces_files):
    birds = build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    faces = own_archive(tmp_path, faces_files)
    assert find("birds", tmp_path, unofficial=True).path == birds
    assert find("faces", tmp_path, unofficial=True).path == faces


def test_the_official_archive_is_known_by_md5_and_only_with_the_official_list(tmp_path, faces_files, monkeypatch):
    path = official_way(tmp_path, faces_files)
    with pytest.raises(UserError, match=r"not the official archive.*from the page of CelebA's authors.*--unofficial"):
        find("faces", tmp_path)
    for name in ("img_align_celeba.zip", LIST):
        monkeypatch.setitem(celeba.OFFICIAL_MD5, name, hashlib.md5((tmp_path / name).read_bytes()).hexdigest())
    source = find("faces", tmp_path)
    assert (source.name, source.path, source.official) == ("CelebA", path, True)
    assert source.label == f"celeba-{source.fingerprint[:8]}"
    (tmp_path / LIST).write_bytes(faces_files[LIST].replace(b"2880", b"2881"))
    assert not find("faces", tmp_path, unofficial=True).official


def test_the_fingerprint_follows_images_and_identities(place, faces_files, tmp_path):
    known = set()
    for name, content in ((LIST, b"000001.jpg 1\n"), ("img_align_celeba/000001.jpg", b"shorter"), ("notes.md", b"")):
        place(faces_files)
        known.add(find("faces", tmp_path / "root", unofficial=True).fingerprint)
        faces_files[name] = content
    assert len(known) == 3
