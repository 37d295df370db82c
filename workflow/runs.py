"""Make many runs: those of the book, or all that are registered, on this machine or on many by a profile."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.base.files import write_json
from stackrepro.data import prepare
from stackrepro.experiments import TIERS
from stackrepro.experiments.registry import one_of
from stackrepro.report.chapter import Chapter, Parameters, check
from stackrepro.report.plan import book_runs, every_run

PROFILES = places.repository() / "workflow" / "profiles"


def main() -> int:
    """Make the runs that the options ask for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", default="quick", help=f"the scale of the runs: {', '.join(TIERS)} (default: quick)")
    parser.add_argument("--data", default=os.environ.get("DATA") or None, metavar="FOLDER", help="the data root")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="a run of each for each seed")
    parser.add_argument("--device", default="cpu", help="where to train: cpu, cuda, auto")
    parser.add_argument("--all", action="store_true", help="every experiment, arm and variant, not only the book's")
    parser.add_argument("--profile", default="local", help="local, slurm, kubernetes, or a folder with a config.yaml")
    parser.add_argument("--dry-run", action="store_true", help="list the runs that are missing and make none")
    options = parser.parse_args()
    try:
        return make(options)
    except UserError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return 130


def make(options: argparse.Namespace) -> int:
    """Let Snakemake make the missing runs; return the exit status.

    Raises:
        UserError: a parameter has an impossible value, the data aren't there, or there is no such profile.
    """
    profile = Path(options.profile)
    if not (profile / "config.yaml").is_file():
        profile = PROFILES / one_of("profile", options.profile, {path.name: path for path in PROFILES.iterdir()})
    parameters = Parameters(
        tier=options.tier,
        seeds=options.seeds,
        data_root=str(places.data_root(options.data) or ""),
        unofficial=options.data is not None,
        runs_root=str(places.runs_root()),
        device=options.device,
        extended=False,
    )
    chapter = check(parameters)
    work = places.repository() / "_build" / "runs"  # below the checkout, or Snakemake can't carry it to other machines
    values = work / f"{chapter.tier}{'-all' if options.all else ''}.json"
    write_json(values, {**asdict(parameters), "everything": options.all, "logs": str(chapter.runs_root / "logs")})
    if not options.dry_run:
        prepare_all(chapter, options.all)
    command = [sys.executable, "-m", "snakemake", "runs", "--snakefile", "workflow/runs.smk", "--profile", profile]
    command += ["--configfile", values.relative_to(places.repository()), *(["--dry-run"] if options.dry_run else [])]
    # A run's own lock keeps two processes from training it; Snakemake's would outlive a killed scheduler.
    return subprocess.run([*command, "--nolock"], cwd=places.repository(), check=False).returncode


def prepare_all(chapter: Chapter, everything: bool) -> None:
    """Decode each data set once for all sizes, before many processes want them."""
    wanted = every_run if everything else book_runs
    runs = wanted(chapter.tier, chapter.seeds, chapter.sources)
    for source in chapter.sources.values():
        views = [view for run in runs if run.source == source for view in run.configuration.views]
        prepare(source, list(dict.fromkeys(views)))


if __name__ == "__main__":
    sys.exit(main())
