"""Tables: values against the facts, one seed as n = 1, several with their interval; flags once below the table."""

from base64 import b64decode
from types import SimpleNamespace

import pandas as pd
from bs4 import BeautifulSoup

from stackrepro.experiments import resolve
from stackrepro.report import tables

ABOUT = SimpleNamespace(scope="tier quick")
NAME = "birds/dconv-64"


def evaluated(frechet: float, size: int = 16, floor: float = 0.5, **rows: dict) -> SimpleNamespace:
    """Return a stored run as far as tables read it: KID is a tenth of the Fréchet distance."""
    distances = dict.fromkeys(rows, 90.0) | {"generated": frechet, "untrained": 9.0, "floor": floor}
    measures = {
        what: {"frechet": value, "kid": value / 10, "kid_error": 0.1, "n": 256, "n_reference": 1024, "flags": []}
        | rows.get(what, {})
        for what, value in distances.items()
    }
    view = {"dataset": "birds", "kind": "rgb", "size": size}
    result = {"protocol": {"name": "fid-192/pytorch-fid", "dims": 192}, "measures": measures}
    return SimpleNamespace(result=result, flags=[], record={"configuration": {"view": view, "updates": 100}})


def column(table: tables.Table, head: str) -> list:
    return table.data[head].tolist()


def test_one_seed_is_n_1_and_never_plus_minus():
    table = tables.distances(ABOUT, {NAME: [evaluated(3.0)]})
    assert column(table, "fid-192/pytorch-fid") == ["3.00", "9.00", "0.50"]
    assert column(table, "seeds") == [1, 1, "-"]
    assert table.caption == "tier quick | n = 1"
    page = BeautifulSoup(table._repr_html_(), "html.parser")
    assert "±" not in page.get_text()
    assert [head.get_text() for head in page.select("thead th")][2:4] == ["FID-192", "KID-192"]


def test_several_seeds_are_a_mean_with_its_t_interval():
    table = tables.distances(ABOUT, {NAME: [evaluated(3.0), evaluated(4.0), evaluated(8.0)]})
    assert column(table, "fid-192/pytorch-fid") == ["5.00 [0.54, 9.46]", "9.00 [9.00, 9.00]", "0.50"]  # t = 2.9200
    assert table.rows[0].values["fid-192/pytorch-fid"].mean == 5.0
    assert column(table, "seeds") == [3, 3, "-"], "real images have no seeds"


def test_what_real_images_score_stands_once_for_all_models_that_are_held_against_them():
    runs = {
        "birds/dense-64": [evaluated(3.0), evaluated(4.0)],
        "birds/dconv-64": [evaluated(2.0)],
        "birds/dconv-128": [evaluated(5.0, size=32)],
        "birds/dconv-stack": [evaluated(4.0, size=32, floor=0.7)],  # say, of other images
        "birds/dense-128": [evaluated(6.0, size=32)],
    }
    data = tables.distances(ABOUT, runs).data
    fixed = data[data["images"] == "real images (baseline)"]
    assert fixed[["model", "fid-192/pytorch-fid"]].to_numpy().tolist() == [
        ["all birds at 16 px", "0.50"],
        ["birds/dconv-stack", "0.70"],
        ["birds/dconv-128, birds/dense-128", "0.50"],
    ]
    assert fixed.index.tolist() == [4, 9, 12], "behind the last model that it is for"


def test_real_images_measured_on_two_machines_are_the_same_images():
    here, there = evaluated(3.0, floor=6.987265231337915), evaluated(4.0, floor=6.987265231337943)
    table = tables.distances(ABOUT, {"birds/dense-64": [here, there], NAME: [here]})
    assert column(table, "model")[4:] == ["all birds at 16 px"]
    there.result["measures"]["floor"]["n"] += 1
    assert len(tables.distances(ABOUT, {NAME: [here, there]}).rows) == 4, "counts have no such digits"


def test_the_sampling_error_is_taken_off_the_spread_of_trainings():
    runs = [evaluated(frechet) for frechet in (3.0, 4.0, 8.0)]
    for run, error in zip(runs, (1.0, 2.0, 2.0), strict=True):
        run.result["measures"]["generated"] |= {"frechet_error": error, "frechet_infinity": 2.5}
    table = tables.distances(ABOUT, {NAME: runs})
    assert column(table, "fid-192/pytorch-fid, error over samples") == ["1.73", "-", "-"]  # root of (1 + 4 + 4) / 3
    assert column(table, "fid-192/pytorch-fid, spread of trainings") == ["2.00", "-", "-"]  # the root of 7 - 3
    assert column(table, "fid-192/pytorch-fid, n to infinity") == ["2.50 [2.50, 2.50]", "-", "-"]
    assert "spread of trainings" not in table._repr_html_().split("<a ")[0], "in the CSV file alone"
    runs[1].result["measures"]["generated"]["flags"] = ["bent-line"]
    bent = tables.distances(ABOUT, {NAME: runs})
    assert "fid-192/pytorch-fid, n to infinity" not in bent.data, "extrapolated out of its domain"
    assert set(column(bent, "flags")) == {"-"}, "no value is shown that such a flag is about"


def test_a_frechet_distance_of_fewer_images_is_not_shown_beside_those_of_more():
    run = evaluated(3.0, untrained={"frechet": 9.0, "kid": 0.9, "n": 64, "flags": ["rank-deficient", "out-of-domain"]})
    table = tables.distances(ABOUT, {NAME: [run]})
    row = table.data.set_index("images").loc["untrained"]
    assert row[["fid-192/pytorch-fid", "KID-192", "flags"]].tolist() == ["-", "0.900", "out-of-domain"]
    assert f"out-of-domain ({NAME}, untrained): " in table.caption


def test_a_flag_of_every_row_stands_once_and_unwanted_ones_not_at_all():
    flags = {"flags": ["rank-deficient", "out-of-domain"], "precision": 0.25, "recall": None, "density": 1.0}
    run = evaluated(3.0, generated=flags)
    run.result["measures"]["floor"] |= flags
    run.flags = ["low recall"]
    table = tables.fidelity(ABOUT, {"faces/edges": [run]})
    assert column(table, "flags") == ["out-of-domain, low recall", "out-of-domain"]
    assert "out-of-domain: the images are edges" in table.caption
    assert "low recall (faces/edges, trained): " in table.caption
    assert "rank-deficient" not in table.caption, "which says nothing about precision"
    assert column(table, "precision") == ["0.25", "0.25"]
    assert "recall" not in table.data, "a column without any value is left out"


def test_average_and_last_iterate_stand_apart():
    run = evaluated(3.0, average={"frechet": 2.0, "kid": 0.2})
    table = tables.distances(ABOUT, {NAME: [run]})
    assert table.data[["images", "KID-192"]].to_numpy().tolist()[:2] == [
        ["trained", "0.200"],
        ["last iterate", "0.300"],
    ]
    assert column(tables.at_a_glance(ABOUT, {NAME: [run]}), "KID-192")[0] == "0.200"


def test_the_bar_reaches_from_real_images_to_images_of_something_else():
    other = {"images": "faces", "kid": 1.05}
    run = evaluated(5.5, other_domain=other)
    table = tables.distances(ABOUT, {NAME: [run]})
    assert column(table, "images")[-1] == "faces (reference)"
    assert '<circle cx="38.0"' in table._repr_html_(), "half-way between the marks at 8 and 68"
    assert "svg" not in tables.distances(ABOUT, {NAME: [evaluated(5.5)]})._repr_html_(), "without a scale"


def test_a_page_has_at_most_six_columns():
    run = evaluated(3.0, average={"frechet": 2.0}, other_domain={"images": "faces", "kid": 1.0}, held_out={})
    run.result |= {
        "pixels": {
            "average": dict.fromkeys(("sharpness", "border_noise", "spectrum_distance", "colour_distance"), 2.0)
        },
        "copying": dict.fromkeys(
            ("features", "pixels"),
            dict.fromkeys(("nearer_than_real", "nearer_than_any", "distance", "real_distance", "n_training"), 0.4),
        ),
        "trajectory": [{"update": 0, "frechet": 1.0}],
        "recalibrated": None,
        "translation": {"held_out": {"l1": 41.26}},
        "training": {"seconds": {"data": 1, "discriminator": 4, "generator": 5}, "images_per_second": 10.0},
        "counts": {"generator": {"trainable": 1000}},
    }
    for make in (tables.distances, tables.both_features, tables.pixels, tables.copying, tables.made_of, tables.cost):
        page = make(ABOUT, {NAME: [run]})._repr_html_()
        assert 2 < page.count("<th ") <= 6
    cost = tables.cost(ABOUT, {NAME: [run]}).data.iloc[0]
    assert cost[["ms an update", "minutes", "discriminator"]].tolist() == ["100.0", "0.2", "40%"]
    copied = tables.copying(ABOUT, {NAME: [run]}).data
    assert copied["nearer than a random one, pixels"].tolist() == ["0.40", "0.50"], "half of real images, by definition"
    made = tables.made_of(ABOUT, {NAME: [run]}).data
    assert made["L1"].tolist()[:2] == ["-", "41.3"]


def test_edges_of_both_stages_stand_in_one_space_with_one_baseline():
    edges = [evaluated(distance, other_domain={"images": "birds", "n": 64}) for distance in (9.0, 11.0)]
    gray = evaluated(7.0, size=32)
    gray.result["protocols"] = {"fid-192/pytorch-fid of edges": evaluated(8.0).result["measures"]}
    gray.result["protocols"]["fid-192/pytorch-fid of edges"]["generated"]["recall"] = 0.3
    gray.flags = ["low recall"]  # among gray images, not among edges
    for run in edges:
        run.result["protocols"] = {}
    table = tables.edge_space(ABOUT, {"faces/edges": edges, "faces/gray": [gray]})
    assert "low recall" not in table.caption
    assert column(table, "fid-192/pytorch-fid") == ["10.00 [3.69, 16.31]", "8.00", "0.50", "-"]


def test_a_column_of_ones_own_needs_one_entry():
    mine = tables.Column("twice", lambda result, what: 2 * result["measures"][what]["kid"], ".1f")
    assert column(tables.table(ABOUT, {NAME: [evaluated(3.0)]}, [mine]), "twice") == ["0.6"]


def test_settings_tell_what_is_frozen_and_loaded():
    arms = {arm: resolve("birds/dconv-stack", arm, "paper") for arm in ("text", "code")}
    table = tables.settings(arms).set_index("setting")
    assert table.loc["frozen of stage 1"].tolist() == ["everything", "kernels"]
    assert table.loc["stage 1"].tolist() == ["loaded", "random"]
    assert table.loc["value range"].tolist() == ["[0, 1]", "[0, 1]"]


def test_arms_differ_in_the_fields_that_the_register_names():
    arms = {arm: resolve("faces/edges", arm, "paper") for arm in ("text", "code", "matched")}
    table = tables.contrasted(arms).set_index("field")
    assert set(table.index) == {"view.gray", "view.sobel", "view.stretch", "view.jpeg", "sampling_norm"}
    assert table.loc["view.gray"].tolist() == ["luma", "red", "luma"]


def test_any_table_can_be_taken_along_as_csv():
    content = BeautifulSoup(
        tables.Plain(pd.DataFrame({"model": ["a+b"], "n": [3]}), "of what")._repr_html_(), "html.parser"
    )
    assert b64decode(content.a["href"].partition(",")[2]) == b"model,n\na+b,3\n"
    assert [cell.get_text() for cell in content.select("td")] == ["a+b", "3"]
    assert content.caption.get_text() == "of what"


def test_the_parts_of_a_frozen_stack_add_up_and_its_second_stage_alone_is_trained():
    table = tables.counts({name: resolve(name, "matched", "paper") for name in (NAME, "birds/dconv-stack")})
    assert table.brief.columns[-1] == "discriminator"
    single, stack = table.brief.drop(columns="discriminator").set_index("model").to_dict("records")
    assert single == {**dict.fromkeys(["generator", "of it trained"], "5,126,720"), "stage 1": "-", "stage 2": "-"}
    number = {head: int(text.replace(",", "")) for head, text in stack.items()}
    assert number["generator"] == number["stage 1"] + number["stage 2"]
    assert (number["of it trained"], stack["stage 1"]) == (number["stage 2"], single["generator"])
    assert len(table.data) == 6
