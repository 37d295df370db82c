"""Make the book: find the data, let Snakemake run what is missing, and say where the site lies."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.base.files import write_json
from stackrepro.base.stopping import STOPPED, Terminated, exit_on_sigterm
from stackrepro.data import prepare
from stackrepro.evaluation.current import finished
from stackrepro.experiments import TIERS
from stackrepro.report.chapter import Parameters, check
from stackrepro.report.plan import book_runs
from stackrepro.runs.lock import locked

SNAKEFILE = Path(__file__).resolve().with_name("Snakefile")


def main() -> int:
    """Build the site that the options ask for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", default="quick", help=f"the scale of the runs: {', '.join(TIERS)} (default: quick)")
    parser.add_argument(
        "--data",
        default=os.environ.get("DATA") or None,
        metavar="FOLDER",
        help="the data root; naming it allows an unofficial archive",
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="a run of each experiment for each seed")
    parser.add_argument("--device", default="cpu", help="where to train: cpu, cuda, cuda:1, mps, auto")
    parser.add_argument(
        "--extended", action="store_true", help="train what the chapters else only show where it is finished, too"
    )
    parser.add_argument("--jobs", type=int, help="processes at once (default: one for each core; one alone on a GPU)")
    options = parser.parse_args()
    if options.jobs is not None and options.jobs < 1:
        parser.error("--jobs must be 1 or more")
    exit_on_sigterm()
    try:
        return build(options)
    except UserError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.filename is None:
            raise
        print(f"Error: {error.strerror}: {error.filename}; choose a place that can be used.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        return 130
    except Terminated as stopped:
        print(STOPPED, file=sys.stderr)
        return stopped.code


def build(options: argparse.Namespace) -> int:
    """Build one site in a folder of its own for its tier and data set; return the exit status.

    Raises:
        UserError: a parameter has an impossible value, or the data aren't there.
    """
    parameters = Parameters(
        tier=options.tier,
        seeds=options.seeds,
        data_root=str(places.data_root(options.data) or ""),
        unofficial=options.data is not None,
        runs_root=str(places.runs_root()),
        device=options.device,
        extended=options.extended,
    )
    chapter = check(parameters)
    if set("{}") & set(parameters.runs_root):
        raise UserError(
            f"Snakemake can't use {parameters.runs_root}, whose name has braces: move it with STACKREPRO_RUNS."
        )
    drawn = [source for source in chapter.sources.values() if source.synthetic]
    if len(drawn) < len(chapter.sources):
        for source in drawn:
            print(f"{parameters.data_root} holds no {source.dataset}: {source.name} stand in for them.")
    labels = dict.fromkeys(source.label for source in chapter.sources.values())
    site = places.repository() / "_build" / "-".join([chapter.tier, *labels])
    with locked(site) as lock:
        runs = book_runs(chapter.tier, chapter.seeds, chapter.sources, chapter.extended)
        for source in chapter.sources.values():  # one decode for all sizes
            views = [view for run in runs if run.source == source for view in run.configuration.views]
            prepare(source, list(dict.fromkeys(views)))
        for run in runs:
            result = run.result_path(chapter.runs_root)
            if result.exists() and finished(run, chapter.runs_root) is None:
                result.rename(result.with_suffix(".old.json"))  # damaged, or measured by another protocol: again
        write_json(site / "parameters.json", asdict(parameters))
        jobs = options.jobs or ((os.cpu_count() or 1) if options.device == "cpu" else 1)
        status = snakemake(site, jobs, lock)
    if status:
        print(f"The book is not finished; the reason stands above, and the logs in {site / 'logs'}.", file=sys.stderr)
        return 1
    print(site / "html" / "index.html")
    return 0


def snakemake(site: Path, jobs: int, lock: int) -> int:
    """Run the workflow in the folder of a site with so many processes at once; return the exit status.

    Snakemake shares the descriptor of the site's lock: while it lives, no second one can start there, even if this
    process is killed.
    """
    command = [sys.executable, "-m", "snakemake", "--snakefile", SNAKEFILE, "--cores", str(jobs)]
    command += ["--configfile", "parameters.json", "--quiet", "all", "--rerun-incomplete"]
    # The lock is ours: the system frees it when its holder dies, while a killed Snakemake leaves its own behind.
    command += ["--nolock"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    # In a group of its own, so that a signal reaches Snakemake and all its jobs once, wherever it came from.
    process = subprocess.Popen(command, cwd=site, env=environment, pass_fds=(lock,), process_group=0)
    try:
        return process.wait()
    except (KeyboardInterrupt, Terminated) as stopped:
        number = signal.SIGTERM if isinstance(stopped, Terminated) else signal.SIGINT
        os.killpg(process.pid, number)
        process.wait()  # the jobs write their checkpoints, and Snakemake tidies up
        raise


if __name__ == "__main__":
    sys.exit(main())
