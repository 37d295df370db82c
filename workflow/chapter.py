"""Execute one chapter: its script becomes a notebook, papermill runs it with the site's parameters."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import jupytext
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from stackrepro.base.files import read_json, write_atomic
from stackrepro.base.lock import locked


def main() -> int:
    """Execute the chapter and return the exit status; an error is the last line that it prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", type=Path, help="the chapter's jupytext script")
    parser.add_argument("output", type=Path, help="the executed notebook")
    parser.add_argument("--parameters", type=Path, required=True, help="a JSON file with the chapter's parameters")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        # A chapter whose Snakemake was killed lives on for a while: it ends before another one may begin.
        with locked(options.output.with_suffix("")), write_atomic(options.output) as temporary:
            papermill.execute_notebook(
                jupytext.read(options.script),
                temporary,
                parameters=read_json(options.parameters),
                kernel_name="python3",
                log_output=True,
                progress_bar=False,
            )
    except DeadKernelError:
        print(
            f"Chapter {options.script.stem}: its kernel was ended. The system does that where memory runs short: start "
            "fewer chapters at once, with JOBS=1.",
            file=sys.stderr,
        )
        return 1
    except PapermillExecutionError as error:
        kind = "" if error.ename == "UserError" else f"{error.ename}: "
        sentence = " ".join(error.evalue.split())
        print(f"Chapter {options.script.stem}: {kind}{sentence}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
