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


def test_the_archive_arrives_whole(tmp_path, mirror):
    address, _ = mirror()
    path = download("birds", tmp_path / "new", [address])
    assert path.read_bytes() == CONTENT
    assert files_in(path.parent) == ["CUB_200_2011.tgz"]


def test_an_archive_that_is_there_is_not_fetched_again(tmp_path, mirror):
    address, asked = mirror()
    download("birds", tmp_path, [address])
    download("birds", tmp_path, [address])
    assert len(asked) == 1


def test_a_broken_transfer_goes_on_where_it_stopped(tmp_path, mirror):
    address, asked = mirror(break_after=1_200_000)
    assert download("birds", tmp_path, [address]).read_bytes() == CONTENT
    assert asked == [None, "bytes=1200000-", "bytes=2400000-"]


def test_a_later_call_goes_on_too(tmp_path, mirror):
    (tmp_path / "CUB_200_2011.tgz.part").write_bytes(CONTENT[:1_000_000])
    address, asked = mirror()
    assert download("birds", tmp_path, [address]).read_bytes() == CONTENT
    assert asked == ["bytes=1000000-"]


def test_a_mirror_that_cannot_continue_begins_anew(tmp_path, mirror):
    (tmp_path / "CUB_200_2011.tgz.part").write_bytes(b"x" * 1_000_000)
    address, asked = mirror(ranges=False)
    assert download("birds", tmp_path, [address]).read_bytes() == CONTENT
    assert len(asked) == 1


def test_other_bytes_are_discarded_and_the_next_mirror_is_tried(tmp_path, mirror):
    wrong, _ = mirror(content=CONTENT[::-1])
    right, asked = mirror()
    assert download("birds", tmp_path, [wrong, right]).read_bytes() == CONTENT
    assert asked == [None]


def test_an_error_page_in_place_of_the_file_keeps_the_part(tmp_path, mirror):
    (tmp_path / "CUB_200_2011.tgz.part").write_bytes(CONTENT[:1_000_000])
    page, _ = mirror(content=b"<html>moved</html>", ranges=False)
    right, asked = mirror()
    assert download("birds", tmp_path, [page, right]).read_bytes() == CONTENT
    assert asked == ["bytes=1000000-"]


def test_wrong_bytes_everywhere_leave_nothing(tmp_path, mirror):
    address, _ = mirror(content=CONTENT[::-1])
    with pytest.raises(UserError, match=r"127\.0\.0\.1:\d+: other bytes than the official ones"):
        download("birds", tmp_path, [address])
    assert files_in(tmp_path) == []


def test_without_a_network_hosts_and_remedy_are_named(tmp_path):
    dead = "http://127.0.0.1:9/CUB_200_2011.tgz"  # the discard port: nothing listens
    with pytest.raises(UserError) as error:
        download("birds", tmp_path, [dead, "http://no-such-host.invalid/CUB_200_2011.tgz"])
    assert "127.0.0.1:9" in str(error.value)
    assert "no-such-host.invalid" in str(error.value)
    assert f"by hand and put it at {tmp_path / 'CUB_200_2011.tgz'}" in str(error.value)


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

    address, _ = mirror()
    monkeypatch.setattr("stackrepro.data.download._append", full)
    with pytest.raises(UserError, match="No space left"):
        download("birds", tmp_path, [address])


def test_an_unknown_data_set_is_named(tmp_path):
    with pytest.raises(UserError, match="'fish' can't be downloaded"):
        download("fish", tmp_path)
