"""The pages about experiments: the one that adds one, and the register of deviations."""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise

import pytest
from PIL import Image

from stackrepro.base.places import repository
from stackrepro.experiments import EXPERIMENTS
from stackrepro.experiments.registry import every_training

BOOK = repository() / "book"


@pytest.fixture(scope="module")
def added(tmp_path_factory):
    """Do to a copy of the package what the page says, and return where the copy lies."""
    place = tmp_path_factory.mktemp("added")
    shutil.copytree(repository() / "stackrepro", place / "stackrepro")
    page = (BOOK / "adding-an-experiment.md").read_text(encoding="utf-8")
    file = place
    for named, kind, block in re.findall(r"`(stackrepro/\S+\.py)`|```(python|diff)\n(.*?)```", page, re.DOTALL):
        if named:
            file = place / named
        elif kind == "python" and not file.exists():
            file.write_text(block, encoding="utf-8")
        elif kind == "diff":
            lines, text = block.splitlines(keepends=True), file.read_text(encoding="utf-8")
            before, after = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
            assert text.count(before) == 1
            file.write_text(text.replace(before, after), encoding="utf-8")
    return place


def called(place, code, *options):
    environment = {**os.environ, "PYTHONPATH": str(place)}
    command = [sys.executable, "-c", f"import json, sys\n{code}", *options]
    done = subprocess.run(command, env=environment, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


SUMMARY = """
from stackrepro import resolve
from stackrepro.models.summary import stages, sum_counts, summarise
c = resolve(sys.argv[1], "matched", sys.argv[2])
layers = summarise(c.generator)
"""


def test_the_page_adds_an_experiment(added):
    code = "kinds = type(c.generator.first).__name__, type(c.generator.second).__name__, c.generator.freeze; "
    code += "trained = sum_counts(stages(layers)['stage 1']).trainable; "
    code += "print(json.dumps([*kinds, c.stage1.experiment, trained]))"
    found = called(added, SUMMARY + code, "birds/conv-on-dense", "smoke")
    assert found == ["DenseGenerator", "ConvGenerator", "everything", "birds/dense-64", 0]


def test_the_page_adds_a_network(added):
    code = "print(json.dumps([layers[-1].output, sum_counts(layers).parameters]))"
    dense, normalised = 101 * 8192, 2 * (256 + 128 + 64)
    weights = dense + normalised + sum((25 * a + 1) * b for a, b in pairwise((512, 256, 128, 64, 3)))
    assert called(added, SUMMARY + code, "birds/resize-64", "paper") == [[3, 64, 64], weights]


def test_the_page_adds_a_folder_of_photographs(added, tmp_path):
    for number in range(3):
        Image.new("RGB", (40 + number, 30), (80 * number, 0, 0)).save(tmp_path / f"{number}.jpg")
    code = "from pathlib import Path\nfrom stackrepro.data import BirdView, find, prepare\n"
    code += "source, view = find('birds', Path(sys.argv[1]), unofficial=True), BirdView(8)\n"
    code += "print(json.dumps([source.name, prepare(source, [view])[view][:, 4, 4, 0].tolist()]))"
    name, reds = called(added, code, tmp_path)
    assert name == "Photographs (not the official archive)"
    assert reds == pytest.approx([0, 80, 160], abs=2)


def test_every_deviation_that_code_or_prose_names_stands_on_the_page_and_its_probes_can_be_run():
    page = (BOOK / "deviations.md").read_text(encoding="utf-8")
    entries = re.findall(r'<a id="([DE]\d+)"></a>\*\*\1, ', page)
    assert entries == [*(f"D{n}" for n in range(1, 30)), *(f"E{n}" for n in range(1, 23))]
    named = set()
    for place in ("stackrepro/experiments/*.py", "stackrepro/models/*.py", "notebooks/*.py", "book/*.md"):
        for path in repository().glob(place):
            named |= set(re.findall(r"\b[DE]\d{1,2}\b", path.read_text(encoding="utf-8")))
    assert {"D10", "E21"} <= named <= set(entries)
    trainings = {name for name, _ in every_training()}
    probes = set(re.findall(r"`((?:birds|faces)/[^`]+|\+[^`]+)`", page))
    assert len(probes) > 30
    assert probes <= trainings | {f"+{name.partition('+')[2]}" for name in trainings} | EXPERIMENTS.keys()
