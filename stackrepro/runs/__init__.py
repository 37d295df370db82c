"""The run: its identity, its folder, its training, its samples, and the store of all runs. Light until it trains."""

from stackrepro.runs.run import Run
from stackrepro.runs.store import StoredRun, find, stored

__all__ = ["Run", "StoredRun", "find", "stored"]
