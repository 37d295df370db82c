"""The layouts of CUB and CelebA, in archives, folders, and the ways in which copies of them come."""

import hashlib
import os
import shutil
from codecs import BOM_UTF8

import pytest
from click.testing import CliRunner
from tiny_sets import build_folder, build_tgz, build_zip, encoded, face

from stackrepro.base.errors import AbsentError, UserError
from stackrepro.cli import data as commands
from stackrepro.data import archives, celeba, cub, find, prepare
from stackrepro.data.views import FaceView

IDENTITIES, FOLDER = "identity_CelebA.txt", "img_align_celeba"


def found(dataset, root, **options):
    return find(dataset, root, unofficial=True, **options)


def all_images(source):
    return dict(source.layout.read_images(source.path, source.catalogue()))


def cub_archive(root, files):
    return build_tgz(root / "CUB_200_2011.tgz", files)


def cub_folder(root, files):
    return build_folder(root / "CUB_200_2011", files)


def celeba_official(root, files):
    """The archive of images with the list beside it; return the archive."""
    build_folder(root, {IDENTITIES: files[IDENTITIES]} if IDENTITIES in files else {})
    return build_zip(root / "img_align_celeba.zip", {n: c for n, c in files.items() if n != IDENTITIES})


def celeba_archive(root, files):
    return build_zip(root / "half-size.zip", files)


LAID = {"birds": (cub_archive, cub_folder), "faces": (celeba_official, celeba_archive, build_folder)}


@pytest.mark.parametrize("lay", LAID["birds"])
def test_birds_are_in_the_order_of_their_ids(lay, files, tmp_path):
    files["images.txt"] = BOM_UTF8 + files["images.txt"].replace(b"\n", b"\r\n")  # as editors on Windows leave it
    path = lay(tmp_path / "root", files)
    source = found("birds", tmp_path / "root")
    assert source.path == cub.locate(path) == path
    assert source.catalogue().names == ("001.Jay/a.jpg", "001.Jay/b.jpg", "002.Owl/c.png")
    assert source.catalogue().boxes == ((4, 6, 24, 22), (0, 0, 40, 30), (10, 2, 18, 26))  # left, top, right, bottom
    assert all_images(source) == {i: files[f"images/{name}"] for i, name in enumerate(source.catalogue().names)}


@pytest.mark.parametrize("lay", LAID["faces"])
def test_faces_are_in_the_order_of_the_list(lay, faces_files, tmp_path):
    path = lay(tmp_path / "root", faces_files)
    source = found("faces", tmp_path / "root")
    assert source.path == celeba.locate(path) == path
    assert source.catalogue().names == tuple(f"{number:06}.jpg" for number in range(1, 9))
    assert source.catalogue().identities == (2880, 17, 2880, 9, 17, 501, 9, 501)
    assert source.catalogue().boxes is None
    assert all_images(source) == {index: faces_files[f"{FOLDER}/{index + 1:06}.jpg"] for index in range(8)}


@pytest.mark.parametrize(
    ("name", "line", "complaint"),
    [
        ("images.txt", None, r"lacks (CUB_200_2011/)?images\.txt"),
        ("bounding_boxes.txt", None, "lacks CUB_200_2011/bounding_boxes.txt"),
        ("images/001.Jay/b.jpg", None, r"lacks 1 of the 3 images .*001\.Jay/b\.jpg"),
        ("images.txt", b"", r"images\.txt in .* is empty"),
        ("images.txt", b"4", "Line 4 of images.txt in .* is malformed"),
        ("images.txt", b"1 001.Jay/again.jpg", "Line 4 of images.txt in .* is malformed"),
        ("images.txt", b"4 ../../secret.jpg", "Line 4 of images.txt in .* is malformed"),
        ("images.txt", b"4 \xff\xfe.jpg", "Line 4 of images.txt in .* is malformed"),
        ("bounding_boxes.txt", b"\n4 1 2 3 nan", "Line 4 of bounding_boxes.txt in .* is malformed"),
        ("bounding_boxes.txt", b"\n7 1 2 3 4", r"don't name the same images \(id 7"),
        # Its image would be given to one id, and the other one's row of the arrays left black.
        ("images.txt", b"4 001.Jay/a.jpg\n", r"names 001\.Jay/a\.jpg twice, with the ids 1 and 4"),
        (IDENTITIES, None, f"comes without {IDENTITIES}.*put that list"),
        (f"{FOLDER}/000003.jpg", None, r"lacks 1 of the 8 images that identity_CelebA\.txt names .*000003\.jpg"),
        (IDENTITIES, b"000009.jpg someone", f"Line 9 of {IDENTITIES} in .* is malformed"),
        (IDENTITIES, b"000001.jpg 4", f"Line 9 of {IDENTITIES} in .* is malformed"),
        (IDENTITIES, b"../../secret.jpg 4", f"Line 9 of {IDENTITIES} in .* is malformed"),
    ],
    ids=range(16),
)
def test_what_is_wrong_with_a_set_is_named(files, faces_files, tmp_path, name, line, complaint):
    dataset, members = ("birds", files) if name in files else ("faces", faces_files)
    if line is None:
        del members[name]
    else:
        members[name] = members[name] + line if line else b""
        if b"4 001" in (line or b""):
            members["bounding_boxes.txt"] += b"\n4 1 2 3 4"
    for number, lay in enumerate(LAID[dataset]):
        lay(tmp_path / str(number), members)
        with pytest.raises(UserError, match=complaint):
            all_images(found(dataset, tmp_path / str(number)))


@pytest.mark.parametrize("prefix", ["./CUB_200_2011/", "CUB_200_2011/CUB_200_2011/", "./", "", "birds/"])
@pytest.mark.parametrize("name", ["CUB_200_2011.tgz", "CUB_200_2011.tar.gz"])
def test_birds_that_were_packed_again_are_read(tmp_path, files, prefix, name):
    source = found("birds", build_tgz(tmp_path / name, files, prefix).parent)
    assert all_images(source)[2] == files["images/002.Owl/c.png"]


@pytest.mark.parametrize("named", [".", "deep", "deep/CUB_200_2011", "deep/CUB_200_2011/images"])
@pytest.mark.parametrize("lie", ["deep/CUB_200_2011", "deep/CUB_200_2011/CUB_200_2011"])
def test_birds_are_found_in_folders_above_and_below(tmp_path, files, named, lie):
    folder = build_folder(tmp_path / lie, files)
    if (tmp_path / named).is_dir():
        assert found("birds", tmp_path / named).path == folder


def test_the_archive_comes_before_the_folder(tmp_path, files):
    cub_folder(tmp_path, files)
    deep = cub_archive(tmp_path / "CUB_200_2011", files)
    assert found("birds", tmp_path).path == deep.parent
    (deep.parent / "images.txt").unlink()
    assert found("birds", tmp_path).path == deep
    assert found("birds", cub_archive(tmp_path, files).parent).path == tmp_path / "CUB_200_2011.tgz"


@pytest.mark.parametrize("lie", [".", "celeba", "CelebA/Img", f"celeba/{FOLDER}", FOLDER])
@pytest.mark.parametrize("place", [f"{FOLDER}/..", "..", "../Anno"])
def test_faces_are_found_in_the_folders_of_real_copies(tmp_path, faces_files, lie, place):
    """Kaggle's copy holds the folder twice, torchvision's lies in celeba/, the authors' list in Anno/."""
    identities = faces_files.pop(IDENTITIES)
    folder = build_folder(tmp_path / "root" / lie, faces_files)
    build_folder(folder / place, {IDENTITIES: identities})
    source = found("faces", tmp_path / "root")
    assert source.path == celeba.locate(folder / FOLDER) == folder
    assert all_images(source)[7] == faces_files[f"{FOLDER}/000008.jpg"]


def test_kaggles_archive_is_read_once_the_list_lies_beside_it(tmp_path, faces_files):
    identities = faces_files.pop(IDENTITIES)
    doubled = {f"{FOLDER}/{name}": content for name, content in faces_files.items()}
    build_zip(tmp_path / "archive.zip", {**doubled, "list_attr_celeba.csv": b"image_id,Male\n"})
    with pytest.raises(UserError, match=f"comes without {IDENTITIES}.*CSV"):
        found("faces", tmp_path).catalogue()
    (tmp_path / IDENTITIES).write_bytes(identities)
    assert len(all_images(found("faces", tmp_path))) == 8


def test_the_list_in_an_archive_goes_before_one_beside_it(tmp_path, faces_files):
    path = celeba_archive(tmp_path, faces_files)
    (tmp_path / IDENTITIES).write_bytes(faces_files[IDENTITIES].replace(b"2880", b"1"))
    source = found("faces", tmp_path)
    assert source.fingerprint == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.catalogue().identities[0] == 2880


def test_of_several_archives_the_one_with_the_most_faces_is_taken_and_another_can_be_named(tmp_path, faces_files):
    build_zip(tmp_path / "letters.zip", {"a.txt": b"a"})
    (tmp_path / "broken.zip").write_bytes(b"PK")
    with pytest.raises(UserError, match=r"broken\.zip is not a sound"):  # where nothing else is
        celeba.locate(tmp_path)
    fewer = dict(list(faces_files.items())[1:])
    for name, content in (("a.zip", fewer), ("b.zip", faces_files), ("c.zip", fewer)):
        build_zip(tmp_path / name, content)
    assert celeba.locate(tmp_path) == tmp_path / "b.zip"
    assert celeba.locate(tmp_path / "a.zip") == tmp_path / "a.zip"


def test_both_sets_may_lie_in_one_root_and_one_alone_is_named(tmp_path, files, faces_files):
    for dataset, named in (("faces", cub_archive(tmp_path, files)), ("birds", celeba_official(tmp_path, faces_files))):
        with pytest.raises(AbsentError, match="or name no data root to use the synthetic"):
            find(dataset, named)
        other = build_folder(tmp_path / dataset, {named.name: named.read_bytes()})
        with pytest.raises(AbsentError, match=named.name):
            find(dataset, other)
        assert found({"faces": "birds", "birds": "faces"}[dataset], tmp_path).path == named


@pytest.mark.parametrize("dataset", ["birds", "faces"])
def test_what_lies_deeper_may_be_left_out(tmp_path, files, faces_files, dataset):
    build_tgz(tmp_path / "deep" / "CUB_200_2011.tgz", files)
    build_folder(tmp_path / "deep", faces_files)
    assert found(dataset, tmp_path).path.is_relative_to(tmp_path / "deep")
    with pytest.raises(AbsentError):
        found(dataset, tmp_path, deeper=False)


def test_the_official_birds_are_known_by_sha256_and_others_need_consent(tmp_path, files, monkeypatch):
    sha256 = hashlib.sha256(cub_archive(tmp_path, files).read_bytes()).hexdigest()
    for place in (tmp_path, cub_folder(tmp_path / "folder", files)):
        with pytest.raises(UserError, match=r"official.*--unofficial.*STACKREPRO_UNOFFICIAL=1"):
            find("birds", place)
    source = found("birds", tmp_path)
    assert (source.name, source.official) == ("CUB-200-2011 (not the official archive)", False)
    monkeypatch.setenv("STACKREPRO_UNOFFICIAL", "1")
    assert find("birds", tmp_path) == source
    monkeypatch.setattr(cub, "OFFICIAL_SHA256", sha256)
    source = find("birds", tmp_path)
    assert (source.name, source.fingerprint, source.official) == ("CUB-200-2011", sha256, True)
    assert source.label == f"cub-200-2011-{sha256[:8]}"


def test_the_official_faces_are_known_by_md5_and_only_with_the_official_list(tmp_path, faces_files, monkeypatch):
    path = celeba_official(tmp_path, faces_files)
    with pytest.raises(UserError, match=r"not the official archive.*from the page of CelebA's authors.*--unofficial"):
        find("faces", tmp_path)
    for name in ("img_align_celeba.zip", IDENTITIES):
        monkeypatch.setitem(celeba.OFFICIAL_MD5, name, hashlib.md5((tmp_path / name).read_bytes()).hexdigest())
    source = find("faces", tmp_path)
    assert (source.name, source.path, source.official) == ("CelebA", path, True)
    (tmp_path / IDENTITIES).write_bytes(faces_files[IDENTITIES].replace(b"2880", b"2881"))
    assert not found("faces", tmp_path).official


def test_an_archive_is_hashed_once_until_it_changes(tmp_path, files, monkeypatch):
    first, hashed = found("birds", cub_archive(tmp_path, files).parent), []

    def count(file, algorithm):
        hashed.append(algorithm)
        return hashlib.sha256(file.read())

    monkeypatch.setattr(archives.hashlib, "file_digest", count)
    assert found("birds", tmp_path) == first
    assert hashed == []
    files["images.txt"] += b"\n"
    cub_archive(tmp_path, files)
    assert found("birds", tmp_path).fingerprint != first.fingerprint
    assert hashed == ["sha256"]


CHANGES = {
    "birds": {"x": b"", "bounding_boxes.txt": b"1 5 6 20 16\n2 0 0 9 9\n3 1 1 3 3", "images/001.Jay/a.jpg": b"other"},
    "faces": {"x": b"", IDENTITIES: b"000001.jpg 1\n", f"{FOLDER}/000001.jpg": b"other"},
}


@pytest.mark.parametrize(("dataset", "lay"), [(dataset, lay) for dataset, lays in LAID.items() for lay in lays])
def test_the_fingerprint_follows_all_that_is_read(files, faces_files, tmp_path, dataset, lay):
    members, known = files if dataset == "birds" else faces_files, []
    for name, content in {"": b"", **CHANGES[dataset]}.items():
        if name:
            members[name] = content
        lay(tmp_path / "root", members)
        known.append(found(dataset, tmp_path / "root").fingerprint)
    assert len(set(known)) == 4 - (lay in (cub_folder, build_folder))  # of a folder, what isn't read doesn't count


@pytest.mark.parametrize(("suffix", "linked"), [("jpeg", "no"), ("JPG", "file"), ("png", "folder")])
def test_other_images_under_the_same_names_are_new_data(tmp_path, suffix, linked):
    """Whatever ends the names, also behind links, and with the same sizes and times."""
    view, arrays, folder = FaceView("gray", 8), [], tmp_path / "root" / FOLDER
    names = [f"{number}.{suffix}" for number in (1, 2)]
    for first in (1, 9):
        shutil.rmtree(tmp_path / "root", ignore_errors=True)
        image = encoded(face(first, 20, 24)).ljust(5000, b"\0")
        stored = build_folder(tmp_path / f"stored-{first}", dict.fromkeys(names, image))
        build_folder(tmp_path / "root", {IDENTITIES: "".join(f"{name} {name[0]}\n" for name in names).encode()})
        if linked == "folder":
            folder.symlink_to(stored, target_is_directory=True)
        else:
            folder.mkdir()
            for name in names:
                (os.link if linked == "no" else os.symlink)(stored / name, folder / name)
        for name in names:
            os.utime(folder / name, (1, 1))
        arrays.append(prepare(found("faces", tmp_path / "root"), [view])[view])
    assert (arrays[0] != arrays[1]).any()


@pytest.mark.parametrize("dataset", ["birds", "faces"])
def test_without_a_root_the_synthetic_sets_serve_undrawn(dataset, own_cache):
    source = find(dataset, None)
    assert (source.synthetic, source.official, source.path) == (True, False, None)
    assert (source.name, source.label) == (f"synthetic {dataset}", "synthetic")
    assert not (own_cache / "synthetic").exists()
    with pytest.raises(UserError, match="'fish' is unknown"):
        find("fish", None)


def test_the_command_tells_which_sets_there_are(tmp_path, faces_files):
    def status(*arguments):
        return CliRunner().invoke(commands, ["status", *map(str, arguments)]).stdout.splitlines()

    assert [line for line in status() if "images" in line] == [
        "birds: synthetic birds, 4 images",
        "faces: synthetic faces, 16 images",
    ]
    build_folder(tmp_path / "root", faces_files)
    absent, found, *_, unofficial = status("--data-root", tmp_path / "root")
    assert absent.startswith(f"birds: {tmp_path / 'root'} holds neither CUB_200_2011.tgz")
    assert found == "faces: CelebA (not the official archive), 8 images"
    assert "--unofficial" in unofficial
