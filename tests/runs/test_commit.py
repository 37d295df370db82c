"""Which commit a run records: that of the package's own repository, or none."""

import shutil
import subprocess

import pytest

from stackrepro.base import places
from stackrepro.runs.provenance import commit


def git(folder, *arguments) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=b", "-C", folder, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    """Return a repository that holds a package with its pyproject.toml."""
    folder = tmp_path / "checkout"
    (folder / "stackrepro").mkdir(parents=True)
    shutil.copy2(places.repository() / "pyproject.toml", folder)
    (folder / "stackrepro" / "__init__.py").write_text("")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "one")
    return folder


def test_the_commit_is_that_of_the_own_repository(checkout, capsys):
    head = git(checkout, "rev-parse", "HEAD")
    assert commit(checkout) == head
    (checkout / "stackrepro" / "__init__.py").write_text("a = 1\n")
    assert commit(checkout) == head + "+changes"
    assert capsys.readouterr().err == ""


def test_a_worktree_is_an_own_repository(checkout, tmp_path):
    git(checkout, "worktree", "add", "--quiet", tmp_path / "beside")
    assert commit(tmp_path / "beside") == git(checkout, "rev-parse", "HEAD")


def test_a_copy_inside_another_repository_has_no_commit(checkout, capsys):
    copy = checkout / "unpacked"
    copy.mkdir()
    shutil.copy2(checkout / "pyproject.toml", copy)
    shutil.copytree(checkout / "stackrepro", copy / "stackrepro")
    assert git(copy, "rev-parse", "--show-toplevel") == str(checkout), "git finds the other one"
    assert commit(copy) is None
    assert capsys.readouterr().err == ""


def test_a_checkout_of_another_user_is_read_all_the_same(checkout, monkeypatch):
    head = git(checkout, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # git's own tests change the owner so
    with pytest.raises(subprocess.CalledProcessError) as refused:
        git(checkout, "rev-parse", "HEAD")
    assert "safe.directory" in refused.value.stderr
    assert commit(checkout) == head


@pytest.mark.parametrize("lacking", ["git", "commits"])
def test_a_repository_that_git_cannot_read_is_told_of(lacking, checkout, tmp_path, monkeypatch, capsys):
    if lacking == "git":
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        shutil.rmtree(checkout / ".git" / "refs")
    assert commit(checkout) is None
    (sentence,) = capsys.readouterr().err.splitlines()
    assert str(checkout) in sentence
    assert "published" in sentence
