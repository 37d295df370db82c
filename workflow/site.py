"""Build a site with Jupyter Book from the pages in book/ and the executed chapters."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from functools import partial
from hashlib import sha256
from pathlib import Path

import nbformat
import yaml

from stackrepro.base import places
from stackrepro.base.files import remove, write_json
from stackrepro.base.lock import locked
from stackrepro.claims.schema import claims
from stackrepro.claims.verdict import as_record
from stackrepro.experiments.references import FIRST_RUNG
from stackrepro.report import playground, wall
from stackrepro.report.ledger import by_published
from stackrepro.runs import stored

PICTURE = re.compile(r'src="data:image/(webp|svg)[^,]*,([^"]+)"')
EYE_TEST = re.compile(r"\.\./eye-test/([0-9a-f]{12}\.html)")
UNREAD = ("*.map", "*.ttf", "locales")  # of the theme: for its developers, for old browsers, for other languages


def main() -> int:
    """Build the site in a temporary folder and move it to its place if there was no warning; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="where the site shall lie")
    parser.add_argument("chapters", type=Path, nargs="+", help="the executed notebooks")
    parser.add_argument("--scope", required=True, help="the tier and the data set, shown on top of every page")
    parser.add_argument("--eye-tests", type=Path, required=True, help="where the pages lie that chapters link")
    parser.add_argument("--log", type=Path, required=True)
    options = parser.parse_args()
    folder = options.target.with_name("building").resolve()
    with locked(folder):  # one whose Snakemake was killed lives on for a while
        work = folder / "work"
        remove(work)  # what a killed process left
        assemble(work / "source", options.chapters, options.scope)
        command = [
            Path(sys.executable).with_name("jupyter-book"),
            "build",
            work / "source",
            "--path-output",
            work,
            "-W",
            "-n",
            "--keep-going",
        ]
        with options.log.open("w", encoding="utf-8") as log:
            status = subprocess.run(command, stdout=log, stderr=log, check=False).returncode
        if status:
            report(options.log)
            return 1
        try:
            copy_linked(options.eye_tests, options.chapters, work / "_build" / "html" / "eye-test")
        except FileNotFoundError as error:
            print(f"{error.filename} is gone, which a chapter links: delete executed/eye-test.ipynb.", file=sys.stderr)
            return 1
        offer(work / "_build" / "html", options.chapters)
        for path in [path for pattern in UNREAD for path in (work / "_build" / "html" / "_static").rglob(pattern)]:
            remove(path)
        shutil.rmtree(options.target, ignore_errors=True)
        shutil.move(work / "_build" / "html", options.target)
        remove(work)
    return 0


def assemble(source: Path, chapters: list[Path], scope: str) -> None:
    """Lay the pages, the chapters and the configuration out as Jupyter Book wants them."""
    repository = places.repository()
    shutil.copytree(repository / "book", source, ignore=shutil.ignore_patterns("site.png"))  # the README's
    shutil.copyfile(repository / "benchmarks" / "README.md", source / "benchmarks.md")
    (source / "chapters").mkdir()
    for chapter in chapters:
        fold_setup(chapter, source / "chapters" / chapter.name)
    published, extra = stored(places.results_root()), source / "_extra"
    filled(source / "wall.md", wall.figures(wall.write(published, extra / "wall")))
    filled(source / "playground.md", playground.pictures(playground.write(published, extra / "playground")))
    configuration = yaml.safe_load((repository / "_config.yml").read_text(encoding="utf-8"))
    configuration["html"]["announcement"] = scope
    (source / "_config.yml").write_text(yaml.safe_dump(configuration), encoding="utf-8")


def filled(page: Path, pictures: str) -> None:
    """Put a page's pictures in the place that it keeps for them."""
    text = page.read_text(encoding="utf-8").replace("<!-- fixed pictures -->", pictures)
    page.write_text(text, encoding="utf-8")


def fold_setup(chapter: Path, target: Path) -> None:
    """Copy an executed chapter with its set-up in one folded cell: the parameters in force, the needs, the opening.

    The opening is the cells with the tag `hide-cell` up to the first that shows anything of the chapter.
    """
    notebook = nbformat.read(chapter, as_version=nbformat.NO_CONVERT)
    tagged = [(set(cell.metadata.get("tags", [])), cell) for cell in notebook.cells]
    injected = any("injected-parameters" in tags for tags, _ in tagged)
    left_out = "parameters" if injected else ""
    begin = next(n for n, (tags, _) in enumerate(tagged) if "parameters" in tags)
    folded = {"parameters", "injected-parameters", "needs", "hide-cell"}
    end = next((n for n, (tags, _) in enumerate(tagged) if n > begin and not tags & folded), len(tagged))
    opening = nbformat.v4.new_code_cell(metadata={"tags": ["hide-cell"]})
    opening.source = "\n\n".join(cell.source for tags, cell in tagged[begin:end] if left_out not in tags)
    opening.outputs = [output for _, cell in tagged[begin:end] for output in cell.outputs]
    notebook.cells[begin:end] = [opening]
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = PICTURE.sub(partial(unpacked, target.parents[1]), output.data["text/html"])
    nbformat.write(notebook, target)


def unpacked(source: Path, found: re.Match) -> str:
    """Write a picture that stands in a chapter's HTML to a file, once for all chapters, and return how to load it."""
    kind, content = found[1], b64decode(found[2])
    path = source / "_static" / "pictures" / f"{sha256(content).hexdigest()[:16]}.{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f'src="../{path.relative_to(source)}"'


def copy_linked(pages: Path, chapters: list[Path], target: Path) -> None:
    """Copy the pages of eye tests that the chapters link, and no others: some hold images that nobody may pass on."""
    linked = {name for chapter in chapters for name in EYE_TEST.findall(chapter.read_text(encoding="utf-8"))}
    for name in sorted(linked):
        target.mkdir(exist_ok=True)
        shutil.copyfile(pages / name, target / name)


def offer(site: Path, chapters: list[Path]) -> None:
    """Put on a built site what readers take along: all verdicts as JSON, and chapters without their large outputs."""
    evidence = by_published(places.results_root(), places.results_root())
    write_json(site / "claims.json", [as_record(claim, evidence, FIRST_RUNG) for claim in claims().values()])
    for chapter in chapters:
        shutil.copyfile(places.repository() / "notebooks" / chapter.name, site / "_sources" / "chapters" / chapter.name)


def report(log: Path) -> None:
    """Print the warnings and errors of a log to standard error; without any, its end."""
    lines = log.read_text(encoding="utf-8").splitlines()
    found = [line for line in lines if "WARNING" in line or "ERROR" in line]
    print("\n".join(["The site was not built:", *(found or lines[-10:])]), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
