"""The values of five tables, recorded with the first version's code, from results that are published with the book.

No faces were published then: tables.json holds what two smoke runs had recorded. A number that is written with other
digits must agree in those that both have.
"""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from stackrepro.base.places import results_root
from stackrepro.report import tables
from stackrepro.runs import stored

RECORDED = json.loads(Path(__file__).with_name("tables.json").read_text(encoding="utf-8"))
ABOUT = SimpleNamespace(scope="tier reduced")
DISTANCES = {
    "fid/pytorch-fid": "fid/pytorch-fid",
    "KID-2048": "KID-2048",
    "over samples": ("fid/pytorch-fid, error over samples", "KID-2048, error over samples"),
    "over trainings": "fid/pytorch-fid, spread of trainings",
    "n, reference": "n : reference",
}
FIDELITY = {name: name for name in ("precision", "recall", "density", "coverage")}
PIXELS = {name: name for name in ("sharpness", "border noise", "spectrum distance", "colour distance")}
COPIES = {f"copies, {space}": f"nearer than a random one, {space}" for space in ("features", "pixels")}
OF_FACES = {name: name for name in ("fid-192/pytorch-fid", "KID-192", "L1")} | {"n, reference": "n : reference"}


def numbers(text: str) -> list[tuple[float, float]]:
    """Return the numbers in a cell, each with half a unit of its last digit."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", str(text)).replace("KID\N{NO-BREAK SPACE}", "")
    found = []
    for sign, digits, power, percent in re.findall(r"(-?)(\d+\.?\d*)(e[+-]\d+)?(%?)", text):
        unit = 10.0 ** -len(digits.partition(".")[2])
        factor = float(f"1{power}") / (100 if percent else 1)
        found.append((float(sign + digits) * factor, unit / 2 * factor))
    return found


def assert_same(old: str, new: str, place: str) -> None:
    pairs = list(zip(numbers(old), numbers(new), strict=True)) if old != "-" else []
    assert old != "-" or set(new) <= set("- "), f"{place}: {old} was {new}"
    for (before, unit), (now, other) in pairs:
        assert abs(before - now) <= unit + other, f"{place}: {old} was recorded, {new} is written"


@pytest.fixture(scope="module")
def runs():
    found = {}
    for run in sorted(stored(results_root()), key=lambda run: (run.result["experiment"], run.result["seed"])):
        if (run.result["tier"], run.result["arm"]) == ("reduced", "matched"):
            found.setdefault(run.result["experiment"], []).append(run)
    return found


@pytest.fixture(scope="module")
def faces():
    return {
        name: [SimpleNamespace(result=result, record={"configuration": {"view": result["view"]}}, flags=[])]
        for name, result in RECORDED["faces"].items()
    }


def compare(recorded: str, table: tables.Table, columns: dict[str, str | tuple[str, ...]]) -> None:
    kept, data = RECORDED["tables"][recorded], table.data
    assert len(kept["rows"]) == len(data)
    for number, row in enumerate(kept["rows"]):
        for old, new in columns.items():
            heads = [new] if isinstance(new, str) else new
            written = " ".join(str(data.loc[number, head]) for head in heads)
            place = f"{recorded}, row {number}, {old}"
            assert_same(row[kept["columns"].index(old)], written.replace("- ", "").replace(" -", ""), place)


def test_distances(runs):
    single = {name: group for name, group in runs.items() if len(group) == 1}
    compare("distances", tables.distances(ABOUT, single), {k: v for k, v in DISTANCES.items() if k != "over trainings"})


def test_seeds(runs):
    compare("seeds", tables.distances(ABOUT, {k: v for k, v in runs.items() if len(v) > 1}), DISTANCES)


def test_beyond_distances(runs):
    compare("beyond distances", tables.fidelity(ABOUT, runs), FIDELITY)
    compare("beyond distances", tables.pixels(ABOUT, runs), PIXELS)
    compare("beyond distances", tables.copying(ABOUT, runs), COPIES)
    kept = RECORDED["tables"]["beyond distances"]
    best = [row[kept["columns"].index("best update")] for row in kept["rows"] if row[1] == "trained"]
    assert best == tables.both_features(ABOUT, runs).data["best update"].tolist()


def test_copies(runs):
    every = {f"{name} {run.result['seed']}": [run] for name, group in runs.items() for run in group}
    data = tables.copying(ABOUT, every).data
    data = data[data["model"].isin(every)].reset_index(drop=True)
    kept = RECORDED["tables"]["copies"]
    assert len(kept["rows"]) == 2 * len(data)
    heads = {
        3: "nearer than any real image",
        5: "nearer than a random one",
        6: "median distance",
        7: "median distance of real images",
        8: "training images searched",
    }
    for row in kept["rows"]:
        (there,) = data.index[data["model"] == f"{row[0]} {row[1]}"]
        for column, head in heads.items():
            assert_same(row[column], data.loc[there, f"{head}, {row[2]}"], f"{row[0]}, {head}")


def test_spaces_of_faces(faces):
    columns = {"fid-192/pytorch-fid": "fid-192/pytorch-fid", "KID": "KID-192"}
    compare("spaces of faces", tables.edge_space(ABOUT, faces), columns)


def test_what_faces_are_made_of(faces):
    compare("made of", tables.made_of(ABOUT, {"faces/gray": faces["faces/gray"]}), OF_FACES)
