"""Keep each notebook's .ipynb in agreement with its script: `sync` makes it anew, `check` says what doesn't agree.

The script is the only source. The .ipynb has cell ids that depend on the cells alone, and outputs only where a cell is
marked for nbval to compare them, so that git sees a change only where there is one.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from stackrepro.base import places
from stackrepro.base.files import write_text

SCRIPTS = places.repository() / "notebooks"


def read_script(script: Path) -> NotebookNode:
    """Read a script as a notebook without outputs, with ids made from the cells' kind and source."""
    notebook = jupytext.read(script)
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        digest = hashlib.sha256(f"{cell.cell_type} {cell.source}".encode()).hexdigest()[:8]
        seen[digest] += 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def is_marked(cell: NotebookNode) -> bool:
    """Say whether a cell's output is to be kept and compared; nbval takes a tag or a comment for it."""
    marked = "nbval-check-output" in cell.metadata.get("tags", []) or "NBVAL_CHECK_OUTPUT" in cell.source
    return marked and cell.cell_type == "code"


def with_outputs(notebook: NotebookNode, executed: NotebookNode) -> str:
    """Return the text of the .ipynb: `notebook` with the outputs that the marked cells have in `executed`."""
    found = {cell.id: cell for cell in executed.cells}
    for cell in notebook.cells:
        if is_marked(cell) and cell.id in found:
            cell.outputs, cell.execution_count = found[cell.id].outputs, found[cell.id].execution_count
    return nbformat.writes(notebook) + "\n"


def sync(script: Path) -> None:
    """Write the .ipynb of a script; execute it for the outputs if a cell is marked."""
    notebook = read_script(script)
    executed = read_script(script)
    if any(map(is_marked, executed.cells)):
        from nbclient import NotebookClient

        NotebookClient(executed, timeout=None, kernel_name="python3").execute()
    write_text(script.with_suffix(".ipynb"), with_outputs(notebook, executed))


def disagreements(folder: Path) -> list[str]:
    """List what is wrong with the pairs of a folder, a sentence each."""
    scripts = {path.stem for path in folder.glob("*.py")}
    notebooks = {path.stem: path for path in folder.glob("*.ipynb")}
    found = [f"{name}.ipynb has no script {name}.py." for name in sorted(notebooks.keys() - scripts)]
    for name in sorted(scripts):
        script = folder / f"{name}.py"
        if name not in notebooks:
            found.append(f"{script.name} has no notebook {name}.ipynb.")
            continue
        stored = nbformat.read(notebooks[name], as_version=nbformat.NO_CONVERT)
        if with_outputs(read_script(script), stored) != notebooks[name].read_text(encoding="utf-8"):
            found.append(f"{name}.ipynb is not what {script.name} makes.")
        found += [
            f"{name}.ipynb lacks the output of a marked cell that begins {cell.source.splitlines()[0]!r}."
            for cell in stored.cells
            if is_marked(cell) and not cell.outputs
        ]
    return found


def main() -> int:
    """Do what the one argument says, `sync` or `check`; return the exit status."""
    if sys.argv[1:] == ["sync"]:
        with tempfile.TemporaryDirectory() as folder:
            # Neither the author's runs nor the author's data may reach what is committed.
            os.environ |= {"STACKREPRO_RUNS": folder, "XDG_DATA_HOME": folder, "STACKREPRO_DATA": ""}
            for script in sorted(SCRIPTS.glob("*.py")):
                sync(script)
        return 0
    if sys.argv[1:] == ["check"]:
        found = disagreements(SCRIPTS)
        if found:
            print("\n".join([*found, "Run `make notebooks`, and commit what it writes."]), file=sys.stderr)
        return bool(found)
    print("Say `sync` or `check`.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
