import json

from click.testing import CliRunner
from tiny_birds import build_folder, build_tgz

from stackrepro.commands.data import data


def run(*arguments):
    return CliRunner().invoke(data, [str(argument) for argument in arguments])


def test_status_without_data_speaks_of_the_synthetic_birds():
    record = json.loads(run("status", "--json").stdout)["birds"]
    assert record["synthetic"]
    assert record["images"] == 4
    assert record["prepared"] == []


def test_status_of_an_archive_needs_no_consent_but_says_so(tmp_path, files):
    build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    record = json.loads(run("status", "--data-root", tmp_path, "--json").stdout)["birds"]
    assert (record["images"], record["official"]) == (3, False)
    shown = run("status", "--data-root", tmp_path).stdout
    assert "CUB-200-2011 (not the official archive), 3 images" in shown
    assert "pass --unofficial" in shown


def test_prepare_makes_what_status_then_shows(tmp_path, files):
    build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    done = run(
        "prepare", "birds", "--size", 8, "--size", 16, "--crop", "square", "--data-root", tmp_path, "--unofficial"
    )
    assert done.exit_code == 0
    assert "birds-16-square: 3 images" in done.stdout
    record = json.loads(run("status", "--data-root", tmp_path, "--json").stdout)["birds"]
    assert record["prepared"] == ["birds-16-square", "birds-8-square"]


def test_prepare_asks_for_consent(tmp_path, files):
    build_tgz(tmp_path / "CUB_200_2011.tgz", files)
    done = run("prepare", "birds", "--size", 8, "--data-root", tmp_path)
    assert done.exit_code != 0
    assert "--unofficial" in str(done.exception)


def test_status_says_what_is_absent(tmp_path, faces_files):
    build_folder(tmp_path, faces_files)
    records = json.loads(run("status", "--data-root", tmp_path, "--json").stdout)
    assert records["faces"]["images"] == 8
    assert "holds neither CUB_200_2011.tgz" in records["birds"]["absent"]
    shown = run("status", "--data-root", tmp_path).stdout
    assert "faces: CelebA (not the official archive), 8 images" in shown
    assert f"birds: {tmp_path} holds neither" in shown


def test_prepare_makes_the_views_of_faces(tmp_path, faces_files):
    build_folder(tmp_path, faces_files)
    kinds = ("--kind", "edges", "--kind", "rgb", "--gray", "red", "--stretch")
    done = run("prepare", "faces", "--size", 8, *kinds, "--data-root", tmp_path, "--unofficial")
    assert done.exit_code == 0
    assert [line.split(":")[0] for line in done.stdout.splitlines() if line.startswith("faces")] == [
        "faces-edges-8-centre-red-resized-stretch",
        "faces-rgb-8-centre",
    ]


def test_the_faces_are_not_downloaded():
    message = str(run("download", "faces").exception)
    assert "from the page of CelebA's authors" in message


def test_every_command_has_an_example():
    for name in (*data.commands, "prepare birds", "prepare faces"):
        assert f"stackrepro data {name}" in run(*name.split(), "--help").stdout
