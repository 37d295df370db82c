"""Make the book: find the data, let Snakemake run what is missing, and say where the site lies."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from scheduling import Steps, in_words, parameters_of, parser_of, prepare_all, set_aside, snakemake, status_of

from stackrepro.base import places
from stackrepro.base.cores import cores
from stackrepro.base.files import write_json
from stackrepro.base.lock import locked
from stackrepro.report.chapter import check
from stackrepro.report.lists import listed_runs

SNAKEFILE = Path(__file__).resolve().with_name("Snakefile")
RUN_SECONDS = {"smoke": 6.0, "quick": 60.0}  # of a run with its measures, on one core, until this book has one


def main() -> int:
    """Build the site that the options ask for; return the exit status."""
    parser = parser_of(__doc__)
    parser.add_argument(
        "--extended", action="store_true", help="train what the chapters else only show where it is finished, too"
    )
    parser.add_argument("--published", action="store_true", help="make no run: the book from published results alone")
    parser.add_argument("--jobs", type=int, help="processes at once (default: one for each core; one alone on a GPU)")
    options = parser.parse_args()
    if options.jobs is not None and options.jobs < 1:
        parser.error("--jobs must be 1 or more")
    return status_of(lambda: build(options))


def build(options: argparse.Namespace) -> int:
    """Build one site in a folder of its own for its tier and data set; return the exit status.

    Raises:
        UserError: a parameter has an impossible value, or the data aren't there.
    """
    build_root = places.repository() / "_build"
    if options.published:  # neither runs nor data of this machine may reach it
        options.data, own = None, build_root / "site"
        os.environ |= {"STACKREPRO_RUNS": str(own / "runs"), "XDG_DATA_HOME": str(own / "data"), "STACKREPRO_DATA": ""}
    parameters = parameters_of(options, options.extended)
    chapter = check(parameters)
    drawn = [source for source in chapter.sources.values() if source.synthetic]
    if len(drawn) < len(chapter.sources):
        for source in drawn:
            print(f"{parameters.data_root} holds no {source.dataset}: {source.name} stand in for them.")
    labels = ["site"] if options.published else [chapter.tier, *(s.label for s in chapter.sources.values())]
    site = build_root / "-".join(dict.fromkeys(labels))
    with locked(site) as lock:
        began = time.monotonic()
        which = "" if options.published else "extended" if chapter.extended else "book"
        runs = listed_runs(which, chapter.tier, chapter.seeds, chapter.sources) if which else []
        if runs:
            prepare_all(runs, chapter.sources)
        prepared = in_words(time.monotonic() - began)
        set_aside(runs, chapter.runs_root)
        write_json(site / "parameters.json", asdict(parameters))
        write_json(site / "workflow.json", {**asdict(parameters), "list": which})
        jobs = options.jobs or (cores() if options.device == "cpu" else 1)
        arguments = ["--snakefile", SNAKEFILE, "--cores", str(jobs), "--configfile", "workflow.json"]
        steps = Steps(jobs, {"run": RUN_SECONDS.get(chapter.tier), "chapter": 6.0, "site": 30.0})
        # Snakemake shares the lock's descriptor: while it lives, no second one can start, even if this is killed.
        status = snakemake([*arguments, "--quiet", "all", "--rerun-incomplete"], site, (lock,), steps)
        if status and not steps.planned:  # it failed before any job, and being quiet it didn't say why
            snakemake([*arguments, "--quiet", "rules", "host", "--dry-run"], site)
    if status:
        print(f"The book is not finished; the reason stands above, and the logs in {site / 'logs'}.", file=sys.stderr)
        return 1
    if steps.planned:
        write_json(site / "seconds.json", steps.seconds)
        print(f"Data in {prepared}, {steps.summary()}; {in_words(time.monotonic() - began)} in all.")
    print(site / "html" / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
