"""The list of reference runs: each exists, stands once, and follows the run of its first stage."""

from stackrepro.experiments import resolve
from stackrepro.experiments.reference import REFERENCES, TIER


def test_each_reference_is_an_experiment_and_stands_once():
    keys = [(reference.experiment, reference.arm, reference.seed) for reference in REFERENCES]
    assert len(set(keys)) == len(keys)
    for experiment, arm, seed in keys:
        assert resolve(experiment, arm, TIER, seed).tier == "reduced"


def test_the_first_stage_of_a_reference_stands_before_it():
    made = []
    for reference in REFERENCES:
        configuration = resolve(reference.experiment, reference.arm, TIER, reference.seed)
        assert configuration.stage1 is None or configuration.stage1 in made
        made.append(configuration)


def test_all_twelve_models_come_first():
    assert {reference.experiment for reference in REFERENCES[:12]} == {
        f"birds/{kind}-{model}" for kind in ("dense", "conv", "dconv") for model in ("64", "128", "stack", "stack-bp")
    }
