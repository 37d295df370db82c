"""Execute one chapter: its script becomes a notebook, papermill runs it with the site's parameters."""

from __future__ import annotations

import argparse
import ast
import logging
import os
import re
import sys
from pathlib import Path

import jupytext
import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from stackrepro.base.files import read_json, write_atomic
from stackrepro.base.lock import locked

# What makes runs, reads a data set or tells of own runs, as names and as attributes of the chapter and of its source.
MAKERS = {"prepare", "held_out_rows", "training_rows", "chapter.obtain", "chapter.show", "ledger.verdicts"}
MAKERS |= {f"chapter.source.{name}" for name in ("catalogue", "layout", "place")}
LEFT_OUT = "*Here `make book` shows runs of its own, or the data.*"
ADDS = "*`make book` adds to this page, from runs of its own or a data set:* "


def leave_out(notebook: nbformat.NotebookNode) -> None:
    """Leave out the code cells that make runs or read data, and those that use a name which such a cell binds.

    A sentence stands in the place of neighbours that were left out. A section of which nothing else is shown is left
    out with its prose; the end of the page names it. Imports that nothing reads any more go too: torch takes longer
    than a chapter that only shows what is published.
    """
    lost, used = set(MAKERS), set()
    sections: list[list[nbformat.NotebookNode]] = [[]]  # each begins with its heading
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            before, *headed = re.split(r"^(?=##+ )", cell.source, flags=re.MULTILINE)
            sections[-1] += [nbformat.v4.new_markdown_cell(before, metadata=cell.metadata)] if before.strip() else []
            sections += [[nbformat.v4.new_markdown_cell(text)] for text in headed]
            continue
        tree = ast.parse(cell.source)
        nodes = list(ast.walk(tree))
        stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        stored |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
        read = {ast.unparse(node) for node in nodes if isinstance(node, ast.Name | ast.Attribute)}
        read -= stored | {node.arg for node in nodes if isinstance(node, ast.arg)}
        if read & lost:
            lost |= stored
            if not isinstance(tree.body[-1], ast.Expr):  # it shows nothing
                continue
            cell = nbformat.v4.new_markdown_cell(LEFT_OUT)
        else:
            lost -= stored
            used |= read
        if cell.source != LEFT_OUT or not sections[-1] or sections[-1][-1].source != LEFT_OUT:
            sections[-1].append(cell)
    notebook.cells = without_empty(sections)
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        tree = ast.parse(cell.source)
        whole = ast.unparse(tree)
        for node in [each for each in tree.body if isinstance(each, ast.Import | ast.ImportFrom)]:
            node.names = [one for one in node.names if (one.asname or one.name) in used]
            if not node.names:
                tree.body.remove(node)
        if ast.unparse(tree) != whole:
            cell.source = ast.unparse(tree)


def without_empty(sections: list[list[nbformat.NotebookNode]]) -> list[nbformat.NotebookNode]:
    """Return the cells of all sections but those that show nothing any more, which a line at the end names."""

    def lacks(section: list[nbformat.NotebookNode]) -> bool:
        code = [ast.parse(cell.source).body for cell in section if cell.cell_type == "code"]
        shows = any(isinstance(body[-1], ast.Expr) for body in code)
        return not shows and any(cell.source == LEFT_OUT for cell in section)

    kept, titles = list(sections[0]), []
    blocks = []  # a section with those below it
    for section in sections[1:]:
        if section[0].source.startswith("## ") or not blocks:
            blocks.append([])
        blocks[-1].append(section)
    for block in blocks:
        whole = all(map(lacks, block))
        for section in block:
            if whole or (lacks(section) and section is not block[0]):
                if not whole or section is block[0]:
                    titles.append(section[0].source.splitlines()[0].lstrip("# "))
                section = [cell for cell in section if cell.cell_type == "code"]  # what others may use
                for cell in section:
                    cell.metadata["tags"] = ["remove-cell"]
            kept += section
    return [*kept, nbformat.v4.new_markdown_cell(f"{ADDS}{'; '.join(titles)}.")] if titles else kept


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
    # A kernel of another Python may bear the same name.
    os.environ |= {"JUPYTER_PATH": "", "JUPYTER_PREFER_ENV_PATH": "1"}
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
