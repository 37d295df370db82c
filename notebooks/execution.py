# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Execution
#
# What the runs of this book cost, and where they were made.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = "all"

# %% tags=["hide-cell"]
from collections import Counter
from html import escape

import pandas as pd
from IPython.display import HTML, Markdown, display

from stackrepro.base.files import read_json
from stackrepro.base.places import results_root
from stackrepro.report import ledger, lists, open_chapter, tables
from stackrepro.report.chapter import anchor, commit_of
from stackrepro.runs import stored

chapter = open_chapter(globals())


def finished(runs):
    """Return the runs with a result, each once."""
    whole = [run for run in runs if not run.damaged and run.result is not None]
    return list({run.folder.name: run for run in reversed(whole)}.values())[::-1]


# %% [markdown]
# ## Time
#
# Each run records what its training spent on data, on the discriminator and on the generator. A step of the
# discriminator includes making the images that it learns from. Evaluation, snapshots and checkpoints are left out.
# Times compare only between runs of one machine under the same load. [Costs](costs) tells how long other runs would
# take, [Benchmarks](../benchmarks) how much faster the training loop is than usual ones.

# %% tags=["hide-input"]
own, runs = finished(ledger.own_runs(chapter)), {}
for run in own:
    arm = "" if run.result["arm"] == lists.ARM else f"@{run.result['arm']}"
    runs.setdefault(run.result["experiment"] + arm, []).append(run)
for about in (chapter, chapter.about("faces")):
    of_data = {name: group for name, group in runs.items() if name.startswith(about.dataset)}
    if of_data:
        display(tables.cost(about, of_data))

# %% [markdown]
# `make book` trains:

# %% tags=["nbval-check-output", "remove-input"]
print(*lists.needed(), sep="\n")

# %% [markdown]
# ## Machines, versions, commits
#
# Those of the published runs and of this book's own. A + behind a commit says that files differed from it.


# %% tags=["hide-input"]
def over_starts(run, name):
    """List what a run's starts say of `machine` or `versions`, each different one once, that of the last start last."""
    said = [start.get(name, run.record[name]) for start in run.record["starts"]]
    if name == "versions":
        said = [", ".join(f"{library} {version}" for library, version in one.items()) for one in said]
    return [value for place, value in enumerate(said) if value not in said[place + 1 :]]


found = Counter()
for run in {run.folder.name: run for run in (*finished(stored(results_root())), *own)}.values():
    machine, versions = (over_starts(run, name)[-1] for name in ("machine", "versions"))
    device, threads = run.record["starts"][-1]["device"], run.record["threads"]
    found[machine, device, threads, versions, commit_of(run)] += 1
columns = ["runs", "machine", "device", "threads", "versions", "commit"]
tables.Plain(pd.DataFrame([(count, *key) for key, count in found.items()], columns=columns), "all runs of this page")

# %% [markdown]
# ## The runs of this book
#
# The lines under figures and tables link to this list. Each run can be repeated by its command. On a CPU of the same
# kind, with the same number of threads and the same versions, it ends with the same generator, whose hash is listed. A
# run of an older version was made before the package's numbers changed.


# %% tags=["hide-input"]
def entry(run):
    """Write an entry, which opens with a click, or by a link to what it holds, from a figure or a table."""
    record, result, updates = run.record, run.result, run.record["configuration"]["updates"]
    seconds, last = sum(result["training"]["seconds"].values()), record["starts"][-1]
    took = f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.1f} min"
    facts = {
        "data": f"{record['data']['name']}, fingerprint {record['data']['fingerprint'][:16]}",
        "device": f"{last['device']}, threads: {record['threads']}",
        "machine": "; ".join(over_starts(run, "machine")),
        "versions": "; ".join(over_starts(run, "versions")),
        "started": ", ".join(start["time"] for start in record["starts"]),
        "training": f"{updates:,} updates in {took}, {1000 * seconds / updates:.1f} ms an update",
        "throughput": f"{result['training']['images_per_second']:,.1f} images/s",
        "evaluated": result["evaluated"],
        "generator (SHA-256)": result["generator_sha256"][:16],
        "state": run.state,
        "commit": last["commit"] or commit_of(run),
    }
    written = {name: escape(value) for name, value in facts.items()}
    written["command"] = f"<code>{escape(record['command'])}</code>"
    inside = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in written.items())
    summary = f"{escape(run.folder.name)} | {run.state} | {took}"
    return f'<details class="run"><summary>{summary}</summary><dl id="{anchor(run)}">{inside}</dl></details>'


HTML("".join(map(entry, own)) or "<p>None.</p>")

# %% [markdown]
# ## The published runs

# %% tags=["remove-input"]
names = {run.folder.name for run in own}
HTML("".join(entry(run) for run in finished(stored(results_root())) if run.folder.name not in names) or "<p>None.</p>")

# %% [markdown]
# ## Kills
#
# `make soak` kills real processes with SIGKILL at random moments of all phases: while the synthetic sets are drawn,
# arrays prepared, networks trained, pictures and checkpoints written, results measured, chapters executed and the site
# built. Then the same command goes on to the end, and every file must equal that of a run that was never killed, except
# for recorded times. The table shows the last outcome.


# %% tags=["hide-input"]
def soak(path):
    if not path.exists():
        return Markdown("No outcome of a soak is kept here. `make soak` makes one.")
    outcome = read_json(path)
    cases = outcome["kills_by_case"].items()
    rows = [(case, moment, count) for case, kills in cases for moment, count in kills.items()]
    caption = (
        f"Soak of {outcome['date'][:10]}, commit {(outcome['commit'] or 'unknown')[:8]}: {outcome['kills']} of "
        f"{outcome['kills_asked']} kills, {outcome['files_compared']} files compared, "
        f"mismatches: {'; '.join(outcome['mismatches']) or 'none'}"
    )
    return tables.Plain(pd.DataFrame(rows, columns=["work", "killed", "kills"]), caption)


soak(results_root() / "soak.json")
