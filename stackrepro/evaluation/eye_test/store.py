"""Where tests and ratings lie: the folder `eye-test` under the runs root, and what is published in that of `results/`.

| file | content |
|---|---|
| `key.txt` | what hides the models from the raters; keep it, and keep it to yourself |
| `tests/TEST.json` | what each trial of a test shows |
| `pages/TEST.html` | the page for the raters |
| `ratings/TEST-RATER.csv` | the answers of one rater |

Only tests and ratings are published; they count under any runs root.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock

from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json, write_json, write_text
from stackrepro.base.places import results_root
from stackrepro.evaluation.eye_test.trials import SCHEMA, EyeTest, Trial


def folder(root: Path) -> Path:
    """Return the folder of the eye test under a runs root."""
    return root / "eye-test"


def kept_files(root: Path, pattern: str) -> list[Path]:
    """List the files of a pattern under a runs root and among what is published."""
    places = dict.fromkeys((folder(root), folder(results_root())))
    return [path for place in places for path in sorted(place.glob(pattern))]


def salt(root: Path) -> str:
    """Return the key of this runs root, drawn on first use."""
    path = folder(root) / "key.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(".lock")):
        if not path.is_file():
            write_text(path, secrets.token_hex(32) + "\n")
    kept = path.read_text(encoding="utf-8").strip()
    if len(kept) != 64:
        raise UserError(f"{path} is damaged: delete it, and make the tests anew; older ratings stay readable.")
    return kept


def keep(test: EyeTest, root: Path) -> None:
    """Keep what the trials of a test show."""
    write_json(folder(root) / "tests" / f"{test.identity}.json", {"schema": SCHEMA, **asdict(test)})


def tests(root: Path) -> dict[str, EyeTest]:
    """Return the tests of a runs root and the published ones by their identities.

    Raises:
        UserError: a test's file is damaged.
    """
    found = {}
    for path in kept_files(root, "tests/*.json"):
        kept = read_json(path)
        try:
            schema = kept.pop("schema")
            test = EyeTest(**{**kept, "trials": tuple(Trial(**trial) for trial in kept["trials"])})
        except (AttributeError, KeyError, TypeError) as error:
            raise UserError(f"{path} is no eye test: delete it and make the test again.") from error
        if schema != SCHEMA or test.identity != path.stem:
            raise UserError(f"{path} has been changed, or is of another version: delete it and make the test again.")
        found[path.stem] = test
    return found
