"""Each run of the ladder is what it was when the list was fixed: its record, its identity, its command, its place."""

import json

import pytest
from ladder import FILE, kind, run_of, without_seeds

from stackrepro.experiments.references import REFERENCES
from stackrepro.training.configuration import record

LADDER = json.loads(FILE.read_text(encoding="utf-8"))


def test_the_list_is_the_one_that_was_fixed():
    kept = [(run["block"], run["kind"], run["seed"], run["data"].split(", ")[1]) for run in LADDER["runs"]]
    assert [(x.block, kind(x), x.seed, x.data) for x in REFERENCES] == kept


@pytest.mark.parametrize(("reference", "kept"), list(zip(REFERENCES, LADDER["runs"], strict=True)))
def test_a_run_is_the_one_that_was_fixed(reference, kept):
    run = run_of(reference, LADDER["data"][kept["data"]])
    assert without_seeds(record(run.configuration)) == LADDER["records"][kept["kind"]]
    assert (run.identity, run.command) == (kept["identity"], kept["command"])
