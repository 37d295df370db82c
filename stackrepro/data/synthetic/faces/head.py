"""The head that carries everything: where its points come to lie, its skin, ears and neck."""

import math

import numpy as np

from stackrepro.data.synthetic.faces.canvas import Canvas, curve, ellipse
from stackrepro.data.synthetic.faces.person import Moment, Person

CENTRE = (88.5, 111.0)  # between the eyes, as CelebA aligns its faces
EYE_X = 19.0  # half the distance of the eyes
TURN, NOD = 0.42, 0.22  # radians of a full yaw and nod


class Head:
    """A head in its pose.

    `place` puts points of the face, measured from between the eyes and towards the viewer, into the frame. The eyes
    stay where they are in every pose: the frames are aligned to them.
    """

    def __init__(self, person: Person, moment: Moment) -> None:
        self.person, self.moment = person, moment
        self._sin, self._sink = math.sin(TURN * moment.yaw), math.sin(NOD * moment.nod)
        self.top = -person.forehead - 20.0  # of the skull

    def place(self, x: float, y: float, z: float = 0.0) -> tuple[float, float]:
        """Return frame coordinates of a point: x to the right, y down, z towards the viewer, all in pixels."""
        return CENTRE[0] + x + z * self._sin, CENTRE[1] + y + z * self._sink

    def line(self, *points: tuple[float, ...], closed: bool = False) -> np.ndarray:
        """Return a smooth line through points (x, y) or (x, y, z)."""
        return curve(*(self.place(*point) for point in points), closed=closed)

    def both(self, *points: tuple[float, ...], closed: bool = False) -> list[np.ndarray]:
        """Return the line of the right of the image and its mirror image."""
        return [self.line(*((side * x, *rest) for x, *rest in points), closed=closed) for side in (-1, 1)]

    def outline(self, grow: float = 0.0) -> np.ndarray:
        """Return the outline of skull and face, larger by `grow` pixels."""
        p = self.person
        half = [
            (0.0, self.top - grow, -20.0),
            (0.58 * p.width + grow, self.top + 10 - grow, -24.0),
            (0.96 * p.width + grow, -24.0, -27.0),
            (p.width + grow, 6.0, -26.0),
            (0.5 * (p.width + p.jaw) + grow, 30.0, -20.0),
            (0.86 * p.jaw + grow, 0.70 * p.chin, -10.0),
            (0.46 * p.jaw, 0.95 * p.chin + grow, 0.0),
            (0.0, p.chin + grow, 4.0),
        ]
        return self.line(*half, *((-x, y, z) for x, y, z in half[-2:0:-1]), closed=True)

    def paint_neck(self, canvas: Canvas) -> None:
        p = self.person
        skin = np.array(p.skin)
        wide = (0.72 if p.male else 0.56) * p.width
        corners = [(-wide, 0.55 * p.chin, -22), (wide, 0.55 * p.chin, -22), (wide + 5, 90, -14), (wide + 22, 106, -14)]
        canvas.paint(
            self.line(*corners, (-wide - 22, 106, -14), (-wide - 5, 90, -14), closed=True), 0.86 * skin, "neck"
        )
        shadow = self.line(
            (-0.9 * p.jaw, 0.72 * p.chin, -8), (0, p.chin + 12, 2), (0.9 * p.jaw, 0.72 * p.chin, -8), closed=True
        )
        canvas.paint(shadow, 0.5 * skin, blur=4, opacity=0.8)

    def paint_ears(self, canvas: Canvas) -> None:
        p = self.person
        for side in (-1, 1):
            if side * self.moment.yaw > 0.45:  # the far ear is behind the cheek
                continue
            x, y = self.place(side * (p.width + 1.5), 8, -30)
            canvas.paint(ellipse(x, y, 5.5, 12, 0.15 * side), 0.92 * np.array(p.skin), "ears")
            canvas.paint(ellipse(x + 0.8 * side, y - 1, 2.4, 7, 0.15 * side), 0.66 * np.array(p.skin), blur=0.6)

    def paint_skin(self, canvas: Canvas) -> np.ndarray:
        """Paint the face; return its cover of the frame."""
        p, skin = self.person, np.array(self.person.skin)
        face = canvas.paint(self.outline(), skin, "skin").full()
        sides = (-1, 1)
        cheeks = [ellipse(*self.place(side * 0.55 * p.width, 26, 2), 12, 10) for side in sides]
        canvas.paint(cheeks, skin * (1.06, 0.92, 0.92), blur=6, opacity=0.5 + 0.3 * p.makeup, inside=face)
        sockets = [ellipse(*self.place(side * EYE_X, -2), 15, 9) for side in sides]
        canvas.paint(sockets, skin * 0.74, blur=4, opacity=0.6, inside=face)
        hollow = ((0.95 * p.width, 16, -24), (0.72 * p.jaw, 44, -4), (0.9 * p.jaw, 52, -10))
        canvas.paint(self.both(*hollow), skin * 0.72, line=5, blur=4, opacity=0.5, inside=face)
        if p.age > 0.45:
            bags = self.both((EYE_X - 8, 8), (EYE_X, 11), (EYE_X + 8, 7))
            canvas.paint(bags, skin * 0.66, line=1.2, blur=0.8, opacity=p.age, inside=face)
        if p.age > 0.5:
            rows = [-0.55 * p.forehead - 6 * row for row in range(3)]
            folds = [self.line((-16, y + 1, 4), (0, y - 1, 6), (16, y + 1, 4)) for y in rows]
            canvas.paint(folds, skin * 0.7, line=0.9, blur=0.7, opacity=0.7 * p.age)
        return face
