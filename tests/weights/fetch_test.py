#!/usr/bin/env python3
"""Runs weights/fetch.sh against a server on the loopback interface that misbehaves.

usage: fetch_test.py SCENARIO, or --list for the scenarios' names.
"""

import hashlib
import http.server
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "weights" / "fetch.sh"
NAME = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
CONTENT = b"".join(hashlib.md5(str(i).encode()).digest() for i in range(4096))  # 64 KiB
MD5 = hashlib.md5(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Serves `content` with Range, unless `faults` says otherwise; notes each request's Range."""

    def __init__(self, content=CONTENT, faults=()):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.faults = set(faults)
        self.ranges = []
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_port}/{NAME}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        asked = self.headers.get("Range")
        server.ranges.append(asked)
        self.close_connection = True
        if "404" in server.faults or ("503 once" in server.faults and len(server.ranges) == 1):
            self.send_response(404 if "404" in server.faults else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        first = 0
        if asked and "ignores range" not in server.faults:
            first = int(re.fullmatch(r"bytes=(\d+)-", asked).group(1))
        body = server.content[first:]
        self.send_response(206 if first else 200)
        if first:
            last = len(server.content) - 1
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(server.content)}")
        if "no length" not in server.faults:
            extra = 1000 if "announces more" in server.faults else 0
            self.send_header("Content-Length", str(len(body) + extra))
        self.send_header("Connection", "close")
        self.end_headers()
        if "cuts" in server.faults and len(server.ranges) <= 2:
            body = body[:20000]
        self.wfile.write(body)


def fetch(folder, url, *options, model="vgg16", **environment):
    command = ["bash", str(SCRIPT), model, "-o", str(folder), "--url", url, "--size",
               str(len(CONTENT)), "--md5", MD5, "--within", "3", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60,
                          env={**os.environ, "no_proxy": "*", **environment})


def check(result, code, text=""):
    output = result.stdout + result.stderr
    assert result.returncode == code, f"exit code {result.returncode}, expected {code}: {output}"
    assert text in output, f"'{text}' is not in: {output}"


def check_whole(folder):
    assert os.listdir(folder) == [NAME], os.listdir(folder)
    assert (folder / NAME).read_bytes() == CONTENT


def check_nothing(folder):
    assert os.listdir(folder) == [], os.listdir(folder)


def plain(folder):
    server = Server()
    check(fetch(folder, server.url), 0, "size and checksum are right")
    check_whole(folder)
    check(fetch(folder, server.url), 0, "already there")
    assert len(server.ranges) == 1, server.ranges


def cut_line_is_resumed(folder):
    server = Server(faults=["cuts"])
    check(fetch(folder, server.url), 0)
    check_whole(folder)
    assert server.ranges == [None, "bytes=20000-", "bytes=40000-"], server.ranges


def next_call_resumes(folder):
    (folder / (NAME + ".part")).write_bytes(CONTENT[:30000])
    server = Server()
    check(fetch(folder, server.url), 0, "resuming")
    check_whole(folder)
    assert server.ranges == ["bytes=30000-"], server.ranges


def complete_part_is_used(folder):
    (folder / (NAME + ".part")).write_bytes(CONTENT)
    server = Server()
    check(fetch(folder, server.url), 0)
    check_whole(folder)
    assert server.ranges == [], server.ranges


def wrong_part_is_deleted(folder):
    (folder / (NAME + ".part")).write_bytes(b"x" * len(CONTENT))
    server = Server()
    check(fetch(folder, server.url), 1, "checksum")
    check_nothing(folder)
    check(fetch(folder, server.url), 0)
    check_whole(folder)


def too_long_part_is_deleted(folder):
    (folder / (NAME + ".part")).write_bytes(CONTENT + b"x")
    check(fetch(folder, Server().url), 0)
    check_whole(folder)


def range_ignored(folder):
    (folder / (NAME + ".part")).write_bytes(b"x" * 1000)
    check(fetch(folder, Server(faults=["ignores range"]).url), 0)
    check_whole(folder)


def announces_more_than_it_sends(folder):
    check(fetch(folder, Server(faults=["announces more"]).url), 1, "more than")
    check_nothing(folder)


def too_large(folder):
    check(fetch(folder, Server(content=CONTENT * 2).url), 1, "more than")
    check_nothing(folder)


def too_large_without_length(folder):
    server = Server(content=CONTENT * 100, faults=["no length"])
    check(fetch(folder, server.url), 1, "wrong size")
    check_nothing(folder)


def too_small(folder):
    check(fetch(folder, Server(content=CONTENT[:-1]).url), 1, "bytes where")
    check_nothing(folder)


def wrong_bytes(folder):
    server = Server(content=CONTENT[:-1] + b"\0")
    check(fetch(folder, server.url), 1, "checksum")
    check_nothing(folder)


def not_found(folder):
    server = Server(faults=["404"])
    check(fetch(folder, server.url), 1, "404")
    check_nothing(folder)
    assert len(server.ranges) == 1, "a missing file is not asked for twice"


def busy_server_is_asked_again(folder):
    check(fetch(folder, Server(faults=["503 once"]).url), 0)
    check_whole(folder)


def silent_server(folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:  # accepts, and never answers
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/{NAME}"
        check(fetch(folder, url), 1, "within 3 seconds")
    check_nothing(folder)


def nobody_listens(folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/{NAME}"
    check(fetch(folder, url, "--within", "1"), 1, "no answer")
    check_nothing(folder)


def wrong_file_is_replaced(folder):
    (folder / NAME).write_bytes(b"wrong")
    check(fetch(folder, Server().url), 0, "fetching it again")
    check_whole(folder)


def wrong_file_stays_if_there_is_none_better(folder):
    (folder / NAME).write_bytes(b"wrong")
    check(fetch(folder, Server(faults=["404"]).url), 1)
    assert (folder / NAME).read_bytes() == b"wrong"


def file_url(folder):
    source = folder / "source"
    source.write_bytes(CONTENT)
    target = folder / "target with space"
    check(fetch(target, source.as_uri()), 0)
    check_whole(target)


def data_folder(folder):
    command = ["bash", str(SCRIPT), "--url", Server().url, "--size", str(len(CONTENT)),
               "--md5", MD5]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60,
                            env={**os.environ, "XDG_DATA_HOME": str(folder)})
    check(result, 0)
    check_whole(folder / "vggstyle")


def wrong_usage(folder):
    for arguments in (["vgg11"], ["--md5", "x"], ["--size", "-1"], ["vgg16", "vgg19"],
                      ["--within", "soon"], ["--url"]):
        result = subprocess.run(["bash", str(SCRIPT), "-o", str(folder), *arguments],
                                capture_output=True, text=True, timeout=60)
        check(result, 2, "fetch.sh: ")
    check_nothing(folder)


SCENARIOS = {f.__name__.replace("_", " "): f for f in (
    plain, cut_line_is_resumed, next_call_resumes, complete_part_is_used, wrong_part_is_deleted,
    too_long_part_is_deleted, range_ignored, announces_more_than_it_sends, too_large,
    too_large_without_length, too_small, wrong_bytes, not_found, busy_server_is_asked_again,
    silent_server, nobody_listens, wrong_file_is_replaced,
    wrong_file_stays_if_there_is_none_better, file_url, data_folder, wrong_usage)}


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(SCENARIOS))
        return
    with tempfile.TemporaryDirectory() as folder:
        SCENARIOS[sys.argv[1]](pathlib.Path(folder))


if __name__ == "__main__":
    main()
