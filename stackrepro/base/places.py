"""Where things lie: the data root, the cache, the runs. An option wins over the environment, that over the default.

A place that a user has named counts from the folder where it was typed; `~` and variables such as `$HOME` in it mean
what they mean to a shell. The variables of the environment are made so when this module is imported, since child
processes work in folders of their own.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import platformdirs

import stackrepro
from stackrepro.base.errors import UserError

VARIABLES = ("STACKREPRO_DATA", "STACKREPRO_RUNS", "STACKREPRO_CACHE", "STACKREPRO_INCEPTION")
VARIABLES += ("XDG_CACHE_HOME", "XDG_DATA_HOME")  # where the defaults lie


def absolute(place: str | Path) -> Path:
    """Return a place that was named here, from the root on.

    Raises:
        UserError: it names a home folder or a variable that isn't known here.
    """
    meant = os.path.expanduser(os.path.expandvars(place))
    if unknown := re.search(r"^~[^/]*|\$\w+|\$\{.*?\}", meant):
        raise UserError(
            f"{place} is nowhere, since {unknown[0]} means nothing here: write the folder in full (STACKREPRO_CACHE "
            f"names the cache's)."
        )
    return Path(meant).absolute()


for variable in VARIABLES:
    if os.environ.get(variable):
        with suppress(UserError):  # whoever asks for the place is told
            os.environ[variable] = str(absolute(os.environ[variable]))


def data_root(option: str | Path | None = None) -> Path | None:
    """Return the folder of the data archives, or one archive itself, or None when the synthetic sets shall serve.

    The per-user default serves only if it holds anything. A place that was named but isn't there is a `UserError`.
    """
    named = str(option or os.environ.get("STACKREPRO_DATA", ""))
    if not named:
        default = default_data_root()
        # A download that failed may have left its lock or its part there, which is no data.
        found = default.is_dir() and any(p.name[0] != "." and p.suffix != ".part" for p in default.iterdir())
        return default if found else None
    root = absolute(named)
    if not root.exists():
        raise UserError(
            f"The data root {root} is not there: name the folder that holds the archives, or one archive, with "
            f"--data-root or STACKREPRO_DATA, or leave both out to use the embedded synthetic sets."
        )
    return root.resolve()


def default_data_root() -> Path:
    """Return the per-user folder where `stackrepro data download` puts archives."""
    return _of_user(platformdirs.user_data_dir)


def cache_root() -> Path:
    """Return the folder of what can be made again (prepared arrays, features, Inception weights)."""
    named = os.environ.get("STACKREPRO_CACHE")
    return absolute(named) if named else _of_user(platformdirs.user_cache_dir)


def _of_user(folder: Callable[..., str]) -> Path:
    try:
        return absolute(folder("stackrepro", appauthor=False))
    except RuntimeError as error:  # containers may run as a user whom their system doesn't know
        raise UserError("This user has no home folder: set HOME to a folder that can be written.") from error


def repository() -> Path:
    """Return the checkout that this package runs from; for an installed copy, the working folder."""
    checkout = Path(stackrepro.__file__).resolve().parent.parent
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


def runs_root(option: str | Path | None = None) -> Path:
    """Return the folder of the runs: `option`, STACKREPRO_RUNS, or `runs` in the repository."""
    named = str(option or os.environ.get("STACKREPRO_RUNS", ""))
    return absolute(named).resolve() if named else repository() / "runs"


def results_root() -> Path:
    """Return the folder of the committed results."""
    return repository() / "results"
