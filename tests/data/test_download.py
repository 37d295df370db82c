"""The download from mirrors of this machine: what breaks off is continued, and only the official bytes are kept."""

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
ARCHIVE = "CUB_200_2011.tgz"


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
        return f"http://127.0.0.1:{server.server_port}/{ARCHIVE}", asked

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


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "new").mkdir()
    return tmp_path / "new"


def files_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".lock"}


@pytest.mark.parametrize(
    ("mirrors", "part", "asked"),
    [
        ([{}], b"", [[None]]),
        ([{}], CONTENT[:1_000_000], [["bytes=1000000-"]]),  # an earlier call left it
        ([{"break_after": 1_200_000}], b"", [[None, "bytes=1200000-", "bytes=2400000-"]]),
        ([{"ranges": False}], b"x" * 1_000_000, [["bytes=1000000-"]]),  # it can't continue, and begins anew
        ([{"content": CONTENT[::-1]}, {}], b"", [[None], [None]]),  # other bytes are discarded
        # An error page in place of the file keeps the part.
        ([{"content": b"<html>", "ranges": False}, {}], CONTENT[:9], [["bytes=9-"], ["bytes=9-"]]),
    ],
    ids=range(6),
)
def test_the_archive_arrives_whole_and_once(folder, mirror, mirrors, part, asked):
    (folder / f"{ARCHIVE}.part").write_bytes(part)
    started = [mirror(**properties) for properties in mirrors]
    for _ in range(2):
        assert download("birds", folder, [address for address, _ in started]).read_bytes() == CONTENT
    assert [requests for _, requests in started] == asked
    assert files_in(folder).keys() == {ARCHIVE}


@pytest.mark.parametrize(
    ("properties", "before", "words", "requests"),
    [
        ({"content": CONTENT[::-1]}, {}, r"127\.0\.0\.1:\d+: other bytes than the official ones", 1),
        ({"break_after": 0}, {}, "broke off.*by hand and put it at", 1),
        ({}, {ARCHIVE: b"mine"}, "not the official archive: move it away", 0),
    ],
    ids=["other bytes", "breaks off", "another file"],
)
def test_what_keeps_the_archive_away_is_told(folder, mirror, properties, before, words, requests):
    for name, content in before.items():
        (folder / name).write_bytes(content)
    address, asked = mirror(**properties)
    with pytest.raises(UserError, match=words):
        download("birds", folder, [address])
    assert {name: content for name, content in files_in(folder).items() if content} == before
    assert len(asked) == requests


def test_without_a_network_each_host_is_named(folder):
    dead = f"http://127.0.0.1:9/{ARCHIVE}"  # the discard port: nothing listens
    with pytest.raises(UserError, match=r"127\.0\.0\.1:9: .*no-such-host\.invalid: "):
        download("birds", folder, [dead, f"http://no-such-host.invalid/{ARCHIVE}"])


def test_a_full_disk_is_one_sentence(folder, mirror, monkeypatch):
    def full(*arguments):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("stackrepro.data.download._append", full)
    with pytest.raises(UserError, match="No space left"):
        download("birds", folder, [mirror()[0]])
