"""The papers' own scale on a small machine: one update of each model, in a process of its own."""

import subprocess
import sys

import pytest

from stackrepro.experiments import EXPERIMENTS

CODE = """
import resource, sys, torch
from stackrepro.experiments import resolve
from stackrepro.runs.players import start
from stackrepro.updates.game import Batch
from stackrepro.updates.play import play
c = resolve(sys.argv[1], "matched", "paper")
low, high = c.value_range
count = min(c.batch, 2)
images = [
    torch.rand(count * c.update.real_batches, view.channels, view.size, view.size) * (high - low) + low
    for view in c.views
]
losses = play(c.update, start(c), Batch(*images), count)
assert all(torch.isfinite(value) for value in losses.values()), losses
scale = 1 if sys.platform == "darwin" else 1024
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale)
"""


@pytest.mark.check
@pytest.mark.parametrize("name", [*EXPERIMENTS, "faces/edges+update=wgan-gp", "faces/edges+update=wgan-released"])
def test_one_update_at_batch_2_takes_less_than_8_gigabytes(name):
    done = subprocess.run([sys.executable, "-c", CODE, name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 8e9
