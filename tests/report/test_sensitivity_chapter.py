"""Orderings under conditions: what holds, what turns round, and the sentence about both."""

from types import SimpleNamespace

import pytest
from stored_results import DRAWN, write, write_seeds

from stackrepro.experiments import EXPERIMENTS
from stackrepro.report import sensitivity
from stackrepro.report.orderings import Ordering, orderings, standard_errors, survey, told

A, B = ("birds/a", "matched"), ("birds/b", "matched")
ORDERING = Ordering(("A1",), A, B)
BASE = {"protocol": "fid/pytorch-fid", "n": 2304, "split": "all", "gray": None, "storage": "raw"}
FEW, EARLY = {"n": 1152}, {"protocol": "fid-192/pytorch-fid", "n": 1024}
JPEG = {**EARLY, "storage": "jpeg-75"}
COMMON = {"protocol": "fid/pytorch-fid@32"}


def run(*rows, error=1.0, size=64):
    """A result with (changed, frechet, kid) under each condition; the first is the standard one."""
    listed = [{**BASE, **changed, "frechet": frechet, "kid": kid} for changed, frechet, kid in rows]
    generated = {"frechet": rows[0][1], "frechet_error": error}
    record = {"configuration": {"view": {"size": size}}}
    return SimpleNamespace(result={"sensitivity": listed, "measures": {"generated": generated}}, record=record)


def test_each_ordering_of_the_claims_stands_once_with_all_that_name_it():
    found = orderings()
    names = [(ordering.better, ordering.worse) for ordering in found]
    assert len(set(names)) == len(names)
    by_name = {ordering.name: ordering.claims for ordering in found}
    assert by_name["birds/conv-stack over birds/conv-stack-bp"] == ("A5", "A19", "A20")
    assert by_name["faces/gray over faces/edges"] == ("B1", "B3")
    assert "birds/dense-64 over birds/dense-64+dropout=0 (arm text)" in by_name
    assert all(side[0].partition("+")[0] in EXPERIMENTS for pair in names for side in pair)


def test_a_condition_turns_an_ordering_round():
    runs = {
        A: [run(({}, 30.0, 3.0), (FEW, 40.0, 4.0), (JPEG, 5.0, 0.5))],
        B: [run(({}, 60.0, 2.0), (FEW, 50.0, 4.5), (JPEG, 4.0, 0.6))],
    }
    found = survey([ORDERING], runs).set_index(["condition", "measure"])
    assert found["holds"].to_dict() == {
        ("as in all tables", "frechet"): True,
        ("as in all tables", "kid"): False,
        ("n = 1152", "frechet"): True,
        ("n = 1152", "kid"): True,
        ("jpeg-75, fid-192/pytorch-fid, n = 1024", "frechet"): False,
        ("jpeg-75, fid-192/pytorch-fid, n = 1024", "kid"): True,
    }
    assert found.loc[("as in all tables", "frechet"), "gap"] == pytest.approx(30 / 90)
    assert found.loc[("n = 1152", "kid"), "factor"] == "number of images"
    assert found.loc[("jpeg-75, fid-192/pytorch-fid, n = 1024", "kid"), "factor"] == "storage"


def test_only_the_factor_itself_turns_an_ordering_round():
    """The early features turn it round; a JPEG file, seen by early features too, undoes that by KID, and no more."""
    runs = {
        A: [run(({}, 30.0, 3.0), (EARLY, 5.0, 5.0), (JPEG, 5.0, 3.0))],
        B: [run(({}, 60.0, 4.0), (EARLY, 4.0, 4.0), (JPEG, 4.0, 4.0))],
    }
    found = survey([ORDERING], runs)
    turned = found[found["turns"]][["condition", "factor", "measure"]].to_numpy().tolist()
    early, jpeg = "fid-192/pytorch-fid, n = 1024", "jpeg-75, fid-192/pytorch-fid, n = 1024"
    assert turned == [[early, "protocol", "frechet"], [early, "protocol", "kid"], [jpeg, "storage", "kid"]]
    said = told(found)
    assert said.endswith("Orderings that turn round with a factor, all else being equal: protocol 1, storage 1.")


def test_a_common_size_counts_only_beside_another_size():
    def conditions(*sizes: int) -> list[str]:
        sides = zip((A, B), sizes, (1.0, 2.0), strict=True)
        runs = {side: [run(({}, at, at), (COMMON, at, at), size=size)] for side, size, at in sides}
        return survey([ORDERING], runs)["condition"].unique().tolist()

    assert conditions(32, 32) == ["as in all tables"]
    assert conditions(64, 64) == conditions(32, 64) == ["as in all tables", "fid/pytorch-fid@32"]


def test_seeds_count_by_their_mean_and_conditions_only_where_all_have_them():
    runs = {A: [run(({}, 10.0, 1.0), (FEW, 1.0, 1.0)), run(({}, 50.0, 1.0))], B: [run(({}, 29.0, 2.0))]}
    found = survey([ORDERING], runs)
    assert found["condition"].unique().tolist() == ["as in all tables"]
    assert found["holds"].tolist() == [False, True]  # 30 against 29, 1 against 2
    assert survey([ORDERING], {A: runs[A]}).empty


def test_the_sentence_counts():
    always, turned = ORDERING, Ordering(("A2",), B, A)
    low = run(({}, 10.0, 1.0), (EARLY, 1.0, 1.0), (JPEG, 1.0, 1.0))
    high = run(({}, 20.0, 2.0), (EARLY, 2.0, 2.0), (JPEG, 2.0, 2.0))
    said = told(survey([always, turned], {A: [low], B: [high]}))
    assert "Of 2 orderings 1 hold" in said
    assert "1 hold under every condition and by both measures, 1 under none, and 0 depend" in said
    mixed = run(({}, 20.0, 0.5), (EARLY, 2.0, 2.0), (JPEG, 0.5, 2.0))
    said = told(survey([always], {A: [low], B: [mixed]}))
    assert "0 hold under every condition and by both measures, 0 under none, and 1 depend" in said
    assert "storage 1" in said
    assert "KID in the place of the Fréchet distance 1" in said
    assert told(survey([always], {})).startswith("There are no runs yet")


def test_the_gap_in_units_of_its_sampling_error():
    runs = {A: [run(({}, 10.0, 1.0), error=3.0)], B: [run(({}, 20.0, 1.0), error=4.0)]}
    assert standard_errors(ORDERING, runs) == pytest.approx(2.0)  # 10 / 5
    runs = {side: found * 4 for side, found in runs.items()}
    assert standard_errors(ORDERING, runs) == pytest.approx(4.0)
    still = [run(({}, 10.0, 1.0), error=1e-12)]
    assert standard_errors(ORDERING, {A: still, B: still}) is None


def test_the_page_has_a_cell_for_each_condition_and_a_row_for_each_ordering():
    runs = {A: [run(({}, 10.0, 1.0), (JPEG, 3.0, 1.0))], B: [run(({}, 20.0, 2.0), (JPEG, 2.0, 2.0))]}
    seen = sensitivity.Surveyed(
        [ORDERING], runs, survey([ORDERING], runs), [SimpleNamespace(command="stackrepro run x")], "tier quick"
    )
    (row,) = sensitivity.shares(seen).data.to_dict("records")
    assert (row["holds"], row["conditions"], row["holds in"]) == ("yes", 4, "75%")
    assert row["the other way round in"] == "jpeg-75, fid-192/pytorch-fid, n = 1024 (Fréchet distance)"
    figure = sensitivity.heat_map(seen)
    assert [place.get_title() for place in figure.axes[:2]] == ["Fréchet distance", "KID"]
    assert [text.get_text() for text in figure.axes[0].texts] == ["", "x"]
    figure.draw_without_rendering()
    assert "stackrepro run x" in sensitivity.missing(seen).data


def test_published_results_are_looked_at_by_themselves_real_images_first(tmp_path, monkeypatch):
    monkeypatch.setattr(sensitivity, "results_root", lambda: tmp_path)
    empty = sensitivity.published()
    assert empty.found.empty
    assert sensitivity.sentence(empty).data.startswith("There are no runs yet")
    names, error = ("birds/dconv-stack", "birds/dconv-128"), {"rows": {"frechet_error": 1.0}}
    for name, frechet in zip(names, (40.0, 30.0), strict=True):
        rows = [{**BASE, "frechet": frechet, "kid": 1.0}]
        write_seeds(tmp_path, name, [frechet - 2, frechet], sensitivity=rows, **error)
        write(tmp_path, name, 0, 90 - frechet, data=DRAWN, sensitivity=rows, **error)
    seen = sensitivity.published()
    (row,) = sensitivity.shares(seen).data.to_dict("records")
    assert (row["better, it is claimed"], row["holds"]) == (f"{names[0]} over {names[1]}", "no")
    assert seen.stamp == "published results | tier reduced, CUB-200-2011"
    assert [len(runs) for runs in seen.runs.values()] == [2, 2]
