"""stackrepro: two papers on stacked GANs, replicated as a book that anyone can re-run.

In a notebook three names do most of the work: `resolve` gives a configuration by its name, `ensure` trains and
measures what a run lacks, and `load("birds/dconv-stack").sample(64)` makes images by a generator that was trained here
or published. Each is imported when it is first asked for, since `ensure` and `load` bring PyTorch along.
"""

from typing import Any

__version__ = "0.1.0"

# Whole numbers that each result records; one of another number says so in its tables and counts in no verdict. Each
# rises only in a commit that changes numbers, of trainings or of measures, which is when a test in tests/golden fails.
# Results from before the numbers were recorded are of version 1.
TRAINING_VERSION = 1
MEASURING_VERSION = 1


def __getattr__(name: str) -> Any:
    if name == "resolve":
        from stackrepro.experiments import resolve as found
    elif name == "ensure":
        from stackrepro.evaluation.evaluate import ensure as found
    elif name == "load":
        from stackrepro.runs.export import load as found
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found
