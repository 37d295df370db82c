"""Two ways to do the same work, side by side: they take turns, A B A B, so that a slow spell strikes both."""

import statistics
import time
from collections.abc import Callable

TURNS = 3


def compare(ways: dict[str, Callable[[int], object]], rounds: int, images: int, warm_up: int | None = None) -> None:
    """Print images per second of each way, turn by turn, and the ratio of the first one's median to each other's.

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
    for turn in range(TURNS):
        for name, way in ways.items():
            started = time.perf_counter()
            for number in range(rounds):
                way(turn * rounds + number)
            rates[name].append(rounds * images / (time.perf_counter() - started))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    first = next(iter(ways))
    for name, found in rates.items():
        print(f"{name:30} {' '.join(f'{rate:7.1f}' for rate in found)} images/s")
    for name in list(ways)[1:]:
        print(f"{first} : {name} = {medians[first] / medians[name]:.2f}")
