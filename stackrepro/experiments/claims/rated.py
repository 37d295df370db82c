"""Tests of what people answer in the eye test, to images of runs that are in it."""

from __future__ import annotations

from dataclasses import dataclass

INTERVAL = "the 95 % interval over raters and images lies above"


@dataclass(frozen=True)
class ToldApart:
    """People tell an experiment's images from real ones of its stage: the share of right answers is above `least`.

    It is the mean of the shares among generated and among real images, so that guessing gives 0.5.
    """

    experiment: str
    least: float
    arm: str = "matched"

    measure = "right answers"

    @property
    def tolerance(self) -> str:
        return f"{INTERVAL} {self.least:g}"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.experiment,)

    @property
    def adequate(self) -> tuple[str, ...]:
        return self.sides

    @property
    def words(self) -> str:
        return f"share of right answers, real or generated, to {self.experiment}: above {self.least:g}"


@dataclass(frozen=True)
class PassesMore:
    """More images of one experiment than of another pass a threshold of the eye test, and those before it."""

    threshold: str
    better: str
    worse: str
    arm: str = "matched"

    tolerance = f"{INTERVAL} 0"

    @property
    def measure(self) -> str:
        return f"share of images that pass {self.threshold}"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.better, self.worse)

    @property
    def adequate(self) -> tuple[str, ...]:
        return (self.better,)

    @property
    def words(self) -> str:
        return f"share of images that people let pass {self.threshold}: {self.better} higher than {self.worse}"


Rated = ToldApart | PassesMore
