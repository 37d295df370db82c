"""The eye test in the book: its pages, and its tables before and after ratings were imported."""

import json
import re
from pathlib import Path

import pytest
from eye_tests import FACES, exported, finish, run_with_grid
from IPython.display import Markdown
from PIL import Image
from stored_results import write

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.cli import commands
from stackrepro.data import find
from stackrepro.evaluation.eye_test import store
from stackrepro.evaluation.eye_test.pictures import REAL
from stackrepro.evaluation.eye_test.ratings import import_file
from stackrepro.experiments import resolve
from stackrepro.report import eye_test, eye_test_tables, reference
from stackrepro.report.chapter import Chapter
from stackrepro.runs import Run

WORDS = ("none", "outline", "shape", "fill", "anatomy")
MODELS = ("birds/dense-64", "birds/conv-64", "birds/dconv-64")


@pytest.fixture
def chapter(tmp_path, tiny_birds, tiny_faces) -> Chapter:
    """Return a chapter on real data, with three finished models of birds and two of faces."""
    for name, frechet in zip(MODELS, (30.0, 10.0, 20.0), strict=True):
        finish(*run_with_grid(tmp_path, name, tiny_birds), frechet)
    for name in FACES:
        finish(*run_with_grid(tmp_path, name, tiny_faces), 1.0)
    return Chapter("smoke", (0,), "birds", {"birds": tiny_birds, "faces": tiny_faces}, tmp_path, "cpu", False)


def imported(chapter, rater, answer, test) -> None:
    import_file(exported(chapter.runs_root, chapter.runs_root, test, rater, answer), chapter.runs_root)


def test_the_books_pages_hold_no_image_of_a_data_set(chapter):
    shown = eye_test.page(chapter, "birds").data
    (name,) = re.findall(r'<a href="\.\./eye-test/([0-9a-f]{12}\.html)">', shown)
    page = (chapter.runs_root / "eye-test" / "pages" / name).read_text()
    assert "must not be passed on" not in page
    (test,) = eye_test.tests(chapter, "birds").values()
    assert {trial.model for trial in test.trials} == set(MODELS)
    assert eye_test.makeup(chapter, "birds").data["images"].tolist() == [8, 8, 8]

    refused = eye_test.page(chapter, "faces").data
    assert refused.startswith("There is no page for faces in this book.")
    assert "give --with-real" in refused
    assert eye_test.tests(chapter, "faces") == {}


def test_without_ratings_every_table_says_so(chapter):
    eye_test.page(chapter, "birds")
    tables = eye_test_tables
    shown = [tables.steps(chapter), tables.paper_order(chapter), tables.told_apart(chapter), tables.raters(chapter)]
    shown += [tables.agreement(chapter, dataset) for dataset in ("birds", "faces")]
    assert all(isinstance(one, Markdown) and "none are invented" in one.data for one in shown)


def test_ratings_of_birds_make_the_tables(chapter):
    """Two raters agree that dense, conv, dconv pass 1, 2 and 4 thresholds."""
    levels = dict(zip(MODELS, (1, 2, 4), strict=True))
    eye_test.page(chapter, "birds")
    (test,) = eye_test.tests(chapter, "birds").values()
    for rater in ("a", "b"):
        imported(chapter, rater, lambda trial: WORDS[levels[trial.model]], test)

    steps = eye_test_tables.steps(chapter).data.set_index("model")
    assert steps["mean threshold"].to_dict() == {
        name: f"{level}.00 [{level}.00, {level}.00]" for name, level in levels.items()
    }
    assert steps.loc[MODELS[1], list(WORDS[1:])].tolist() == ["100%", "100%", "0%", "0%"]
    assert steps["raters"].tolist() == [2, 2, 2]

    order = eye_test_tables.paper_order(chapter).data
    assert order[["from", "to", "claim", "difference", "outcome"]].to_numpy().tolist() == [
        [MODELS[0], MODELS[1], "A7", "1.00 [1.00, 1.00]", "as the paper says"],
        [MODELS[1], MODELS[2], "A7", "2.00 [2.00, 2.00]", "as the paper says"],
    ]
    agreement = eye_test_tables.agreement(chapter, "birds").data.set_index("measure")["value"].to_dict()
    assert agreement["alpha between raters"] == "1.00 [1.00, 1.00]"
    assert agreement["same answer to the same image"] == "100%"
    # By distance dense is last and conv first: ranks 1, 3, 2 against 1, 2, 3.
    assert agreement["Spearman's rho with fid-192/pytorch-fid@16"] == "0.50 [0.50, 0.50]"
    assert agreement["Kendall's tau with fid-192/pytorch-fid@16"] == "0.33 [0.33, 0.33]"


def test_ratings_of_faces_make_the_tables(chapter):
    made = eye_test.make_test(chapter.sources["faces"], chapter.runs_root, "smoke", [0], images=4, with_real=True)
    imported(chapter, "a", lambda trial: "real" if trial.model == REAL else "generated", made.test)
    apart = eye_test_tables.told_apart(chapter).data
    assert apart["accuracy"].tolist() == ["1.00 [1.00, 1.00]"] * 2
    assert apart["criterion"].tolist() == ["0.00 [0.00, 0.00]"] * 2
    raters = eye_test_tables.raters(chapter).data
    assert raters[["stage", "rater", "right", "share"]].to_numpy().tolist() == [
        [stage, 1, "8 of 8", "1.00 [0.63, 1.00]"] for stage in ("edges", "gray")
    ]
    agreement = eye_test_tables.agreement(chapter, "faces").data
    assert agreement["value"].tolist()[:2] == ["-", "100%"]  # one rater agrees with nobody else


def test_ratings_of_other_data_stay_out(chapter, tmp_path):
    eye_test.page(chapter, "birds")
    (test,) = eye_test.tests(chapter, "birds").values()
    imported(chapter, "a", lambda _: "none", test)
    drawn = Chapter("smoke", (0,), "birds", {"birds": find("birds", None)}, chapter.runs_root, "cpu", False)
    assert isinstance(eye_test_tables.steps(drawn), Markdown)


@pytest.fixture
def results(tmp_path, monkeypatch) -> Path:
    """Return an empty folder of published results."""
    folder = tmp_path / "results"
    folder.mkdir()
    monkeypatch.setattr(reference, "results_root", lambda: folder)
    return folder


def test_a_page_of_published_results_needs_no_data(chapter, results):
    assert "No result of birds is published" in eye_test.page(chapter, "birds", of_published=True).data
    source = chapter.sources["birds"]
    data = {key: getattr(source, key) for key in ("name", "label", "fingerprint", "official")}
    for name in MODELS[1:]:
        run = Run(resolve(name, "matched", "reduced"), source)
        write(results / "made", name, 0, 30.0, data=data)
        (made,) = (results / "made").iterdir()
        folder = made.rename(results / run.name)
        record = json.loads((folder / "run.json").read_text()) | {"name": run.name, "identity": run.identity}
        (folder / "run.json").write_text(json.dumps(record))
        (folder / "samples").mkdir()
        Image.new("RGB", (8 * 32, 8 * 32)).save(folder / "samples" / "grid-018450.png")
    (results / "made").rmdir()
    shown = eye_test.page(chapter, "birds", of_published=True).data
    assert f"tier reduced | {source.name} | arm matched" in shown
    (test,) = eye_test.tests(chapter, "birds").values()
    assert {trial.model for trial in test.trials} == set(MODELS[1:])
    assert eye_test.makeup(chapter, "birds", of_published=True).data["images"].tolist() == [8, 8]
    imported(chapter, "a", lambda _: "none", test)
    assert eye_test_tables.steps(chapter).data["mean threshold"].tolist() == ["0.00 [0.00, 0.00]"] * 2


def test_the_commands_make_a_page_list_it_and_publish_what_was_answered(
    chapter, tiny_birds_root, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(store, "results_root", lambda: tmp_path / "results")
    monkeypatch.setattr(places, "results_root", lambda: tmp_path / "results")

    def stackrepro(*arguments) -> str:
        commands.main(["eyetest", *map(str, arguments), "--runs-root", str(tmp_path)], standalone_mode=False)
        return capsys.readouterr().out

    options = ("make", "birds", "--tier", "smoke", "--data-root", tiny_birds_root, "--unofficial")
    shown = stackrepro(*options, "--with-real", "--images", 3, "--out", tmp_path / "mine")
    (page,) = (tmp_path / "mine").iterdir()
    assert shown.strip() == str(page)
    assert "must not be passed on" in page.read_text()
    (row,) = json.loads(stackrepro("status", "--json"))
    assert (row["test"], row["trials"], row["raters"]) == (page.stem, 13, {})  # 3 models and real, 3 each, 1 again
    assert "no ratings yet" in stackrepro("status")
    with pytest.raises(UserError, match="has no ratings"):
        stackrepro("publish", row["test"])
    imported(chapter, "a", lambda _: "shape", store.tests(tmp_path)[row["test"]])
    assert "a: 13 of 13" in stackrepro("status")
    assert stackrepro("publish", row["test"]).strip().endswith(f"results/eye-test/ratings/{row['test']}-a.csv")
    (tmp_path / "bad.csv").write_text("=1+1\n")
    for arguments, words in (
        (("import", tmp_path / "bad.csv"), "bad.csv, line 1: the header must be"),
        ((*options, "--seed", "9"), "no finished run of birds"),
        ((*options, "--images", "64"), "64 images of each run can't be shown"),
        (("make", "faces", "--common-size"), "Faces have one size"),
        (("make", "birds", "--published", "--with-real"), "holds no real images"),
    ):
        with pytest.raises(UserError, match=words):
            stackrepro(*arguments)
