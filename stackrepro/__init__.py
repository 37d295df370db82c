"""stackrepro: two papers on stacked GANs, replicated as a book that anyone can re-run."""

__version__ = "0.1.0"

# Whole numbers that each result records; one of another number says so in its tables and counts in no verdict. Each
# rises only in a commit that changes numbers, of trainings or of measures, which is when a test in tests/golden fails.
# Results from before the numbers were recorded are of version 1.
TRAINING_VERSION = 1
MEASURING_VERSION = 1
