import os

import pytest

from stackrepro.base.cores import cores


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu.max": "max 100000\n"}, 8),
        ({"cpu.max": "250000 100000\n"}, 2),  # two and a half cores
        ({"cpu.max": "10000 100000\n"}, 1),
        ({"job/cpu.max": "200000 100000\n"}, 2),  # of the group above this process's own
        ({"job/step/cpu.max": "max 100000\n", "job/cpu.max": "400000 100000\n"}, 4),
        ({"cpu/cpu.cfs_quota_us": "200000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 2),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 8),
        ({"cpu.max": "nonsense\n"}, 8),
    ],
)
def test_affinity_and_quota_both_limit(tmp_path, monkeypatch, files, expected):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    for name, content in files.items():
        path = tmp_path / "groups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (tmp_path / "own").write_text("0::/job/step\n")
    assert cores(tmp_path / "groups", tmp_path / "own") == expected
    assert cores(tmp_path / "nowhere", tmp_path / "nowhere") == 8
