# SPDX-License-Identifier: Apache-2.0
"""LogQL over the real binary: lines are pushed by HTTP and asked for as Grafana and logcli do."""
import base64
import json
import subprocess
import os
import socket
import struct
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import harness

NOW_NS = time.time_ns() // 10**9 * 10**9
# What Signalbox adds at ingest and the recorded answers do not have.
ADDED = ("service_name", "detected_level")


class LogsQueryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = harness.Signalbox()
        cls.doors = cls.box.doors

    @classmethod
    def tearDownClass(cls):
        cls.box.close()

    def url(self, path, door="loki", **params):
        query = "?" + urllib.parse.urlencode(params) if params else ""
        return f"http://{self.address(door)}{path}{query}"

    def address(self, door):
        address = self.doors[door]
        return address if isinstance(address, str) else address["address"]

    def get(self, path, door="loki", headers=None, **params):
        request = urllib.request.Request(self.url(path, door, **params), headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def push(self, streams):
        body = json.dumps({"streams": streams}).encode()
        request = urllib.request.Request(self.url("/loki/api/v1/push"), data=body,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as reply:
            self.assertEqual(reply.status, 204)

    def test_the_command_prints_lines(self):
        self.push([{"stream": {"app": "command"}, "values": [[str(NOW_NS - i * 10**9), f"line {i}"] for i in range(3)]}])

        def run(*arguments):
            return subprocess.run([harness.binary(), "logs", "query", "--url", "http://" + self.address("loki"),
                                   *arguments, '{app="command"}'], capture_output=True, text=True, timeout=60)
        times = ("--start", str(NOW_NS - 60 * 10**9), "--end", str(NOW_NS + 10**9))
        done = run(*times, "--format", "raw")
        self.assertEqual((done.returncode, done.stdout), (0, "line 0\nline 1\nline 2\n"), done.stderr)
        done = run(*times, "--limit", "1", "--forward", "--format", "labels")
        self.assertRegex(done.stdout, r'^20\d\d-\S+Z \{.*app="command".*\} line 2\n$')
        self.assertIn("--limit", done.stderr)
        self.assertEqual(run("--limit", "many").returncode, 2)
        self.assertEqual(run("--since", "soon").returncode, 2)

    def test_pushed_lines_come_back_by_every_door(self):
        lines = [[str(NOW_NS - i * 10**9), f"level=info took={i}ms n={i}"] for i in range(50)]
        self.push([{"stream": {"app": "doors"}, "values": lines}])
        for door, path in (("loki", "/loki/api/v1"), ("listen", "/loki/api/v1"), ("listen", "/loki/loki/api/v1")):
            status, text = self.get(path + "/query_range", door, query='{app="doors"} | logfmt | n < 10',
                                    start=NOW_NS - 60 * 10**9, end=NOW_NS + 10**9, limit=1000)
            self.assertEqual(status, 200, text)
            entries = [v for s in json.loads(text)["data"]["result"] for v in s["values"]]
            self.assertEqual(len(entries), 10)
        status, text = self.get("/loki/api/v1/query", query='sum(count_over_time({app="doors"}[2m]))',
                                time=NOW_NS)
        self.assertEqual(json.loads(text)["data"]["result"][0]["value"][1], "50")
        status, text = self.get("/api/signalbox/v1/logs/search", "listen", q="took=7ms LEVEL",
                                start=NOW_NS - 60 * 10**9, end=NOW_NS + 10**9)
        self.assertEqual(status, 200, text)
        self.assertIn("took=7ms", text)

    def test_recorded_answers(self):
        folder = os.environ.get("SIGNALBOX_CONFORMANCE_DIR")
        if not folder:
            self.skipTest("SIGNALBOX_CONFORMANCE_DIR is not set")
        path = os.path.join(folder, "logql", "http_answers.yaml")
        items = []
        with open(path) as file:
            for line in file:
                if line.lstrip().startswith("- {"):
                    items.append(json.loads(line.lstrip()[2:]))
        for load in items:
            if "jsonl" in load:
                self.push_load(folder, load)
        wrong = []
        # An ungrouped metric: the level that ingest adds to each line makes several series of one.
        cases = [item for item in items if "path" in item and item["id"] != "http-059"]
        for case in cases:
            status, text = self.get(case["path"], headers=case.get("headers"), **case["params"])
            if status != case["status"]:
                wrong.append((case["id"], status, text[:200]))
            elif "json" in case and not self.same(case, json.loads(text)):
                wrong.append((case["id"], text[:600]))
        print(f"conformance: logql over HTTP {len(cases) - len(wrong)} of {len(cases)}")
        self.assertEqual(wrong, [])

    def push_load(self, folder, load):
        epoch_ns = 1767225600 * 10**9
        values = []
        with open(os.path.join(folder, "logs", load["jsonl"])) as file:
            for text in file:
                item = json.loads(text)
                if item.get("f") == load["where"]["f"] and "line" in item and len(values) < load["first"]:
                    value = [str(epoch_ns + load["at_ms"] * 10**6 + len(values) * load["every_ms"] * 10**6),
                             item["line"]]
                    values.append(value + [load["metadata"]] if "metadata" in load else value)
        self.push([{"stream": load["labels"], "values": values}])

    def same(self, case, got):
        volume = "volume" in case["path"]
        return self.same_json(case["json"], self.without_added(got), "", volume)

    def without_added(self, got):
        """Takes out the labels that ingest adds, wherever they stand."""
        if isinstance(got, dict):
            return {k: self.without_added(v) for k, v in got.items()
                    if k not in ADDED and not (k == "structuredMetadata" and set(v) <= set(ADDED))}
        if isinstance(got, list):
            kept = [v for v in got if v not in ADDED and
                    not (isinstance(v, dict) and v.get("label") in ADDED) and
                    not (isinstance(v, dict) and set(v.get("metric", {"x": 1})) and
                         set(v.get("metric", {"x": 1})) <= set(ADDED))]
            return [self.without_added(v) for v in kept]
        return got

    def same_json(self, want, got, key, volume):
        if want == "*":
            return True
        if isinstance(want, dict):
            return (isinstance(got, dict) and want.keys() == got.keys() and
                    all(self.same_json(v, got[k], k, volume) for k, v in want.items()))
        if isinstance(want, list):
            if not isinstance(got, list) or len(want) != len(got):
                return False
            scalars = key == "values" and want and not isinstance(want[0], list)
            if key in ("data", "result", "fields", "detectedLabels") or scalars:
                left = list(got)
                for item in want:
                    match = next((g for g in left if self.same_json(item, g, "", volume)), None)
                    if match is None:
                        return False
                    left.remove(match)
                return True
            return all(self.same_json(w, g, "", volume) for w, g in zip(want, got))
        if want == got:
            return True
        try:
            slack = 0.12 if volume and isinstance(want, str) else 1e-9
            return abs(float(want) - float(got)) <= slack * abs(float(want))
        except (TypeError, ValueError):
            return False

    def test_tail_sends_backlog_and_live_lines(self):
        self.push([{"stream": {"app": "tail"}, "values": [[str(NOW_NS - 10**9), "before"]]}])
        host, port = self.address("loki").rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            query = urllib.parse.quote('{app="tail"} |= "e"')
            key = base64.b64encode(os.urandom(16)).decode()
            connection.sendall((f"GET /loki/api/v1/tail?query={query} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
                                ).encode())
            stream = connection.makefile("rb")
            self.assertIn(b"101", stream.readline())
            while stream.readline().strip():
                pass
            self.assertIn("before", self.read_frame(stream))
            self.push([{"stream": {"app": "tail"}, "values": [[str(NOW_NS), "live"]]}])
            self.assertIn("live", self.read_frame(stream))

    @staticmethod
    def read_frame(stream):
        while True:
            first, second = stream.read(2)
            length = second & 0x7F
            if length == 126:
                length = struct.unpack(">H", stream.read(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", stream.read(8))[0]
            payload = stream.read(length)
            if first & 0x0F == 1:
                return payload.decode()

    def test_errors_are_plain_text(self):
        for query, status in (('{app=', 400), ('{}', 400), ('sum(', 400), ('rate({a="b"}[5m]) / ', 400)):
            got, text = self.get("/loki/api/v1/query", query=query)
            self.assertEqual(got, status, text)
            self.assertTrue(text.startswith("parse error"), text)

    def change(self, method, path, **params):
        status, body, headers = self.box.request(method, self.url(path, **params))
        return status, body.decode(), headers

    def lines(self, query):
        _, text = self.get("/loki/api/v1/query_range", query=query, start=NOW_NS - 10**9, end=NOW_NS + 10**9)
        return sorted(line for stream in json.loads(text)["data"]["result"] for _, line in stream["values"])

    def test_a_trace_leads_to_the_lines_that_name_it_and_back(self):
        trace, span, other = os.urandom(16).hex(), os.urandom(8).hex(), os.urandom(16).hex()
        dashed = f"{trace[:8]}-{trace[8:12]}-{trace[12:16]}-{trace[16:20]}-{trace[20:]}"
        spans = {"resourceSpans": [{"resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "jump"}}]}, "scopeSpans": [{"spans": [
                {"traceId": trace, "spanId": span, "name": "GET /", "kind": 2, "startTimeUnixNano": str(NOW_NS),
                 "endTimeUnixNano": str(NOW_NS + 10**6)}]}]}]}
        status, text, _ = self.box.request("POST", self.url("/v1/traces", "otlp-http"), json.dumps(spans).encode(),
                                           {"Content-Type": "application/json"})
        self.assertEqual(status, 200, text)
        named = [f'level=info msg="paid" trace_id={trace} span_id={span}',
                 json.dumps({"msg": "json", "traceId": trace, "spanId": span}),
                 f"header traceparent: 00-{trace}-{span}-01",
                 f"[{span}] with dashes trace.id={dashed}",
                 f"upper case traceID={trace.upper()}"]
        lines = [*named, f"of another trace_id={other}", "of none"]
        self.push([{"stream": {"app": "jump"}, "values": [[str(NOW_NS + i), line] for i, line in enumerate(lines)]}])
        for _ in range(2):
            self.assertIn(b"GET /", self.box.request("GET", self.url(f"/api/traces/{trace}", "tempo"),
                                                     headers={"Accept": "application/json"})[1])
            # The query of the page of a trace, and what a user may make of it.
            jump = f'{{service_name=~".+"}} | trace_id="{trace}"'
            self.assertEqual(self.lines(jump), sorted(named))
            self.assertEqual(len(self.lines(jump + f' | span_id="{span}"')), 3)
            self.assertEqual(self.lines(jump + ' |= "paid" | logfmt | level="info"'), [named[0]])
            _, text = self.get("/loki/api/v1/query", query=f"sum(count_over_time({jump} [1h]))", time=NOW_NS + 10**9)
            self.assertEqual(json.loads(text)["data"]["result"][0]["value"][1], str(len(named)))
            for query in ({"term": {"trace_id": trace}}, {"term": {"trace.id": {"value": trace}}},
                          {"query_string": {"query": f"trace_id:{trace}"}},
                          {"bool": {"filter": [{"query_string": {"query": f'trace_id:"{trace}"'}}]}}):
                status, body, _ = self.box.request("POST", self.url("/_search", "elasticsearch"),
                                                   json.dumps({"query": query, "size": 50}).encode(),
                                                   {"Content-Type": "application/json"})
                self.assertEqual(status, 200, body)
                hits = [hit["_source"] for hit in json.loads(body)["hits"]["hits"]]
                self.assertEqual(sorted(hit["message"] for hit in hits), sorted(named), query)
                self.assertEqual({hit["trace_id"] for hit in hits}, {trace})
            self.box.kill()
            self.box.start()
            type(self).doors = self.box.doors

    def test_deletes_hide_at_once_survive_a_kill_and_can_be_taken_back(self):
        self.push([{"stream": {"app": "del"}, "values": [
            [str(NOW_NS - 1), "secret early"], [str(NOW_NS), "secret 1"], [str(NOW_NS + 1), "fine"]]}])
        path = "/loki/api/v1/delete"
        status, text, headers = self.change("POST", path, query='{app="del"} |= "secret"', start=NOW_NS, end=NOW_NS + 1)
        self.assertEqual((status, text), (204, ""))
        name = headers["X-Delete-Request-ID"]
        self.assertEqual(self.lines('{app="del"}'), ["fine", "secret early"])
        _, text = self.get("/loki/api/v1/query", query='sum(count_over_time({app="del"}[1d]))')
        self.assertIn('"2"', text)
        self.box.kill()
        self.box.start()
        type(self).doors = self.box.doors
        self.assertEqual(self.lines('{app="del"}'), ["fine", "secret early"])
        found = json.loads(self.get(path)[1])
        self.assertEqual([(one["request_id"], one["status"], one["query"]) for one in found],
                         [(name, "received", '{app="del"} |= "secret"')])
        self.assertEqual(self.change("DELETE", path, request_id=name)[0], 204)
        self.assertEqual(self.lines('{app="del"}'), ["fine", "secret 1", "secret early"])
        self.assertEqual(json.loads(self.get(path)[1]), [])
        self.assertEqual(self.change("DELETE", path, request_id=name)[0], 404)

    def test_deletes_without_a_cancel_period_are_processed_at_once(self):
        box = harness.Signalbox(config="self_scrape: {enabled: false}\nlogs: {delete_cancel_period: 0s}\n")
        loki = f"http://{box.doors['loki']}/loki/api/v1/"
        try:
            body = json.dumps({"streams": [{"stream": {"app": "a"}, "values": [[str(NOW_NS), "x"]]}]}).encode()
            box.request("POST", loki + "push", body, {"Content-Type": "application/json"})
            query = urllib.parse.urlencode({"query": '{app="a"}', "start": NOW_NS - 10**9})
            self.assertEqual(box.request("POST", loki + "delete?" + query)[0], 204)
            found = json.loads(box.request("GET", loki + "delete")[1])
            self.assertEqual([one["status"] for one in found], ["processed"])
            status, text, _ = box.request("DELETE", loki + "delete?request_id=" + found[0]["request_id"])
            self.assertEqual((status, text.strip()), (400, b"deletion of request which is in process or already "
                                                           b"processed is not allowed"))
            _, metrics = box.get("/metrics")
            self.assertIn('signalbox_events_rows_deleted_total{store="logs"} 1', metrics.decode())
        finally:
            box.close()


if __name__ == "__main__":
    harness.binary()
    unittest.main(verbosity=2)
