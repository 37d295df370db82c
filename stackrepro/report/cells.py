"""What all tables share: how a table is dressed, and how numbers of several seeds and flags are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import pandas as pd
from pandas.io.formats.style import Styler

from stackrepro.evaluation.flags import FLAGS, OF_FRECHET
from stackrepro.evaluation.intervals import t_interval
from stackrepro.report.provenance import note
from stackrepro.runs import StoredRun
from stackrepro.runs.store import DEAD_GAME, OLDER_VERSION, REPEATS

OF_RUNS = {
    OLDER_VERSION: "made before the package's numbers changed; counts in no verdict",
    DEAD_GAME: "at its end the discriminator didn't tell real images from generated ones",
    REPEATS: "recall below 0.05: few images, whatever the latent",
}
LEGEND = {name: flag.meaning for name, flag in FLAGS.items()} | OF_RUNS


class Stamped(Protocol):
    """What says of which tier and data its runs are: a chapter, or published results."""

    stamp: str


def stamped(table: pd.DataFrame, stamp: str) -> Styler:
    """Dress a table for the page: no index, the stamp as its caption; a model's name may break before its variants."""
    style = table.style.hide(axis="index").set_caption(stamp)
    if "model" in table:
        style = style.format(lambda name: name.replace("+", "<wbr>+"), subset="model")
    # The class is what the theme knows tables of numbers by, in the dark too.
    return style.set_table_attributes('class="dataframe"')


def from_runs(rows: list[dict[str, Any]], runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """Make a table of rows that were read from these runs; a line under it names them."""
    note(runs)
    return pd.DataFrame(rows)


def over_seeds(values: Sequence[float], style: str) -> str:
    """Write one value, or the mean of several with its t-interval over seeds."""
    interval = t_interval(values)
    if interval.n == 1:
        return f"{interval.mean:{style}}"
    return f"{interval.mean:{style}} [{interval.low:{style}}, {interval.high:{style}}]"


def legend(stamp: str, flags: Iterable[str]) -> str:
    """Put the meaning of the flags in a table, each a list joined by commas, behind its stamp."""
    found = dict.fromkeys(flag for cell in flags for flag in cell.split(", ") if flag in LEGEND)
    return " | ".join([stamp, *(f"{flag}: {LEGEND[flag]}" for flag in found)])


def flagged(group: list[StoredRun], rows: Iterable[dict[str, Any]], trained: bool = True) -> str:
    """Write the flags that any of the measured rows of these runs carries, each once, and those of the runs themselves.

    No table shows the value that `bent-line` is about. Without rows, as for measures that carry no flags, it tells of
    the runs alone. Of rows that no trained generator has made it tells only whether the runs are of an older version.
    """
    of_rows = (flag for row in rows for flag in row["flags"] if flag != "bent-line")
    of_runs = (flag for run in group for flag in run.flags if trained or flag == OLDER_VERSION)
    return ", ".join(dict.fromkeys([*of_rows, *of_runs])) or "-"


def flagged_images(group: list[StoredRun], rows: Iterable[dict[str, Any]], trained: bool = True) -> str:
    """Write the flags that concern the images, without those of the Fréchet distance alone."""
    kept = ({"flags": [flag for flag in row["flags"] if flag not in OF_FRECHET]} for row in rows)
    return flagged(group, kept, trained)


def dressed(table: pd.DataFrame, stamp: str) -> Styler:
    """Dress a table whose last column is of flags, with their meaning behind the stamp."""
    described = not {"images", "made of"}.isdisjoint(table)
    classes = "dataframe flagged described" if described else "dataframe flagged"
    return stamped(table, legend(stamp, table["flags"])).set_table_attributes(f'class="{classes}"')
