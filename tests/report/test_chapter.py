"""A chapter's parameters are checked before anything runs."""

import pytest

from stackrepro.base.errors import UserError
from stackrepro.claims.schema import claims
from stackrepro.experiments import resolve
from stackrepro.report import open_chapter
from stackrepro.report.plan import ARM, CHAPTERS, book_runs, runs_of

GOOD = {
    "tier": "smoke",
    "seeds": [0, 2],
    "data_root": "",
    "unofficial": False,
    "runs_root": "",
    "device": "cpu",
    "extended": False,
}


def test_a_chapter_opens_with_its_parameters_among_what_ipython_adds():
    chapter = open_chapter({**GOOD, "In": [], "Out": {}, "_": 1, "__name__": "__main__", "open_chapter": open_chapter})
    assert chapter.tier == "smoke"
    assert chapter.seeds == (0, 2)
    assert chapter.stamp == "tier smoke | synthetic birds | seed 0, 2"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"teir": "quick"}, "no chapter parameter 'teir': did you mean tier"),
        ({"tier": "quik"}, "no tier 'quik': did you mean quick"),
        ({"seeds": 3}, "seeds is 3: give a list"),
        ({"seeds": []}, "seeds is []: give a list"),
        ({"seeds": [0, "1"]}, "give a list"),
        ({"seeds": [1, 1]}, "give each seed once"),
        ({"data_root": "/nowhere/at/all"}, "data root /nowhere/at/all is not there"),
        ({"device": None}, "device is None: give a text"),
        ({"unofficial": "yes"}, "unofficial is 'yes': give True or False"),
        ({"extended": 1}, "extended is 1: give True or False"),
    ],
)
def test_a_wrong_parameter_ends_in_a_sentence(change, words):
    with pytest.raises(UserError) as caught:
        open_chapter(GOOD | change)
    assert words in str(caught.value)


def test_a_missing_parameter_is_named():
    with pytest.raises(UserError, match="doesn't set device"):
        open_chapter({name: value for name, value in GOOD.items() if name != "device"})


def test_the_books_plan_trains_first_stages_first_and_each_run_once():
    sources = open_chapter(GOOD).sources
    runs = book_runs("quick", [0, 1], sources)
    names = [(run.configuration.experiment, run.configuration.seed) for run in runs]
    assert len(set(names)) == len(names) == 2 * len({name for needs in CHAPTERS.values() for name in needs.book})
    for run in runs:
        if run.stage1 is not None:
            assert runs.index(run.stage1) < runs.index(run)


def test_what_a_book_trains_only_when_asked_is_named_until_it_is_there(tiny_birds_root, tmp_path, monkeypatch):
    monkeypatch.setenv("STACKREPRO_UNOFFICIAL", "1")
    root = {"data_root": str(tiny_birds_root), "runs_root": str(tmp_path)}
    chapter = open_chapter(GOOD | root | {"seeds": [0]})
    name = "birds/dconv-64+range=0-1"
    said = chapter.show(lambda *_: pytest.fail("nothing is there to draw"), name).data
    assert f"stackrepro run {name} --arm matched --tier smoke --seed 0 --data-root FOLDER --unofficial" in said
    asked = open_chapter(GOOD | root | {"seeds": [0], "extended": True}, "faces")
    for opened in (asked, chapter):  # made by the first, found by the second
        stamp, (run,) = opened.show(lambda shown, runs: (shown.stamp, runs[name]), name)
        assert run.result["experiment"] == name
        assert stamp == "tier smoke | CUB-200-2011 (not the official archive) | seed 0"


def test_an_extended_book_trains_what_its_chapters_offer():
    sources = open_chapter(GOOD).sources
    plain, extended = (
        {(run.configuration.experiment, run.configuration.arm) for run in book_runs("quick", [0], sources, asked)}
        for asked in (False, True)
    )
    every = {pair for needs in CHAPTERS.values() for pair in needs.extended}
    offered = {(resolve(name, arm, "quick").experiment, arm) for name, arm in every}  # a variant may change nothing
    assert len(plain) == 16
    assert offered - plain
    assert extended >= plain | offered


def test_a_set_that_the_data_root_lacks_is_drawn_and_stamped_so(tiny_birds_root, tiny_faces_root):
    found = {"unofficial": True, "seeds": [0]}
    chapter = open_chapter(GOOD | found | {"data_root": str(tiny_birds_root)}, "faces")
    assert chapter.stamp == "tier smoke | synthetic faces | seed 0"
    assert chapter.book_stamp == "tier smoke | CUB-200-2011 (not the official archive) | synthetic faces | seed 0"
    chapter = open_chapter(GOOD | found | {"data_root": str(tiny_faces_root)}, "faces")
    assert chapter.stamp == "tier smoke | CelebA (not the official archive) | seed 0"
    assert chapter.sources["birds"].synthetic


def test_a_data_root_with_neither_set_is_refused(tmp_path):
    with pytest.raises(UserError, match="holds neither"):
        open_chapter(GOOD | {"data_root": str(tmp_path)})


def test_an_experiment_runs_on_the_data_that_its_view_names(tiny_birds_root, tiny_faces_root, tmp_path):
    root = tmp_path / "both"
    root.mkdir()
    (root / "CUB_200_2011").symlink_to(tiny_birds_root / "CUB_200_2011")
    for name in ("img_align_celeba", "identity_CelebA.txt"):
        (root / name).symlink_to(tiny_faces_root / name)
    chapter = open_chapter(GOOD | {"data_root": str(root), "unofficial": True})
    assert not any(source.synthetic for source in chapter.sources.values())
    for name, dataset in (("birds/gray", "birds"), ("faces/gray", "faces")):
        (run,) = runs_of(name, "matched", "smoke", [0], chapter.sources)
        assert (run.source.dataset, run.stage1.source.dataset) == (dataset, dataset)


@pytest.mark.parametrize("claim", claims().values(), ids=claims())
def test_a_chapter_offers_every_run_that_its_claims_read(claim):
    needs = CHAPTERS[claim.chapter]
    offered = {(name, ARM) for every in CHAPTERS.values() for name in every.book} | set(needs.extended)
    assert set(claim.experiments) <= offered
