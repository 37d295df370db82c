"""Make many runs, those of the book, of the reference, or all, on this machine or on many by a profile."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from scheduling import outdated, parameters_of, parser_of, prepare_all, set_aside, snakemake, status_of

from stackrepro.base import places
from stackrepro.base.files import digest, write_json
from stackrepro.experiments.registry import one_of
from stackrepro.report.chapter import check
from stackrepro.report.lists import LISTS, listed_runs

PROFILES = places.repository() / "workflow" / "profiles"


def main() -> int:
    """Make the runs that the options ask for; return the exit status."""
    parser = parser_of(__doc__)
    parser.add_argument("--list", default="book", help="; ".join(f"{name}: {says}" for name, says in LISTS.items()))
    parser.add_argument("--profile", default="local", help="local, slurm, kubernetes, or a folder with a config.yaml")
    parser.add_argument("--dry-run", action="store_true", help="list the runs that are missing and make none")
    options = parser.parse_args()
    return status_of(lambda: make(options))


def make(options: argparse.Namespace) -> int:
    """Let Snakemake make the missing runs; return the exit status.

    Raises:
        UserError: a parameter has an impossible value, the data aren't there, or there is no such profile.
    """
    profile = Path(options.profile).resolve()
    if not (profile / "config.yaml").is_file():
        profile = PROFILES / one_of("profile", options.profile, {path.name: path for path in PROFILES.iterdir()})
    parameters = parameters_of(options)
    chapter = check(parameters)
    runs = listed_runs(one_of("list", options.list, LISTS), chapter.tier, chapter.seeds, chapter.sources)
    if options.dry_run:
        for run in outdated(runs, chapter.runs_root):
            print(f"To be measured again: {run.name}")
    else:
        prepare_all(runs, chapter.sources)
        set_aside(runs, chapter.runs_root)
    work = places.repository() / "_build" / "runs"  # below the checkout, or Snakemake can't carry it to other machines
    content = {**asdict(parameters), "list": options.list, "logs": str(chapter.runs_root / "logs")}
    values = work / f"{chapter.tier}-{digest(content)[:8]}.json"  # jobs on other machines read it later, too
    write_json(values, content)
    arguments = ["runs", "--snakefile", "workflow/runs.smk", "--profile", profile]
    arguments += ["--configfile", values.relative_to(places.repository()), *(["--dry-run"] if options.dry_run else [])]
    return snakemake(arguments, places.repository())


if __name__ == "__main__":
    sys.exit(main())
