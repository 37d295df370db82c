"""Measures of pixels and of loss curves, on images and curves whose answer is known."""

import numpy as np
import pytest

from stackrepro.evaluation.pixels import (
    ROUNDING,
    colour_distance,
    describe,
    loss_measures,
    radial_spectrum,
    spectrum_distance,
    variation,
)


def plain(*colours, size=16):
    return np.stack([np.full((size, size, 3), colour, np.uint8) for colour in colours])


def checkerboard(size, amplitude):
    signs = 1 - 2 * (np.indices((size, size)).sum(axis=0) % 2)
    return (128 + amplitude * signs).astype(np.uint8)[None, :, :, None]


def test_plain_images_have_no_detail_and_the_spread_of_their_colours():
    found = describe([plain((10, 20, 30), (14, 20, 30)), plain((18, 26, 30))])
    assert found.sharpness == pytest.approx(0, abs=1e-20)
    assert found.border_noise == pytest.approx(0, abs=1e-20)
    assert found.colour_spread == pytest.approx(16 + 12 + 0)  # of 10, 14, 18 and of 20, 20, 26, unbiased
    np.testing.assert_allclose(found.spectrum, 10 * np.log10(ROUNDING), atol=1e-6)
    assert found.count == 3


def test_sharpness_and_border_noise_of_a_checkerboard():
    # the Laplacian is 8 amplitudes inside, 6 at an edge and 4 in a corner, where the edge goes on
    size, amplitude = 8, 10
    found = describe([checkerboard(size, amplitude)] * 2)
    inside, edges, corners = (size - 2) ** 2 * 64, 4 * (size - 2) * 36, 4 * 16
    assert found.sharpness == pytest.approx(amplitude**2 * (inside + edges + corners) / size**2)
    assert found.border_noise == pytest.approx(amplitude**2 * (edges + corners) / (4 * size - 4))


def test_a_grating_has_its_power_in_the_ring_of_its_frequency():
    size, amplitude = 32, 40
    row = 128 + amplitude * np.array([1, 0, -1, 0] * (size // 4))  # 8 cycles an image, in whole levels
    found = radial_spectrum(np.tile(row, (1, size, 1)).astype(float))[0]
    members = sum(
        round(np.hypot(u, v)) == 8 for u in range(-size // 2, size // 2) for v in range(-size // 2, size // 2)
    )
    power = 2 * amplitude**2 * size**2 / 4 / members
    assert found.shape == (16,)
    assert found[7] == pytest.approx(10 * np.log10(power + ROUNDING))
    np.testing.assert_allclose(np.delete(found, 7), 10 * np.log10(ROUNDING), atol=1e-6)


def test_distances_of_colours():
    black, white = describe([plain((0, 0, 0)).repeat(2, axis=0)]), describe([plain((255, 255, 255)).repeat(2, axis=0)])
    half = describe([plain((0, 0, 0), (255, 255, 255))])
    assert colour_distance(black, white) == 1
    assert colour_distance(black, half) == pytest.approx(0.5)
    assert colour_distance(half, half) == 0


def test_twice_the_contrast_is_6_decibels_everywhere():
    noise = np.random.default_rng(3).integers(-30, 31, (40, 16, 16, 1))
    once, twice = (describe([(128 + factor * noise).astype(np.uint8)]) for factor in (1, 2))
    assert spectrum_distance(once, twice) == pytest.approx(20 * np.log10(2), abs=0.01)


def test_a_straight_line_does_not_oscillate_and_a_sine_does_by_its_amplitude():
    steps = np.arange(4000)
    line = 5.0 - steps / 1000
    assert variation(line) == pytest.approx(0.0, abs=1e-9)
    # By hand: a sine of amplitude 0.3 has the standard deviation 0.3 / sqrt(2); the line's mean is 3.0005.
    wave = line + 0.3 * np.sin(2 * np.pi * steps / 40)
    assert variation(wave) == pytest.approx(0.3 / 2**0.5 / 3.0005, rel=1e-3)
    assert variation(-10 * wave) == pytest.approx(variation(wave)), "a loss of another unit and sign compares"
    assert variation(np.zeros(30)) is None


def test_the_second_half_counts_and_absent_columns_are_none():
    falling = np.repeat([9, 8, 7, 6, 7, 6, 5, 4, 3, 2], 4).tolist()  # 8 of 9 steps fall
    early = {"discriminator": 9.0, "real_called_real": 0.5, "generated_called_real": 0.5}
    late = {"discriminator": 1.0, "real_called_real": 0.9, "generated_called_real": 0.2}
    lines = [
        (early if number < 20 else late) | {"gradient_cosine": -0.4 if number < 10 else 0.2, "generator_l1": loss}
        for number, loss in enumerate(falling)
    ]
    expected = {"variation": 0.0, "discriminator_lead": 0.7, "l1_descent": 8 / 9, "gradient_cosine": 0.05}
    assert loss_measures(lines) == pytest.approx(expected, abs=1e-12)
    alone = [{"discriminator": line["discriminator"]} for line in lines]
    assert [name for name, found in loss_measures(alone).items() if found is not None] == ["variation"]
    assert set(loss_measures(lines[:19]).values()) == {None}
