"""stackrepro: two papers on stacked GANs, replicated as a book that anyone can re-run."""

__version__ = "0.1.0"

# Recorded with each result; one of another number says so wherever it is shown. They rise only in a commit that changes
# numbers, which the tests in tests/golden tell, with a line in CHANGELOG.md: no edit that leaves numbers alone touches them.
TRAINING_VERSION = 1
MEASURING_VERSION = 1
