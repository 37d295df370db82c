"""Import: what the page exports is taken, all else is refused in one sentence and leaves nothing. And publishing."""

import pytest
from eye_tests import made_test, session

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.cli import commands
from stackrepro.eyetest import ratings
from stackrepro.eyetest.ratings import LARGEST, import_file, keep, publish, rated, salt, sessions


@pytest.fixture(autouse=True)
def results(tmp_path, monkeypatch):
    """Give each test an empty folder of results."""
    for module in (ratings, places):
        monkeypatch.setattr(module, "results_root", lambda: tmp_path / "results")
    return tmp_path / "results"


@pytest.fixture(scope="module")
def test(tmp_path_factory, tiny_birds):
    return made_test(tmp_path_factory.mktemp("made"), tiny_birds).test


@pytest.fixture
def file(tmp_path, test):
    keep(test, tmp_path)
    path = tmp_path / "rater-1.csv"
    path.write_text(session(test, "rater-1", lambda t: "shape" if t.model == "real" else "none").csv)
    return path


def start_of(text: str) -> str:
    """Return a session that was exported after three answers."""
    return "".join(text.splitlines(keepends=True)[:4])


def test_the_same_again_changes_nothing_and_other_answers_are_refused(tmp_path, file):
    import_file(file, tmp_path)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))  # as a spreadsheet saves it
    assert not import_file(file, tmp_path)[1]
    before = sessions(tmp_path)
    file.write_text(file.read_text(encoding="utf-8-sig").replace("shape", "fill"))
    with pytest.raises(UserError, match="rater-1 has given other answers to test"):
        import_file(file, tmp_path)
    assert sessions(tmp_path) == before


def test_a_session_that_was_exported_in_the_middle_grows_and_never_shrinks(tmp_path, file):
    whole = file.read_text()
    for text, count, new in ((start_of(whole), 3, True), (whole, 18, True), (start_of(whole), 18, False)):
        file.write_text(text)
        assert import_file(file, tmp_path)[1] == new
        assert [len(one.ratings) for one in sessions(tmp_path)] == [count]


def second(field: int, value: str):
    """Return a change of one field of the third line, the second answer."""

    def change(text: str) -> str:
        lines = text.split("\n")
        fields = lines[2].split(",")
        fields[field] = value
        lines[2] = ",".join(fields)
        return "\n".join(lines)

    return change


def all_of(rater: str):
    """Return a change of the pseudonym, in all lines."""
    return lambda text: text.replace("rater-1", rater)


WRONG = {
    "empty": (lambda text: "", "line 1: the header"),
    "another header": (lambda text: text.replace("answer", "score", 1), "line 1: the header"),
    "no answer": (lambda text: text.split("\n")[0], "holds no answer"),
    "no text": (lambda text: "\0" * 100, "the header"),
    "version": (lambda text: text.replace("\n1,", "\n2,"), "line 2: version '2'"),
    "unknown test": (second(1, "000000000000"), "line 3: test '000000000000' is unknown"),
    "path in the test": (second(1, "../../key"), "line 3: test '../../key' is unknown"),
    "formula": (all_of("=cmd()"), "line 2: rater '=cmd()'"),
    "path": (all_of("../rater"), "line 2: rater '../rater'"),
    "escape": (all_of("\x1b[2J"), r"line 2: rater '\x1b[2J'"),
    "newline in a field": (all_of('"rater-1\n"'), r"rater 'rater-1\n'"),
    "another rater": (second(2, "rater-2"), "line 3: another test or rater"),
    "unknown trial": (second(3, "0123456789abcdef"), "line 3: trial '0123456789abcdef'"),
    "position 0": (second(4, "0"), "line 3: position '0'"),
    "position 19": (second(4, "19"), "line 3: position '19'"),
    "other digits": (second(4, "٣"), "line 3: position"),
    "same position": (second(4, "1"), "line 3: position '1'"),
    "impossible answer": (second(5, "real"), "line 3: answer 'real'"),
    "negative time": (second(6, "-5"), "line 3: milliseconds '-5'"),
    "no time": (second(6, "0"), "line 3: milliseconds '0'"),
    "absurd time": (second(6, "600001"), "line 3: milliseconds '600001'"),
    "not a number": (second(6, "nan"), "line 3: milliseconds 'nan'"),
    "long field": (second(6, "9" * 5000), "line 3: milliseconds '9999"),
    "too many fields": (second(6, "1000,"), "line 3: 8 fields"),
    "duplicate trial": (lambda text: text + text.split("\n")[2] + "\n", "line 20: trial"),
    "open quote": (lambda text: text + '"', "no CSV"),
    "no UTF-8": (lambda text: b"\xff\xfe\x00v", "isn't UTF-8 text"),
    "large": (lambda text: b"a" * (LARGEST + 1), "is larger than 1,000,000 bytes"),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_what_the_page_can_not_have_written_is_refused(tmp_path, file, change, words):
    content = change(file.read_text())
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UserError) as caught:
        import_file(file, tmp_path)
    sentence = str(caught.value)
    assert words in sentence
    assert sentence.startswith(str(file))
    assert len(sentence.replace(str(file), "")) < 300
    assert sentence.isprintable()
    assert not list((tmp_path / "eye-test").glob("ratings/*"))


def test_what_is_published_counts_under_any_runs_root_until_there_is_more(tmp_path, results, test, file):
    whole = file.read_text()
    file.write_text(start_of(whole))
    import_file(file, tmp_path)
    (published,) = publish(test.identity, tmp_path, results)
    assert published.read_text() == start_of(whole)
    assert sorted(path.parent.name for path in results.rglob("*.*")) == ["ratings", "tests"]  # no page and no key

    elsewhere = tmp_path / "elsewhere"
    assert ratings.tests(elsewhere) == {test.identity: test}
    assert [answers.raters for answers in rated(elsewhere)] == [("rater-1",)]
    assert not import_file(file, elsewhere)[1]
    file.write_text(whole)
    assert import_file(file, elsewhere)[1]
    assert [len(one.ratings) for root in (elsewhere, tmp_path) for one in sessions(root)] == [18, 3]
    file.write_text(start_of(whole).replace("shape", "fill").replace("none", "fill"))
    with pytest.raises(UserError, match=r"kept in .*results"):
        import_file(file, tmp_path / "third")


def test_tests_are_kept_and_a_changed_one_is_refused(tmp_path, test):
    keep(test, tmp_path)
    assert ratings.tests(tmp_path) == {test.identity: test}
    path = tmp_path / "eye-test" / "tests" / f"{test.identity}.json"
    for text, why in ((path.read_text().replace("dconv-64", "conv-64"), "has been changed"), ("[]", "is no eye test")):
        path.write_text(text)
        with pytest.raises(UserError, match=why):
            ratings.tests(tmp_path)


def test_a_runs_root_has_one_key(tmp_path):
    assert salt(tmp_path) == salt(tmp_path)
    assert salt(tmp_path) != salt(tmp_path / "other")


def test_the_commands_make_a_page_list_it_and_publish_what_was_answered(tiny_birds, tiny_birds_root, tmp_path, capsys):
    made_test(tmp_path, tiny_birds, "runs")  # writes the runs
    (tmp_path / "runs").rename(tmp_path / "root")
    root = tmp_path / "root"

    def stackrepro(*arguments) -> str:
        commands.main(["eyetest", *map(str, arguments), "--runs-root", str(root)], standalone_mode=False)
        return capsys.readouterr().out

    options = ("make", "birds", "--tier", "smoke", "--data-root", tiny_birds_root, "--unofficial")
    shown = stackrepro(*options, "--with-real", "--out", tmp_path / "mine")
    (page,) = (tmp_path / "mine").iterdir()
    assert shown.strip() == str(page)
    made, unrated = stackrepro("status").splitlines()
    assert made.split()[0] == page.stem
    assert made.endswith("36 trials")  # 8 images of 2 models, 8 real ones of 2 sizes, 4 again
    assert unrated.strip() == "no ratings yet"
    with pytest.raises(UserError, match="has no ratings"):
        stackrepro("publish", page.stem)
    file = tmp_path / "a.csv"
    file.write_text(session(ratings.tests(root)[page.stem], "a", lambda _: "shape").csv)
    assert stackrepro("import", file).startswith("36 answers of a")
    assert "a: 36 of 36" in stackrepro("status")
    assert stackrepro("publish", page.stem).strip().endswith(f"results/eye-test/ratings/{page.stem}-a.csv")
