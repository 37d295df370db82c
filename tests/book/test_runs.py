"""The graph of many runs: each once, behind its first stage, with what it needs, on one machine and on many."""

import json
import os
import re
import runpy
import shlex
import subprocess
import sys

import pytest

from stackrepro.base import places
from stackrepro.data import find
from stackrepro.data.sources import LAYOUTS
from stackrepro.evaluation.current import SCHEMA, plan_record
from stackrepro.evaluation.protocols import plan_for
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS, resolve
from stackrepro.experiments.reference import REFERENCES
from stackrepro.report.chapter import check
from stackrepro.report.lists import list_of, listed_runs
from stackrepro.report.resources import TIER_NEEDS, needs
from stackrepro.runs import Run
from stackrepro.runs.store import NEEDED


def call(tmp_path, *options):
    command = [sys.executable, places.repository() / "workflow" / "runs.py", *options]
    environment = {**os.environ, "STACKREPRO_RUNS": str(tmp_path)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def registered() -> int:
    """Count what is registered, less the share of a discriminator that is at each tier the experiment's own."""
    plain = len(EXPERIMENTS) * len(ARMS)
    return plain + sum(len(variant.arms) for e in EXPERIMENTS.values() for variant in e.variants) - 1


def test_everything_holds_each_registered_run_once_and_behind_its_first_stage(tiny_birds, tiny_faces):
    runs = listed_runs("all", "paper", [0, 3], {"birds": tiny_birds, "faces": tiny_faces})
    names = [run.name for run in runs]
    assert len(set(names)) == len(names)
    own = {(run.configuration.experiment, run.configuration.arm) for run in runs}
    assert len(own) == registered()
    assert len(names) == 2 * registered()  # a first stage is a registered run of its own
    assert all(names.index(run.stage1.name) < names.index(run.name) for run in runs if run.stage1)


def test_the_reference_runs_come_in_their_order_whatever_seeds_are_asked_for(tiny_birds, tiny_faces):
    sources = {"birds": tiny_birds, "faces": tiny_faces}
    lists = {which: listed_runs(which, "quick", [7], sources) for which in ("reference", "frames", "conditional")}
    for which, runs in lists.items():
        found = [run.configuration for run in runs]
        assert len(set(found)) == len(found)
        wanted = [x.configuration for x in REFERENCES if list_of(x) == which]
        assert [each for each in found if each in wanted] == wanted
    assert sum(map(len, lists.values())) >= len(REFERENCES)


def test_what_a_run_needs_grows_with_the_tier_and_asks_for_a_gpu_only_where_there_is_one():
    asked = [needs(resolve("faces/joint", "matched", tier), "cpu") for tier in TIERS]
    assert list(TIER_NEEDS) == list(TIERS)
    for name in ("mem_mb", "runtime"):
        assert [each[name] for each in asked] == sorted({each[name] for each in asked})
    assert asked[-1]["mem_mb"] > 2 * 3_825  # megabytes that one update at the paper's batch was measured to take
    assert all("gpu" not in each for each in asked)
    assert needs(resolve("faces/joint", "matched", "paper"), "cuda")["gpu"] == 1


def test_a_profile_that_does_not_exist_ends_in_one_sentence(tmp_path):
    done = call(tmp_path, "--tier", "smoke", "--profile", "slrum", "--dry-run")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["Error: There is no profile 'slrum': did you mean slurm?"]


@pytest.mark.parametrize("by", ["option", "variable"])
def test_a_folder_that_is_named_may_hold_an_unofficial_archive(by, tiny_birds_root, monkeypatch):
    monkeypatch.setenv("DATA", str(tiny_birds_root) if by == "variable" else "")
    scheduling = runpy.run_path(str(places.repository() / "workflow" / "scheduling.py"))
    options = scheduling["parser_of"]("").parse_args(["--data", str(tiny_birds_root)] if by == "option" else [])
    sources = check(scheduling["parameters_of"](options)).sources
    assert (sources["birds"].synthetic, sources["birds"].official) == (False, False)
    assert sources["faces"].synthetic


def test_a_place_that_snakemake_cannot_name_ends_in_one_sentence(tmp_path):
    done = call(tmp_path / "{x}", "--tier", "smoke", "--dry-run")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "whose name has braces: move it with STACKREPRO_RUNS" in sentence


def test_results_of_another_plan_are_set_aside_once(tiny_birds, tmp_path):
    scheduling = runpy.run_path(str(places.repository() / "workflow" / "scheduling.py"))
    runs = [
        Run(resolve(f"birds/{name}", "matched", "smoke"), tiny_birds) for name in ("dconv-64", "conv-64", "dense-64")
    ]
    for run, record in zip(runs, ({}, {"schema": 1}), strict=False):
        folder = run.folder(tmp_path)
        folder.mkdir()
        (folder / "run.json").write_text(json.dumps(dict.fromkeys(NEEDED["run.json"])))
        whole = dict.fromkeys(NEEDED["result.json"]) | {"training": {}, "protocol": {}}
        (folder / "result.json").write_text(json.dumps(whole | record if record else record))
    assert scheduling["outdated"](runs, tmp_path) == runs[:2]
    scheduling["set_aside"](runs, tmp_path)
    assert scheduling["outdated"](runs, tmp_path) == []
    assert [(run.folder(tmp_path) / "result.old.json").exists() for run in runs] == [True, True, False]


def finish_by_hand(run: Run, root) -> None:
    folder = run.folder(root)
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(dict.fromkeys(NEEDED["run.json"])))
    c = run.configuration
    measured = {"schema": SCHEMA, "protocol": plan_record(plan_for(c.tier, c.view.dataset))}
    whole = dict.fromkeys(NEEDED["result.json"]) | {"training": {}} | measured
    (folder / "result.json").write_text(json.dumps(whole))


def test_a_job_elsewhere_finds_its_rule_when_its_run_is_finished_and_its_log_where_a_name_has_a_space(tmp_path):
    root = tmp_path / "my runs"
    runs = listed_runs("book", "smoke", [0], {dataset: find(dataset, None) for dataset in LAYOUTS})
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


@pytest.mark.check
@pytest.mark.parametrize(("profile", "device"), [("local", "cpu"), ("slurm", "cuda"), ("kubernetes", "cuda")])
def test_a_dry_run_of_the_paper_tier_lists_every_run_once(tmp_path, profile, device):
    done = call(tmp_path, "--tier", "paper", "--list", "all", "--profile", profile, "--device", device, "--dry-run")
    assert done.returncode == 0, done.stderr
    listed = re.findall(r"^    wildcards: name=(\S+)$", done.stdout + done.stderr, re.MULTILINE)
    assert len(listed) == len(set(listed)) == registered()
    jobs = re.findall(r"^    resources: (.*mem_mb=12000.*)$", done.stdout + done.stderr, re.MULTILINE)
    assert len(jobs) == registered()
    assert all(("gpu=1" in job) == (device == "cuda") for job in jobs)
    assert not any(tmp_path.glob("*/run.json"))


@pytest.mark.check
def test_what_the_reference_wants_most_is_scheduled_first(tmp_path, tiny_birds, tiny_faces):
    done = call(tmp_path, "--tier", "reduced", "--list", "reference", "--dry-run")
    pairs = re.findall(
        r"^    wildcards: name=(\S+)-\w{8}\n    priority: (\d+)$", done.stdout + done.stderr, re.MULTILINE
    )
    planned = listed_runs("reference", "reduced", [0], {"birds": tiny_birds, "faces": tiny_faces})
    assert [name for name, _ in sorted(pairs, key=lambda pair: -int(pair[1]))] == [run.name[:-9] for run in planned]
