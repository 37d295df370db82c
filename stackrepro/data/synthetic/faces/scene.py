"""From a seed and an index to a picture of a face, with its parts and landmarks."""

from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from stackrepro.data.synthetic.faces import eyes, hair, lower_face, surroundings
from stackrepro.data.synthetic.faces.canvas import PARTS, Canvas
from stackrepro.data.synthetic.faces.head import EYE_X, Head
from stackrepro.data.synthetic.faces.person import Moment, Person, moment, person

IMAGES_PER_PERSON = 8
ON_THE_FACE = ("skin", "brows", "eyes", "nose", "mouth", "beard", "glasses")


@dataclass(frozen=True)
class Example:
    """One synthetic face with its ground truth.

    Attributes:
        identity: number of the person, from 0.
        person, moment: what was drawn.
        image: RGB, uint8, shape (218, 178, 3).
        parts: which part each pixel shows, an index into `canvas.PARTS`, uint8, shape (218, 178).
        landmarks: place (x, y) in pixels of "lefteye", "righteye", "nose", "leftmouth" and "rightmouth", left and right
            as seen in the image, under CelebA's names.
    """

    identity: int
    person: Person
    moment: Moment
    image: np.ndarray
    parts: np.ndarray
    landmarks: dict[str, tuple[float, float]]

    @property
    def mask(self) -> np.ndarray:
        """Where the person is, bool, shape (218, 178)."""
        return self.parts > 0

    def part(self, name: str) -> np.ndarray:
        """Return where a part is seen, bool, shape (218, 178): one of `PARTS`, or "face", all that lies on it."""
        names = ON_THE_FACE if name == "face" else (name,)
        return np.isin(self.parts, [PARTS.index(n) for n in names])


def draw(seed: int, index: int) -> Example:
    """Draw face number `index` of the set with this seed; the same numbers give the same face."""
    identity = index // IMAGES_PER_PERSON
    # The generator of the standard library keeps its streams across versions.
    someone, random = person(Random(f"{seed}/person {identity}")), Random(f"{seed}/{index}")
    now = moment(random)
    head = Head(someone, now)
    canvas = Canvas(surroundings.background(random))
    hair.paint_back(canvas, head, random)
    head.paint_neck(canvas)
    surroundings.paint_clothes(canvas, head, random)
    head.paint_ears(canvas)
    face = head.paint_skin(canvas)
    lower_face.paint_beard(canvas, head, face, random)
    lower_face.paint_nose(canvas, head)
    lower_face.paint_mouth(canvas, head)
    eyes.paint_eyes(canvas, head)
    eyes.paint_brows(canvas, head, random)
    _light(canvas, now)
    hair.paint_front(canvas, head, face, random)
    eyes.paint_glasses(canvas, head)
    return Example(identity, someone, now, _photograph(canvas.image, now, random), canvas.parts, _landmarks(head))


def _light(canvas: Canvas, now: Moment) -> None:
    """Shade the head as a round body: its soft mask is a height, whose slope is bright towards the light."""
    solid = Image.fromarray(255 * np.uint8(canvas.parts > 1))
    height = np.asarray(solid.filter(ImageFilter.BoxBlur(14)).filter(ImageFilter.BoxBlur(10)), np.float32) / 255
    down, right = np.gradient(height)
    slope = -(right * now.light[0] + down * now.light[1])
    factor = 1 + now.contrast * (9.0 * slope).clip(-0.55, 0.3)
    canvas.image *= np.where(canvas.parts > 1, factor, 1.0)[..., None]


def _photograph(image: np.ndarray, now: Moment, random: Random) -> np.ndarray:
    """Expose, tint, blur, and add the noise of a camera."""
    noise = np.frombuffer(random.randbytes(image.size), np.uint8).reshape(image.shape)
    shown = image * np.float32(now.exposure) + np.array((now.warmth, 0, -now.warmth), np.float32)
    soft = Image.fromarray(shown.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(now.blur))
    return (np.asarray(soft) + (noise * np.float32(9 / 255) - 4)).clip(0, 255).astype(np.uint8)


def _landmarks(head: Head) -> dict[str, tuple[float, float]]:
    left, right = lower_face.mouth_corners(head)
    nose = head.place(0, head.person.nose_length - 2, 17)
    eyes = {"lefteye": head.place(-EYE_X, 0), "righteye": head.place(EYE_X, 0)}
    return {**eyes, "nose": nose, "leftmouth": left, "rightmouth": right}
