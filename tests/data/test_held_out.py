import shutil

import numpy as np
import pytest
from tiny_birds import build_folder

from stackrepro.base.errors import UserError
from stackrepro.data import find, held_out_rows, training_rows
from stackrepro.data.held_out import held_out_identities


def test_birds_are_all_trained_on(source_of, files):
    source = source_of(files)
    assert training_rows(source).tolist() == [0, 1, 2]
    assert held_out_rows(source).tolist() == []
    assert training_rows(source).dtype == held_out_rows(source).dtype == np.int64


def build(root, identities):
    lines = "".join(f"{number:06}.jpg {identity}\n" for number, identity in enumerate(identities))
    build_folder(root, {"identity_CelebA.txt": lines.encode(), "img_align_celeba/000000.jpg": b""})
    return find("faces", root, unofficial=True)


def test_a_tenth_of_the_persons_is_held_out_with_all_their_faces(tmp_path):
    identities = np.random.default_rng(0).integers(1, 301, 3000)
    source = build(tmp_path, identities)
    training, held_out = training_rows(source), held_out_rows(source)
    assert sorted([*training, *held_out]) == list(range(3000))
    assert np.all(np.diff(training) > 0)
    persons = set(identities[held_out])
    assert not persons & set(identities[training])
    assert len(persons) == round(len(set(identities)) / 10)


def test_the_choice_is_of_persons_whatever_the_order_and_number_of_their_faces(tmp_path):
    identities = np.arange(200) % 40
    one = build(tmp_path / "one", identities)
    other = build(tmp_path / "other", [*identities[::-1], 3, 3, 3])
    persons = {int(identities[row]) for row in held_out_rows(one)}
    assert (
        persons
        == {[*identities[::-1], 3, 3, 3][row] for row in held_out_rows(other)}
        == held_out_identities(set(range(40)))
    )


def test_the_choice_never_changes():
    """Results rest on it. These are the draws of random.Random(2108), whose stream Python promises to keep."""
    assert held_out_identities(set(range(1, 31))) == {18, 21, 27}


def test_one_of_few_persons_is_held_out(tiny_faces):
    held_out = held_out_rows(tiny_faces)
    assert len(held_out) == 4
    assert len(set(held_out % 11)) == 1  # the fixture's persons take turns


def test_a_set_of_one_person_is_refused(tmp_path):
    with pytest.raises(UserError, match="one person's: take a set of two"):
        training_rows(build(tmp_path, [7, 7, 7]))


def test_the_second_call_reads_no_list(tmp_path):
    source = build(tmp_path / "root", range(20))
    first = training_rows(source)
    shutil.rmtree(tmp_path / "root")
    assert np.array_equal(training_rows(source), first)
