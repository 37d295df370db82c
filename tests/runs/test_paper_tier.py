"""The papers' own scale on a small machine: one update of each model, in a process of its own."""

import subprocess
import sys

import pytest

from stackrepro.experiments import EXPERIMENTS

CODE = """
import resource, sys, torch
from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.runs.train import player
from stackrepro.updates import UPDATES
c = resolve(sys.argv[1], "matched", "paper")
sides = [player(build(getattr(c, n)), getattr(c, n + "_optimizer")) for n in ("generator", "discriminator")]
low, high = c.value_range
real = torch.rand(2, 3, c.view.size, c.view.size) * (high - low) + low
losses = UPDATES[c.update](*sides, real, 2)
assert all(torch.isfinite(value) for value in losses.values()), losses
scale = 1 if sys.platform == "darwin" else 1024
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale)
"""


@pytest.mark.check
@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if name.startswith("birds/")])
def test_one_update_at_batch_2_takes_less_than_8_gigabytes(name):
    done = subprocess.run([sys.executable, "-c", CODE, name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 8e9
