#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signalbox traces its own requests with its SDK, into its own store, without tracing that."""
import json
import os
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Signalbox, free_port, main  # noqa: E402

OFF = "self_scrape: {enabled: false}\n"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
SAMPLED = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
# Asking for traces would make some; the caller's decision holds.
UNSAMPLED = {"traceparent": f"00-{'1' * 32}-{'2' * 16}-00"}


def spans_by_outcome(sb):
    out = {}
    for line in sb.get("/metrics")[1].decode().splitlines():
        if line.startswith("signalbox_self_tracing_spans_total{"):
            labels, value = line.rsplit(" ", 1)
            out[labels.split('outcome="')[1].split('"')[0]] = int(float(value))
    return out


def wait_for_sent(sb, count, timeout_s=60):
    deadline = time.monotonic() + timeout_s
    while True:
        sent = spans_by_outcome(sb)["sent"]
        if sent >= count:
            return sent
        if time.monotonic() > deadline:
            raise AssertionError(f"{sent} of {count} spans sent\n{sb.log_text()[-3000:]}")
        time.sleep(0.05)


def ask(sb, door, path, **params):
    url = f"http://{sb.doors[door]}{path}?{urllib.parse.urlencode(params)}"
    status, body, _ = sb.request("GET", url, None, UNSAMPLED)
    assert status == 200, (status, body)
    return json.loads(body)


def attributes_of(span):
    return {a["key"]: next(iter(a["value"].values())) for a in span["attributes"]}


class SelfTracingTest(unittest.TestCase):
    def setUp(self):
        self.sb = None

    def tearDown(self):
        if self.sb is not None:
            self.sb.close()

    def start(self, section):
        self.sb = Signalbox(config=OFF + section)
        return self.sb

    def search(self, limit=100):
        found = ask(self.sb, "tempo", "/api/search", q='{ resource.service.name = "signalbox" }', limit=limit)
        return found["traces"]

    def test_requests_are_found_as_spans_and_nothing_traces_itself(self):
        sb = self.start("self_tracing: {enabled: true, sample_ratio: 1}\n")
        self.assertEqual(self.search(), [])
        status, _, _ = sb.request("GET", "/api/v1/query?query=up", None, SAMPLED)
        self.assertEqual(status, 200)
        self.assertEqual(sb.get("/api/v1/label/job/values")[0], 200)
        self.assertEqual(wait_for_sent(sb, 2), 2)
        traces = {t["traceID"].zfill(32): t for t in self.search()}
        self.assertEqual(len(traces), 2, traces)
        self.assertIn(TRACE, traces)
        self.assertIn("GET /api/v1/label/{name}/values", [t.get("rootTraceName") for t in traces.values()])
        self.check_span_of_query()

        # Had the export of a batch made a span, it would be sent before the next marker's.
        for marker in range(3, 7):
            status, _, _ = sb.request("POST", "http://" + sb.doors["otlp-http"] + "/v1/traces",
                                      b'{"resourceSpans":[]}', {"Content-Type": "application/json"})
            self.assertEqual(status, 200)
            self.assertEqual(sb.get("/api/v1/labels")[0], 200)
            self.assertEqual(wait_for_sent(sb, marker), marker)
            self.assertEqual(len(self.search()), marker)
        self.assertEqual(spans_by_outcome(sb), {"sent": 6, "dropped_queue_full": 0, "dropped_refused": 0})

    def check_span_of_query(self):
        trace = ask(self.sb, "tempo", "/api/traces/" + TRACE)
        resource, = trace["batches"]
        who = attributes_of(resource["resource"])
        self.assertEqual(who["service.name"], "signalbox")
        self.assertTrue(who["service.version"])
        span, = resource["scopeSpans"][0]["spans"]
        self.assertEqual(span["name"], "GET /api/v1/query")
        self.assertIn(span["kind"], ("SPAN_KIND_SERVER", 2))
        what = attributes_of(span)
        self.assertEqual(what["http.request.method"], "GET")
        self.assertEqual(what["http.route"], "/api/v1/query")
        self.assertEqual(what["url.path"], "/api/v1/query")
        self.assertEqual(what["url.query"], "query=up")
        self.assertEqual(int(what["http.response.status_code"]), 200)
        self.assertEqual(what["network.protocol.version"], "1.1")
        self.assertEqual(what["server.address"], "127.0.0.1")
        took = int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])
        self.assertTrue(0 < took < 60 * 10**9, took)
        self.assertLess(abs(int(span["startTimeUnixNano"]) / 1e9 - time.time()), 120)

    def test_it_is_off_by_default(self):
        sb = self.start("")
        self.assertEqual(sb.request("GET", "/api/v1/query?query=up", None, SAMPLED)[0], 200)
        self.assertEqual(spans_by_outcome(sb), {})

    def test_a_receiver_that_is_away_delays_nothing(self):
        sb = self.start(f"self_tracing: {{enabled: true, sample_ratio: 1, endpoint: 'http://127.0.0.1:{free_port()}'}}\n")
        for _ in range(20):
            self.assertEqual(sb.get("/api/v1/query", query="up")[0], 200)
        self.assertEqual(spans_by_outcome(sb)["sent"], 0)
        self.assertEqual(sb.terminate(60), 0)


if __name__ == "__main__":
    main()
