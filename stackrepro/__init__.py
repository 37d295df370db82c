"""stackrepro: two papers on stacked GANs, replicated as a book that anyone can re-run."""

__version__ = "0.1.0"
