"""Scripts and notebooks as pairs, and how a chapter is executed and laid out."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import papermill
import pytest

from stackrepro.base.places import repository
from stackrepro.report.lists import scripts

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

# %%
print("not kept")
"""
HEADER = (repository() / "notebooks" / "costs.py").read_text(encoding="utf-8").split("# %%")[0]
CHAPTER = f"""\
{HEADER}
# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-64"]

# %% tags=["hide-cell"]
import sys

from stackrepro.report import open_chapter

chapter = open_chapter(globals())
print(chapter.tier, chapter.seeds, "torch" in sys.modules)

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
plt.close(figure)
figure
"""


@pytest.fixture(scope="module")
def tool() -> dict:
    return runpy.run_path(str(repository() / "workflow" / "notebooks.py"))


@pytest.fixture
def script(tmp_path, tool) -> Path:
    """A folder with one pair that agrees."""
    path = tmp_path / "chapter.py"
    path.write_text(SCRIPT)
    tool["sync"](path)
    return path


def test_the_chapters_agree_with_their_scripts_and_each_has_a_cell_to_compare(tool):
    assert tool["disagreements"](repository() / "notebooks") == []
    lacking = {name for name, path in scripts().items() if not any(map(tool["is_marked"], jupytext.read(path).cells))}
    assert lacking == set()


def test_only_marked_cells_keep_their_output_and_a_sync_is_repeatable(script, tool):
    notebook = script.with_suffix(".ipynb")
    before = notebook.read_bytes()
    cells = json.loads(before)["cells"]
    assert ["".join(out["text"]) for cell in cells for out in cell.get("outputs", [])] == ["2\n"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    tool["sync"](script)
    assert notebook.read_bytes() == before


def test_disagreements_are_named(script, tool):
    notebook = script.with_suffix(".ipynb")
    good = notebook.read_text()
    assert tool["disagreements"](script.parent) == []
    lost = json.loads(good)
    lost["cells"][2]["outputs"] = []
    notebook.write_text(json.dumps(lost, indent=1) + "\n")
    (sentence,) = tool["disagreements"](script.parent)
    assert "lacks the output" in sentence
    notebook.unlink()
    assert tool["disagreements"](script.parent) == ["chapter.py has no notebook chapter.ipynb."]
    notebook.write_text(good)
    script.write_text(SCRIPT + "\n# %%\nmore = 1\n")
    assert tool["disagreements"](script.parent) == ["chapter.ipynb is not what chapter.py makes."]
    script.unlink()
    assert tool["disagreements"](script.parent) == ["chapter.ipynb has no script chapter.py."]


def test_papermill_makes_the_same_pictures_whatever_mplbackend_says_and_opens_without_torch(tmp_path, monkeypatch):
    (tmp_path / "matplotlibrc").write_text("figure.facecolor: red\n")
    pictures = []
    for variables in ({}, {"MPLBACKEND": "Agg", "MATPLOTLIBRC": str(tmp_path)}, {"MPLBACKEND": "nothing-like-it"}):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        parameters = {"tier": "quick", "seeds": "[0, 1]"}
        executed = papermill.execute_notebook(
            jupytext.reads(CHAPTER, "py:percent"), None, parameters, kernel_name="python3", progress_bar=False
        )
        opening, figure = executed.cells[-2:]
        assert opening.outputs[0]["text"] == "quick (0, 1) False\n"
        pictures.append(figure.outputs[-1]["data"]["image/png"])
    assert pictures[0] == pictures[1] == pictures[2]


def test_a_misspelt_parameter_ends_the_chapter(tmp_path):
    script, values = tmp_path / "chapter.py", tmp_path / "values.json"
    script.write_text(CHAPTER)
    values.write_text('{"teir": "quick"}')
    execute = repository() / "workflow" / "chapter.py"
    command = [sys.executable, execute, script, tmp_path / "out.ipynb", "--parameters", values]
    other = tmp_path / "kernels" / "python3"  # of another Python, which would come first
    other.mkdir(parents=True)
    (other / "kernel.json").write_text('{"argv": ["false"], "display_name": "other", "language": "python"}')
    environment = os.environ | {"JUPYTER_PATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Chapter chapter: There is no chapter parameter 'teir'")


def test_the_set_up_of_a_chapter_is_one_folded_cell_of_its_page(tmp_path):
    notebook = jupytext.reads(CHAPTER, "py:percent")
    injected = nbformat.v4.new_code_cell("# Parameters\ntier = 'quick'", metadata={"tags": ["injected-parameters"]})
    defaults = next(n for n, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    notebook.cells.insert(defaults + 1, injected)
    nbformat.write(notebook, tmp_path / "chapter.ipynb")
    fold_setup = runpy.run_path(str(repository() / "workflow" / "site.py"))["fold_setup"]
    fold_setup(tmp_path / "chapter.ipynb", tmp_path / "page.ipynb")
    *_, setup, other = nbformat.read(tmp_path / "page.ipynb", 4).cells
    assert len(notebook.cells) == defaults + 5
    assert setup.metadata["tags"] == ["hide-cell"]
    assert all(line in setup.source for line in ("tier = 'quick'", "needs = [", "open_chapter(globals())"))
    assert "smoke" not in setup.source
    assert "hide-cell" not in other.metadata.get("tags", [])
