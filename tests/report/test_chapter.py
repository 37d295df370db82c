"""A chapter's parameters are checked before anything runs; its cell with the tag `needs` names its runs."""

import multiprocessing

import pytest

from stackrepro.base.errors import UserError
from stackrepro.claims.schema import claims
from stackrepro.experiments import resolve
from stackrepro.report import open_chapter
from stackrepro.report.lists import ARM, listed_runs, needed, read_cell, scripts, shown, split

CELL = """tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False
"""
VALUES = {"tier": "smoke", "seeds": [0], "data_root": "", "device": "cpu", "extended": False}


def opened(*cells: str, before: tuple[str, ...] = (), dataset: str = "birds", **others: object):
    """Open a chapter as in a notebook where these cells were executed, the last of them by papermill."""
    names = dict(others)
    history = ["", *before, CELL, *cells]
    for source in history:
        exec(source, names)
    return open_chapter(names | {"In": [*history, "chapter = open_chapter(globals())"]}, dataset)


def injected(**values: object) -> str:
    return "# Parameters\n" + "\n".join(f"{name} = {value!r}" for name, value in values.items())


def test_a_chapter_opens_with_what_papermill_brings_among_any_other_names():
    chapter = opened(injected(seeds=[0, 2]), before=("import os\ndevices = 3",), teir="of a start-up file")
    assert (chapter.tier, chapter.seeds) == ("smoke", (0, 2))
    assert chapter.scope == "tier smoke | synthetic birds | seed 0, 2"


def test_it_opens_again_after_other_cells_with_new_values():
    chapter = opened(injected(seeds=[1]), "needs = ['birds/dconv-64']", "runs = {}", "tier = 'quick'")
    assert (chapter.tier, chapter.seeds) == ("quick", (1,))


def test_a_misspelt_parameter_counts_until_its_cell_was_mended():
    wrong = injected(teir="quick")
    with pytest.raises(UserError, match="no chapter parameter 'teir': did you mean tier"):
        opened(wrong)
    with pytest.raises(UserError, match="'seed'"):
        opened(CELL.replace("seeds", "seed"))
    assert opened(wrong, injected(tier="quick")).tier == "quick"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"seeds": 0}, (0,)),
        ({"seeds": "[0, 1]"}, (0, 1)),
        ({"seeds": "2 3"}, (2, 3)),
        ({"extended": "true"}, True),
        ({"extended": 1}, True),
        ({"extended": "False"}, False),
    ],
)
def test_what_papermill_makes_of_a_typed_value_is_understood(typed, found):
    (name,) = typed
    assert getattr(opened(injected(**typed)), name) == found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tier": "quik"}, "no tier 'quik': did you mean quick"),
        ({"seeds": []}, "seeds is []: give"),
        ({"seeds": "0 x"}, "seeds is [0, 'x']: give"),
        ({"seeds": [1, 1]}, "give each seed once"),
        ({"data_root": "/proc/nowhere"}, "data root /proc/nowhere is not there"),
        ({"data_root": 2024.1}, "-r data_root"),
        ({"unofficial": "maybe"}, "unofficial is 'maybe': give True or False"),
    ],
)
def test_a_wrong_value_ends_in_a_sentence(change, words):
    with pytest.raises(UserError) as caught:
        open_chapter(VALUES | change)
    assert words in str(caught.value)


def test_the_needs_of_a_chapter_are_read_and_not_executed(tmp_path):
    script = tmp_path / "chapter.py"
    script.write_text(
        '# %% [markdown]\n# # A title\n\n# %% tags=["needs", "remove-cell"]\n'
        'needs = ["birds/dconv-64"]\ncode = ["birds/dconv-64@code"]\n\n# %%\nraise ValueError\n'
    )
    assert read_cell(script) == {"needs": ["birds/dconv-64"], "code": ["birds/dconv-64@code"]}
    for wrong in ("needs = birds()", 'needs = ["a", 1]', 'others = "all"', "print()"):
        script.write_text(f'# %%\n1\n\n# %% tags=["needs"]\n\n{wrong}\n')
        with pytest.raises(UserError, match=r"^chapter\.py, line 6: .*needs"):
            read_cell(script)
    script.write_text("# %%\n1\n")
    assert read_cell(script) == {}


def test_the_book_trains_seven_runs_each_once_and_behind_its_first_stage():
    sources = opened().sources
    runs = listed_runs("book", "quick", [0, 1], sources)
    names = [(run.configuration.experiment, run.configuration.arm) for run in runs]
    models = ("birds/dconv-64", "birds/dconv-128", "birds/dconv-stack", "birds/dconv-stack-bp")
    assert set(names) == {(name, ARM) for name in (*models, "faces/edges", "faces/gray", "faces/single")}
    assert len(names) == 2 * len(set(names))
    assert all(runs.index(run.stage1) < runs.index(run) for run in runs if run.stage1)


def test_an_extended_book_trains_what_its_chapters_offer_too():
    runs = listed_runs("extended", "paper", [0], opened().sources)
    found = {(run.configuration.experiment, run.configuration.arm) for run in runs}
    every = set(map(split, shown()))
    assert found >= {(resolve(name, arm, "paper").experiment, arm) for name, arm in every}  # some change nothing there
    assert {pair for claim in claims().values() for pair in claim.experiments} <= every


def test_a_chapter_may_need_what_all_others_need():
    alls = [name for name, script in scripts().items() if read_cell(script).get("needs") == "all"]
    assert alls
    assert all(needed(name) == needed() for name in alls)
    assert needed("a-3-5-backpropagating") == ["birds/dconv-stack-bp"]


def test_what_a_book_trains_only_when_asked_is_named_until_it_is_there(tiny_birds_root, tmp_path, monkeypatch):
    monkeypatch.setenv("STACKREPRO_UNOFFICIAL", "1")
    shown = []
    monkeypatch.setattr("stackrepro.report.chapter.display", shown.append)
    root = {"data_root": str(tiny_birds_root), "runs_root": str(tmp_path)}
    chapter = open_chapter(VALUES | root)
    name, others = "birds/dconv-64+range=minus1-1@code", ("birds/dconv-64", "birds/dconv-128")
    chapter.show([name], lambda *_: pytest.fail("nothing is there to draw"))
    command = "stackrepro run birds/dconv-64+range=minus1-1 --arm code --tier smoke --seed 0 --data-root FOLDER"
    assert command in shown.pop().data
    asked = open_chapter(VALUES | root | {"extended": True}, "faces")
    for each in (asked, chapter):  # made by the first, found by the second
        each.show([name], lambda about, runs: (about.scope, runs[name]))
        scope, (run,) = shown.pop()
        assert (run.result["experiment"], run.result["arm"]) == ("birds/dconv-64+range=minus1-1", "code")
        assert scope == "tier smoke | CUB-200-2011 (not the official archive) | seed 0"
    assert not shown
    chapter.show([name, *others], lambda *_: pytest.fail("one side alone is no comparison"))
    (said,) = shown
    assert all(f"stackrepro run {other} --arm matched" in said.data for other in others)
    assert command not in said.data


def test_a_set_that_the_data_root_lacks_is_drawn_and_called_so(tiny_birds_root, tiny_faces_root):
    chapter = open_chapter(VALUES | {"unofficial": True, "data_root": str(tiny_birds_root)}, "faces")
    assert chapter.scope == "tier smoke | synthetic faces | seed 0"
    assert chapter.book_scope == "tier smoke | CUB-200-2011 (not the official archive) | synthetic faces | seed 0"
    chapter = open_chapter(VALUES | {"unofficial": True, "data_root": str(tiny_faces_root)}, "faces")
    assert chapter.scope == "tier smoke | CelebA (not the official archive) | seed 0"
    assert chapter.sources["birds"].synthetic


def test_a_run_that_fails_or_is_killed_says_so_in_the_chapter(tiny_birds_root, tmp_path, monkeypatch):
    monkeypatch.setenv("STACKREPRO_UNOFFICIAL", "1")
    values = VALUES | {"data_root": str(tiny_birds_root), "runs_root": str(tmp_path)}
    with pytest.raises(UserError, match=r"^There is no device 'tpu9': choose"):
        open_chapter(values | {"device": "tpu9"}).obtain("birds/dconv-64")
    start = multiprocessing.process.BaseProcess.start

    def start_and_kill(process: multiprocessing.Process) -> None:
        start(process)
        process.kill()

    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", start_and_kill)
    with pytest.raises(UserError, match=r"^birds-dconv-64-matched-smoke-seed0-\w{8} was ended by SIGKILL"):
        open_chapter(values).obtain("birds/dconv-64")
