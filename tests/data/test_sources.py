import hashlib
import os

import pytest
from tiny_birds import build_folder, build_tgz

from stackrepro.base.errors import UserError
from stackrepro.data import cub, find, fingerprints
from stackrepro.data.synthetic import birds


@pytest.mark.parametrize("dataset", ["birds", "faces"])
def test_without_a_root_the_synthetic_sets_serve(dataset):
    source = find(dataset, None)
    assert source.synthetic
    assert not source.official
    assert (source.name, source.label, source.path) == (f"synthetic {dataset}", "synthetic", None)


def test_finding_the_synthetic_sets_draws_none(own_cache):
    assert find("birds", None).fingerprint != find("faces", None).fingerprint
    assert not (own_cache / "synthetic").exists()


def test_the_synthetic_fingerprint_follows_count_and_seed(monkeypatch):
    known = {find("birds", None).fingerprint}
    for name, value in (("COUNT", 5), ("SEED", 7), ("GENERATOR", 99)):
        monkeypatch.setattr(birds, name, value)
        known.add(find("birds", None).fingerprint)
    assert len(known) == 4
    assert all(len(fingerprint) == 64 for fingerprint in known)


def test_an_archive_that_is_not_official_needs_consent(tmp_path, files, monkeypatch):
    build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    with pytest.raises(UserError, match=r"not the official archive.*--unofficial.*STACKREPRO_UNOFFICIAL=1"):
        find("birds", tmp_path)
    source = find("birds", tmp_path, unofficial=True)
    assert source.name == "CUB-200-2011 (not the official archive)"
    assert not source.official
    monkeypatch.setenv("STACKREPRO_UNOFFICIAL", "1")
    assert find("birds", tmp_path) == source


def test_the_official_archive_needs_none(tmp_path, files, monkeypatch):
    path = build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(cub, "OFFICIAL_SHA256", sha256)
    source = find("birds", tmp_path)
    assert source.official
    assert (source.name, source.fingerprint) == ("CUB-200-2011", sha256)
    assert source.label == f"cub-200-2011-{sha256[:8]}"


def test_an_archive_is_hashed_once_until_it_changes(tmp_path, files, monkeypatch):
    path = build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    first = find("birds", tmp_path, unofficial=True)
    hashed = []

    def count(file, algorithm):
        hashed.append(algorithm)
        return hashlib.sha256(file.read())

    monkeypatch.setattr(fingerprints.hashlib, "file_digest", count)
    assert find("birds", tmp_path, unofficial=True) == first
    assert hashed == []
    files["images.txt"] += b"\n"
    build_tgz(path, files)
    assert find("birds", tmp_path, unofficial=True).fingerprint != first.fingerprint
    assert hashed == ["sha256"]


@pytest.mark.parametrize("inside", [True, False])
def test_a_folder_is_found_and_never_official(tmp_path, files, inside):
    folder = build_folder(tmp_path / "CUB_200_2011", files)
    root = tmp_path if inside else folder
    with pytest.raises(UserError, match=r"unpacked folder, which nothing can prove.*--unofficial"):
        find("birds", root)
    source = find("birds", root, unofficial=True)
    assert (source.path, source.official) == (folder, False)


def test_the_fingerprint_of_a_folder_follows_lists_and_sizes(tmp_path, files):
    folder = build_folder(tmp_path, files)
    known = [find("birds", folder, unofficial=True).fingerprint]
    os.utime(folder / "images.txt")
    assert find("birds", folder, unofficial=True).fingerprint == known[0]
    (folder / "bounding_boxes.txt").write_bytes(files["bounding_boxes.txt"] + b"\n")
    known.append(find("birds", folder, unofficial=True).fingerprint)
    (folder / "images/001.Jay/a.jpg").write_bytes(b"shorter")
    known.append(find("birds", folder, unofficial=True).fingerprint)
    assert len(set(known)) == 3


def test_the_archive_comes_before_the_folder(tmp_path, files):
    archive = build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    build_folder(tmp_path / "CUB_200_2011", files)
    assert find("birds", tmp_path, unofficial=True).path == archive


def test_an_empty_root_says_what_it_looked_for(tmp_path):
    with pytest.raises(UserError, match=r"neither CUB_200_2011\.tgz nor the unpacked folder CUB_200_2011: put one"):
        find("birds", tmp_path)


def test_an_unknown_data_set_is_named():
    with pytest.raises(UserError, match="'fish' is unknown"):
        find("fish", None)
