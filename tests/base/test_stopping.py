"""Signals are held back where work can't stop, and only those that would stop it."""

import signal
from collections.abc import Iterator

import pytest

from stackrepro.base.stopping import Stop


@pytest.fixture
def on_interrupt() -> Iterator:
    """Set what Ctrl-C does, and set it back after the test."""
    before = signal.getsignal(signal.SIGINT)
    yield lambda handler: signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGINT, before)


def interrupted(times: int) -> list[str]:
    """Send Ctrl-C so often within a context; return what was reached, "stopped" last."""
    reached = []
    try:
        with Stop() as stop:
            for number in range(times):
                signal.raise_signal(signal.SIGINT)
                reached.append(f"asked {number + 1}" if stop.asked else "missed")
            reached.append("end of the context")
    except KeyboardInterrupt:
        reached.append("stopped")
    return reached


def test_the_first_signal_is_noted_and_acts_at_the_end(on_interrupt):
    on_interrupt(signal.default_int_handler)
    assert interrupted(1) == ["asked 1", "end of the context", "stopped"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_signal_acts_at_once(on_interrupt):
    on_interrupt(signal.default_int_handler)
    assert interrupted(2) == ["asked 1", "stopped"]


def test_a_signal_that_is_ignored_stays_ignored(on_interrupt):
    on_interrupt(signal.SIG_IGN)
    assert interrupted(1) == ["missed", "end of the context"]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
