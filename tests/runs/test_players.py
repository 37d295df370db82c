"""What a run builds from its configuration: optimizers, initial weights, samples."""

import numpy as np
import pytest
import torch
from torch import nn

from stackrepro.base.errors import UserError
from stackrepro.experiments import Optimizer, resolve
from stackrepro.runs.players import player, start
from stackrepro.runs.sampling import to_pixels
from stackrepro.runs.train import write_weights


def test_adam_gets_its_settings():
    built = player(nn.Linear(2, 2), Optimizer("adam", rate=1e-3, beta1=0.4, decay=0.98, epsilon=1e-6)).optimizer
    assert isinstance(built, torch.optim.Adam)
    assert (built.defaults["lr"], built.defaults["betas"], built.defaults["eps"]) == (1e-3, (0.4, 0.98), 1e-6)


def test_rmsprop_gets_its_settings_and_the_clip():
    side = player(nn.Linear(2, 2), Optimizer("rmsprop", rate=1e-3, decay=0.9, epsilon=1e-6, clip=1.0))
    assert isinstance(side.optimizer, torch.optim.RMSprop)
    defaults = {key: side.optimizer.defaults[key] for key in ("lr", "alpha", "eps", "momentum")}
    assert defaults == {"lr": 1e-3, "alpha": 0.9, "eps": 1e-6, "momentum": 0}
    assert side.clip == 1.0


def test_stage_1_gets_its_share_of_the_rate():
    game = start(resolve("birds/dconv-stack-bp+stage1-rate=tenth", "matched", "smoke"))
    groups = game.generator.optimizer.param_groups
    assert [group["lr"] for group in groups] == pytest.approx([2e-5, 2e-4])
    stages = game.generator.network.first, game.generator.network.second
    for group, stage in zip(groups, stages, strict=True):
        assert {id(weight) for weight in group["params"]} == {id(weight) for weight in stage.parameters()}


@pytest.mark.parametrize("arm", ["matched", "code"])
def test_each_side_has_its_own_optimizer_and_initial_weights(arm):
    c = resolve("birds/dconv-64", arm, "quick")
    game = start(c)
    generator, discriminator = game.generator, game.discriminator
    assert generator.optimizer.defaults["lr"] == c.generator_optimizer.rate
    assert discriminator.optimizer.defaults["lr"] == c.discriminator_optimizer.rate
    kernel = discriminator.network.convolutions[0].weight
    fans = kernel[0].numel() + kernel.shape[0] * kernel[0, 0].numel()
    spread = 0.02 if arm == "matched" else (2 / fans) ** 0.5  # a uniform Glorot kernel has variance 2 / (in + out)
    assert kernel.std().item() == pytest.approx(spread, rel=0.1)
    biases = [weight for name, weight in discriminator.network.named_parameters() if name.endswith("bias")]
    assert biases
    assert all((bias == 0).all() for bias in biases)


def test_pixels_are_rounded_and_clipped():
    values = torch.tensor([-0.5, 0.0, 0.4999 / 255, 0.5001 / 255, 254.6 / 255, 1.0, 1.5]).reshape(1, 1, 1, 7)
    assert to_pixels(values, (0.0, 1.0)).ravel().tolist() == [0, 0, 0, 1, 255, 255, 255]
    both = to_pixels(torch.tensor([-1.0, 0.0, 1.0]).reshape(1, 1, 1, 3), (-1.0, 1.0))
    assert both.ravel().tolist() == [0, 128, 255]
    assert both.dtype == np.uint8


def test_weights_that_are_no_numbers_are_never_written(tmp_path):
    network = nn.Linear(2, 2)
    with torch.no_grad():
        network.weight[0, 0] = float("inf")
    with pytest.raises(UserError, match="has diverged"):
        write_weights(tmp_path / "run" / "generator.safetensors", network.state_dict())
    assert not (tmp_path / "run").exists()
