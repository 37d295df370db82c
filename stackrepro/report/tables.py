"""One builder for all tables of runs, with its registry of columns; below it tables of configurations.

A table has a row for each model and each thing that was measured of it. What depends on no model (real images against
other real images, images of something else, noise) stands once for all models that it is for. A page shows at most six
columns; all of them, with seeds and flags, are in the CSV file that is linked below the table.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any, Protocol

import pandas as pd

from stackrepro.evaluation.intervals import Interval, root_mean_square, spread_of_trainings, t_interval
from stackrepro.evaluation.protocols import FLAGS, OF_FRECHET, plan_for
from stackrepro.experiments import TIERS, resolve
from stackrepro.experiments.tiers import stage_sizes
from stackrepro.report.chapter import note
from stackrepro.runs import StoredRun
from stackrepro.runs.store import DEAD, LOW, LOW_RECALL, OLDER_VERSION
from stackrepro.training.configuration import Configuration, record

Result = dict[str, Any]
Runs = dict[str, list[StoredRun]]  # by model, a run for each seed
TRAINED = ("average", "generated")  # recorded rows of trained generators, the latter of their last iterates
REAL = ("floor", "other_domain", "noise")  # real-vs-real baseline, out-of-domain and noise reference
CLOSE = 1e-3  # as a share or in itself: further digits may be those of the machine that measured
MEANING = {name: flag.meaning for name, flag in FLAGS.items()} | {
    OLDER_VERSION: "made before the package's numbers changed; counts in no verdict",
    DEAD: "at its end the discriminator didn't tell real images from generated ones",
    LOW: "recall below 0.05: hardly a real image has generated ones around it",
}


class About(Protocol):
    """What says of which tier and data its runs are: a chapter, or published results."""

    scope: str


@dataclass(frozen=True)
class Column:
    """A column: its head, how to read it from a result, and how to write it.

    `read` takes a result, with its run's configuration, and the name of a row; it returns a number, or None where that
    wasn't measured. `gather` makes one value of those of all seeds. The head may name the result's {protocol}, its
    {dims} and the protocol {early} of its snapshots. `of` says which flags concern the column: of a "frechet" distance,
    which stands only where a row has as many images as the trained generators, of other measures of "features", or
    none. Where `page` is false it stands in the CSV file alone.
    """

    head: str
    read: Callable[[Result, str], Any]
    style: str = ".2f"
    of: str = ""
    gather: Callable[[list], Any] = t_interval
    page: bool = True
    bar: bool = False

    def cell(self, results: Sequence[Result], what: str) -> Any:
        """Return the value of a row over the seeds, or None."""
        measures, trained = [result["measures"] for result in results], trained_in(results)
        if self.of == "frechet" and trained in measures[0] and any(m[what]["n"] != m[trained]["n"] for m in measures):
            return None
        values = [self.read(result, what) for result in results]
        return None if None in values else self.gather(values)

    def text(self, value: Any) -> str:
        """Write a value: one seed's, or the mean of several with its interval."""
        if not isinstance(value, Interval):
            return "-" if value is None else f"{value:{'' if isinstance(value, str) else self.style}}"
        ends = "" if value.n == 1 else f" [{value.low:{self.style}}, {value.high:{self.style}}]"
        return f"{value.mean:{self.style}}{ends}"


def at(*path: str) -> Callable[[Result, str], Any]:
    """Make a reader of what stands at a path in a result, where "row" is the name of the row; None if nothing does."""

    def read(result: Result, what: str) -> Any:
        found: Any = result
        for key in path:
            found = None if found is None else found.get(what if key == "row" else key)
        return found

    return read


def of_copies(space: str, key: str) -> Callable[[Result, str], Any]:
    """Make a reader of a count of copies; of real images half are nearer than others, by definition."""
    of_real = 0.5 if key == "nearer_than_real" else None
    return lambda result, what: result["copying"][space].get(key) if what in TRAINED else of_real


def of_time(value: Callable[[dict[str, float], int], float]) -> Callable[[Result, str], Any]:
    """Read something of a training's seconds, by what they were spent on, and its updates."""
    return lambda result, _: value(result["training"]["seconds"], result["configuration"]["updates"])


def first(values: list) -> Any:
    return values[0]


def over_trainings(rows: list[dict[str, Any]]) -> float | None:
    """Return the spread of rows' Fréchet distances that is left when the part of their samples is taken."""
    distances, errors = zip(*((row["frechet"], row.get("frechet_error")) for row in rows), strict=True)
    return None if None in errors or len(rows) == 1 else spread_of_trainings(distances, errors)


def extrapolated(result: Result, what: str) -> float | None:
    """Read the distance at n to infinity, unless the line bends."""
    row = result["measures"][what]
    return None if "bent-line" in row["flags"] else row.get("frechet_infinity")


def best_update(result: Result, what: str) -> int | None:
    """Read the snapshot with the smallest distance, where snapshots were measured."""
    points = result["trajectory"] if what in TRAINED else None
    return points and min(points, key=lambda point: point["frechet"])["update"]


measured = partial(at, "measures", "row")
csv_only = partial(Column, page=False)
COLUMNS = {
    "FID": Column("{protocol}", measured("frechet"), of="frechet"),
    "KID": Column("KID-{dims}", measured("kid"), "z.3f", "features", bar=True),
    "untrained": Column(
        "KID-{dims}, untrained", lambda r, row: r["measures"]["untrained"]["kid"] if row in TRAINED else None, ".3f"
    ),
    "n": Column("n : reference", lambda r, row: "{n:,} : {n_reference:,}".format(**r["measures"][row]), gather=first),
    "infinity": csv_only("{protocol}, n to infinity", extrapolated, of="frechet"),
    "FID error": csv_only(
        "{protocol}, error over samples", measured("frechet_error"), of="frechet", gather=root_mean_square
    ),
    "KID error": csv_only("KID-{dims}, error over samples", measured("kid_error"), ".3f", gather=root_mean_square),
    "trainings": csv_only("{protocol}, spread of trainings", measured(), of="frechet", gather=over_trainings),
    "early": Column("{early}", lambda result, _: (result["trajectory"] or [{}])[-1].get("frechet")),
    "recalibrated": Column("{early}, recalibrated", at("recalibrated", "frechet")),
    "best": csv_only("best update", best_update, gather=lambda found: ", ".join(f"{n:,}" for n in found)),
    **{key: Column(key, measured(key), of="features") for key in ("precision", "density", "recall", "coverage")},
    **{
        key.replace("_", " "): Column(key.replace("_", " "), at("pixels", "row", key), ".3g")
        for key in ("sharpness", "border_noise", "spectrum_distance", "colour_distance")
    },
    **{
        f"{head}, {space}": Column(f"{head}, {space}", of_copies(space, key), style, page=key.startswith("nearer"))
        for space in ("features", "pixels")
        for key, head, style in (
            ("nearer_than_any", "nearer than any real image", ".3g"),
            ("nearer_than_real", "nearer than a random one", ".2f"),
            ("distance", "median distance", ".4g"),
            ("real_distance", "median distance of real images", ".4g"),
            ("n_training", "training images searched", ",.0f"),
        )
    },
    "L1": Column("L1", at("translation", "row", "l1"), ".1f"),
    "moved": Column("moved by its latent", at("latent_diversity", "share")),
    "coherence": Column("coherence", at("coherence", "correlation")),
    "weights": Column("weights trained", at("counts", "generator", "trainable"), ",", gather=first),
    "updates": Column("updates", at("configuration", "updates"), ",", gather=first),
    "minutes": Column("minutes", of_time(lambda seconds, _: sum(seconds.values()) / 60), ".1f"),
    "ms": Column("ms an update", of_time(lambda seconds, updates: 1000 * sum(seconds.values()) / updates), ".1f"),
    "images/s": Column("images/s", at("training", "images_per_second"), ",.0f"),
    **{
        part: csv_only(part, of_time(lambda s, _, part=part: s[part] / sum(s.values())), ".0%")
        for part in ("data", "discriminator", "generator")
    },
}


@dataclass(frozen=True)
class Row:
    """A row: its model and what was measured of it, its number of seeds, its values by column, and its flags.

    `scale` holds what the same result has for real images and for images of something else, by KID.
    """

    model: str
    images: str
    seeds: int | None
    values: dict[str, Any]
    flags: list[str]
    scale: tuple[float, float] | None

    def written(self, columns: dict[str, Column]) -> dict[str, str]:
        """Return the cells of some columns as text."""
        cells = {head: column.text(self.values[head]) for head, column in columns.items()}
        return {"model": self.model, "images": self.images, **cells}


@dataclass(frozen=True)
class Table:
    """A table of runs. `columns` are those that have a value anywhere, by their heads."""

    columns: dict[str, Column]
    rows: list[Row]
    scope: str

    @property
    def data(self) -> pd.DataFrame:
        """All columns, written out, with seeds and flags."""
        beside = ({"seeds": row.seeds or "-", "flags": ", ".join(row.flags) or "-"} for row in self.rows)
        return pd.DataFrame(row.written(self.columns) | more for row, more in zip(self.rows, beside, strict=True))

    @property
    def caption(self) -> str:
        """Tier and data, the number of seeds where all rows have the same, and each flag's meaning, once."""
        seeds = {row.seeds for row in self.rows} - {None}
        same = [f"n = {seeds.pop()}"] if len(seeds) == 1 else []
        flags = dict.fromkeys(flag for row in self.rows for flag in row.flags)
        drawn = any(column.bar for column in self.columns.values()) and any(row.scale for row in self.rows)
        bars = ["bars: from real images, left mark, to images of something else, right mark"] if drawn else []
        explained = [f"{flag}{self._where(flag)}: {MEANING[flag]}" for flag in flags]
        return " | ".join([self.scope, *same, *bars, *explained])

    def _repr_html_(self) -> str:
        columns = {head: column for head, column in self.columns.items() if column.page}
        several = len({row.seeds for row in self.rows} - {None}) > 1
        shown = []
        for row in self.rows:
            count = f" (n = {row.seeds})" if several and row.seeds else ""
            bars = {head: bar(row.values[head], row.scale) for head, column in columns.items() if column.bar}
            written = row.written(columns) | {"images": row.images + count}
            shown.append({head: text + bars.get(head, "") for head, text in written.items()})
        page = pd.DataFrame(shown)
        if page["images"].nunique() == 1:
            page = page.drop(columns="images")
        return on_page(page, self.caption) + as_csv(self.data, "all columns as CSV")

    def _where(self, flag: str) -> str:
        """Name the rows that a flag is about, unless it is about all."""
        names = [f"{row.model}, {row.images}" for row in self.rows if flag in row.flags]
        if len(names) == len(self.rows):
            return ""
        few = "; ".join(dict.fromkeys(names))
        return f" ({few})" if len(names) <= 4 else f" ({len(names)} of {len(self.rows)} rows, see the CSV)"


def bar(value: Any, scale: tuple[float, float] | None) -> str:
    """Draw a mean with its interval between real images (left mark) and images of something else (right mark)."""
    if not isinstance(value, Interval) or scale is None or scale[1] <= scale[0]:
        return ""
    half = value.half if value.n > 1 else 0.0
    at = [
        min(max((number - scale[0]) / (scale[1] - scale[0]), -0.1), 1.2) * 60 + 8
        for number in (value.mean - half, value.mean, value.mean + half)
    ]
    marks = "".join(f'<path d="M{x} 1V9" opacity=".5"/>' for x in (8, 68))
    line = f'<path d="M{at[0]:.1f} 5H{at[2]:.1f}" stroke-width="2"/><circle cx="{at[1]:.1f}" cy="5" r="2"/>'
    drawn = 'class="bar" aria-hidden="true" width="82" height="10" stroke="currentColor" fill="currentColor"'
    return f"<svg {drawn}>{marks}{line}</svg>"


@dataclass(frozen=True)
class Plain:
    """A table of anything else, with its caption; a page shows `brief` in its place, where there is one."""

    data: pd.DataFrame
    caption: str
    brief: pd.DataFrame | None = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        shown, words = (self.data, "CSV") if self.brief is None else (self.brief, "all columns as CSV")
        return on_page(shown, self.caption) + as_csv(self.data, words)


def on_page(table: pd.DataFrame, caption: str) -> str:
    """Write a table for the page, whose cells may hold HTML; a model's name may break before its variants.

    Heads say FID-192 for a protocol's full name, which the CSV file has. pandas' own writer gives each cell a class and
    the table a random name, which no page needs and no two outputs share.
    """

    def written(head: str, value: Any) -> str:
        text = f"{value:.6f}" if isinstance(value, float) else str(value)
        # On a screen a mean and its interval stay in one line, and two counts.
        text = re.sub(r"\S+ (\[[^]]*\]|: \S+)", r'<span class="together">\g<0></span>', text)
        return text.replace("+", "<wbr>+") if head == "model" else text

    heads = (re.sub(r"\bfid(-\d+)?/pytorch-fid\b", lambda found: f"FID{found[1] or '-2048'}", str(h)) for h in table)
    top = "".join(f'<th scope="col">{written("model", head)}</th>' for head in heads)
    cells = ((f"<td>{written(head, value)}</td>" for head, value in row.items()) for row in table.to_dict("records"))
    rows = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    # The theme knows tables of numbers by one class, in the dark too, and clears the margin beside the other.
    body = f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{rows}</tbody>"
    return f'<table class="dataframe full-width">{body}</table>'


def as_csv(table: pd.DataFrame, words: str) -> str:
    """Return a link that saves a table as CSV."""
    content = base64.b64encode(table.to_csv(index=False).encode()).decode()
    return f'<a class="csv" download="table.csv" href="data:text/csv;base64,{content}">{words}</a>'


def table(
    about: About,
    runs: Runs,
    columns: Sequence[str | Column],
    rows: dict[str, str] | None = None,
    real: Sequence[str] = (),
    seen: Callable[[StoredRun], Result] = lambda run: run.result,
) -> Table:
    """Make a table of runs.

    Args:
        columns: keys of COLUMNS, or columns of one's own.
        rows: by the recorded name what the row is called; "trained" is the average of the weights where all runs have
            it, else the last iterate, and "last" the last iterate beside the average.
        real: which of REAL stand behind the models, once for all that share them.
        seen: gives the result to read of a run.
    """
    note(runs)
    pairs = {
        name: [(run, seen(run) | {"configuration": run.record["configuration"]}) for run in group]
        for name, group in runs.items()
    }
    protocol = next(iter(pairs.values()))[0][1].get("protocol", {})
    early = protocol.get("trajectory", {}).get("name")
    words = {"protocol": protocol.get("name"), "dims": protocol.get("dims"), "early": early}
    listed = [COLUMNS[column] if isinstance(column, str) else column for column in columns]
    chosen: dict[str, Column] = {}
    for column in listed:
        chosen.setdefault(column.head.format(**words), column)  # the early features may be the protocol's own
    found, sharing = [], by_real_images(pairs, real)
    for name, group in pairs.items():
        for what, called in recorded_rows(group, rows or {"trained": "trained"}).items():
            found.append(row_of(name, called, group, what, chosen))
        for shared in sharing:
            if name == list(pairs if len(sharing) == 1 else shared)[-1]:
                one = next(iter(shared.values()))[:1]
                measures, named = one[0][1]["measures"], all_of(shared, pairs)
                for what in (what for what in real if what in measures):
                    baseline = what == "floor"
                    called = "real images (baseline)" if baseline else f"{measures[what]['images']} (reference)"
                    found.append(row_of(named, called, one, what, chosen))
    filled = {head: column for head, column in chosen.items() if any(row.values[head] is not None for row in found)}
    return Table(filled, found, about.scope)


Pair = tuple[StoredRun, Result]


def recorded_rows(group: list[Pair], rows: dict[str, str]) -> dict[str, str]:
    """Return rows by their recorded names, in the order asked for; the last iterate stands apart beside an average."""
    trained = trained_in([result for _, result in group])
    names = {"trained": trained, "last": "generated" if trained == "average" else None}
    there = set.intersection(*(set(result["measures"]) for _, result in group)) | {trained}
    return {names.get(what, what): words for what, words in rows.items() if names.get(what, what) in there}


def row_of(model: str, words: str, group: list[Pair], what: str, columns: dict[str, Column]) -> Row:
    """Make a row of the same experiment's runs."""
    results = [result for _, result in group]
    values = {key: column.cell(results, what) for key, column in columns.items()}
    kinds = {columns[key].of for key, value in values.items() if value is not None}
    of_rows = [flag for result in results for flag in result["measures"].get(what, {}).get("flags", ())]
    # No table of a page shows the value that `bent-line` is about.
    flags = [flag for flag in of_rows if flag != "bent-line" and ("frechet" in kinds or flag not in OF_FRECHET)]
    # Of rows that no trained generator has made it tells only whether the runs are of an older version. Recall is the
    # row's own: in another space it needn't be low.
    recalls = [result["measures"].get(what, {}).get("recall") or 0.0 for result in results]
    raised = [
        flag
        for (run, _), recall in zip(group, recalls, strict=True)
        for flag in run.flags
        if flag != LOW or recall < LOW_RECALL
    ]
    of_runs = [flag for flag in raised if what in TRAINED or flag == OLDER_VERSION]
    kid = {name: row["kid"] for name, row in results[0]["measures"].items() if name in REAL}
    scale = (kid["floor"], kid["other_domain"]) if {"floor", "other_domain"} <= kid.keys() else None
    shown = [*(flags if kinds - {""} else []), *of_runs]
    return Row(model, words, None if what in REAL else len(group), values, list(dict.fromkeys(shown)), scale)


def trained_in(results: Sequence[Result]) -> str:
    """Name the row that stands for the trained generators: the average of the weights if all runs have it."""
    return "average" if all("average" in result["measures"] for result in results) else "generated"


def by_real_images(pairs: dict[str, list[Pair]], real: Sequence[str]) -> list[dict[str, list[Pair]]]:
    """Gather the runs, of whatever model and seed, whose view and whose rows of real images are the same."""
    found: list[tuple[Result, dict[str, list[Pair]]]] = []
    for name, pair in ((name, pair) for name, group in pairs.items() for pair in group):
        if not pair[1]["measures"].keys().isdisjoint(real):
            shared = next((others for one, others in found if same_real_images(one, pair[1])), None)
            if shared is None:
                shared = {}
                found.append((pair[1], shared))
            shared.setdefault(name, []).append(pair)
    return [shared for _, shared in found]


def same_real_images(one: Result, other: Result) -> bool:
    """Tell whether two results have the same rows of real images, but for what another machine's arithmetic makes."""
    rows = [{what: result["measures"][what] for what in REAL if what in result["measures"]} for result in (one, other)]
    views = [result["configuration"]["view"] for result in (one, other)]
    return (views[0], rows[0].keys()) == (views[1], rows[1].keys()) and all(
        all(a.get(key) == b.get(key) for key in ("n", "n_reference", "images"))
        and all(math.isclose(a[key], b[key], rel_tol=CLOSE, abs_tol=CLOSE) for key in ("frechet", "kid"))
        for a, b in zip(rows[0].values(), rows[1].values(), strict=True)
    )


def all_of(shared: dict[str, list[Pair]], pairs: dict[str, list[Pair]]) -> str:
    """Name models that share a view: by what it shows and its size if they are several and all such ones, else each."""

    def shows(pair: Pair) -> tuple[str, int]:
        view = pair[1]["configuration"]["view"]
        return view["dataset"] if view["dataset"] == "birds" else view["kind"], view["size"]

    kind, size = shows(next(iter(shared.values()))[0])
    alike = [name for name, group in pairs.items() if any(shows(pair) == (kind, size) for pair in group)]
    return f"all {kind} at {size} px" if len(shared) > 1 and alike == list(shared) else ", ".join(shared)


def in_edges(run: StoredRun) -> Result:
    """Return the result of a run as seen in the space of edges, where it has drawn something else."""
    protocol = f"{run.result['protocol']['name']} of edges"
    if protocol not in run.result["protocols"]:
        return run.result
    rows = run.result["protocols"][protocol]
    return run.result | {"measures": {what: rows[what] for what in TRAINED if what in rows}}


ALL_ROWS = {"trained": "trained", "last": "last iterate", "untrained": "untrained"}
MADE_OF = {
    "trained": "from generated images",
    "held_out": "from real ones, held out",
    "trained_on": "from real ones, trained on",
    "untrained": "from generated ones, untrained",
}
ERRORS = ("infinity", "FID error", "KID error", "trainings")
# A Fréchet distance falls with n, so it stands only where n is that of the trained generator; KID has no such bias.
distances = partial(table, columns=("FID", "KID", "n", *ERRORS), rows=ALL_ROWS, real=REAL)
at_a_glance = partial(table, columns=("FID", "KID", "untrained"), real=("floor",))
both_features = partial(table, columns=("FID", "KID", "early", "recalibrated", "best"))
fidelity = partial(table, columns=("precision", "density", "recall", "coverage"), real=("floor",))
pixels = partial(table, columns=("sharpness", "border noise", "spectrum distance", "colour distance"), real=("floor",))
copying = partial(table, columns=[key for key in COLUMNS if key.endswith((", features", ", pixels"))], real=("floor",))
edge_space = partial(table, columns=("FID", "KID", "recall", "n"), real=REAL, seen=in_edges)
made_of = partial(table, columns=("FID", "KID", "L1", "n"), rows=MADE_OF, real=REAL)
latents = partial(table, columns=("moved", "coherence"))
cost = partial(table, columns=("weights", "updates", "minutes", "ms", "images/s", "data", "discriminator", "generator"))


def counts(configurations: dict[str, Configuration], brief: bool = True) -> Plain:
    """Count what the networks hold: a row for each generator, each stage of a stack, and each discriminator.

    `brief` shows a row for each model: the parameters of its parts, and how many of its generator are trained.
    """
    from stackrepro.models.summary import stages, sum_counts, summarise  # imports torch

    rows, models = [], []
    for name, configuration in configurations.items():
        layers = summarise(configuration.generator)
        parts = {"generator": layers, **stages(layers), "discriminator": summarise(configuration.discriminator)}
        found = {part: sum_counts(those).as_dict() for part, those in parts.items()}
        for part, numbers in found.items():
            rows.append({"model": name, "part": part, **{k.replace("_", " "): f"{n:,}" for k, n in numbers.items()}})
        own = {part: f"{numbers['parameters']:,}" for part, numbers in found.items()}
        trained = {"generator": own.pop("generator"), "of it trained": f"{found['generator']['trainable']:,}"}
        models.append({"model": name, **trained, **own})
    tiers = f"tier {', '.join(dict.fromkeys(c.tier for c in configurations.values()))}"
    if not brief:
        return Plain(pd.DataFrame(rows), tiers)
    shown = pd.DataFrame(models).fillna("-")  # of single models, which have no stages
    order = sorted(shown.columns, key=lambda head: (head == "discriminator", head.startswith("stage")))
    return Plain(pd.DataFrame(rows), f"{tiers} | parameters", shown[order])


def settings(configurations: dict[str, Configuration]) -> pd.DataFrame:
    """Set training settings side by side: a row for each setting, a column for each configuration."""
    columns = {
        name: {
            "update rule": c.update.name,
            "value range": f"[{c.value_range[0]:g}, {c.value_range[1]:g}]",
            "generator's optimizer": optimizer(c.generator_optimizer),
            "discriminator's optimizer": optimizer(c.discriminator_optimizer),
            "initial weights": c.initial_weights,
            "batch": str(c.batch),
            "updates": f"{c.updates:,}",
            "order of images": "new each epoch" if c.reshuffle else "the same each epoch",
            "stage 1": joined(c),
            "frozen of stage 1": getattr(c.generator, "freeze", "-"),
        }
        for name, c in configurations.items()
    }
    return pd.DataFrame(columns).rename_axis("setting").reset_index()


def joined(c: Configuration) -> str:
    """Say in a word how a generator comes by its first stage."""
    if c.condition is not None and c.stage1 is not None:
        return "trained apart"
    return "none" if not hasattr(c.generator, "freeze") else "loaded" if c.stage1 else "random"


def optimizer(settings: Any) -> str:
    """Describe an optimizer in a few words."""
    details = f"beta1 {settings.beta1:g}" if settings.name == "adam" else f"rho {settings.decay:g}"
    clip = "" if settings.clip is None else f", clip {settings.clip:g}"
    return f"{settings.name} {settings.rate:g} ({details}{clip})"


def contrasted(configurations: dict[str, Any]) -> pd.DataFrame:
    """Set side by side what differs between configurations, or views, but for earlier stages: a row for each field."""
    columns = {name: dict(fields_of(record(c))) for name, c in configurations.items()}
    rows = [
        {"field": path, **{name: column.get(path, "-") for name, column in columns.items()}}
        for path in dict.fromkeys(path for column in columns.values() for path in column)
    ]
    return pd.DataFrame([row for row in rows if len({row[name] for name in columns}) > 1])


def fields_of(recorded: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the value of each field of a record, but for its names and earlier stages."""
    for key, value in recorded.items():
        if isinstance(value, dict) and key != "stage1":
            yield from fields_of(value, f"{path}{key}.")
        elif key not in ("experiment", "arm", "tier", "seed", "stage1"):
            yield path + key, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def tier_sizes(experiment: str, arm: str = "matched") -> Plain:
    """Set an experiment's scale at each tier side by side."""
    rows = []
    for tier in TIERS.values():
        configuration, protocol = resolve(experiment, arm, tier.name), plan_for(tier.name).standard
        rows.append(
            {
                "tier": tier.name,
                "pixels": " to ".join(map(str, stage_sizes(configuration))),
                "widths": f"1/{tier.divisor_for(configuration.view.dataset)}",
                "updates a stage": f"{configuration.updates:,}",
                "distance": protocol.name,
                "images measured": f"{protocol.samples:,}",
            }
        )
    return Plain(pd.DataFrame(rows), f"{experiment} | arm {arm}")
