"""Tables: numbers against the facts, one seed as n = 1, several with their range."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from stackrepro.experiments import EXPERIMENTS, faces, resolve
from stackrepro.experiments.deviations import DEVIATIONS
from stackrepro.experiments.deviations_faces import FACE_DEVIATIONS
from stackrepro.report import tables


@dataclass
class Evaluated:
    """A stored run as far as the table of distances reads it."""

    result: dict
    flags: list = field(default_factory=list)
    damaged: bool = False
    record: dict | None = None


KID_ERROR = "KID\N{NO-BREAK SPACE}0.100"


def evaluated(frechet: float, size: int = 16, floor: float = 0.5) -> Evaluated:
    rows = {
        what: {"frechet": value, "kid": value / 10, "kid_error": 0.1, "n": 256, "n_reference": 1024, "flags": []}
        for what, value in (("generated", frechet), ("untrained", 9.0), ("floor", floor))
    }
    view = {"dataset": "birds", "kind": "rgb", "size": size}
    result = {"protocol": {"name": "fid-192/pytorch-fid", "dims": 192}, "measures": rows}
    return Evaluated(result, record={"configuration": {"view": view}})


def test_one_seed_is_n_1_and_never_plus_minus():
    table = tables.distances({"birds/dconv-64": [evaluated(3.0)]})
    assert table["images"].tolist() == ["trained", "untrained", "real (floor)"]
    assert table["fid-192/pytorch-fid"].tolist() == ["3.00", "9.00", "0.50"]
    assert table["seeds"].tolist() == ["n = 1", "n = 1", "-"]
    assert "±" not in table.to_string()


def test_several_seeds_stand_as_mean_and_t_interval():
    table = tables.distances({"birds/dconv-64": [evaluated(3.0), evaluated(4.0), evaluated(8.0)]})
    assert table["fid-192/pytorch-fid"][0] == "5.00 [0.54, 9.46]"  # t = 2.9200 at 2 degrees of freedom
    assert table["seeds"].tolist() == ["n = 3", "n = 3", "-"]
    assert table["fid-192/pytorch-fid"][2] == "0.50", "real images have no seeds"


def test_what_real_images_score_stands_once_for_all_models_that_are_held_against_them():
    runs = {
        "birds/dense-64": [evaluated(3.0), evaluated(4.0)],
        "birds/dconv-64": [evaluated(2.0)],
        "birds/dconv-128": [evaluated(5.0, size=32)],
        "birds/dconv-stack": [evaluated(4.0, size=32, floor=0.7)],  # say, of other images
        "birds/dense-128": [evaluated(6.0, size=32)],
    }
    table = tables.distances(runs)
    fixed = table[table["images"] == "real (floor)"]
    assert fixed[["model", "fid-192/pytorch-fid"]].to_numpy().tolist() == [
        ["all birds at 16 px", "0.50"],
        ["birds/dconv-stack", "0.70"],
        ["birds/dconv-128, birds/dense-128", "0.50"],
    ]
    assert fixed.index.tolist() == [4, 9, 12], "behind the last model that it is for"
    assert table[table["images"] != "real (floor)"]["model"].tolist() == [name for name in runs for _ in range(2)]


def test_real_images_measured_on_two_machines_are_the_same_images():
    here, there = evaluated(3.0, floor=6.987265231337915), evaluated(4.0, floor=6.987265231337943)
    table = tables.distances({"birds/dense-64": [here, there], "birds/dconv-64": [here]})
    assert table["model"].tolist()[4:] == ["all birds at 16 px"]
    there.result["measures"]["floor"]["n"] += 1
    assert len(tables.distances({"birds/dense-64": [here, there]})) == 4, "counts have no such digits"


def test_the_sampling_error_stands_beside_and_is_taken_off_the_spread_of_trainings():
    runs = [evaluated(frechet) for frechet in (3.0, 4.0, 8.0)]
    assert set(tables.distances({"birds/dconv-64": runs})["over samples"]) == {KID_ERROR}
    for run, error in zip(runs, (1.0, 2.0, 2.0), strict=True):
        run.result["measures"]["generated"] |= {"frechet_error": error, "frechet_infinity": 2.5}
    table = tables.distances({"birds/dconv-64": runs})
    assert table["over samples"].tolist() == [f"1.73, {KID_ERROR}", KID_ERROR, KID_ERROR]  # root of (1 + 4 + 4) / 3
    assert table["over trainings"].tolist() == ["2.00", "-", "-"]  # the root of 7 - 3
    assert table["fid-192/pytorch-fid, n to infinity"].tolist() == ["2.50 [2.50, 2.50]", "-", "-"]
    runs[1].result["measures"]["generated"]["flags"] = ["bent-line"]
    bent = tables.distances({"birds/dconv-64": runs})
    assert not any("infinity" in column for column in bent), "extrapolated out of its domain"
    assert set(bent["flags"]) == {"-"}, "no value is shown that such a flag is about"
    alone = tables.distances({"birds/dconv-64": runs[:1]})
    assert alone["over samples"][0] == f"1.00, {KID_ERROR}"
    assert alone["n, reference"][0] == "256, 1024"
    assert "over trainings" not in alone, "one seed tells nothing about trainings"
    for what in ("generated", "untrained", "floor"):
        runs[0].result["measures"][what] |= {"frechet_error": None, "kid_error": None}
    assert "over samples" not in tables.distances({"birds/dconv-64": runs[:1]})


def test_ceilings_are_named_and_flags_explained():
    run = evaluated(3.0)
    ceiling = run.result["measures"]["floor"] | {
        "frechet": 90.0,
        "images": "synthetic faces",
        "flags": ["rank-deficient"],
    }
    run.result["measures"]["other_domain"] = ceiling
    table = tables.distances({"birds/dconv-64": [run]})
    assert table["images"].tolist() == ["trained", "untrained", "real (floor)", "synthetic faces (ceiling)"]
    dressed = tables.dressed(table, "tier quick")
    assert 'class="dataframe flagged described"' in dressed.to_html(), "the style sheet gives these columns room"
    assert table.columns[-1] == "flags"
    caption = dressed.caption
    assert caption.startswith("tier quick | rank-deficient: a side has no more images than")
    assert "older version" not in caption


def test_a_frechet_distance_of_fewer_images_is_not_shown_beside_those_of_more():
    run = evaluated(3.0)
    few = {"n": 64, "flags": ["rank-deficient", "out-of-domain"]}
    run.result["measures"]["untrained"] |= few
    table = tables.distances({"birds/dconv-64": [run]}).set_index("images")
    assert table.loc["untrained", ["fid-192/pytorch-fid", "KID-192", "flags"]].tolist() == [
        "-",
        "0.900",
        "out-of-domain",
    ]
    assert table.loc["real (floor)", "fid-192/pytorch-fid"] == "0.50"


def test_late_and_early_features_stand_side_by_side():
    runs = {"birds/conv-128": [evaluated(114.0)], "birds/conv-stack": [evaluated(137.0)]}
    for (run,), early in zip(runs.values(), (11.5, 7.1), strict=True):
        run.result["protocol"] |= {
            "name": "fid/pytorch-fid",
            "trajectory": {"name": "fid-192/pytorch-fid", "samples": 99},
        }
        run.result |= {"trajectory": [{"frechet": 99.0}, {"frechet": early}], "recalibrated": {"frechet": early - 1}}
    runs["birds/conv-stack"][0].result["recalibrated"] = None
    table = tables.both_features(SimpleNamespace(stamp="tier reduced"), runs).data
    columns = ["fid/pytorch-fid", "fid-192/pytorch-fid", "fid-192/pytorch-fid, recalibrated"]
    assert table[columns].to_numpy().tolist() == [["114.00", "11.50", "10.50"], ["137.00", "7.10", "-"]]


def test_a_long_name_may_break_before_its_variants():
    table = tables.distances({"birds/conv-stack+stage1=scratch": [evaluated(3.0)]})
    assert "birds/conv-stack<wbr>+stage1=scratch<" in tables.dressed(table, "tier quick").to_html()


def test_all_other_measures_stand_in_one_table():
    run = evaluated(3.0)
    features = {"precision": 0.25, "recall": 0.5, "density": 1.0, "coverage": None}
    pixels = {"sharpness": 123.4, "border_noise": 50.0, "spectrum_distance": 2.0, "colour_distance": 0.125}
    for what in ("generated", "floor"):
        run.result["measures"][what] |= features
    run.result |= {
        "pixels": dict.fromkeys(("generated", "floor"), pixels),
        "copying": {"features": {"nearer_than_real": 0.4}, "pixels": {"nearer_than_real": 0.9}},
        "trajectory": [
            {"update": update, "frechet": frechet} for update, frechet in ((0, 9.0), (1000, 2.0), (2000, 3.0))
        ],
    }
    chapter = SimpleNamespace(stamp="tier quick")
    table = tables.beyond_distances(chapter, {"birds/dconv-64": [run]}).data
    trained, real = table.to_dict("records")
    assert trained["flags"] == real["flags"] == "-"
    assert (trained["seeds"], real["seeds"]) == ("n = 1", "-")
    assert [trained[key] for key in ("precision", "coverage", "sharpness")] == ["0.25", "-", "123"]
    assert [trained[key] for key in ("copies, pixels", "best update")] == ["0.90", "1,000"]
    assert [real[key] for key in ("copies, pixels", "best update")] == ["0.50", "-"]


def test_edges_are_flagged_where_features_are_shown_and_flags_of_the_distance_are_not():
    runs = {"faces/edges": [evaluated(3.0)], "faces/edges+update=wgan-gp": [evaluated(4.0)]}
    of_features = {"precision": 0.25, "recall": None, "density": 1.0, "coverage": 0.5, "n_manifold": 256}
    for (run,) in runs.values():
        run.record["configuration"]["view"] |= {"dataset": "faces", "kind": "edges"}
        for row in run.result["measures"].values():
            row |= of_features | {"flags": ["rank-deficient", "out-of-domain"]}
    shown = tables.fidelity(SimpleNamespace(stamp="tier quick"), runs)
    assert shown.data[["model", "images", "recall", "seeds", "flags"]].to_numpy().tolist() == [
        ["faces/edges", "generated", "-", "n = 1", "out-of-domain"],
        ["faces/edges+update=wgan-gp", "generated", "-", "n = 1", "out-of-domain"],
        ["all edges at 16 px", "real (floor)", "-", "-", "out-of-domain"],
    ]
    assert shown.caption == "tier quick | out-of-domain: the images are edges, for which Inception was not made"


def test_counts_of_the_arms_of_the_stack():
    table = tables.counts({arm: resolve("birds/dconv-stack", arm, "paper") for arm in ("code", "matched")})
    code = table[table["model"] == "code"].set_index("part")
    assert code.loc["generator", ["total", "trainable"]].tolist() == [7_228_032, 2_099_904]
    assert code.loc["stage 1", "trainable"] == 1_920
    matched = table[table["model"] == "matched"].set_index("part")
    assert matched.loc["stage 1", "trainable"] == 0


def test_settings_tell_what_is_held_and_loaded():
    arms = {arm: resolve("birds/dconv-stack", arm, "paper") for arm in ("text", "code")}
    table = tables.settings(arms).set_index("setting")
    assert table.loc["held of stage 1"].tolist() == ["everything", "kernels"]
    assert table.loc["stage 1"].tolist() == ["loaded", "random"]
    assert table.loc["value range"].tolist() == ["[0, 1]", "[0, 1]"]


@pytest.mark.parametrize(("letter", "entries"), [("D", DEVIATIONS), ("E", FACE_DEVIATIONS)])
def test_every_entry_of_the_deviation_registers_is_complete_and_numbered_in_order(letter, entries):
    assert [d.number for d in entries] == [f"{letter}{number}" for number in range(1, len(entries) + 1)]
    assert all(value for d in entries for value in vars(d).values())


@pytest.mark.parametrize("entry", FACE_DEVIATIONS, ids=lambda entry: entry.number)
def test_every_variant_that_probes_an_entry_on_faces_exists(entry):
    known = {variant.name for name in ("faces/edges", "faces/gray") for variant in EXPERIMENTS[name].variants}
    for probe in re.findall(r"\+([\w=.-]+)", entry.probe):
        assert any(name == probe or name.startswith(f"{probe}=") for name in known)


def test_the_code_names_only_entries_that_there_are():
    named = set(re.findall(r"\bE\d+\b", Path(faces.__file__).read_text(encoding="utf-8")))
    assert named
    assert named <= {entry.number for entry in FACE_DEVIATIONS}


def test_the_register_shows_what_concerns_an_arm():
    shown = tables.register(["code"]).data
    assert "**D9, starting grid of the stack** (arm code)" in shown
    assert "**D10, crop and resize** (arm all)" in shown
    assert "**D1," not in shown
    of_faces = tables.register(["code"], "faces").data
    assert "**E16, Wasserstein games** (arm code, matched)" in of_faces
    assert "**E11," not in of_faces


def test_what_a_tier_changed_stands_beside_the_papers_values():
    configurations = (resolve("birds/dconv-64", "matched", tier) for tier in ("paper", "quick"))
    table = tables.changed_by_tier({"birds/dconv-64": tuple(configurations)}).set_index("field")
    assert table.loc["generator.channels", ["paper", "here"]].tolist() == ["512, 256, 128, 64", "64, 32"]
    assert table.loc["updates", "paper"] == "73800"


def test_a_run_of_an_older_version_is_flagged():
    run = evaluated(3.0)
    run.flags = ["older version"]
    for row in run.result["measures"].values():
        row |= {"precision": None, "recall": None, "density": None, "coverage": None, "n_manifold": None}
    runs = {"birds/dconv-64": [run]}
    assert set(tables.distances(runs)["flags"]) == {"older version"}
    fidelity = tables.fidelity(SimpleNamespace(stamp="tier quick"), runs)
    assert set(fidelity.data["flags"]) == {"older version"}
    assert "older version: " in fidelity.caption
