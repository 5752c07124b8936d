# SPDX-License-Identifier: Apache-2.0
"""Starts the real binary for black-box tests and speaks its protocols with nothing but Python's library.

Each Signalbox gets a folder of its own, listens on ports that the kernel chose (read from
DATA/doors.json), and is stopped at the end of the test whatever happens.
"""
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

SKIPPED = 77  # what ctest is told to take as "skipped"


def binary():
    path = os.environ.get("SIGNALBOX_BINARY", "")
    if not path or not os.access(path, os.X_OK):
        print("skipped: SIGNALBOX_BINARY does not name the signalbox program")
        sys.exit(SKIPPED)
    return path


DOORS = ("prometheus alertmanager otlp-grpc otlp-http tempo jaeger jaeger-thrift-http jaeger-grpc jaeger-compact "
         "jaeger-binary jaeger-sampling zipkin loki elasticsearch").split()


def any_port_flags():
    """Every door on a port that the kernel chooses; `Signalbox.doors` tells which."""
    return [flag for door in DOORS for flag in ("--door", f"{door}=127.0.0.1:0")]


# How long a start may take; a sanitized binary on a busy machine needs more.
START_WAIT_S = int(os.environ.get("SIGNALBOX_START_WAIT_S", "20"))


class Signalbox:
    def __init__(self, config=None, prometheus=None, data=None, flags=(), wait_s=START_WAIT_S):
        self.folder = data or tempfile.mkdtemp(prefix="signalbox-test-")
        self.owns_folder = data is None
        self.data = os.path.join(self.folder, "data")
        self.config = os.path.join(self.folder, "signalbox.yaml")
        text = config if config is not None else "self_scrape: {enabled: false}\n"
        if prometheus is not None:
            self.write("prometheus.yml", prometheus)
            text += "prometheus: {config: prometheus.yml}\n"
        self.write("signalbox.yaml", text)
        self.flags = list(flags)
        self.process = None
        self.start(wait_s)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def start(self, wait_s=START_WAIT_S):
        doors = os.path.join(self.data, "doors.json")
        if os.path.exists(doors):
            os.remove(doors)
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", "--data", self.data, "--config", self.config, "--listen", "127.0.0.1:0",
                 *any_port_flags(), *self.flags], stdout=log, stderr=log)
        deadline = time.monotonic() + wait_s
        while True:
            if self.process.poll() is not None:
                raise AssertionError(f"signalbox ended with {self.process.returncode}:\n{self.log_text()[-4000:]}")
            if os.path.exists(doors):
                with open(doors) as file:
                    found = json.load(file)
                self.ui = "http://" + found["listen"]
                self.prometheus = "http://" + found["prometheus"]
                self.doors = found
                if self.get("/-/ready")[0] == 200:
                    return
            if time.monotonic() > deadline:
                raise AssertionError(f"not ready after {wait_s} s:\n{self.log_text()[-4000:]}")
            time.sleep(0.01)

    def log_text(self):
        with open(os.path.join(self.folder, "log"), errors="replace") as file:
            return file.read()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def terminate(self, timeout_s=20):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_s)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            try:
                self.terminate()
            except subprocess.TimeoutExpired:
                self.kill()
        if self.owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def request(self, method, url, body=None, headers=None, timeout_s=30):
        if url.startswith("/"):
            url = self.prometheus + url
        request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as reply:
                return reply.status, reply.read(), reply.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def get(self, path, **params):
        query = urllib.parse.urlencode(params, doseq=True)
        try:
            status, body, _ = self.request("GET", path + ("?" + query if query else ""))
        except OSError:
            return 0, b""
        return status, body

    def api(self, path, **params):
        """The data of a successful API answer."""
        status, body = self.get("/api/v1/" + path, **params)
        answer = json.loads(body)
        assert status == 200 and answer["status"] == "success", (status, body[:500])
        return answer["data"]

    def query(self, expr, **params):
        return self.api("query", query=expr, **params)["result"]

    def wait_for(self, expr, timeout_s=30, accept=lambda result: bool(result)):
        deadline = time.monotonic() + timeout_s
        while True:
            result = self.query(expr)
            if accept(result):
                return result
            if time.monotonic() > deadline:
                raise AssertionError(f"{expr} is still {result} after {timeout_s} s\n{self.log_text()[-3000:]}")
            time.sleep(0.1)

    def write_samples(self, series, **kwargs):
        return self.request("POST", "/api/v1/write", remote_write_v1(series),
                            {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy",
                             "X-Prometheus-Remote-Write-Version": "0.1.0"}, **kwargs)


def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def snappy(data):
    """Valid snappy of literals only: good enough to be understood."""
    out = bytearray(varint(len(data)))
    for start in range(0, len(data), 65536):
        piece = data[start:start + 65536]
        out += bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece
    return bytes(out)


def remote_write_v1(series):
    """series: list of (labels dict, [(time_ms, value)])."""
    message = bytearray()
    for labels, samples in series:
        one = bytearray()
        for name, value in sorted(labels.items()):
            one += field(1, field(1, name.encode()) + field(2, value.encode()))
        for time_ms, value in samples:
            one += field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + varint(time_ms & (1 << 64) - 1))
        message += field(1, bytes(one))
    return snappy(bytes(message))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def installed(program):
    path = shutil.which(program)
    if path is None:
        raise unittest.SkipTest(f"{program} is not installed")
    return path


def npm_modules(package):
    """The packages of tests/package.json, of which `package` is one; skips the test where they cannot be had."""
    here = os.path.dirname(os.path.abspath(__file__))
    if os.path.isdir(os.path.join(here, "node_modules", package)):
        return
    installed("npm")
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=here, capture_output=True)
    if done.returncode != 0:
        raise unittest.SkipTest("npm ci failed: " + done.stderr.decode()[-200:])


def main():
    binary()
    unittest.main(verbosity=2)
