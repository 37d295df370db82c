"""The list of runs that are published: each exists, stands once, and follows the run of its first stage."""

from pathlib import Path

from stackrepro.experiments.reference import REFERENCES, base_models, first_stages

LADDER = Path(__file__).parents[1] / "golden" / "ladder.json"


def test_each_run_of_the_list_stands_once_and_in_the_order_of_its_blocks():
    assert len(set(REFERENCES)) == len(REFERENCES)
    blocks = [reference.block for reference in REFERENCES]
    assert blocks == sorted(blocks)
    assert set(blocks) == set(range(1, 8))


def test_a_first_stage_stands_before_what_is_built_on_it_and_is_published_for_it():
    made = []
    for reference in REFERENCES:
        c = reference.configuration
        assert c.stage1 is None or c.stage1 in made
        assert c.stage1 is None or c.stage1 in first_stages()
        made.append(c)


def test_base_models_are_the_twelve_birds_and_the_three_faces():
    assert len(set(base_models())) == 15
    assert set(base_models()) - {"birds/conv-stack-bp"} < {x.experiment for x in REFERENCES} | {"birds/dense-stack-bp"}


def test_every_block_has_three_seeds_at_least_of_each_of_its_runs():
    seeds: dict[tuple, set[int]] = {}
    for x in REFERENCES:
        seeds.setdefault((x.block, x.experiment, x.arm, x.tier, x.data), set()).add(x.seed)
    assert all(found >= {0, 1, 2} for found in seeds.values())
