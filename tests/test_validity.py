"""Published results outlive edits of the package that change no number."""

import json
import os
import shutil
import subprocess
import sys

from stackrepro.base import places

ADDED = "\n\ndef added_since() -> int:\n    return 1\n"
LAST_FIELD = "    budget: int = BIRDS_BUDGET\n"
ASK = """
import json
from stackrepro.base.places import results_root
from stackrepro.claims.select import unfit
from stackrepro.models.dense import added_since
from stackrepro.runs import stored
from stackrepro.training.configuration import Configuration
assert "added_since" in Configuration.__dataclass_fields__
print(json.dumps({run.folder.name: [run.state, unfit(run)] for run in stored(results_root())}))
"""


def test_a_function_and_a_field_that_are_added_leave_every_published_result_valid(tmp_path):
    for name in ("stackrepro", "results"):
        shutil.copytree(places.repository() / name, tmp_path / name)
    shutil.copy2(places.repository() / "pyproject.toml", tmp_path)
    for module in ("models/dense.py", "data/views.py", "evaluation/frechet.py"):
        with (tmp_path / "stackrepro" / module).open("a", encoding="utf-8") as file:
            file.write(ADDED)
    configuration = tmp_path / "stackrepro" / "training" / "configuration.py"
    before = configuration.read_text(encoding="utf-8")
    assert LAST_FIELD in before
    configuration.write_text(before.replace(LAST_FIELD, f"{LAST_FIELD}    added_since: int = 0\n"), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    states = json.loads(done.stdout)
    assert states.keys() == {path.parent.name for path in places.results_root().glob("*/run.json")}
    assert {name: state for name, state in states.items() if state != ["finished", ""]} == {}
