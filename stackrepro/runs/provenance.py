"""Where a run came from: everything needed to judge it and to make it again."""

import ast
import hashlib
import io
import platform
import subprocess
import sys
import tokenize
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import stackrepro
from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, read_json
from stackrepro.experiments import record as as_record
from stackrepro.runs.run import Run

LIBRARIES = ("numpy", "onnxruntime", "pillow", "pytorch-fid", "safetensors", "torch")
PACKAGE = Path(stackrepro.__file__).parent
NO_NUMBERS = (  # modules, or rooms, that tell, keep or find what others compute
    "base.errors.",
    "base.places.",
    "base.progress.",
    "base.stopping.",
    "runs.lock.",
    "runs.provenance.",
    "runs.store.",
)


def provenance(run: Run, device_name: str, processes: int, before: Path) -> dict[str, Any]:
    """Return the content of `run.json`; where `before` holds one already, it is kept and this start is added to it.

    A start that isn't the first one names the machine and the versions where they differ from those of the first. The
    machine is told with the vector instructions that PyTorch uses there, since the last bits on a CPU depend on them.

    Raises:
        UserError: what `before` holds is damaged.
    """
    from torch.backends.cpu import get_cpu_capability  # here, since whoever reads runs needs no torch

    start = {
        "device": device_name,
        "processes": processes,
        "commit": commit(),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    processor = f"{platform.system()} {platform.machine()} {get_cpu_capability()}"
    surroundings = {
        "machine": f"{processor}, host {digest(platform.node())[:8]}",
        "package_version": stackrepro.__version__,
        "versions": {"python": platform.python_version(), **{name: metadata.version(name) for name in LIBRARIES}},
    }
    if before.exists():
        record = read_json(before)
        if "starts" not in record:
            raise UserError(f"{before} is damaged: delete its folder and run `{run.command}` again.")
        start |= {key: value for key, value in surroundings.items() if value != record.get(key)}
        return {**record, "starts": [*record["starts"], start]}
    return {
        "name": run.name,
        "identity": run.identity,
        "command": run.command,
        "configuration": as_record(run.configuration),
        "data": {
            "name": run.source.name,
            "label": run.source.label,
            "fingerprint": run.source.fingerprint,
            "official": run.source.official,
        },
        "threads": run.threads,
        "precision": run.precision,
        **surroundings,
        "starts": [start],
    }


def commit() -> str | None:
    """Return the git commit of the package's source, with "+changes" if files differ; None outside a checkout."""
    try:
        head = git("rev-parse", "HEAD")
        changed = git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return head + ("+changes" if changed else "")


def git(*arguments: str) -> str:
    answer = subprocess.run(["git", *arguments], cwd=PACKAGE, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


def import_all_of(run: Run) -> None:
    """Import the modules of a run's networks and rules, and of its first stage's.

    A process that goes on with a run has then imported what one that did it all has, whatever is left to do.
    """
    from stackrepro.models import NETWORKS
    from stackrepro.updates.play import UPDATES

    for c in (run.configuration, run.configuration.stage1):
        if c is not None:
            import_module(f"stackrepro.updates.{UPDATES[type(c.update)][0]}")
            for network in (c.generator, c.discriminator, c.first_discriminator):
                for part in (network, getattr(network, "first", None), getattr(network, "second", None)):
                    if part is not None:
                        import_module(f"stackrepro.models.{NETWORKS[type(part)][0]}")


def imported_modules() -> list[str]:
    """Return the package's modules that this process has imported and that results depend on.

    The command line and the book's parts are left out, and so are the registry and what draws the synthetic sets: what
    they say of a run stands in its configuration and in the fingerprint of its data, which are part of its identity.
    Nor are those named that no number passes through.
    """
    outside = ("cli.", "__main__.", "commands.", "report.", "experiments.", "data.synthetic.", *NO_NUMBERS)
    found = (name.removeprefix("stackrepro.") for name in sys.modules if name.startswith("stackrepro."))
    return sorted(f"stackrepro.{name}" for name in found if not f"{name}.".startswith(outside))


def source_digest(modules: list[str]) -> str:
    """Return the SHA-256 over the code, as `code_of` returns it, of the given modules of the package as it is today."""
    total = hashlib.sha256()
    for module in modules:
        path = PACKAGE.joinpath(*module.split(".")[1:])
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        total.update(module.encode() + b"\0" + (code_of(file.read_bytes()) if file.is_file() else b"gone") + b"\0")
    return total.hexdigest()


@cache
def code_of(source: bytes) -> bytes:
    """Return a module's source without comments, docstrings, empty lines and spaces at the ends of lines.

    It is the same for every version of Python, which a syntax tree's text is not.
    """
    text = source.decode()
    lines = text.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and ast.get_docstring(node, clean=False) is not None:
            docstring = node.body[0]
            first, last = docstring.lineno - 1, docstring.end_lineno
            if not lines[first][: docstring.col_offset].strip():  # it may share its line with what it is of
                lines[first:last] = [""] * (last - first)
    return "\n".join(line.rstrip() for line in lines if line.strip()).encode()


def current_source(before: Sequence[str] = ()) -> dict[str, Any]:
    """Return the package's modules that this process has used, with those used before, and the digest of their code."""
    modules = sorted({*imported_modules(), *before})
    return {"modules": modules, "digest": source_digest(modules)}
