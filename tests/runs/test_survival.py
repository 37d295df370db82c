"""Real processes are killed at random moments; what they end with is bit for bit what one makes that never was."""

import os
import random
from pathlib import Path

import pytest
from killing import Place, differences, finish, killed

from stackrepro.base import places

KILLS = 6


@pytest.mark.parametrize("experiment", ["birds/dconv-stack"])
def test_a_run_that_is_killed_again_and_again_ends_bit_identical(experiment, tmp_path: Path):
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10**6))
    print(f"SOAK_SEED={seed} repeats these moments, as far as the machine does.")
    inception = places.cache_root() / "inception"
    whole, cut = (Place(tmp_path / name).make(inception) for name in ("whole", "cut"))
    assert finish(experiment, whole) == ""
    counted, wrong = killed(experiment, cut, KILLS, random.Random(seed))
    print(dict(counted))
    assert wrong == ""
    assert counted.total() >= 3
    assert (cut.cache / "prepared").is_dir()
    assert differences(whole.folder / "runs", cut.folder / "runs") == []
    assert differences(whole.folder / "cache", cut.folder / "cache") == []
