#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""OTLP metrics over HTTP (JSON, protobuf, gzip) and gRPC, at every door, against a real Signalbox."""
import gzip
import json
import shutil
import struct
import subprocess
import tempfile
import time
import unittest

from harness import Signalbox, field, main, varint

JSON = {"Content-Type": "application/json"}
PROTOBUF = {"Content-Type": "application/x-protobuf"}


def gauge_json(name, value, now_ns=None):
    point = {"timeUnixNano": str(now_ns or time.time_ns()), "asDouble": value}
    return json.dumps({"resourceMetrics": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}},
                                    {"key": "host.name", "value": {"stringValue": "h1"}}]},
        "scopeMetrics": [{"metrics": [{"name": name, "gauge": {"dataPoints": [point]}}]}]}]}).encode()


def gauge_protobuf(name, value):
    point = b"\x19" + struct.pack("<Q", time.time_ns()) + b"\x21" + struct.pack("<d", value)
    metric = field(1, name.encode()) + field(5, field(1, point))
    return field(1, field(2, field(2, metric)))


class OtlpTest(unittest.TestCase):
    def setUp(self):
        self.box = Signalbox()
        self.addCleanup(self.box.close)
        self.http = "http://" + self.box.doors["otlp-http"]

    def value(self, expr):
        return self.box.wait_for(expr, timeout_s=5)[0]["value"][1]

    def test_every_door_takes_json(self):
        for i, url in enumerate((self.http + "/v1/metrics", self.box.ui + "/otlp/v1/metrics",
                                 self.box.prometheus + "/api/v1/otlp/v1/metrics")):
            status, body, headers = self.box.request("POST", url, gauge_json(f"door.{i}", i), JSON)
            self.assertEqual((status, body), (200, b"{}"), url)
            self.assertEqual(headers["Content-Type"].split(";")[0], "application/json")
            self.assertEqual(self.value(f"door_{i}{{job='shop'}}"), str(i))
        self.assertEqual(self.value("target_info{host_name='h1',job='shop'}"), "1")

    def test_protobuf_plain_and_gzip(self):
        url = self.http + "/v1/metrics"
        self.assertEqual(self.box.request("POST", url, gauge_protobuf("plain", 1.5), PROTOBUF)[:2], (200, b""))
        packed = gzip.compress(gauge_protobuf("packed", 2.5))
        self.assertEqual(self.box.request("POST", url, packed, {**PROTOBUF, "Content-Encoding": "gzip"})[0], 200)
        self.assertEqual((self.value("plain"), self.value("packed")), ("1.5", "2.5"))

    def test_refusals(self):
        url = self.http + "/v1/metrics"
        status, body, _ = self.box.request("POST", url, b"{", JSON)
        self.assertEqual((status, json.loads(body)["code"]), (400, 3))
        self.assertEqual(self.box.request("POST", url, b"x", {"Content-Type": "text/plain"})[0], 415)
        self.assertEqual(self.box.request("POST", self.http + "/v1/traces", b"{}", JSON)[:2], (200, b"{}"))
        future = gauge_json("future", 1, time.time_ns() + 3600 * 10**9)
        status, body, _ = self.box.request("POST", url, future, JSON)
        self.assertEqual((status, json.loads(body)["partialSuccess"]["rejectedDataPoints"]), (200, "1"))

    def test_grpc(self):
        curl = shutil.which("curl")
        if curl is None or b"HTTP2" not in subprocess.run([curl, "-V"], capture_output=True).stdout:
            self.skipTest("curl with HTTP/2 is not installed")

        def call(method, message):
            with tempfile.NamedTemporaryFile() as body:
                body.write(b"\0" + struct.pack(">I", len(message)) + message)
                body.flush()
                return subprocess.run(
                    [curl, "-s", "-i", "--http2-prior-knowledge", "-H", "Content-Type: application/grpc",
                     "-H", "TE: trailers", "--data-binary", "@" + body.name,
                     f"http://{self.box.doors['otlp-grpc']}/opentelemetry.proto.collector.{method}"],
                    capture_output=True, timeout=20).stdout
        answer = call("metrics.v1.MetricsService/Export", gauge_protobuf("by.grpc", 3.5))
        self.assertIn(b"grpc-status: 0", answer)
        self.assertIn(b"\0\0\0\0\0", answer)
        self.assertEqual(self.value("by_grpc"), "3.5")
        self.assertIn(b"grpc-status: 3", call("metrics.v1.MetricsService/Export", b"\x0a" + varint(50)))
        self.assertIn(b"grpc-status: 12", call("trace.v1.TraceService/Nothing", b""))


if __name__ == "__main__":
    main()
