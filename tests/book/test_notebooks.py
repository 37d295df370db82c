"""Scripts and notebooks as pairs: workflow/notebooks.py."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from stackrepro.base.places import repository

TOOL = repository() / "workflow" / "notebooks.py"
SCRIPT = """\
# %% [markdown]
# # A title

# %%
number = 1

# %%
# NBVAL_CHECK_OUTPUT
print(number + 1)

# %%
print("not kept")
"""


@pytest.fixture(scope="module")
def tool() -> dict:
    return runpy.run_path(str(TOOL))


@pytest.fixture
def script(tmp_path, tool) -> Path:
    """A folder with one pair that agrees."""
    path = tmp_path / "chapter.py"
    path.write_text(SCRIPT)
    tool["sync"](path)
    return path


def test_the_chapters_agree_with_their_scripts():
    done = subprocess.run([sys.executable, TOOL, "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_only_marked_cells_keep_their_output(script):
    cells = json.loads(script.with_suffix(".ipynb").read_text())["cells"]
    outputs = [["".join(output["text"]) for output in cell.get("outputs", [])] for cell in cells]
    assert outputs == [[], [], ["2\n"], []]


def test_sync_is_repeatable_and_an_edit_leaves_the_other_ids(script, tool):
    notebook = script.with_suffix(".ipynb")
    before = notebook.read_bytes()
    tool["sync"](script)
    assert notebook.read_bytes() == before
    script.write_text(SCRIPT.replace("# # A title", "# # Another title"))
    tool["sync"](script)
    ids = [[cell["id"] for cell in json.loads(text)["cells"]] for text in (before, notebook.read_bytes())]
    assert ids[0][0] != ids[1][0]
    assert ids[0][1:] == ids[1][1:]


def test_equal_cells_have_different_ids(tmp_path, tool):
    path = tmp_path / "chapter.py"
    path.write_text("# %%\n1\n\n# %%\n1\n")
    first, second = tool["read_script"](path).cells
    assert first.id != second.id


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda s: s.write_text(SCRIPT + "\n# %%\nmore = 1\n"), "chapter.ipynb is not what chapter.py makes."),
        (lambda s: s.with_suffix(".ipynb").unlink(), "chapter.py has no notebook chapter.ipynb."),
        (lambda s: s.unlink(), "chapter.ipynb has no script chapter.py."),
    ],
    ids=["edited", "no notebook", "no script"],
)
def test_disagreements_are_named(script, tool, damage, sentence):
    assert tool["disagreements"](script.parent) == []
    damage(script)
    assert tool["disagreements"](script.parent) == [sentence]


def test_an_output_that_was_lost_is_named(script, tool):
    notebook = script.with_suffix(".ipynb")
    content = json.loads(notebook.read_text())
    content["cells"][2]["outputs"] = []
    notebook.write_text(json.dumps(content, indent=1) + "\n")
    (sentence,) = tool["disagreements"](script.parent)
    assert sentence == "chapter.ipynb lacks the output of a marked cell that begins '# NBVAL_CHECK_OUTPUT'."
