"""The pages about experiments: the one that adds one, and the register of deviations."""

import json
import os
import re
import shutil
import subprocess
import sys

from stackrepro.base.places import repository
from stackrepro.experiments import EXPERIMENTS
from stackrepro.experiments.registry import every_training

BOOK = repository() / "book"


def test_the_page_adds_an_experiment_with_all_that_follows(tmp_path):
    page = (BOOK / "adding-an-experiment.md").read_text(encoding="utf-8")
    shutil.copytree(repository() / "stackrepro", tmp_path / "stackrepro")
    place = tmp_path / page.split("Save this as `")[1].split("`")[0]
    place.write_text(page.split("```python\n")[1].split("```")[0], encoding="utf-8")
    registry = place.with_name("registry.py")
    text = registry.read_text(encoding="utf-8")
    for diff in page.split("```diff\n")[1:]:
        lines = diff.split("```")[0].splitlines(keepends=True)
        (kept,) = (line[1:] for line in lines if line.startswith(" "))
        assert text.count(kept) == 1
        text = text.replace(kept, "".join(line[1:] for line in lines))
    registry.write_text(text, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "stackrepro", "show", "birds/conv-on-dense", "--tier", "smoke", "--json"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    stack = shown["configuration"]["generator"]
    kinds = stack["first"]["type"], stack["second"]["type"], stack["hold"]
    assert kinds == ("DenseGenerator", "ConvGenerator", "everything")
    assert shown["configuration"]["stage1"]["experiment"] == "birds/dense-64"
    assert shown["generator"]["stages"]["stage 1"]["trainable"] == 0


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
