"""The flags that a measured row may carry: what to mind when reading it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Flag:
    """What a flag says, and what is to be done about it."""

    meaning: str
    advice: str

    def __str__(self) -> str:
        return f"{self.meaning}: {self.advice}"


FLAGS = {
    "rank-deficient": Flag(
        "a side has no more images than the features have dimensions, so that the Fréchet distance is biased upwards",
        "compare it only at the same number of images, and read KID beside it",
    ),
    "bent-line": Flag(
        "the value at n to infinity is extrapolated from parts with no more images than the features have dimensions, "
        "where the line bends",
        "take it for a rough one, which may err to either side",
    ),
    "out-of-domain": Flag(
        "the images are edges, for which Inception was not made", "read the measures of pixels beside it"
    ),
    "fewer-images": Flag(
        "there are fewer real images than the protocol names", "compare it only with results of the same data"
    ),
    "mixed-channels": Flag(
        "some images are gray and others have colours, and gray is repeated in three channels",
        "compare sets of one kind",
    ),
    "16-bit": Flag(
        "some images have 16 bits a channel and were clipped at level 255, as pytorch-fid does", "save them with 8"
    ),
    "unknown-protocol": Flag(
        "the statistics file says neither its images' number nor their resize, so nothing assures that they were made "
        "by this protocol",
        "give the images themselves",
    ),
}

OF_FRECHET = ("rank-deficient", "bent-line")  # which say nothing about other measures of the same features
