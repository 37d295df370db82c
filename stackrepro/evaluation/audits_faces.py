"""Audits of paper B's data and stages. Each takes an arm, and the data set where there is one, and returns findings."""

from __future__ import annotations

from stackrepro.data import Source
from stackrepro.evaluation.audits_settings import counted
from stackrepro.evaluation.findings import Finding
from stackrepro.experiments import resolve
from stackrepro.models import Stack

PAPERS_FACES, PAPERS_SIZE = 202_599, 128


def faces_as_stated(arm: str, source: Source | None) -> list[Finding]:
    """B31: count the prepared faces, read size and gray off the views, and look for a Sobel filter in Pillow."""
    from PIL import ImageFilter

    stages = [resolve(f"faces/{stage}", arm, "paper") for stage in ("edges", "gray")]
    sizes = sorted({c.view.size for c in stages})
    grays = sorted({c.view.gray for c in stages})
    made = {"luma": "by Pillow's weights", "red": "the red channel alone"}
    filters = [name for name in dir(ImageFilter) if "sobel" in name.lower()]
    return [
        Finding("number of images", *counted(source, PAPERS_FACES)),
        Finding("size", sizes == [PAPERS_SIZE], " and ".join(f"{size} px" for size in sizes)),
        Finding("gray", grays == ["luma"], " and ".join(made[gray] for gray in grays)),
        Finding("Sobel edges", bool(filters), ", ".join(filters) or "Pillow has no Sobel filter"),
    ]


def stages_apart(arm: str, source: Source | None) -> list[Finding]:
    """B32: see what the trainings of stages 2 and 3 read, and whether their networks hold an earlier stage."""
    findings = []
    for number, stage in ((2, "gray"), (3, "rgb")):
        c = resolve(f"faces/{stage}", arm, "paper")
        holds = c.condition is not None and not isinstance(c.generator, Stack)
        read = " and ".join(view.kind for view in c.views)
        detail = f"trained on real {read}, " + ("no earlier stage inside" if holds else "with an earlier stage inside")
        findings.append(Finding(f"stage {number}", holds, detail))
    return findings
