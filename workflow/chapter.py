"""Execute one chapter: its script becomes a notebook, papermill runs it with the site's parameters."""

from __future__ import annotations

import argparse
import ast
import logging
import sys
from pathlib import Path

import jupytext
import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from stackrepro.base.files import read_json, write_atomic
from stackrepro.base.lock import locked

# What makes runs or reads a data set, as names and as attributes of the chapter and of its source.
MAKERS = {"prepare", "held_out_rows", "training_rows", "chapter.obtain", "chapter.show"}
MAKERS |= {f"chapter.source.{name}" for name in ("catalogue", "layout", "place")}
LEFT_OUT = "*What `make book` adds here from runs of its own, or from a data set, is left out: this site has none.*"


def leave_out(notebook: nbformat.NotebookNode) -> None:
    """Leave out the code cells that make runs or read data, and those that use a name which such a cell binds.

    A sentence stands in the place of neighbours that were left out. Imports that nothing reads any more go too: torch
    takes longer than a chapter that only shows what is published.
    """
    lost, cells, used = set(MAKERS), [], set()
    for cell in notebook.cells:
        nodes = list(ast.walk(ast.parse(cell.source))) if cell.cell_type == "code" else []
        stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        stored |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
        read = {ast.unparse(node) for node in nodes if isinstance(node, ast.Name | ast.Attribute)} - stored
        if read & lost:
            lost |= stored
            if not cells or cells[-1].source != LEFT_OUT:
                cells.append(nbformat.v4.new_markdown_cell(LEFT_OUT))
        else:
            lost -= stored
            used |= read
            cells.append(cell)
    for cell in (cell for cell in cells if cell.cell_type == "code"):
        tree = ast.parse(cell.source)
        whole = ast.unparse(tree)
        for node in [each for each in tree.body if isinstance(each, ast.Import | ast.ImportFrom)]:
            node.names = [one for one in node.names if (one.asname or one.name) in used]
            if not node.names:
                tree.body.remove(node)
        if ast.unparse(tree) != whole:
            cell.source = ast.unparse(tree)
    notebook.cells = cells


def main() -> int:
    """Execute the chapter and return the exit status; an error is the last line that it prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", type=Path, help="the chapter's jupytext script")
    parser.add_argument("output", type=Path, help="the executed notebook")
    parser.add_argument("--parameters", type=Path, required=True, help="a JSON file with the chapter's parameters")
    parser.add_argument("--published", action="store_true", help="leave out what needs a run or a data set")
    options = parser.parse_args()
    notebook = jupytext.read(options.script)
    if options.published:
        leave_out(notebook)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        # A chapter whose Snakemake was killed lives on for a while: it ends before another one may begin.
        with locked(options.output.with_suffix("")), write_atomic(options.output) as temporary:
            papermill.execute_notebook(
                notebook,
                temporary,
                parameters=read_json(options.parameters),
                kernel_name="python3",
                log_output=True,
                progress_bar=False,
                start_timeout=600,  # of a kernel, on a machine where much else works
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
