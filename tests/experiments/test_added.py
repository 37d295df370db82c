"""An experiment of one's own, as the book's page adds it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stackrepro.base.errors import UserError
from stackrepro.base.places import repository
from stackrepro.experiments import EXPERIMENTS, resolve
from stackrepro.experiments.registry import registered

PAGE = repository() / "book" / "adding-an-experiment.md"


def test_the_page_adds_an_experiment_that_runs(tmp_path, tiny_birds_root):
    page = PAGE.read_text(encoding="utf-8")
    block = page.split("```python\n")[1].split("```")[0]
    shutil.copytree(repository() / "stackrepro", tmp_path / "stackrepro")
    place = page.split("Save this as `")[1].split("`")[0]
    (tmp_path / place).write_text(block, encoding="utf-8")

    def call(*arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "stackrepro", *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    listed = {row["name"]: row for row in json.loads(call("list", "--json"))}
    assert listed.keys() == {*EXPERIMENTS, "birds/conv-on-dense"}
    data = ("--data-root", tiny_birds_root, "--unofficial", "--runs-root", tmp_path / "runs")
    folder = Path(call("run", "birds/conv-on-dense", "--tier", "smoke", *data).strip())
    record = json.loads((folder / "run.json").read_text())["configuration"]
    assert record["generator"]["first"]["type"] == "DenseGenerator"
    assert record["generator"]["second"]["type"] == "ConvGenerator"
    assert (folder / "result.json").is_file()
    assert [path.name.split("-matched")[0] for path in folder.parent.glob("birds-dense-64*")] == ["birds-dense-64"]


def test_birds_by_edges_are_registered_from_their_file():
    assert resolve("birds/gray", "matched", "paper").stage1.experiment == "birds/edges"


def test_two_experiments_of_one_name_are_refused():
    one = EXPERIMENTS["birds/gray"]
    with pytest.raises(UserError, match="Two experiments are called birds/gray"):
        registered(one, EXPERIMENTS["birds/edges"], one)
