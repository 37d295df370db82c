"""What may import what, as book/architecture.md says."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import stackrepro

PACKAGE = Path(stackrepro.__file__).parent
MAY_IMPORT = {
    "base": set(),
    "data": {"base"},
    "models": {"base"},
    "updates": {"base", "models"},
    "experiments": {"base", "data", "models", "updates"},
    "runs": {"base", "data", "models", "updates", "experiments"},
    "evaluation": {"base", "data", "models", "updates", "experiments", "runs"},
    "claims": {"base", "data", "models", "updates", "experiments", "runs", "evaluation"},
    "report": {"base", "data", "models", "updates", "experiments", "runs", "evaluation", "claims"},
    "commands": {"base", "data", "models", "updates", "experiments", "runs", "evaluation", "claims", "report"},
}


def imported_rooms(source: str) -> set[str]:
    """Return the rooms that a module's source imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    parts = [name.split(".") for name in names]
    return {part[1] for part in parts if part[0] == "stackrepro" and len(part) > 1}


def test_every_folder_of_the_package_is_a_room():
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == MAY_IMPORT.keys()


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_only_what_they_may(room):
    allowed = MAY_IMPORT[room] | {room, "__version__", "MEASURING_VERSION", "TRAINING_VERSION"}
    modules = list((PACKAGE / room).rglob("*.py"))
    assert modules
    for module in modules:
        forbidden = imported_rooms(module.read_text(encoding="utf-8")) - allowed
        assert not forbidden, f"{module.relative_to(PACKAGE)} imports {', '.join(sorted(forbidden))}"


def test_imports_inside_functions_count_too():
    source = (
        "import stackrepro.runs\ndef f():\n    from stackrepro import report\n    from stackrepro.data.cub import x\n"
    )
    assert imported_rooms(source) == {"runs", "report", "data"}


def test_the_command_line_starts_without_heavy_libraries():
    code = "import sys, stackrepro.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "stackrepro.cli" in loaded
    heavy = {"torch", "torchvision", "onnxruntime", "pandas", "matplotlib", "seaborn", "scipy"}
    assert not loaded & heavy
