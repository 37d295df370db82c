"""Two ways to do the same work, side by side: they take turns, A B A B, so that a slow spell strikes both."""

import statistics
import time
from collections.abc import Callable

TURNS = 3


def compare(ways: dict[str, Callable[[int], object]], rounds: int, images: int, warm_up: int | None = None) -> None:
    """Print images per second of each way, turn by turn, and the ratio of the first one's median to each other's.

    The second ratio counts this process's CPU time, which other work on the machine disturbs less. What helper
    processes do, such as a DataLoader's workers, is not in it.

    Args:
        ways: by name, what does one round; it is given the round's number, counted from 0.
        rounds: how many make a turn.
        images: how many images a round takes.
        warm_up: rounds of each before the first turn that counts; by default as many as make a turn.
    """
    for way in ways.values():
        for number in range(rounds if warm_up is None else warm_up):
            way(number)
    rates: dict[str, list[float]] = {name: [] for name in ways}
    cpu_seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(TURNS):
        for name, way in ways.items():
            started, cpu_started = time.perf_counter(), time.process_time()
            for number in range(rounds):
                way(turn * rounds + number)
            cpu_seconds[name].append(time.process_time() - cpu_started)
            rates[name].append(rounds * images / (time.perf_counter() - started))
    first = next(iter(ways))
    for name, found in rates.items():
        print(f"{name:30} {' '.join(f'{rate:7.1f}' for rate in found)} images/s")
    for name in list(ways)[1:]:
        ratio = statistics.median(rates[first]) / statistics.median(rates[name])
        cpu_ratio = statistics.median(cpu_seconds[name]) / statistics.median(cpu_seconds[first])
        print(f"{first} : {name} = {ratio:.2f}, by CPU time {cpu_ratio:.2f}")
