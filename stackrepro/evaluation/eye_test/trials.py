"""What a test is: its trials with what they hide."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from stackrepro.base.files import digest
from stackrepro.evaluation.eye_test.kinds import BY_NAME, Kind
from stackrepro.evaluation.eye_test.pictures import REAL

SCHEMA = 1
BLOCKS = 3  # each is shuffled for each rater; a repetition stands in the last, its first showing in the first


@dataclass(frozen=True)
class Trial:
    """One trial and what it hides: the fields of a `Picture`, the block, and the trial that it repeats, if any."""

    trial: str
    block: int
    model: str
    seed: int | None
    run: str
    stage: str
    number: int
    size: int
    repeats: str | None


@dataclass(frozen=True)
class EyeTest:
    """A test.

    Attributes:
        kind: "thresholds" or "real-or-generated".
        data: name of the data set; `fingerprint` is that of its content.
        images: fixed latents of each run that are shown.
        pixels: "own" if each picture has its model's size, "common" if all were brought to that of first stages.
        with_real: whether it holds images of a data set that must not be passed on.
    """

    kind: str
    tier: str
    arm: str
    data: str
    fingerprint: str
    images: int
    pixels: str
    with_real: bool
    trials: tuple[Trial, ...]

    @property
    def identity(self) -> str:
        """12 hexadecimal digits over all of it."""
        return digest({"schema": SCHEMA, **asdict(self)})[:12]

    @property
    def asks(self) -> Kind:
        """The question and its answers."""
        return BY_NAME[self.kind]

    @property
    def models(self) -> list[tuple[str, str]]:
        """The models with what they show, such as ("faces/gray", "gray"), real images last."""
        found = dict.fromkeys((trial.model, trial.stage) for trial in self.trials)
        return sorted(found, key=lambda pair: (pair[0] == REAL, pair))


@dataclass(frozen=True)
class Made:
    """A test with its pictures: PNG files by trial, and the one for practice, which isn't part of the test."""

    test: EyeTest
    pictures: dict[str, bytes]
    practice: bytes
