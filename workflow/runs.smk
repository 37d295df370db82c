# The runs of a list, or those of a book. workflow/runs.py calls this file by itself, with the checkout as its working
# directory; workflow/Snakefile includes it.
import re
import shlex
import sys

from stackrepro.base import places
from stackrepro.evaluation.evaluate import finished
from stackrepro.report.chapter import Parameters, check
from stackrepro.report.lists import listed_runs, tier_needs

LIST = config.pop("list")
LOGS = config.pop("logs", "logs")
REPOSITORY = places.repository()
PYTHON = sys.executable
CHECKED = check(Parameters(**config))
TIER, SEEDS, SOURCES, RUNS_ROOT = CHECKED.tier, list(CHECKED.seeds), CHECKED.sources, CHECKED.runs_root


def logged(what):
    """Keep what a job prints in its log. If it fails, say why: the log's last line is for people, unless it was killed."""
    killed = (
        f"{what} was ended by SIG$(kill -l $status). The system does that where memory runs short: start fewer at once, "
        "with JOBS=1, or give it more. The same command goes on from the last checkpoint."
    )
    return (
        " > {log:q} 2>&1 || {{ status=$?; if [ $status -gt 128 ] && [ $status -ne 143 ]; then "
        f'echo "{killed}" >&2; else tail -n 1 {{log:q}} >&2; fi; exit 1; }}}}'
    )


# These stand in shell commands but not in `params`: a data root that was moved, or another device, repeats no run.
PLACES = ["--runs-root", str(RUNS_ROOT), "--device", CHECKED.device]
if config["data_root"]:
    PLACES += ["--data-root", config["data_root"], *(["--unofficial"] if config["unofficial"] else [])]
PLACES = shlex.join(PLACES)

# Without a list the book shows published results alone.
RUNS = {run.name: run for run in listed_runs(LIST, TIER, SEEDS, SOURCES)} if LIST else {}
# A finished run is an input like any file: no trigger may delete its result and make it again. A job on another machine
# reads this file anew, and somebody else may have finished its run by then: it must still find its rule.
MISSING = {name: run for name, run in RUNS.items() if workflow.remote_exec or finished(run, RUNS_ROOT) is None}
ORDER = list(MISSING)


def result(run):
    stored = finished(run, RUNS_ROOT)
    # All machines see the runs under the same path: no storage provider is to carry them to and fro.
    return local(str(stored.folder / "result.json" if stored else run.result_path(RUNS_ROOT)))


def first_stage(wildcards):
    stage1 = MISSING[wildcards.name].stage1
    return [] if stage1 is None else [result(stage1)]


def run_options(wildcards):
    c = MISSING[wildcards.name].configuration
    return f"{c.experiment} --arm {c.arm} --tier {c.tier} --seed {c.seed}"


def need(resource):
    return lambda wildcards: tier_needs(MISSING[wildcards.name].configuration, CHECKED.device)[resource]


rule runs:
    input:
        [result(run) for run in RUNS.values()],


if MISSING:

    rule run:
        input:
            first_stage,
        output:
            # `update`: not deleted beforehand, since another process may have finished it by then.
            update(local(str(RUNS_ROOT / "{name}" / "result.json"))),
        wildcard_constraints:
            name="|".join(map(re.escape, MISSING)),
        # In the order of the list, so that what is wanted most is there first wherever the work is cut off.
        priority: lambda wildcards: len(ORDER) - ORDER.index(wildcards.name)
        params:
            options=run_options,
        # Two runs of one thread side by side do more than one run on two cores; the identity of a run has one thread.
        threads: 1
        resources:
            **{name: need(name) for name in ("mem_mb", "runtime", *(["gpu"] if CHECKED.device != "cpu" else []))},
        log:
            local(LOGS + "/{name}.log"),
        shell:
            "echo @begin run {wildcards.name}; "
            "OMP_NUM_THREADS={threads} {PYTHON:q} -m stackrepro run {params.options} {PLACES}"
            + logged("Run {wildcards.name}")
            + "; echo @end run {wildcards.name}"
