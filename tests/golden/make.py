"""Record the golden numbers anew: `python tests/golden/make.py`, in a commit that raises a version, and in no other.

Numbers are kept to eight digits, in numbers.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from golden_losses import TRAININGS, losses
from golden_measures import MEASURES, features

FILE = Path(__file__).with_name("numbers.json")

# How far a number may lie from the recorded one, as a share of it. Seen on one CPU between AVX-512, AVX2 and SSE, by
# what limits PyTorch, oneDNN, MKL, OpenBLAS and NumPy (ATEN_CPU_CAPABILITY, ONEDNN_MAX_CPU_ISA, MKL_CBWR,
# OPENBLAS_CORETYPE, NPY_DISABLE_CPU_FEATURES): losses 3e-6, what the last iterate generates 9e-4 (the gradient of a
# bias before BatchNorm is nothing but rounding, which Adam makes a step of), measures and features 1e-7. With other
# seeds a loss moves by up to 1e-3, where an activation lies so near to zero that rounding decides what passes.
TOLERANCES = {"losses": 1e-4, "generated": 1e-2, "measures": 1e-5, "features": 1e-3}


def numbers() -> dict[str, Any]:
    """Compute all golden numbers."""
    return {
        "losses": {name: losses(training) for name, training in TRAININGS.items()},
        "measures": {name: measure() for name, measure in MEASURES.items()},
        "features": {str(dims): features(dims) for dims in (192, 2048)},
    }


def moved(found: Any, kept: Any, kind: str, place: str = "") -> Iterator[str]:
    """Yield a line for each recorded number that today's is too far from; what was added since has no record.

    Args:
        found: today's numbers, as JSON.
        kept: the recorded ones.
        kind: a name in `TOLERANCES`, which holds until a field has such a name.
    """
    if isinstance(kept, dict):
        for name, value in kept.items():
            yield from moved(found.get(name), value, name if name in TOLERANCES else kind, f"{place} {name}".strip())
    elif isinstance(kept, list) and isinstance(found, list) and len(found) == len(kept):
        for index, value in enumerate(kept):
            yield from moved(found[index], value, kind, f"{place}[{index}]")
    elif not isinstance(found, int | float) or not abs(found - kept) <= TOLERANCES[kind] * abs(kept):
        yield f"{place}: {found}, recorded {kept}"


def rounded(value: Any) -> Any:
    """Round all numbers in JSON to eight digits."""
    if isinstance(value, dict):
        return {name: rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.8g}") if isinstance(value, float) else value


if __name__ == "__main__":
    FILE.write_text(json.dumps(rounded(numbers()), indent=1) + "\n", encoding="utf-8")
