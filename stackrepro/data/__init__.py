"""Data: find and verify archives, read birds, draw synthetic ones, and keep prepared arrays.

`find` says which data there are, a `View` says what an image becomes, `prepare` makes the arrays or takes them from the
cache. Heavy libraries are loaded by the functions that need them.
"""

from stackrepro.data.prepared import prepare
from stackrepro.data.sources import Source, find
from stackrepro.data.views import View

__all__ = ["Source", "View", "find", "prepare"]
