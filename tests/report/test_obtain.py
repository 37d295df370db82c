"""A chapter gets its runs: those that are there are read, the others are made in processes of their own."""

from dataclasses import replace

import pytest

from stackrepro.base.errors import UserError
from stackrepro.evaluation import current
from stackrepro.experiments import resolve
from stackrepro.report import obtain as module
from stackrepro.report.obtain import obtain
from stackrepro.runs import Run


@pytest.fixture
def runs(tiny_birds):
    return {"birds/dconv-64": [Run(resolve("birds/dconv-64", "matched", "smoke", seed), tiny_birds) for seed in (0, 1)]}


def test_missing_runs_are_made_once_and_then_read(runs, tmp_path, monkeypatch):
    made = obtain(runs, tmp_path, "cpu")
    assert [run.result["seed"] for run in made["birds/dconv-64"]] == [0, 1]
    monkeypatch.setattr(module, "make", lambda *_: pytest.fail("made again"))
    again = obtain(runs, tmp_path, "cpu")
    assert [run.folder for run in again["birds/dconv-64"]] == [run.folder for run in made["birds/dconv-64"]]

    run = runs["birds/dconv-64"][0]
    assert current.finished(run, tmp_path) is not None
    plan = current.plan_for("smoke")
    changed = replace(plan, standard=replace(plan.standard, samples=17))
    monkeypatch.setattr(current, "plan_for", lambda *_: changed)
    assert current.finished(run, tmp_path) is None, "a result of another protocol doesn't count"


def test_the_sentence_of_a_run_that_failed_reaches_the_chapter(runs, tmp_path):
    with pytest.raises(UserError, match=r"^There is no device 'tpu9': choose"):
        obtain(runs, tmp_path, "tpu9")
