"""Imports point one way, as book/architecture.md says, and what is heavy is imported only where it works."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import stackrepro

PACKAGE = Path(stackrepro.__file__).parent
ORDER = ["base", "data", "models", "training", "experiments", "runs"]
ORDER += ["evaluation", "eyetest", "claims", "report", "cli"]
HEAVY = {"torch", "torchvision", "onnxruntime", "pandas", "matplotlib", "seaborn", "scipy"}


def modules() -> dict[str, str]:
    """Return the source of each module by name."""
    paths = {path.relative_to(PACKAGE.parent).with_suffix(""): path for path in PACKAGE.rglob("*.py")}
    return {".".join(path.parts).removesuffix(".__init__"): at.read_text("utf-8") for path, at in paths.items()}


MODULES = modules()


def imported(source: str) -> set[str]:
    """Return the modules of the package that a source imports, inside functions too, but not for types alone."""
    tree = ast.parse(source)
    for_types = [node for node in tree.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    tree.body = [node for node in tree.body if node not in for_types]
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names & MODULES.keys()


IMPORTS = {name: imported(source) - {name} for name, source in MODULES.items()}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_rooms_import_only_rooms_to_their_right():
    assert {room(name) for name in MODULES} - {"", "__main__"} == set(ORDER)
    pairs = {(name, other) for name, others in IMPORTS.items() for other in others if room(name) and room(other)}
    rooms = {pair: (room(pair[0]), room(pair[1])) for pair in pairs if room(pair[0]) != "__main__"}
    beside = [("models", "data")]  # neither imports the other
    wrong = {pair for pair, (a, b) in rooms.items() if ORDER.index(b) > ORDER.index(a) or (a, b) in beside}
    assert len(pairs) > 100
    assert wrong == set()


def test_no_module_imports_itself_by_way_of_others():
    graph = {name: {other for other in others if not name.startswith(other + ".")} for name, others in IMPORTS.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


WORK = ["stackrepro.cli; stackrepro.resolve('birds/dconv-64', 'matched', 'quick')", "stackrepro.report.lists"]


@pytest.mark.parametrize("work", WORK)
def test_what_only_reads_starts_without_heavy_libraries(work):
    assert not set(modules_after(f"import {work}")) & HEAVY


def test_what_is_published_is_judged_and_shown_without_torch():
    work = "from stackrepro.report import Chapter, architecture, costs, ledger, published"
    work += "; chapter = Chapter('small', (0,), 'birds', {}, Path('/nowhere'), 'cpu', False)"
    work += "; ledger.overview(chapter, 'A'); published.published(['faces/edges'])"
    found = modules_after(f"from pathlib import Path; {work}")
    assert "pandas" in found
    assert not {"torch", "onnxruntime"} & set(found)


def modules_after(work: str) -> list[str]:
    code = f"import sys; {work}; print(*sys.modules)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
