#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Remote read as its clients see it: Debian's Prometheus reading through it, and the streamed answer frame by
frame."""
import json
import os
import shutil
import struct
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

from harness import Signalbox, field, free_port, installed, main, snappy, varint
from real_clients_test import Child

EXTERNAL = "global: {external_labels: {site: here}}\n"


def read_request(name, start_ms, end_ms, types=()):
    matcher = varint(1 << 3) + varint(0) + field(2, b"__name__") + field(3, name.encode())
    query = b"\x08" + varint(start_ms) + b"\x10" + varint(end_ms) + field(3, matcher)
    return snappy(field(1, query) + b"".join(b"\x10" + varint(kind) for kind in types))


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        tag, at = read_varint(data, at)
        if tag & 7 == 0:
            value, at = read_varint(data, at)
        elif tag & 7 == 1:
            value, at = data[at:at + 8], at + 8
        else:
            length, at = read_varint(data, at)
            value, at = data[at:at + length], at + length
        yield tag >> 3, value


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def labels_of(series):
    pairs = [dict(fields(value)) for number, value in fields(series) if number == 1]
    return {pair[1].decode(): pair[2].decode() for pair in pairs}


class RemoteReadTest(unittest.TestCase):
    def setUp(self):
        self.box = Signalbox(prometheus=EXTERNAL)
        self.addCleanup(self.box.close)
        self.now = int(time.time()) * 1000
        self.samples = [(self.now - 1000 * (400 - i), i * 0.25) for i in range(400)]
        status, body, _ = self.box.write_samples(
            [({"__name__": "m", "k": key}, self.samples) for key in ("a", "b")])
        self.assertEqual(status, 204, body)

    def read(self, body):
        return self.box.request("POST", "/api/v1/read", body, {
            "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy"})

    def test_frames_of_the_stream_hold_every_sample(self):
        status, body, headers = self.read(read_request("m", self.now - 10**7, self.now, types=(1, 0)))
        self.assertEqual(status, 200, body)
        self.assertEqual(headers["Content-Type"],
                         "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse")
        at, seen = 0, []
        while at < len(body):
            length, at = read_varint(body, at)
            crc, message = struct.unpack(">I", body[at:at + 4])[0], body[at + 4:at + 4 + length]
            at += 4 + length
            self.assertEqual(crc, crc32c(message))
            series = dict(fields(message))[1]
            chunks = [dict(fields(value)) for number, value in fields(series) if number == 2]
            self.assertTrue(all(chunk[3] == 1 for chunk in chunks))
            self.assertEqual((chunks[0][1], chunks[-1][2]), (self.samples[0][0], self.samples[-1][0]))
            seen.append((labels_of(series), sum(struct.unpack(">H", chunk[4][:2])[0] for chunk in chunks)))
        self.assertEqual(seen, [({"__name__": "m", "k": key, "site": "here"}, 400) for key in ("a", "b")])

    def test_malformed_requests_are_refused(self):
        self.assertEqual(self.read(b"\xff\xff\xff")[0], 400)
        status, body, _ = self.read(read_request("m", 0, 1, types=(7,)))
        self.assertEqual((status, body.strip()),
                         (400, b"server does not support any of the requested response types"))

    def test_the_sample_limit_holds_for_one_message(self):
        small = Signalbox(config="self_scrape: {enabled: false}\nquery: {samples_max: 399}\n")
        self.addCleanup(small.close)
        self.assertEqual(small.write_samples([({"__name__": "m"}, self.samples)])[0], 204)
        for types, expected in (((), 400), ((1,), 200)):
            status, body, _ = small.request("POST", "/api/v1/read",
                                            read_request("m", self.now - 10**7, self.now, types))
            self.assertEqual(status, expected, body)
            if status == 400:
                self.assertIn(b"exceeded sample limit (399)", body)

    def test_prometheus_reads_the_same_values(self):
        folder = tempfile.mkdtemp(prefix="signalbox-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        with open(os.path.join(folder, "prometheus.yml"), "w") as file:
            file.write("remote_read: [{url: '%s/api/v1/read', read_recent: true}]\n" % self.box.prometheus)
        port = free_port()
        Child(self, [installed("prometheus"), f"--config.file={folder}/prometheus.yml",
                     f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"],
              f"http://127.0.0.1:{port}/-/ready")
        for expr in ("m", "sum(rate(m[1m]))", "m{site='here',k='a'}"):
            params = {"query": expr, "start": (self.now - 390_000) / 1000, "end": self.now / 1000, "step": 7}
            url = f"http://127.0.0.1:{port}/api/v1/query_range?" + urllib.parse.urlencode(params)
            with urllib.request.urlopen(url, timeout=30) as reply:
                theirs = json.load(reply)["data"]["result"]
            self.assertTrue(theirs, expr)
            ours = self.box.api("query_range", **dict(params, query=expr.replace("site='here',", "")))["result"]
            for series in theirs:  # what is read carries the external label
                if series["metric"]:
                    self.assertEqual(series["metric"].pop("site"), "here")
            self.assertEqual(theirs, ours, expr)


if __name__ == "__main__":
    main()
