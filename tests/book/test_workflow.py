"""`make runs` and `make book`: which jobs there are, what is told of them, and what a kill leaves."""

import json
import os
import re
import runpy
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from killing import descendants

from stackrepro.base import places
from stackrepro.data import find
from stackrepro.evaluation.protocols import SCHEMA, plan_for, plan_record
from stackrepro.experiments import TIERS, resolve
from stackrepro.experiments.references import REFERENCES
from stackrepro.experiments.registry import every_training
from stackrepro.report.chapter import DATASETS, check
from stackrepro.report.lists import TIER_NEEDS, listed, listed_runs, tier_needs
from stackrepro.runs import Run
from stackrepro.runs.store import NEEDED

WORKFLOW = places.repository() / "workflow"
# A share of the discriminator is at each tier the experiment's own.
REGISTERED = len(every_training()) - 1


@pytest.fixture(scope="module")
def scheduling() -> dict:
    return runpy.run_path(str(WORKFLOW / "scheduling.py"))


@pytest.fixture(scope="module")
def sources(tiny_birds, tiny_faces) -> dict:
    return {"birds": tiny_birds, "faces": tiny_faces}


def start(root: Path, *options: str | Path) -> subprocess.Popen:
    """Start workflow/runs.py with its runs in `root`."""
    command = [sys.executable, WORKFLOW / "runs.py", "--tier", "smoke", *options]
    environment = {**os.environ, "STACKREPRO_RUNS": str(root)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_all_holds_each_registered_run_once_and_behind_its_first_stage(sources):
    runs = listed_runs("all", "paper", [0, 3], sources)
    names = [run.name for run in runs]
    assert len(set(names)) == len(names) == 2 * REGISTERED  # a first stage is a registered run of its own
    assert all(names.index(run.stage1.name) < names.index(run.name) for run in runs if run.stage1)


def test_what_is_to_be_published_comes_in_its_order_whatever_seeds_are_asked_for(sources):
    whole = [x.configuration for x in REFERENCES]
    lists = {which: listed(which, "quick", [7]) for which in ("reference", "frames", "conditional")}
    assert Counter(c for wanted in lists.values() for c in wanted) == Counter(whole)
    lists["second"] = listed("second", "quick", [7])
    assert {(c.tier, c.seed) for c in lists["second"]} == {("reduced", 1), ("reduced", 2)}
    for which, wanted in lists.items():
        found = [run.configuration for run in listed_runs(which, "quick", [7], sources)]
        assert len(set(found)) == len(found)
        assert [each for each in found if each in wanted] == wanted


def test_a_run_at_tier_paper_gets_memory_for_its_batches_and_a_gpu_only_where_there_is_one():
    assert list(TIER_NEEDS) == list(TIERS)
    c = resolve("faces/joint", "matched", "paper")
    asked = {device: tier_needs(c, device) for device in ("cpu", "cuda")}
    assert asked["cpu"]["mem_mb"] > 2 * 3_825  # megabytes that one update at the paper's batch was measured to take
    assert asked["cuda"] == asked["cpu"] | {"gpu": 1}


@pytest.mark.parametrize(
    ("options", "runs", "words"),
    [
        (("--profile", "slrum"), "runs", "no profile 'slrum': did you mean slurm"),
        (("--list", "books"), "runs", "no list 'books': did you mean book"),
        (("--data", "/proc/nowhere"), "runs", "/proc/nowhere"),
        (("--seeds", "0", "0"), "runs", "[0, 0]"),
        ((), "{runs}", "braces"),
    ],
)
def test_bad_input_ends_in_one_sentence(tmp_path, options, runs, words):
    process = start(tmp_path / runs, *options, "--dry-run")
    (line,) = process.communicate()[1].splitlines()
    assert (process.returncode, line.startswith("Error: "), words in line) == (1, True, True)


@pytest.mark.parametrize("by", ["option", "variable"])
def test_a_folder_that_is_named_may_hold_an_unofficial_archive(by, tiny_birds_root, scheduling, monkeypatch):
    monkeypatch.setenv("DATA", str(tiny_birds_root) if by == "variable" else "")
    options = scheduling["parser_of"]("").parse_args(["--data", str(tiny_birds_root)] if by == "option" else [])
    found = check(scheduling["parameters_of"](options)).sources
    assert (found["birds"].synthetic, found["birds"].official, found["faces"].synthetic) == (False, False, True)


def finish_by_hand(run: Run, root: Path, **changed: object) -> None:
    """Write a result that counts, or with something changed one that doesn't."""
    folder = run.folder(root)
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(dict.fromkeys(NEEDED["run.json"])))
    c = run.configuration
    measured = {"training": {}, "schema": SCHEMA, "protocol": plan_record(plan_for(c.tier, c.view.dataset))} | changed
    (folder / "result.json").write_text(json.dumps(dict.fromkeys(NEEDED["result.json"]) | measured))


def test_results_of_another_plan_are_set_aside_once(tiny_birds, tmp_path, scheduling):
    runs = [Run(resolve(f"birds/{name}", "matched", "smoke"), tiny_birds) for name in ("dconv-64", "conv-64")]
    finish_by_hand(runs[0], tmp_path, schema=1)
    finish_by_hand(runs[1], tmp_path)
    scheduling["set_aside"](runs, tmp_path)
    assert scheduling["outdated"](runs, tmp_path) == []
    assert [(run.folder(tmp_path) / "result.old.json").exists() for run in runs] == [True, False]


def test_a_job_elsewhere_finds_its_rule_when_its_run_is_finished_and_its_log_where_a_name_has_a_space(tmp_path):
    root = tmp_path / "my runs"
    runs = listed_runs("book", "smoke", [0], {dataset: find(dataset, None) for dataset in DATASETS})
    for run in runs:
        finish_by_hand(run, root)
    values = {"tier": "smoke", "seeds": [0], "data_root": "", "unofficial": False, "extended": False, "device": "cpu"}
    values |= {"runs_root": str(root), "list": "book", "logs": str(root / "logs")}
    (tmp_path / "values.json").write_text(json.dumps(values))
    command = [sys.executable, "-m", "snakemake", "--snakefile", "workflow/runs.smk", "--cores", "1", "--nolock"]
    command += ["--configfile", tmp_path / "values.json", "--dry-run", "--printshellcmds", "--force"]
    command += ["--mode", "remote", "--target-jobs", f"run:name={runs[0].name}", "--allowed-rules", "run"]
    done = subprocess.run(command, cwd=places.repository(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in (done.stdout + done.stderr).splitlines() if " -m stackrepro run " in line]
    words = shlex.split(line)
    assert words[words.index(">") + 1] == str(root / "logs" / f"{runs[0].name}.log")


def test_the_steps_are_counted_and_what_is_left_is_told(scheduling, capsys, monkeypatch):
    clock = iter((0.0, 0.0, 30.0, 40.0))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    steps = scheduling["Steps"](2, {"run": None, "chapter": 5.0})
    told = ["@planned run run chapter chapter chapter", "@begin run a", "@begin run b", "@end run a", "@end run b"]
    for line in (*told, "a warning"):
        steps.read(line + "\n")
    told = ["1 of 5: run a in 30 s, about 38 s left", "2 of 5: run b in 40 s, about 8 s left", "a warning"]
    assert capsys.readouterr().out.splitlines() == told
    assert steps.summary() == "run (2) in 70 s"


CELLS = {  # the cells of a chapter, and what is kept of them; None: in place of them stands a sentence
    "# Title": "# Title",
    "runs, here = chapter.obtain('a'), chapter.source.name": "",
    "## Shown\n\nBoth.": "## Shown\n\nBoth.",
    "tables.distances(chapter, runs)": None,
    "published.show(chapter, ['a'], draw)": "published.show(chapter, ['a'], draw)",
    "Of this.\n\n## Lost\n\nOf the data.": "Of this.\n\n",
    "def twice(runs):\n    return 2 * runs": "def twice(runs):\n    return 2 * runs",
    "def faces():\n    return prepare(chapter.source, [view])": "",
    "[image for image in faces()]": "",
    "### Lost, too": "",
    "chapter.show(['a'], draw)": "",
    "## Half\n\n### Gone": "## Half\n\n",
    "print(runs)": "",
    "### Kept": "### Kept",
    "image, runs = 1, {}": "image, runs = 1, {}",
    "print(image, runs)": "print(image, runs)",
    "import torch\nfrom stackrepro.report import stages, tables\n\nhere = 1": "here = 1",
    "## Own\n\nBy rules.": "",
    "ledger.verdicts(chapter, 'A1')": "",
}


def test_what_needs_runs_or_data_is_left_out_with_all_that_uses_it_and_sections_that_show_nothing_else():
    new = nbformat.v4
    markdown = [line for line in CELLS if line[0] == "#" or line.startswith("Of")]
    cells = [new.new_markdown_cell(each) if each in markdown else new.new_code_cell(each) for each in CELLS]
    notebook = new.new_notebook(cells=cells)
    chapter = runpy.run_path(str(WORKFLOW / "chapter.py"))
    chapter["leave_out"](notebook)
    *kept, last = notebook.cells
    assert [cell.source for cell in kept] == [
        chapter["LEFT_OUT"] if made is None else made for made in CELLS.values() if made != ""
    ]
    assert [cell.source for cell in kept if "remove-cell" in cell.metadata.get("tags", [])] == [cells[6].source]
    assert last.source == f"{chapter['ADDS']}Lost; Gone; Own."


@pytest.fixture
def data_root(tiny_birds_root, tiny_faces_root, tmp_path) -> Path:
    root = tmp_path / "data"
    root.mkdir()
    for place in (tiny_birds_root / "CUB_200_2011", *tiny_faces_root.iterdir()):
        (root / place.name).symlink_to(place)
    return root


def wait_for(found, seconds: float = 120.0):
    """Wait until a function returns something, and return it."""
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "it didn't happen"
        time.sleep(0.1)
    return value


def trainings(pid: int) -> list[int]:
    return [each for each, line in descendants(pid).items() if " -m stackrepro run " in line and "bash" not in line]


@pytest.mark.parametrize("victim", ["job", "command"])
def test_a_kill_is_told_and_leaves_nothing_behind(data_root, tmp_path, victim):
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "config.yaml").write_text("executor: local\ncores: 1\n")
    process = start(tmp_path / "runs", "--data", data_root, "--profile", tmp_path / "profile")
    (training,) = wait_for(lambda: trainings(process.pid))
    below = descendants(process.pid)
    os.kill(training if victim == "job" else process.pid, signal.SIGKILL)
    told = process.communicate()[1]
    if victim == "job":
        assert re.search(r"^Run birds-dconv-\S+-smoke-seed0-\w{8} was ended by SIGKILL\b.*JOBS=1", told, re.MULTILINE)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))


@pytest.mark.check
@pytest.mark.parametrize(("profile", "device"), [("local", "cpu"), ("slurm", "cuda"), ("kubernetes", "cuda")])
def test_a_dry_run_of_the_paper_tier_lists_every_run_once_and_the_first_first(tmp_path, profile, device):
    which = ("--tier", "paper", "--list", "all", "--profile", profile, "--device", device, "--dry-run")
    told = "".join(start(tmp_path, *which).communicate())
    listed = dict(re.findall(r"^    wildcards: name=(\S+)\n    priority: (\d+)$", told, re.MULTILINE))
    assert len(listed) == len(re.findall(r"^    wildcards: name=", told, re.MULTILINE)) == REGISTERED
    assert sorted(map(int, listed.values())) == list(range(1, REGISTERED + 1))
    jobs = re.findall(r"^    resources: (.*mem_mb=12000.*)$", told, re.MULTILINE)
    assert len(jobs) == REGISTERED
    assert all(("gpu=1" in job) == (device == "cuda") for job in jobs)
    assert not any(tmp_path.glob("*/run.json"))
