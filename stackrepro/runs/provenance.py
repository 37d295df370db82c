"""Where a run came from: everything needed to judge it and to make it again."""

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import stackrepro
from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, read_json
from stackrepro.runs.run import Run
from stackrepro.training.configuration import record as as_record

LIBRARIES = ("numpy", "onnxruntime", "pillow", "pytorch-fid", "safetensors", "torch")
HOOK_VARIABLES = ("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE")
CHECKOUT = Path(stackrepro.__file__).resolve().parent.parent


def provenance(run: Run, device_name: str, before: Path) -> dict[str, Any]:
    """Return the content of `run.json`; where `before` holds one already, it is kept and this start is added to it.

    A start that isn't the first one names the machine and the versions where they differ from those of the first. The
    machine is told with its CPU's model and the vector instructions that PyTorch uses there, since the last bits depend
    on them.

    Raises:
        UserError: what `before` holds is damaged.
    """
    from torch.backends.cpu import get_cpu_capability  # here, since whoever reads runs needs no torch

    start = {
        "device": device_name,
        "processes": 1,  # runs of before may have had several
        "commit": commit(),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    processor = f"{platform.system()} {platform.machine()} {get_cpu_capability()}{cpu_model()}"
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
        "data": {key: getattr(run.source, key) for key in ("name", "label", "fingerprint", "official")},
        "threads": run.threads,
        "precision": run.precision,
        **surroundings,
        "starts": [start],
    }


def cpu_model(told: Path = Path("/proc/cpuinfo")) -> str:
    """Return ", family 6 model 143 stepping 8" as Linux tells it of an x86 CPU, else nothing; its name may say less."""
    found = re.findall(r"^(?:cpu )?(family|model|stepping)\s*: (\d+)$", told.read_text(), re.M) if told.exists() else []
    return ", " + " ".join(f"{key} {number}" for key, number in found[:3]) if found else ""


def commit(folder: Path = CHECKOUT) -> str | None:
    """Return the git commit of the package's source, with "+changes" if files differ.

    None if the folder isn't the top of a repository that holds the package, as that of an installed or unpacked copy
    isn't, whatever repository lies around it. None as well, with a sentence on stderr, if git can't read the folder's
    own.
    """
    if not all((folder / name).exists() for name in (".git", "pyproject.toml")):
        return None
    try:
        head = git(folder, "rev-parse", "HEAD")
        if not git(folder, "ls-files", "stackrepro/__init__.py"):
            return None
        changed = git(folder, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError) as error:
        reason = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[0]
        lost = f"The commit of {folder} can't be recorded ({reason}), so what is trained now can't be published"
        print(f"{lost}: install git or mend the repository first if it shall be.", file=sys.stderr, flush=True)
        return None
    return head + ("+changes" if changed else "")


def git(folder: Path, *arguments: str) -> str:
    """Return what git says of the repository in a folder.

    Its place is named, not searched for: then git reads the checkouts of other users, too, which it else refuses since
    their settings may run commands. Code out of this very folder is running already. Variables that git sets for its
    hooks would speak of another repository.
    """
    command = ["git", f"--git-dir={folder / '.git'}", f"--work-tree={folder}", *arguments]
    own = {name: value for name, value in os.environ.items() if name not in HOOK_VARIABLES}
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=True).stdout.strip()
