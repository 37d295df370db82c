"""What the time of a training is spent on."""

import time


class Clock:
    """The seconds of a training by what they were spent on; snapshots and checkpoints don't count.

    What is spent on the discriminator includes making the images that it learns from. On a GPU, which works on while
    the program goes ahead, only the sum is exact.
    """

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = {"data": 0.0, "discriminator": 0.0, "generator": 0.0} | seconds
        self._since = 0.0

    def start(self) -> None:
        """Count from now on."""
        self._since = time.perf_counter()

    def spent_on(self, what: str, until: float | None = None) -> None:
        """Count the time since the last call for `what`, until now or an earlier reading of `time.perf_counter`."""
        now = time.perf_counter() if until is None else until
        self.seconds[what] += now - self._since
        self._since = now
