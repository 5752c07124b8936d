#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tracing clients as they are on npm (OpenTelemetry, jaeger-client, zipkin) and bad input, against the doors of a
real Signalbox. What arrived is read back as the metrics that come out of spans by themselves."""
import gzip
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from harness import Signalbox, field, installed, main, npm_modules, varint

JSON = {"Content-Type": "application/json"}
PROTOBUF = {"Content-Type": "application/x-protobuf"}
HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = "self_scrape: {enabled: false}\ntraces: {metrics_interval: 200ms}\n"


def span(trace=b"t" * 16, span_id=b"s" * 8, name=b"op", parent=b"", kind=2, attributes=b"", start_ns=None):
    start = start_ns or time.time_ns()
    return (field(1, trace) + field(2, span_id) + (field(4, parent) if parent else b"") + field(5, name) +
            b"\x30" + varint(kind) + b"\x39" + struct.pack("<Q", start) + b"\x41" + struct.pack("<Q", start + 10**6) +
            attributes)


def request(*spans, service=b"raw"):
    resource = field(1, field(1, field(1, b"service.name") + field(2, field(1, service))))
    return field(1, resource + field(2, b"".join(field(2, one) for one in spans)))


class TracesInTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Signalbox(config=CONFIG)
        cls.http = "http://" + cls.box.doors["otlp-http"]

    @classmethod
    def tearDownClass(cls):
        cls.box.close()

    def counter(self, name):
        for line in self.box.get("/metrics")[1].decode().splitlines():
            if line.startswith(name + " "):
                return float(line.rsplit(" ", 1)[1])
        return 0.0

    def lost(self, reason, unit="spans"):
        return self.counter(f'signalbox_ingest_dropped_{unit}_total{{reason="{reason}"}}')

    def post(self, body, headers=None):
        return self.box.request("POST", self.http + "/v1/traces", body, headers or PROTOBUF)

    # --- Real clients ------------------------------------------------------------------------------------------

    def run_client(self, client, door, scheme="http://"):
        npm_modules("@opentelemetry/sdk-node")
        address = scheme + self.box.doors[door]
        done = subprocess.run([installed("node"), os.path.join(HERE, "traces_app.mjs"), client, address, client],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        self.assertRegex(done.stdout.strip(), "^[0-9a-f]{32}$")
        return done.stdout.strip()

    def calls(self, client, name, kind, status):
        expr = (f'traces_spanmetrics_calls_total{{service="{client}",span_name=~"(?i){name}",'
                f'span_kind="SPAN_KIND_{kind}",status_code="STATUS_CODE_{status}"}}')
        return self.box.wait_for(expr)[0]["value"][1]

    def check_open_telemetry(self, client, door):
        self.run_client(client, door)
        self.assertEqual(self.calls(client, "GET /cart", "SERVER", "UNSET"), "1")
        self.assertEqual(self.calls(client, "pg.query", "CLIENT", "ERROR"), "1")
        self.box.wait_for(f'traces_service_graph_request_total{{client="user",server="{client}"}} == 1')
        self.box.wait_for(f'traces_service_graph_request_failed_total{{client="{client}",server="postgresql",'
                          'connection_type="database"} == 1')

    def test_open_telemetry_http_protobuf(self):
        self.check_open_telemetry("otlp-proto", "otlp-http")

    def test_open_telemetry_http_json(self):
        self.check_open_telemetry("otlp-json", "otlp-http")

    def test_open_telemetry_grpc(self):
        self.check_open_telemetry("otlp-grpc", "otlp-grpc")

    def check_jaeger(self, client, door):
        self.run_client(client, door)
        self.assertEqual(self.calls(client, "GET /cart", "SERVER", "ERROR"), "1")
        self.assertEqual(self.calls(client, "pg.query", "CLIENT", "ERROR"), "1")

    def test_jaeger_client_udp(self):
        self.check_jaeger("jaeger-udp", "jaeger-binary")

    def test_jaeger_client_http(self):
        self.check_jaeger("jaeger-http", "jaeger-thrift-http")

    def test_zipkin_client_version_1(self):
        self.run_client("zipkin-v1", "zipkin")
        self.assertEqual(self.calls("zipkin-v1", "get /cart", "SERVER", "UNSET"), "1")

    def test_zipkin_client_version_2(self):
        self.run_client("zipkin-v2", "zipkin")
        self.assertEqual(self.calls("zipkin-v2", "get /cart", "SERVER", "UNSET"), "1")

    def test_sampling_strategies(self):
        for door, path in (("jaeger-sampling", "/sampling"), ("jaeger-sampling", "/"),
                           ("jaeger-thrift-http", "/api/sampling"), ("listen", "/jaeger/api/sampling")):
            url = f"http://{self.box.doors[door]}{path}"
            status, body, _ = self.box.request("GET", url + "?service=shop")
            self.assertEqual((status, json.loads(body)["probabilisticSampling"]), (200, {"samplingRate": 0.001}))
            self.assertEqual(self.box.request("GET", url)[0], 400)

    def test_every_door_of_port_3000(self):
        one = json.dumps([{"traceId": "1" * 32, "id": "2" * 16, "localEndpoint": {"serviceName": "front"},
                           "timestamp": time.time_ns() // 1000}]).encode()
        self.assertEqual(self.box.request("POST", self.box.ui + "/zipkin/api/v2/spans", one, JSON)[0], 202)
        self.assertEqual(self.box.request("POST", self.box.ui + "/otlp/v1/traces", request(span()), PROTOBUF)[0], 200)
        self.assertEqual(self.box.request("POST", self.box.ui + "/jaeger/api/traces", b"\x00",
                                          {"Content-Type": "application/x-thrift"})[0], 202)

    # --- Bad input ---------------------------------------------------------------------------------------------

    def test_truncated_protobuf(self):
        body = request(span())
        status, answer, _ = self.post(body[:-3])
        self.assertEqual(status, 400)
        self.assertIn(b"malformed protobuf", answer)

    def test_wrong_types_leave_the_rest_of_the_batch(self):
        before = self.lost("span_malformed")
        status, answer, _ = self.post(request(span(span_id=b"11111111"), b"\x08\x05", span(span_id=b"22222222")))
        self.assertEqual(status, 200)
        self.assertIn(b"span_malformed", answer)
        self.assertEqual(self.lost("span_malformed"), before + 1)

    def test_attribute_of_ten_megabytes(self):
        before = self.lost("span_attribute_limit")
        huge = field(9, field(1, b"huge") + field(2, field(1, b"x" * (10 << 20))))
        self.assertEqual(self.post(request(span(attributes=huge)))[0], 200)
        self.assertEqual(self.lost("span_attribute_limit"), before + 1)

    def test_trace_of_a_hundred_thousand_spans(self):
        before = self.counter("signalbox_traces_spans_total")
        spans = [span(trace=b"h" * 16, span_id=struct.pack(">Q", i + 1), parent=struct.pack(">Q", i // 2 + 1), kind=1)
                 for i in range(100_000)]
        self.assertEqual(self.post(request(*spans))[0], 200)
        self.assertEqual(self.counter("signalbox_traces_spans_total"), before + 100_000)

    def test_odd_parents_futures_and_duplicates_are_stored(self):
        future = time.time_ns() + 10 * 365 * 86400 * 10**9
        status, answer, _ = self.post(request(
            span(span_id=b"11111111", parent=b"missing!"), span(span_id=b"22222222", parent=b"22222222"),
            span(span_id=b"33333333", parent=b"44444444"), span(span_id=b"44444444", parent=b"33333333"),
            span(span_id=b"55555555", start_ns=future), span(span_id=b"66666666"), span(span_id=b"66666666", kind=3)))
        self.assertEqual((status, answer), (200, b""))

    def test_text_that_is_not_utf8(self):
        before = self.lost("span_text_repaired")
        self.assertEqual(self.post(request(span(name=b"bad \xff name"), service=b"utf8"))[0], 200)
        self.assertEqual(self.lost("span_text_repaired"), before + 1)
        self.box.wait_for('traces_spanmetrics_calls_total{service="utf8",span_name="bad \uFFFD name"}')

    def test_decompression_bomb(self):
        bomb = gzip.compress(b"\0" * (200 << 20), 9)
        self.assertLess(len(bomb), 1 << 20)
        self.assertEqual(self.post(bomb, {**PROTOBUF, "Content-Encoding": "gzip"})[0], 413)

    def test_half_sent_grpc_stream(self):
        host, port = self.box.doors["otlp-grpc"].split(":")
        before = self.counter("signalbox_traces_spans_total")
        with socket.create_connection((host, int(port)), 10) as half:
            half.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0" + b"\0\0\x08\1\4\0\0\0\1")
        self.assertEqual(self.counter("signalbox_traces_spans_total"), before)
        self.assertEqual(self.box.get("/-/healthy")[0], 200)

    def test_broken_frames_of_grpc(self):
        curl = installed("curl")
        if b"HTTP2" not in subprocess.run([curl, "-V"], capture_output=True).stdout:
            self.skipTest("curl with HTTP/2 is not installed")
        url = (f"http://{self.box.doors['otlp-grpc']}"
               "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        for body, code in ((b"\0\0\0\0\x10abc", b"3"), (b"\0\0\0\0\2\x0a\x7f", b"3"), (b"\0\xff\xff\xff\xffx", b"8")):
            with tempfile.NamedTemporaryFile() as file:
                file.write(body)
                file.flush()
                done = subprocess.run([curl, "-s", "--http2-prior-knowledge", "-v", "-H", "Content-Type: application/grpc",
                                       "-H", "TE: trailers", "--data-binary", "@" + file.name, url], capture_output=True,
                                      timeout=30)
            self.assertIn(b"grpc-status: " + code, done.stderr)

    def test_garbage_in_datagrams_is_counted(self):
        host, port = self.box.doors["jaeger-binary"].split(":")
        before = self.lost("datagram_malformed", "datagrams")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"\x80\x01\x00\x04garbage", (host, int(port)))
        deadline = time.monotonic() + 10
        while self.lost("datagram_malformed", "datagrams") == before:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


COLLECTOR = """
receivers: {otlp: {protocols: {http: {endpoint: 0.0.0.0:4318}}}}
processors:
  batch:
  k8sattributes:
  transform: {trace_statements: ['set(span.name, "renamed") where span.name == "op"']}
connectors: {spanmetrics: {namespace: NAMESPACE, dimensions: [{name: tier, default: gold}]}}
exporters: {otlp/tempo: {endpoint: tempo:4317}, prometheus: {endpoint: 0.0.0.0:8889}}
service:
  pipelines:
    traces: {receivers: [otlp], processors: [k8sattributes, transform, batch], exporters: [otlp/tempo, spanmetrics]}
    metrics: {receivers: [spanmetrics], exporters: [prometheus]}
"""


class CollectorFileTest(unittest.TestCase):
    def test_an_unchanged_file_is_reported_executed_and_reloaded(self):
        folder = tempfile.mkdtemp(prefix="signalbox-collector-")
        self.addCleanup(shutil.rmtree, folder, True)
        path = os.path.join(folder, "otel.yaml")

        def write(text):
            with open(path, "w") as file:
                file.write(text)

        write(COLLECTOR.replace("NAMESPACE", "techmart"))
        box = Signalbox(config=CONFIG + f"collector: {{config: {path}}}\n")
        self.addCleanup(box.close)
        log = box.log_text()
        self.assertIn('component="processor transform" verdict=executed', log)
        self.assertIn('component="receiver otlp" verdict=mapped', log)
        self.assertRegex(log, 'refused component="processor k8sattributes" place=.*otel.yaml:5:3 ')
        send = lambda id: box.request("POST", "http://" + box.doors["otlp-http"] + "/v1/traces",
                                      request(span(span_id=id)), PROTOBUF)[0]
        self.assertEqual(send(b"11111111"), 200)
        labels = '{service_name="raw",span_name="renamed",span_kind="SPAN_KIND_SERVER",tier="gold"}'
        box.wait_for("techmart_calls_total" + labels)
        box.wait_for("techmart_duration_milliseconds_count" + labels)
        write(COLLECTOR.replace("NAMESPACE", "second"))
        self.assertEqual(box.request("POST", "/-/reload")[0], 200)
        self.assertEqual(send(b"22222222"), 200)
        box.wait_for("second_calls_total" + labels)
        write(COLLECTOR.replace("set(span.name", "sett(span.name"))
        status, answer, _ = box.request("POST", "/-/reload")
        self.assertEqual(status, 500)
        self.assertIn(b"otel.yaml:6:3: ", answer)


if __name__ == "__main__":
    main()
