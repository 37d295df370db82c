"""The eye test for the book: its pages, and what the ratings say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from IPython.display import HTML, Markdown

from stackrepro.base.errors import UserError
from stackrepro.data import Source
from stackrepro.evaluation.current import finished
from stackrepro.evaluation.eye_test import store
from stackrepro.evaluation.eye_test.trials import Made, make
from stackrepro.evaluation.protocols import plan_for
from stackrepro.report import plan
from stackrepro.report.chapter import Chapter
from stackrepro.report.eye_test_page import write

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
    """Make the test of a data set from all of its models that are finished; raises as `make`."""
    wanted = [
        run
        for name in EXPERIMENTS[source.dataset]
        for run in plan.runs_of(name, arm, tier, seeds, {source.dataset: source})
    ]
    found = [(run, stored) for run in wanted if (stored := finished(run, root)) is not None]
    common = plan_for(tier, source.dataset).common_size if common_size else None
    return make(found, source, store.salt(root), images=images, common=common, with_real=with_real)


def page(chapter: Chapter, common_size: bool = False) -> HTML | Markdown:
    """Make the page of a chapter's runs, and link it; it never holds an image of a data set that isn't drawn."""
    try:
        made = make_test(chapter.source, chapter.runs_root, chapter.tier, chapter.seeds, common_size=common_size)
    except UserError as error:
        return Markdown(f"There is no page for {chapter.source.dataset} in this book. {error}")
    path = write(made, chapter.runs_root)
    test = made.test
    return HTML(
        f'<p><a href="../eye-test/{path.name}">{test.asks.title}, {len(test.trials)} images</a> '
        f"(test <code>{test.identity}</code>, {test.pixels} pixels, {chapter.stamp})</p>"
    )
