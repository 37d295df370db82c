"""Ctrl-C and SIGTERM: work stops where it can go on."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Self

STOPPED = "Stopped. The same command goes on from here."


class Terminated(SystemExit):
    """What SIGTERM becomes: an exception, so that what is half-written is removed on the way out; status 143."""


def exit_on_sigterm() -> None:
    """Let SIGTERM raise `Terminated` in this process from now on."""

    def terminate(*_: object) -> None:
        raise Terminated(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, terminate)


class Stop:
    """While this context lasts, the first Ctrl-C or SIGTERM is only `noted`; a second one acts at once.

    Outside the main thread, where Python handles no signals, nothing is held back. A signal that the process ignores
    stays ignored, as Ctrl-C does where a script has started it in the background.
    """

    def __init__(self) -> None:
        self.noted: int | None = None
        self._before: dict[int, signal.Handlers] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._restore()
        if error is None:
            self.deliver()

    def deliver(self) -> None:
        """Let the noted signal, if any, do what it would have done."""
        number, self.noted = self.noted, None
        if number is not None:
            signal.raise_signal(number)

    def _note(self, number: int, _: FrameType | None) -> None:
        self.noted = number
        self._restore()
        print("Stopping at the next safe point; once more stops at once.", file=sys.stderr, flush=True)

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
