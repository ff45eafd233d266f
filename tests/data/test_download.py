"""Downloads, against a server on loopback that also fails, breaks off, lies and stalls."""

import hashlib
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tinytorch_data import download
from tinytorch_data.download import CHUNK, DATASETS, DownloadFailed, Remote, fetch

CONTENT = bytes(range(256)) * 1200  # 307,200 bytes
MD5 = hashlib.md5(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """What the server does is the list `server.plan`, one word a request; then it is honest."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        start = int((re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) or [0, 0])[1])
        self.server.asked.append(start)
        how = self.server.plan.pop(0) if self.server.plan else "honest"
        getattr(self, how)(start)

    def log_message(self, *args):
        pass

    def give(self, content, announced=None, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if announced is None else announced))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def honest(self, start):
        if start >= len(CONTENT):
            self.give(b"", status=416)
        elif start:
            self.give(CONTENT[start:], status=206, Content_Range=f"bytes {start}-307199/307200")
        else:
            self.give(CONTENT)

    def deaf(self, start):
        """Sends all of it, whatever part was asked for."""
        self.give(CONTENT)

    def error(self, start):
        self.give(b"sorry", status=503)

    def missing(self, start):
        self.give(b"not found", status=404)

    def breaks_off(self, start):
        self.give(CONTENT[start : start + 2 * CHUNK], announced=len(CONTENT) - start,
                  status=206 if start else 200)  # fmt: skip
        self.close_connection = True

    def short(self, start):
        """Ends early and says that this is all."""
        self.give(CONTENT[:1000])

    def wrong(self, start):
        self.give(CONTENT[:-1] + b"?")

    def wrong_part(self, start):
        self.give(b"?" * (len(CONTENT) - start), status=206)

    def endless(self, start):
        self.give(b"x" * 10 * len(CONTENT))

    def stalls(self, start):
        self.give(CONTENT[start : start + CHUNK], announced=len(CONTENT) - start,
                  status=206 if start else 200)  # fmt: skip
        self.server.released.wait(5)
        self.close_connection = True

    def packed(self, start):
        """Claims that the bytes are packed once more on the way."""
        self.give(CONTENT, Content_Encoding="gzip")


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Nothing: the client hangs up as soon as it sees through a lie."""


@pytest.fixture
def server():
    server = Server(("127.0.0.1", 0), Handler)
    server.plan, server.asked, server.released = [], [], threading.Event()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """pooch waits a second and more between tries; the tests do not."""
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)


@pytest.fixture
def remote(server):
    return Remote(f"http://127.0.0.1:{server.server_port}/data.bin", MD5, len(CONTENT))


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_fetched_once(server, remote, tmp_path, capfd):
    path = fetch(remote, tmp_path / "new" / "folder")
    assert path.read_bytes() == CONTENT
    assert fetch(remote, tmp_path / "new" / "folder") == path
    assert server.asked == [0]
    assert files(path.parent) == ["data.bin"]
    shown = capfd.readouterr()
    assert "data.bin" in shown.err
    assert shown.out == ""


def test_a_damaged_file_is_fetched_again(server, remote, tmp_path):
    (tmp_path / "data.bin").write_bytes(CONTENT[:-1] + b"?")
    assert fetch(remote, tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        (["error"], [0, 0]),
        (["error", "error", "error"], [0, 0, 0, 0]),
        (["breaks_off"], [0, 131_072]),
        (["breaks_off", "breaks_off", "error"], [0, 131_072, 262_144, 262_144]),
        (["breaks_off", "deaf"], [0, 131_072]),
        (["wrong"], [0, 0]),
        (["breaks_off", "wrong_part"], [0, 131_072, 0]),
        (["endless"], [0, 0]),
        (["short"], [0, 1000]),
        (["packed"], [0, 0]),
    ],
)
def test_a_bad_answer_is_got_over(server, remote, tmp_path, plan, asked):
    server.plan = plan
    assert fetch(remote, tmp_path).read_bytes() == CONTENT
    assert server.asked == asked
    assert files(tmp_path) == ["data.bin"]


def test_a_stalled_answer_is_given_up_and_resumed(server, remote, tmp_path):
    server.plan = ["stalls"]
    begun = time.monotonic()
    assert fetch(remote, tmp_path, timeout=0.3).read_bytes() == CONTENT
    assert time.monotonic() - begun < 4
    assert server.asked == [0, CHUNK]


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("error", "503"),
        ("missing", "404"),
        ("wrong", "does not match"),
        ("endless", "more came than the 307200 bytes"),
    ],
)
def test_a_server_that_stays_bad(server, remote, tmp_path, how, text):
    server.plan = [how] * 10
    with pytest.raises(DownloadFailed, match=rf"data\.bin could not be fetched.*{text}.*try again"):
        fetch(remote, tmp_path, retries=1)
    assert len(server.asked) == 2
    assert files(tmp_path) == []


def test_a_new_try_goes_on_where_the_last_one_stopped(server, remote, tmp_path):
    server.plan = ["breaks_off", "stalls"]
    with pytest.raises(DownloadFailed):
        fetch(remote, tmp_path, timeout=0.3, retries=1)
    assert files(tmp_path) == ["data.bin.part"]
    assert fetch(remote, tmp_path).read_bytes() == CONTENT
    assert server.asked == [0, 131_072, 196_608]


@pytest.mark.parametrize("left", [b"?" * 1000, CONTENT, CONTENT + b"more", b"?" * len(CONTENT)])
def test_rubbish_left_by_another_program_does_no_harm(server, remote, tmp_path, left):
    (tmp_path / "data.bin.part").write_bytes(left)
    assert fetch(remote, tmp_path).read_bytes() == CONTENT
    assert files(tmp_path) == ["data.bin"]


def test_no_server_at_all(tmp_path):
    nobody = Remote("http://127.0.0.1:9/data.bin", MD5, len(CONTENT))
    with pytest.raises(DownloadFailed, match="could not be fetched"):
        fetch(nobody, tmp_path, retries=0)


def test_a_dataset_is_all_its_files(server, tmp_path, monkeypatch):
    base = f"http://127.0.0.1:{server.server_port}"
    two = tuple(Remote(f"{base}/{name}", MD5, len(CONTENT)) for name in ("a.gz", "b.gz"))
    monkeypatch.setitem(DATASETS, "two", two)
    paths = download.download("two", tmp_path)
    assert paths == [tmp_path / "two" / "a.gz", tmp_path / "two" / "b.gz"]
    assert [path.read_bytes() for path in paths] == [CONTENT] * 2


def test_an_unknown_dataset_names_the_known_ones(tmp_path):
    with pytest.raises(LookupError, match="choose one of mnist, fashion_mnist, cifar10"):
        download.download("imagenet", tmp_path)


def test_the_table_is_complete():
    for remotes in DATASETS.values():
        assert all(re.fullmatch("[0-9a-f]{32}", remote.md5) for remote in remotes)
        assert len({remote.url for remote in remotes}) == len(remotes)
        assert all(4000 < remote.size < 2 * 10**8 for remote in remotes)


def test_without_pooch_one_line_says_what_to_install(tmp_path):
    program = (
        "import sys; sys.modules['pooch'] = None\n"
        "from tinytorch_data.download import download\n"
        "try:\n    download('mnist', sys.argv[1])\n"
        "except ImportError as error:\n    sys.stdout.write(str(error))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "downloading needs pooch: run `pip install tinytorch[course]`"
