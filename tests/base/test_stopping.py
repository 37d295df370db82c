"""Signals are held back where work can't stop, and only those that would stop it."""

import signal

import pytest

from stackrepro.base.stopping import Stop


@pytest.mark.parametrize(
    ("handler", "times", "reached"),
    [
        (signal.default_int_handler, 1, ["noted 1", "end of the context", "stopped"]),
        (signal.default_int_handler, 2, ["noted 1", "stopped"]),
        (signal.SIG_IGN, 1, ["ignored 1", "end of the context"]),
    ],
)
def test_the_first_signal_is_noted_the_second_acts_and_an_ignored_one_stays_so(handler, times, reached):
    before, found = signal.signal(signal.SIGINT, handler), []
    try:
        with Stop() as stop:
            for number in range(1, times + 1):
                signal.raise_signal(signal.SIGINT)
                found.append(f"ignored {number}" if stop.noted is None else f"noted {number}")
            found.append("end of the context")
    except KeyboardInterrupt:
        found.append("stopped")
    finally:
        after = signal.signal(signal.SIGINT, before)
    assert (found, after) == (reached, handler)
