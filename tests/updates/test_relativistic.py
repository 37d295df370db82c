"""The relativistic rule: closed forms of loss and penalties, pairs, and who moves in which step."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus
from toys import PIXELS, ToyGenerator, player, real_images, toy_critic

from stackrepro.experiments import resolve
from stackrepro.updates import Relativistic
from stackrepro.updates.game import Batch, Game
from stackrepro.updates.play import play


class Constant(nn.Module):
    """A generator of given images (N, 1, 1, 16), whatever the latent; its one weight is a shift of all their pixels."""

    def __init__(self, images: Tensor) -> None:
        super().__init__()
        self.specification, self.images = ToyGenerator().specification, images
        self.shift = nn.Parameter(torch.zeros(()))

    def forward(self, latent: Tensor) -> Tensor:
        assert latent.shape == (len(self.images), self.specification.latent)
        return self.images + self.shift


class Quadratic(nn.Module):
    """A discriminator with the score a |x|² / 2, whose slope is a |x|."""

    def __init__(self, a: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a))

    def forward(self, image: Tensor) -> Tensor:
        return self.a * image.flatten(1).square().sum(dim=1, keepdim=True) / 2


def linear_discriminator(slope: Tensor) -> nn.Sequential:
    layer = nn.Linear(PIXELS, 1)
    with torch.no_grad():
        layer.weight.copy_(slope)
    return nn.Sequential(nn.Flatten(), layer)


def test_both_penalties_of_a_linear_discriminator_are_gamma_halves_of_its_squared_slope():
    slope = torch.arange(PIXELS) / 10  # |slope|² = (0² + ... + 15²) / 100 = 12.4
    game = Game(player(ToyGenerator()), player(linear_discriminator(slope)))
    losses = play(Relativistic(gamma=3.0), game, Batch(real_images(8)), 8)
    assert losses["penalty_on_real"].item() == pytest.approx(1.5 * 12.4, rel=1e-5)
    assert losses["penalty_on_generated"].item() == pytest.approx(1.5 * 12.4, rel=1e-5)


def test_the_penalties_are_taken_at_the_images_and_reach_the_weights():
    # Three real images of |x|² = 4 and generated ones of |x|² = 9: R1 is 4 a², R2 9 a². The pairs' scores differ by
    # (4 - 9) a / 2, so the loss is softplus(2.5 a) + gamma / 2 (4 a² + 9 a²), with the slope
    # 2.5 sigmoid(2.5 a) + 13 gamma a.
    a, gamma, rate = 0.4, 0.5, 0.01
    unit = nn.functional.normalize(torch.randn(3, PIXELS), dim=1).reshape(-1, 1, 1, PIXELS)
    game = Game(player(Constant(3 * unit)), player(Quadratic(a), rate=rate))
    losses = play(Relativistic(gamma), game, Batch(2 * unit), 3)
    assert losses["penalty_on_real"].item() == pytest.approx(gamma / 2 * 4 * a**2, rel=1e-5)
    assert losses["penalty_on_generated"].item() == pytest.approx(gamma / 2 * 9 * a**2, rel=1e-5)
    assert losses["score_of_real"].item() == pytest.approx(2 * a, rel=1e-5)
    assert losses["score_of_generated"].item() == pytest.approx(4.5 * a, rel=1e-5)
    adversarial = softplus(torch.tensor(2.5 * a)).item()
    assert losses["discriminator"].item() == pytest.approx(adversarial + gamma / 2 * 13 * a**2, rel=1e-5)
    slope = 2.5 * torch.tensor(2.5 * a).sigmoid().item() + 13 * gamma * a
    after = game.discriminator.network.a.item()
    assert after == pytest.approx(a - rate * slope, rel=1e-5)
    # The generator's loss is that of the discriminator as it has become, on the same images.
    assert losses["generator"].item() == pytest.approx(softplus(torch.tensor(-2.5 * after)).item(), rel=1e-5)


def test_each_real_image_is_held_against_one_generated_image():
    # Scores are the sums of pixels: 0 and 4 of the real, 3 and 1 of the generated. Pair by pair they differ by -3 and
    # 3; all against all, or mean against mean, would give another loss.
    real, generated = (torch.zeros(2, 1, 1, PIXELS) for _ in range(2))
    real[1, 0, 0, 0], generated[0, 0, 0, 0], generated[1, 0, 0, 0] = 4, 3, 1
    game = Game(player(Constant(generated)), player(linear_discriminator(torch.ones(PIXELS))))
    losses = play(Relativistic(gamma=0.0), game, Batch(real), 2)
    expected = (softplus(torch.tensor(3.0)) + softplus(torch.tensor(-3.0))).item() / 2
    assert losses["discriminator"].item() == pytest.approx(expected, rel=1e-5)
    assert losses["generator"].item() == pytest.approx(expected, rel=1e-5)


def test_the_generator_goes_up_the_score_and_leaves_the_discriminator_as_it_is():
    rate, generated = 0.1, torch.zeros(4, 1, 1, PIXELS)
    real = torch.full_like(generated, 1 / PIXELS)  # one score above the generated ones
    game = Game(player(Constant(generated), rate=rate), player(linear_discriminator(torch.ones(PIXELS))))
    discriminator = game.discriminator.network
    before = [weight.clone() for weight in discriminator.parameters()]
    play(Relativistic(gamma=1.0), game, Batch(real), 4)
    # The loss softplus(1 - 16 shift) falls by 16 sigmoid(1) a unit of shift.
    expected = rate * PIXELS * torch.tensor(1.0).sigmoid().item()
    assert game.generator.network.shift.item() == pytest.approx(expected, rel=1e-5)
    gradients = [weight.grad.clone() for weight in discriminator.parameters()]
    assert all(torch.equal(*pair) for pair in zip(before, discriminator.parameters(), strict=True))
    assert all(weight.requires_grad for weight in discriminator.parameters())
    # What its own step left: -sigmoid(-1) a score, and gamma of each penalty at slope 1; nothing of the generator's.
    pull = -torch.tensor(-1.0).sigmoid().item() / PIXELS
    assert torch.allclose(gradients[0], torch.full((1, PIXELS), pull + 2.0), rtol=1e-5)


def test_a_game_of_it_brings_generated_images_to_the_real_ones():
    torch.manual_seed(0)
    game = Game(player(ToyGenerator(), "rmsprop", 2e-3), player(toy_critic(norm=False), "rmsprop", 2e-3))
    losses = [play(Relativistic(gamma=0.1), game, Batch(real_images(64)), 64) for _ in range(300)]
    gaps = torch.stack([loss["score_of_real"] - loss["score_of_generated"] for loss in losses])
    assert gaps[:5].min() > 0
    assert gaps[-50:].abs().mean() < gaps.max() / 4
    assert game.generator.network(torch.randn(256, 8)).mean().item() == pytest.approx(2, abs=0.3)


@pytest.mark.parametrize(("tier", "gamma"), [("smoke", 0.125), ("small", 0.125), ("reduced", 0.5), ("paper", 2.0)])
def test_gamma_goes_with_the_number_of_pixels(tier, gamma):
    assert resolve("birds/modern-64", "matched", tier).update == Relativistic(gamma)


def test_a_discriminator_that_sees_the_same_in_a_smaller_image_is_held_as_tightly():
    class OfMeans(nn.Module):
        def forward(self, image: Tensor) -> Tensor:
            return image.mean(dim=(1, 2, 3)).square()[:, None]

    found = []
    for size, rule in ((16, Relativistic(2.0)), (8, Relativistic(2.0).scaled(1))):
        flat = torch.linspace(-1, 1, 6)[:, None, None, None].expand(6, 1, size, size)
        game = Game(player(Constant(flat)), player(nn.Sequential(OfMeans(), nn.Linear(1, 1))))
        torch.nn.init.ones_(game.discriminator.network[1].weight)
        found.append(play(rule, game, Batch(flat), 6)["penalty_on_real"].item())
    assert found[0] == pytest.approx(found[1], rel=1e-5)
    assert found[0] > 0
