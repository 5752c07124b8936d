#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Spans go in by OTLP, and come out by the APIs of Tempo and Jaeger, on their doors and on the main one."""
import base64
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Signalbox  # noqa: E402

START = 1_700_000_000
NS = 10**9


def attribute(key, value):
    kind = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}[type(value)]
    return {"key": key, "value": {kind: value}}


def span(trace, number, parent=None, name="op", start_ns=0, duration_ns=10**6, kind=2, status=0, **attributes):
    out = {"traceId": f"{trace:032x}", "spanId": f"{number:016x}", "name": name, "kind": kind,
           "startTimeUnixNano": str(START * NS + start_ns), "endTimeUnixNano": str(START * NS + start_ns + duration_ns),
           "attributes": [attribute(k.replace("__", "."), v) for k, v in attributes.items()], "status": {"code": status}}
    if parent is not None:
        out["parentSpanId"] = f"{parent:016x}"
    return out


def resource_spans(service, spans, **resource):
    attributes = [attribute("service.name", service)] + [attribute(k, v) for k, v in resource.items()]
    return {"resource": {"attributes": attributes}, "scopeSpans": [{"scope": {"name": "lib"}, "spans": spans}]}


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


class TracesTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sb = Signalbox()
        cls.fill()

    @classmethod
    def fill(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        cls.sb.close()

    @classmethod
    def post(cls, document):
        url = "http://" + cls.sb.doors["otlp-http"] + "/v1/traces"
        status, body, _ = cls.sb.request("POST", url, json.dumps(document).encode(),
                                         {"Content-Type": "application/json"})
        assert status == 200, (status, body)

    def get(self, door, path, expect=200, headers=None, **params):
        from urllib.parse import urlencode
        query = "?" + urlencode(params, doseq=True) if params else ""
        status, body, reply = self.sb.request("GET", "http://" + self.sb.doors[door] + path + query, None, headers)
        self.assertEqual(status, expect, body[:500])
        self.reply_headers = reply
        return body

    def json(self, door, path, **params):
        return json.loads(self.get(door, path, **params))

    def search(self, q, **params):
        return [t["traceID"] for t in self.json("tempo", "/api/search", q=q, **params)["traces"]]

class TracesApiTest(TracesTestCase):
    @classmethod
    def fill(cls):
        cls.post({"resourceSpans": [
            resource_spans("apm-backend", [
                span(1, 1, name="GET /cart", duration_ns=50_000_000, status=2, http__status_code=500),
                span(1, 2, 1, name="query", start_ns=1_000_000, kind=3, db__system="postgresql"),
                span(2, 1, name="GET /cart", start_ns=60 * NS, duration_ns=30_000_000, http__response__status_code=404),
                span(3, 1, name="GET /ok", start_ns=120 * NS, duration_ns=30_000_000, http__status_code=200)]),
            resource_spans("db", [span(1, 3, 2, name="select", start_ns=2_000_000, status=2)])]})

    def test_mission_query_finds_both_generations_of_conventions(self):
        q = '{ .service.name = "apm-backend" && .http.status_code >= 400 && duration > 20ms }'
        self.assertEqual(self.search(q), ["2", "1"])
        self.assertIn("http.response.status_code", self.reply_headers["Signalbox-Notes"])

    def test_structure_and_range(self):
        self.assertEqual(self.search('{ resource.service.name = "apm-backend" } >> { status = error }'), ["1"])
        self.assertEqual(self.search("{}", start=START + 50, end=START + 130), ["3", "2"])
        self.assertEqual(self.search("{}", limit=1), ["3"])

    def test_search_reply_is_what_grafana_decodes(self):
        trace = self.json("tempo", "/api/search", q='{ name = "query" }')["traces"][0]
        self.assertEqual(trace["rootTraceName"], "GET /cart")
        self.assertEqual(trace["serviceStats"], {"apm-backend": {"spanCount": 2, "errorCount": 1},
                                                 "db": {"spanCount": 1, "errorCount": 1}})
        self.assertEqual(trace["spanSets"], [trace["spanSet"]])
        self.assertEqual(trace["spanSet"]["spans"][0]["spanID"], "0000000000000002")

    def test_bad_queries_are_400_with_a_position(self):
        self.assertIn(b"line 1, col", self.get("tempo", "/api/search", 400, q="{ .a == 1 }"))
        self.get("tempo", "/api/search", 400, q="{ status }")
        self.get("tempo", "/api/search", 400, q="{}", tags="a=b")
        self.get("tempo", "/api/search", 400, q="{}", limit=0)
        self.get("tempo", "/api/search", 400, q="{}", start=20, end=10)

    def test_search_by_tags(self):
        found = self.json("tempo", "/api/search", tags="service.name=APM http.status_code=500")["traces"]
        self.assertEqual([t["traceID"] for t in found], ["1"])

    def test_trace_by_id(self):
        trace = self.json("tempo", "/api/traces/1")
        spans = [s for b in trace["batches"] for scope in b["scopeSpans"] for s in scope["spans"]]
        self.assertEqual(len(spans), 3)
        self.assertEqual(base64.b64decode(spans[0]["traceId"]).hex(), f"{1:032x}")
        self.assertIn("SPAN_KIND_SERVER", [s["kind"] for s in spans])
        self.get("tempo", "/api/traces/99", 404)
        self.get("tempo", "/api/traces/nohex", 400)
        self.assertEqual(self.json("tempo", "/api/v2/traces/99")["trace"], {})
        self.assertEqual(len(self.json("tempo", "/api/v2/traces/1")["trace"]["resourceSpans"]), 2)
        raw = self.get("tempo", "/api/traces/1", headers={"Accept": "application/protobuf"})
        self.assertEqual(raw[0], 0x0A)

    def test_tags_and_values(self):
        scopes = {s["name"]: s["tags"] for s in self.json("tempo", "/api/v2/search/tags")["scopes"]}
        self.assertIn("http.status_code", scopes["span"])
        self.assertEqual(scopes["resource"], ["service.name"])
        values = self.json("tempo", "/api/v2/search/tag/resource.service.name/values")["tagValues"]
        self.assertEqual(values, [{"type": "string", "value": "apm-backend"}, {"type": "string", "value": "db"}])
        values = self.json("tempo", "/api/v2/search/tag/name/values", q='{ resource.service.name = "db" && x = }')
        self.assertEqual(values["tagValues"], [{"type": "string", "value": "select"}])
        self.assertEqual(self.json("tempo", "/api/search/tag/service.name/values")["tagValues"], ["apm-backend", "db"])

    def test_metrics(self):
        reply = self.json("tempo", "/api/metrics/query_range", q="{} | count_over_time() by (resource.service.name)",
                          start=START - 60, end=START + 180, step="60s")
        total = {s["labels"][0]["value"]["stringValue"]: sum(p["value"] for p in s["samples"]) for s in reply["series"]}
        self.assertEqual(total, {"apm-backend": 4, "db": 1})
        reply = self.json("tempo", "/api/metrics/query", q="{ status = error } | count_over_time()",
                          start=START - 60, end=START + 180)
        self.assertEqual(reply["series"][0]["value"], 2)

    def test_status_pages(self):
        self.assertEqual(self.get("tempo", "/api/echo"), b"echo")
        self.assertEqual(self.json("tempo", "/api/status/buildinfo")["version"], "3.0.0")
        self.get("tempo", "/ready")

    def test_main_door_has_both(self):
        url = self.sb.ui
        for path in ("/tempo/api/traces/1", "/jaeger/api/services", "/jaeger/api/v3/traces/1"):
            status, body, _ = self.sb.request("GET", url + path)
            self.assertEqual(status, 200, (path, body[:200]))

    def test_jaeger(self):
        self.assertEqual(self.json("jaeger", "/api/services")["data"], ["apm-backend", "db"])
        traces = self.json("jaeger", "/api/traces", service="apm-backend", tags='{"http.status_code":"500"}')["data"]
        self.assertEqual([t["traceID"] for t in traces], [f"{1:032x}"])
        self.assertEqual(len(traces[0]["spans"]), 3)
        edges = self.json("jaeger", "/api/dependencies", endTs=(START + 60) * 1000, lookback=120_000)["data"]
        self.assertEqual(edges, [{"parent": "apm-backend", "child": "db", "callCount": 1}])
        trace = self.json("jaeger", "/api/v3/traces/1")["result"]["resourceSpans"]
        self.assertEqual(trace[0]["scopeSpans"][0]["spans"][0]["traceId"], f"{1:032x}")

    def test_part_of_a_trace_and_archive(self):
        part = self.json("tempo", "/api/v2/traces/1", q='{ name = "select" }', keep_hierarchy="true", ancestor_depth=1)
        self.assertEqual(part["status"], "PARTIAL")
        names = [s["name"] for r in part["trace"]["resourceSpans"] for c in r["scopeSpans"] for s in c["spans"]]
        self.assertEqual(sorted(names), ["query", "select"])
        self.assertEqual(self.get("tempo", "/api/v2/traces/1", 400, q="{ } | rate()")[:8], b"a part o")
        status, body, _ = self.sb.request("POST", "http://" + self.sb.doors["jaeger"] + "/api/archive/1", b"")
        self.assertEqual((status, json.loads(body)["errors"]), (200, None))

    def grpc(self, door, method, message):
        """One gRPC call over HTTP/2 without TLS, by curl: the status and the reply's message."""
        frame = b"\0" + struct.pack(">I", len(message)) + message
        done = subprocess.run(["curl", "-s", "-i", "--http2-prior-knowledge", "-H", "content-type: application/grpc",
                               "-H", "te: trailers", "--data-binary", "@-",
                               "http://" + self.sb.doors[door] + method], input=frame, capture_output=True, timeout=20)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        status = re.search(rb"grpc-status: (\d+)", done.stdout)
        self.assertIsNotNone(status, done.stdout[:300])
        return int(status.group(1)), body[5:]

    def test_grpc_on_the_http_ports(self):
        curl = shutil.which("curl")
        if not curl or b"HTTP2" not in subprocess.run([curl, "--version"], capture_output=True).stdout:
            self.skipTest("no curl with HTTP/2")
        query = b'{ name = "query" }'
        status, reply = self.grpc("tempo", "/tempopb.StreamingQuerier/Search", b"\x42" + varint(len(query)) + query)
        self.assertEqual(status, 0)
        self.assertIn(b"GET /cart", reply)
        bad = b"{ name == 1 }"
        self.assertEqual(self.grpc("tempo", "/tempopb.StreamingQuerier/Search", b"\x42" + varint(len(bad)) + bad)[0], 3)
        self.assertIn(b"span", self.grpc("tempo", "/tempopb.StreamingQuerier/SearchTagsV2", b"")[1])
        self.assertIn(b"apm-backend", self.grpc("jaeger", "/jaeger.api_v3.QueryService/GetServices", b"")[1])
        status, reply = self.grpc("jaeger", "/jaeger.api_v2.QueryService/GetTrace", b"\x0a\x01\x01")
        self.assertEqual(status, 0)
        self.assertIn(b"GET /cart", reply)
        self.assertEqual(self.grpc("jaeger", "/jaeger.api_v3.QueryService/GetTrace", b"\x0a\x0299")[0], 5)



class RoundTripTest(TracesTestCase):
    def test_example_of_the_specification(self):
        folder = os.environ.get("SIGNALBOX_CONFORMANCE_DIR", "")
        path = os.path.join(folder, "otlp", "trace.json")
        if not folder or not os.path.exists(path):
            self.skipTest("SIGNALBOX_CONFORMANCE_DIR has no otlp/trace.json")
        with open(path) as file:
            example = json.load(file)
        self.post(example)
        sent = example["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
        got = self.json("jaeger", "/api/v3/traces/" + sent["traceId"])["result"]["resourceSpans"][0]
        back = got["scopeSpans"][0]["spans"][0]
        for key in ("name", "kind", "startTimeUnixNano", "endTimeUnixNano", "parentSpanId"):
            self.assertEqual(str(back[key]).lower(), str(sent[key]).lower(), key)
        self.assertEqual(back["attributes"], sent["attributes"])

    def test_generated_traces_are_all_found(self):
        seed = random.SystemRandom().getrandbits(32)
        print("seed", seed)
        rnd = random.Random(seed)
        expected = set()
        spans = []
        for i in range(200):
            trace = 1000 + i
            bad = rnd.random() < 0.2
            start = rnd.randrange(1000, 2000) * NS
            spans.append(span(trace, 1, name="root", start_ns=start, duration_ns=5_000_000))
            for child in range(2, rnd.randrange(3, 8)):
                spans.append(span(trace, child, rnd.randrange(1, child), start_ns=start + child, status=2 if bad else 0,
                                  gen=trace))
            if bad:
                expected.add(f"{trace:x}")
        rnd.shuffle(spans)
        for i in range(0, len(spans), 100):
            self.post({"resourceSpans": [resource_spans("gen", spans[i:i + 100])]})
        found = self.search('{ resource.service.name = "gen" && name = "root" } >> { status = error }', limit=1000)
        self.assertEqual(set(found), expected)
        self.assertEqual(found, self.search('{ resource.service.name = "gen" && status = error }', limit=1000))


if __name__ == "__main__":
    unittest.main()
