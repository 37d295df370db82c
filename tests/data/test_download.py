import hashlib
import http.server
import os
import re
import threading

import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.data import cub
from stackrepro.data.download import download

CONTENT = np.random.default_rng(0).bytes(3_000_000)


class Mirror(http.server.BaseHTTPRequestHandler):
    """Serves `content` at any path; a subclass sets how well."""

    content = CONTENT
    ranges = True
    break_after = None  # bytes after which each transfer breaks off
    asked: list[str | None]  # the Range header of each request

    def do_GET(self):
        wanted = self.headers.get("Range")
        self.asked.append(wanted)
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and self.ranges else 0
        body = self.content[start:]
        self.send_response(206 if wanted and self.ranges else 200)
        self.send_header("Content-Length", str(len(body)))
        if wanted and self.ranges:
            self.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        self.end_headers()
        self.wfile.write(body[: self.break_after])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def mirror():
    """Start a mirror with the given properties; return its address and the list of ranges it was asked for."""
    servers = []

    def start(**properties):
        asked = []
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("_", (Mirror,), {"asked": asked, **properties}))
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/CUB_200_2011.tgz", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def official(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):  # a proxy of the user's knows no mirror here
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setattr(cub, "OFFICIAL_SHA256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr(cub, "OFFICIAL_BYTES", len(CONTENT))


def files_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


@pytest.mark.parametrize(
    ("mirrors", "part", "asked"),
    [
        ([{}], None, [[None]]),
        ([{}], CONTENT[:1_000_000], [["bytes=1000000-"]]),  # an earlier call left it
        ([{"break_after": 1_200_000}], None, [[None, "bytes=1200000-", "bytes=2400000-"]]),
        ([{"ranges": False}], b"x" * 1_000_000, [["bytes=1000000-"]]),  # it can't continue, and begins anew
        ([{"content": CONTENT[::-1]}, {}], None, [[None], [None]]),  # other bytes are discarded
        # An error page in place of the file keeps the part.
        ([{"content": b"<html>", "ranges": False}, {}], CONTENT[:9], [["bytes=9-"], ["bytes=9-"]]),
    ],
)
def test_the_archive_arrives_whole_and_once(tmp_path, mirror, mirrors, part, asked):
    folder = tmp_path / "new"
    if part is not None:
        folder.mkdir()
        (folder / "CUB_200_2011.tgz.part").write_bytes(part)
    started = [mirror(**properties) for properties in mirrors]
    for _ in range(2):
        assert download("birds", folder, [address for address, _ in started]).read_bytes() == CONTENT
    assert [requests for _, requests in started] == asked
    assert files_in(folder) == ["CUB_200_2011.tgz"]


def test_wrong_bytes_everywhere_leave_nothing(tmp_path, mirror):
    address, _ = mirror(content=CONTENT[::-1])
    with pytest.raises(UserError, match=r"127\.0\.0\.1:\d+: other bytes than the official ones"):
        download("birds", tmp_path, [address])
    assert files_in(tmp_path) == []


def test_without_a_network_hosts_and_remedy_are_named(tmp_path):
    dead = "http://127.0.0.1:9/CUB_200_2011.tgz"  # the discard port: nothing listens
    with pytest.raises(UserError) as error:
        download("birds", tmp_path, [dead, "http://no-such-host.invalid/CUB_200_2011.tgz"])
    for named in ("127.0.0.1:9", "no-such-host.invalid", f"by hand and put it at {tmp_path / 'CUB_200_2011.tgz'}"):
        assert named in str(error.value)


def test_a_mirror_that_always_breaks_off_at_once_is_given_up(tmp_path, mirror):
    address, asked = mirror(break_after=0)
    with pytest.raises(UserError, match="broke off again and again"):
        download("birds", tmp_path, [address])
    assert len(asked) == 5


def test_another_file_at_the_target_is_not_overwritten(tmp_path, mirror):
    (tmp_path / "CUB_200_2011.tgz").write_bytes(b"mine")
    address, asked = mirror()
    with pytest.raises(UserError, match="not the official archive: move it away"):
        download("birds", tmp_path, [address])
    assert (tmp_path / "CUB_200_2011.tgz").read_bytes() == b"mine"
    assert asked == []


def test_a_full_disk_is_one_sentence(tmp_path, mirror, monkeypatch):
    def full(*arguments):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("stackrepro.data.download._append", full)
    with pytest.raises(UserError, match="No space left"):
        download("birds", tmp_path, [mirror()[0]])


def test_an_unknown_data_set_is_named(tmp_path):
    with pytest.raises(UserError, match="'fish' can't be downloaded"):
        download("fish", tmp_path)
