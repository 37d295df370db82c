import os

import pytest

from stackrepro.base.cores import cores


@pytest.fixture(autouse=True)
def eight(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)


def lay_out(root, files):
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 8),
        ({"cpu.max": "max 100000\n"}, 8),
        ({"cpu.max": "250000 100000\n"}, 2),  # two and a half cores
        ({"cpu.max": "10000 100000\n"}, 1),
        ({"cpu.max": "6400000 100000\n"}, 8),
        ({"job/cpu.max": "200000 100000\n"}, 2),  # of the group above this process's own
        ({"job/step/cpu.max": "max 100000\n", "job/cpu.max": "400000 100000\n"}, 4),
        ({"cpu/cpu.cfs_quota_us": "200000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 2),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 8),
        ({"cpu.max": "nonsense\n"}, 8),
    ],
)
def test_affinity_and_quota_both_limit(tmp_path, files, expected):
    lay_out(tmp_path / "groups", files)
    lay_out(tmp_path, {"own": "0::/job/step\n"})
    assert cores(tmp_path / "groups", tmp_path / "own") == expected
    assert cores(tmp_path / "nowhere", tmp_path / "nowhere") == 8
