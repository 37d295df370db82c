"""Data: find and verify archives, read birds and faces, draw synthetic ones, and keep prepared arrays.

`find` says which data there are, a `View` says what an image becomes, `prepare` makes the arrays or takes them from the
cache, `training_rows` says which of their rows may be trained on.
"""

from stackrepro.data.prepared import held_out_rows, prepare, training_rows
from stackrepro.data.sources import Source, find
from stackrepro.data.views import BirdView, FaceView, View

__all__ = ["BirdView", "FaceView", "Source", "View", "find", "held_out_rows", "prepare", "training_rows"]
