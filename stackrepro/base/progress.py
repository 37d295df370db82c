"""Progress of long work: a bar on a terminal, JSON lines elsewhere."""

import json
import sys
import time
from types import TracebackType
from typing import Self

SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Counts `total` steps of the work called `name`; use it as a context manager and call `advance`.

    On a terminal it is a tqdm bar. Elsewhere (logs, papermill, CI) it writes a JSON line to standard error every few
    seconds, and one at the end, with the steps done, the seconds spent and those that are left.
    """

    def __init__(self, name: str, total: int, done: int = 0) -> None:
        self.name, self.total, self.done, self._first = name, total, done, done
        self._bar = None

    def __enter__(self) -> Self:
        self._started = self._printed = time.monotonic()
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(desc=self.name, total=self.total, initial=self.done, leave=False)
        return self

    def advance(self, steps: int = 1) -> None:
        """Count `steps` more."""
        self.done += steps
        if self._bar is not None:
            self._bar.update(steps)
        elif time.monotonic() - self._printed >= SECONDS_BETWEEN_LINES:
            self._print()

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.close()
        elif error is None:
            self._print()

    def _print(self) -> None:
        self._printed = time.monotonic()
        seconds = self._printed - self._started
        left = seconds / max(1, self.done - self._first) * (self.total - self.done)
        spent = {"seconds": round(seconds, 1), "left": round(left)}
        record = {"work": self.name, "done": self.done, "total": self.total, **spent}
        print(json.dumps(record), file=sys.stderr, flush=True)
