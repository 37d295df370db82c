"""Import: what the page exports is taken, all else is refused in one sentence and leaves nothing. And publishing."""

import pytest
from eye_tests import exported, made_test

from stackrepro.base.errors import UserError
from stackrepro.evaluation.eye_test import store
from stackrepro.evaluation.eye_test.ratings import import_file, publish, rated, sessions
from stackrepro.evaluation.eye_test.session_files import LARGEST


@pytest.fixture(autouse=True)
def results(tmp_path, monkeypatch):
    """Give each test an empty folder of results."""
    monkeypatch.setattr(store, "results_root", lambda: tmp_path / "results")
    return tmp_path / "results"


@pytest.fixture
def test(tmp_path, tiny_birds):
    return made_test(tmp_path, tiny_birds).test


@pytest.fixture
def file(tmp_path, test):
    return exported(tmp_path, tmp_path, test, "rater-1", lambda trial: "shape" if trial.model == "real" else "none")


def test_a_session_comes_back_as_it_was_exported(tmp_path, test, file):
    session, new = import_file(file, tmp_path)
    assert new
    assert sessions(tmp_path) == [session]
    assert session.csv == file.read_text()
    assert len(session.ratings) == len(test.trials)


def test_the_same_again_changes_nothing_and_other_answers_are_refused(tmp_path, file):
    import_file(file, tmp_path)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))  # as a spreadsheet saves it
    assert not import_file(file, tmp_path)[1]
    before = sessions(tmp_path)
    file.write_text(file.read_text(encoding="utf-8-sig").replace("shape", "fill"))
    with pytest.raises(UserError, match="rater-1 has given other answers to test"):
        import_file(file, tmp_path)
    assert sessions(tmp_path) == before


def test_a_part_of_a_session_is_taken(tmp_path, file):
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:4]))
    assert len(import_file(file, tmp_path)[0].ratings) == 3


def test_a_session_that_was_exported_in_the_middle_grows_and_never_shrinks(tmp_path, file):
    whole = file.read_text()
    part = "".join(whole.splitlines(keepends=True)[:4])
    for text, count, new in ((part, 3, True), (whole, 18, True), (part, 18, False)):
        file.write_text(text)
        assert import_file(file, tmp_path)[1] == new
        assert [len(session.ratings) for session in sessions(tmp_path)] == [count]


def second(field: int, value: str):
    """Return a change of one field of the third line, the second answer."""

    def change(text: str) -> str:
        lines = text.split("\n")
        fields = lines[2].split(",")
        fields[field] = value
        lines[2] = ",".join(fields)
        return "\n".join(lines)

    return change


WRONG = {
    "empty": (lambda text: "", "line 1: the header must be version,test,"),
    "another header": (lambda text: text.replace("answer", "score", 1), "line 1: the header must be"),
    "no answer": (lambda text: text.split("\n")[0], "holds no answer"),
    "version": (second(0, "2"), "line 3: version '2', not 1"),
    "unknown test": (second(1, "000000000000"), "line 3: test '000000000000' is unknown here"),
    "path in the test": (second(1, "../../key"), "line 3: test '../../key' is unknown here"),
    "formula": (second(2, "=cmd()"), "line 3: '=cmd()' is no pseudonym"),
    "path": (second(2, "../rater"), "line 3: '../rater' is no pseudonym"),
    "escape": (second(2, "\x1b[2J"), r"line 3: '\x1b[2J' is no pseudonym"),
    "newline in a field": (second(2, '"rater-1\n"'), r"'rater-1\n' is no pseudonym"),
    "another rater": (second(2, "rater-2"), "line 3: another test or rater than in the lines before"),
    "unknown trial": (second(3, "0123456789abcdef"), "line 3: trial '0123456789abcdef' is none of this test"),
    "position 0": (second(4, "0"), "line 3: position '0' isn't a whole number from 1 to 18"),
    "position 19": (second(4, "19"), "line 3: position '19'"),
    "other digits": (second(4, "٣"), "line 3: position"),
    "same position": (second(4, "1"), "line 3: position 1 stands in line 2 already"),
    "impossible answer": (second(5, "real"), "line 3: 'real' is no answer: it must be one of none, outline"),
    "negative time": (second(6, "-5"), "line 3: a time of '-5'"),
    "no time": (second(6, "0"), "line 3: a time of '0'"),
    "absurd time": (second(6, "600001"), "line 3: a time of '600001'"),
    "not a number": (second(6, "nan"), "line 3: a time of 'nan'"),
    "long field": (second(6, "9" * 5000), "line 3: a time of '9999"),
    "too many fields": (second(6, "1000,"), "line 3: 8 fields in the place of 7"),
    "duplicate trial": (lambda text: text + text.split("\n")[2] + "\n", "stands in line 3 already"),
    "open quote": (lambda text: text + '"', "no CSV"),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_what_the_page_can_not_have_written_is_refused(tmp_path, file, change, words):
    file.write_text(change(file.read_text()), newline="")
    with pytest.raises(UserError) as caught:
        import_file(file, tmp_path)
    sentence = str(caught.value)
    assert words in sentence
    assert sentence.startswith(str(file))
    assert len(sentence.replace(str(file), "")) < 300
    assert sentence.isprintable()
    assert not list((tmp_path / "eye-test").glob("ratings/*"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00v", "isn't UTF-8 text (byte 0)"),
        (b"a" * (LARGEST + 1), "is larger than 1,000,000 bytes"),
        (b"\0" * 100, "the header must be"),
    ],
)
def test_files_of_another_kind_are_refused(tmp_path, file, content, words):
    file.write_bytes(content)
    with pytest.raises(UserError) as caught:
        import_file(file, tmp_path)
    assert words in str(caught.value)
    with pytest.raises(UserError, match="can't be read"):
        import_file(tmp_path / "nothing.csv", tmp_path)
    with pytest.raises(UserError, match="can't be read"):
        import_file(tmp_path, tmp_path)


def test_what_is_published_counts_under_any_runs_root_until_there_is_more(tmp_path, results, test, file):
    whole = file.read_text()
    part = "".join(whole.splitlines(keepends=True)[:4])
    file.write_text(part)
    import_file(file, tmp_path)
    (published,) = publish(test.identity, tmp_path, results)
    assert published.read_text() == part
    assert sorted(path.parent.name for path in results.rglob("*.*")) == ["ratings", "tests"]  # no page and no key

    elsewhere = tmp_path / "elsewhere"
    assert store.tests(elsewhere) == {test.identity: test}
    assert [answers.raters for answers in rated(elsewhere)] == [("rater-1",)]
    assert not import_file(file, elsewhere)[1]
    file.write_text(whole)
    assert import_file(file, elsewhere)[1]
    assert [len(session.ratings) for session in sessions(elsewhere)] == [18]
    assert [len(session.ratings) for session in sessions(tmp_path)] == [3]
    file.write_text(part.replace("shape", "fill").replace("none", "fill"))
    with pytest.raises(UserError, match=r"kept in .*results"):
        import_file(file, tmp_path / "third")

    publish(test.identity, elsewhere, results)
    assert published.read_text() == whole


def test_a_test_without_ratings_is_not_published(tmp_path, results, test):
    with pytest.raises(UserError, match="There is no test 000000000000 in"):
        publish("000000000000", tmp_path, results)
    store.keep(test, tmp_path)
    with pytest.raises(UserError, match="has no ratings: import some first"):
        publish(test.identity, tmp_path, results)
    assert not results.exists()
