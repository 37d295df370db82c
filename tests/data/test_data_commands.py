import json

from click.testing import CliRunner
from tiny_sets import build_folder

from stackrepro.cli import data


def run(*arguments):
    return CliRunner().invoke(data, [str(argument) for argument in arguments])


def status(*arguments):
    return json.loads(run("status", "--json", *arguments).stdout)


def test_status_without_data_speaks_of_the_synthetic_sets():
    shown = [(record["synthetic"], record["images"], record["prepared"]) for record in status().values()]
    assert shown == [(True, 4, []), (True, 16, [])]


def test_status_says_what_is_absent(tmp_path, faces_files):
    build_folder(tmp_path, faces_files)
    assert "holds neither CUB_200_2011.tgz" in status("--data-root", tmp_path)["birds"]["absent"]
    assert f"birds: {tmp_path} holds neither" in run("status", "--data-root", tmp_path).stdout
