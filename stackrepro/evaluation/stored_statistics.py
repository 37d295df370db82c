"""Statistics of features that another program has stored."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from stackrepro.base.errors import UserError
from stackrepro.evaluation.frechet import Statistics


def read_statistics(path: Path, dims: int) -> Statistics:
    """Read an .npz file as pytorch-fid's `--save-stats` writes it: `mu`, shape (dims,), and `sigma`, (dims, dims).

    Such a file tells neither how many images it was made of nor how they were resized; the count is None.

    Raises:
        UserError: the file isn't whole, holds something else, or features of other dimensions.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            mean, covariance = (np.asarray(stored[name], np.float64) for name in ("mu", "sigma"))
    except (OSError, ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise UserError(f"{path} holds no mu and sigma that can be read ({error}): make it again.") from error
    if mean.ndim != 1 or covariance.shape != (len(mean), len(mean)):
        raise UserError(f"{path} holds mu {mean.shape} and sigma {covariance.shape}, which don't fit: make it again.")
    if len(mean) != dims:
        raise UserError(
            f"{path} was made of {len(mean)}-dimension features, the protocol's have {dims}: choose the protocol that "
            f"it was made by."
        )
    if not (np.isfinite(mean).all() and np.isfinite(covariance).all() and np.allclose(covariance, covariance.T)):
        raise UserError(f"{path} holds a sigma that is no covariance, or numbers that aren't finite: make it again.")
    return Statistics(mean, covariance, None)
