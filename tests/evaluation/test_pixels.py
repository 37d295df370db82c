import numpy as np
import pytest

from stackrepro.evaluation.pixels import (
    ROUNDING,
    colour_distance,
    describe,
    frame,
    laplacian,
    radial_spectrum,
    spectrum_distance,
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


def test_border_noise_is_blind_to_the_middle_and_the_frame_an_eighth_wide():
    images = plain((90, 90, 90), (90, 90, 90), size=32)
    images[:, 8:24, 8:24] = np.random.default_rng(1).integers(0, 256, (2, 16, 16, 3), dtype=np.uint8)
    found = describe([images])
    assert found.border_noise == pytest.approx(0, abs=1e-20)
    assert found.sharpness > 1000
    assert frame(32).sum() == 32**2 - 24**2
    assert frame(4).sum() == 12


def test_the_laplacian_of_a_bowl_is_its_curvature():
    y, x = np.indices((9, 9))
    np.testing.assert_allclose(laplacian((3.0 * x**2 + y**2)[None])[:, 1:-1, 1:-1], 8)


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


def test_white_noise_has_its_variance_at_every_frequency():
    noise = np.random.default_rng(2).normal(0, 20, (200, 32, 32))
    power = 10 ** (radial_spectrum(noise) / 10)
    # a ring's mean of m exponential variables spreads by 1/sqrt(m); 200 images, each frequency counted with its twin
    members = np.array([8, 12, 16, 32])
    np.testing.assert_array_less(np.abs(power.mean(axis=0)[:4] / 400 - 1), 5 * np.sqrt(2 / members / 200))


def test_distances_of_colours_and_spectra():
    black, white = describe([plain((0, 0, 0)).repeat(2, axis=0)]), describe([plain((255, 255, 255)).repeat(2, axis=0)])
    half = describe([plain((0, 0, 0), (255, 255, 255))])
    assert colour_distance(black, white) == 1
    assert colour_distance(black, half) == pytest.approx(0.5)
    assert colour_distance(half, half) == 0
    weak, strong = describe([checkerboard(16, 5)] * 2), describe([checkerboard(16, 50)] * 2)
    assert spectrum_distance(strong, strong) == 0
    assert spectrum_distance(weak, strong) == spectrum_distance(strong, weak)


def test_twice_the_contrast_is_6_decibels_everywhere():
    noise = np.random.default_rng(3).integers(-30, 31, (40, 16, 16, 1))
    once, twice = (describe([(128 + factor * noise).astype(np.uint8)]) for factor in (1, 2))
    assert spectrum_distance(once, twice) == pytest.approx(20 * np.log10(2), abs=0.01)
    assert twice.sharpness == pytest.approx(4 * once.sharpness)
    assert twice.border_noise == pytest.approx(4 * once.border_noise)


def test_gray_images_are_what_their_rgb_copies_are():
    gray = np.random.default_rng(4).integers(0, 256, (3, 16, 16, 1), dtype=np.uint8)
    one, three = describe([gray]), describe([gray.repeat(3, axis=3)])
    assert one.sharpness == three.sharpness
    np.testing.assert_array_equal(one.histogram, three.histogram)
