"""What is asked: the four thresholds of paper A, and real or generated for paper B."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One of the answers to choose from: its word in the CSV, and what it means."""

    word: str
    meaning: str


@dataclass(frozen=True)
class Kind:
    """A kind of eye test. `answers` stand in their order: an answer's place is its number."""

    name: str
    dataset: str
    title: str
    question: str
    advice: str
    answers: tuple[Answer, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The answers' words, in their order."""
        return tuple(answer.word for answer in self.answers)


THRESHOLDS = Kind(  # paper A, section 4
    "thresholds",
    "birds",
    "Eye test: birds",
    "How far does this image get?",
    "The steps build on each other. Choose the highest one that the image reaches together with all steps below it. "
    "The images are small and coarse on purpose; judge what you see, not how sharp it is.",
    (
        Answer("none", "no object stands out from the background"),
        Answer("outline", "an object stands out: it has an outline"),
        Answer("shape", "and the outline has the shape of a bird"),
        Answer("fill", "and its inside is filled as a bird's is, with plumage where plumage belongs"),
        Answer("anatomy", "and parts of a bird can be told: head, beak, eye, wing, tail or legs"),
    ),
)
REAL_OR_GENERATED = Kind(  # paper B, Results
    "real-or-generated",
    "faces",
    "Eye test: faces",
    "Is this image real or generated?",
    "Half of the images were made from photographs or drawings, the other half by a network. Some show gray faces, "
    "others only their edges. They are small and coarse on purpose.",
    (
        Answer("real", "made from an image of the data set"),
        Answer("generated", "made by a network"),
    ),
)
KINDS = {kind.dataset: kind for kind in (THRESHOLDS, REAL_OR_GENERATED)}
BY_NAME = {kind.name: kind for kind in KINDS.values()}
