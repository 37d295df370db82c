"""What loss curves tell, on curves whose answer is known."""

import json

import numpy as np
import pytest

from stackrepro.evaluation.loss_curves import descent, loss_measures, variation


def test_a_straight_line_does_not_oscillate_and_a_sine_does_by_its_amplitude():
    steps = np.arange(4000)
    line = 5.0 - steps / 1000
    assert variation(line) == pytest.approx(0.0, abs=1e-9)
    # By hand: a sine of amplitude 0.3 has the standard deviation 0.3 / sqrt(2); the line's mean is 3.0005.
    wave = line + 0.3 * np.sin(2 * np.pi * steps / 40)
    assert variation(wave) == pytest.approx(0.3 / 2**0.5 / 3.0005, rel=1e-3)
    assert variation(-10 * wave) == pytest.approx(variation(wave)), "a loss of another unit and sign compares"
    assert variation(np.zeros(30)) is None


@pytest.mark.parametrize(
    ("curve", "share"),
    [(np.linspace(1, 0, 40), 1.0), (np.linspace(0, 1, 40), 0.0), (np.repeat([9, 8, 7, 6, 7, 6, 5, 4, 3, 2], 4), 8 / 9)],
)
def test_descent_is_the_share_of_falling_steps(curve, share):
    assert descent(curve) == pytest.approx(share)


def test_the_second_half_counts_and_absent_columns_are_none(tmp_path):
    path = tmp_path / "losses.jsonl"
    lines = [
        {
            "update": number,
            "discriminator": 9.0 if number < 20 else 1.0,
            "real_called_real": 0.5 if number < 20 else 0.9,
            "generated_called_real": 0.5 if number < 20 else 0.2,
            "gradient_cosine": -0.4 if number < 10 else 0.2,
        }
        for number in range(40)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = loss_measures(path)
    assert found["variation"] == pytest.approx(0.0, abs=1e-12)
    assert found["discriminator_lead"] == pytest.approx(0.7)
    assert found["gradient_cosine"] == pytest.approx(0.05)  # over all of the curve
    assert found["l1_descent"] is None
    path.write_text("".join(json.dumps(line) + "\n" for line in lines[:19]))
    assert set(loss_measures(path).values()) == {None}
