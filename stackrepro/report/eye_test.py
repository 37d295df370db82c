"""The eye test in the book: the tests of a chapter's runs, their pages, and the ratings that there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from IPython.display import Markdown
from pandas.io.formats.style import Styler

from stackrepro.base.errors import UserError
from stackrepro.data import Source
from stackrepro.evaluation.current import finished
from stackrepro.evaluation.eye_test import ratings, store
from stackrepro.evaluation.eye_test.answers import Answers
from stackrepro.evaluation.eye_test.making import make
from stackrepro.evaluation.eye_test.trials import EyeTest, Made
from stackrepro.evaluation.protocols import plan_for
from stackrepro.report import plan
from stackrepro.report.chapter import Chapter
from stackrepro.report.eye_test_page import write
from stackrepro.report.reference import published
from stackrepro.report.tables import stamped
from stackrepro.runs.recorded import recorded

EXPERIMENTS = {"birds": plan.birds(*plan.MODELS), "faces": plan.FACES}


def make_test(
    source: Source,
    root: Path,
    tier: str,
    seeds: Sequence[int],
    arm: str = plan.ARM,
    *,
    images: int = 8,
    common_size: bool = False,
    with_real: bool = False,
) -> Made:
    """Make the test of a data set from all of its models that are finished.

    Args:
        common_size: bring all birds to the pixels of first stages, so that models of both sizes compare.

    Raises:
        UserError: as `make`.
    """
    wanted = [
        run
        for name in EXPERIMENTS[source.dataset]
        for run in plan.runs_of(name, arm, tier, seeds, {source.dataset: source})
    ]
    found = [(run, stored) for run in wanted if (stored := finished(run, root)) is not None]
    common = plan_for(tier, source.dataset).common_size if common_size else None
    return make(found, source, store.salt(root), images=images, common=common, with_real=with_real)


def make_published(dataset: str, root: Path, *, images: int = 8, common_size: bool = False) -> Made:
    """Make the test of a data set from the published results of its models; the data needn't be there.

    Raises:
        UserError: as `make`, and where nothing is published.
    """
    items = [item for group in published(EXPERIMENTS[dataset]).runs.values() for item in group]
    if not items:
        raise UserError(f"No result of {dataset} is published: publish one with `stackrepro publish`.")
    runs = [(recorded(item), item) for item in items]
    common = plan_for(runs[0][0].configuration.tier, dataset).common_size if common_size else None
    return make(runs, runs[0][0].source, store.salt(root), images=images, common=common)


def made_for(chapter: Chapter, dataset: str, common_size: bool, of_published: bool) -> Made:
    """Make a test of a chapter's own runs or of the published ones.

    Raises:
        UserError: as `make`.
    """
    if of_published:
        return make_published(dataset, chapter.runs_root, common_size=common_size)
    return make_test(chapter.sources[dataset], chapter.runs_root, chapter.tier, chapter.seeds, common_size=common_size)


def page(chapter: Chapter, dataset: str, common_size: bool = False, of_published: bool = False) -> Markdown:
    """Write the page of a chapter's runs, or of the published ones, and link it; or say why there is none.

    It never holds an image of a data set that the package didn't draw itself, since the site may be passed on.
    """
    try:
        made = made_for(chapter, dataset, common_size, of_published)
    except UserError as error:
        return Markdown(f"There is no page for {dataset} in this book. {error}")
    path, test = write(made, chapter.runs_root), made.test
    name = f"{test.asks.title}, {len(test.trials)} images, {test.pixels} pixels"
    return Markdown(f'<a href="../eye-test/{path.name}">{name}</a> ({stamp(test)})')


def makeup(chapter: Chapter, dataset: str, of_published: bool = False) -> Styler | Markdown:
    """Count what such a page shows: a row for each model and size, or nothing where there is none."""
    try:
        test = made_for(chapter, dataset, False, of_published).test
    except UserError:
        return Markdown("")
    shown, twice = (
        Counter((trial.model, trial.stage, trial.size) for trial in test.trials if (trial.repeats is not None) == again)
        for again in (False, True)
    )
    rows = [
        {"model": model, "shows": stage, "pixels": size, "images": count, "shown twice": twice[model, stage, size]}
        for (model, stage, size), count in sorted(shown.items())
    ]
    return stamped(pd.DataFrame(rows), stamp(test))


def tests(chapter: Chapter, dataset: str) -> dict[str, EyeTest]:
    """Return the tests of a chapter's tier and data set and of the published results, whoever made them.

    They are named by their identities.
    """
    wanted = {(chapter.tier, chapter.sources[dataset].fingerprint)}
    for group in published(EXPERIMENTS[dataset]).runs.values():
        wanted |= {(item.result["tier"], item.record["data"]["fingerprint"]) for item in group}
    found = store.tests(chapter.runs_root)
    return {name: test for name, test in found.items() if (test.tier, test.fingerprint) in wanted}


def rated(chapter: Chapter, dataset: str) -> list[Answers]:
    """Return what raters answered in each of these tests; those without ratings are left out."""
    wanted = tests(chapter, dataset)
    return [answers for answers in ratings.rated(chapter.runs_root) if answers.test.identity in wanted]


def no_ratings(dataset: str) -> Markdown:
    """Say that nobody has rated these images."""
    return Markdown(
        f"No ratings of {dataset} have been imported, and none are invented. Answer a page above, export the CSV file, "
        f"run `stackrepro eyetest import FILE`, and execute this chapter again."
    )


def stamp(test: EyeTest) -> str:
    """What a page or a table of one test wears."""
    return f"tier {test.tier} | {test.data} | arm {test.arm} | test {test.identity}"
