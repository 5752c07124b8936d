#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Too many expensive queries at once: what they may not do to ingestion, rules and memory, and how they are seen."""
import http.client
import json
import os
import tempfile
import threading
import time
import unittest
import urllib.parse

from harness import Signalbox, binary, main

CLIENTS = 100
MEMORY_TOTAL_MB = 256
SLACK_MB = 120  # replies on their way out, allocator
SERIES, SAMPLES = 1000, 720  # an hour at 5 s
CONFIG = f"""
self_scrape: {{enabled: false}}
storage: {{out_of_order_window: 2h}}
prometheus: {{config: prometheus.yml, admin_api: true}}
query: {{memory_total: {MEMORY_TOTAL_MB}MB, concurrency: 4, timeout: 10m, log_file: queries.log}}
"""
RULES = """
groups:
  - name: beat
    interval: 1s
    rules: [{record: beat, expr: "time()"}]
"""


def p99(ordered):
    return ordered[int(len(ordered) * 0.99)]


class OverloadTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.mkdtemp(prefix="signalbox-test-")
        for name, text in (("rules.yml", RULES), ("prometheus.yml", "rule_files: [rules.yml]\n")):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        self.box = Signalbox(config=CONFIG, data=folder)
        self.box.owns_folder = True
        self.addCleanup(self.box.close)
        self.end = int(time.time())
        times = [(self.end - (SAMPLES - i) * 5) * 1000 for i in range(SAMPLES)]
        for first in range(0, SERIES, 100):
            lines = "\n".join(json.dumps({"metric": {"__name__": "load", "n": str(n)}, "timestamps": times,
                                          "values": [(i * 7919 + n) % 1009 for i in range(SAMPLES)]})
                              for n in range(first, first + 100))
            status, reply, _ = self.box.request("POST", "/api/v1/import", lines.encode())
            self.assertEqual(status, 204, reply)

    def rss_mb(self, field):
        with open(f"/proc/{self.box.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(field)) / 1024

    def expensive(self, offset):
        return {"query": f"sum_over_time(load[5m] offset {offset}s)", "start": self.end - 3600, "end": self.end, "step": 20}

    def slow(self, offset):
        return {"query": f"quantile_over_time(0.9, load[20m] offset {offset}s)", "start": self.end - 3600,
                "end": self.end, "step": 40}

    def ask(self, params, out):
        status, body, _ = self.box.request("GET", "/api/v1/query_range?" + urllib.parse.urlencode(params),
                                           timeout_s=600)
        out.append((status, len(body), "" if status == 200 else body.decode()))

    def metric(self, name):
        _, text = self.box.get("/metrics")
        return next(float(line.split()[1]) for line in text.decode().splitlines() if line.startswith(name + " "))

    def write_latencies(self, seconds=None, until=None):
        taken, n, started = [], 0, time.monotonic()
        while (until is None or not until()) and (seconds is None or time.monotonic() - started < seconds):
            begin = time.monotonic()
            self.box.write_samples([({"__name__": "canary"}, [(int(time.time() * 1000), n)])])
            taken.append((time.monotonic() - begin) * 1000)
            n += 1
            time.sleep(0.03)
        return sorted(taken)

    def test_a_hundred_expensive_queries_delay_nothing_else(self):
        quiet = self.write_latencies(seconds=3)
        before_mb = self.rss_mb("VmRSS")
        answers, started = [], time.time()
        threads = [threading.Thread(target=self.ask, args=(self.expensive(i), answers)) for i in range(CLIENTS)]
        for thread in threads:
            thread.start()
        active, deadline = [], time.monotonic() + 10
        while sum(q["state"] == "waiting" for q in active) <= 50 and time.monotonic() < deadline:
            active = self.box.api("status/active_queries")
        busy = self.write_latencies(until=lambda: not any(thread.is_alive() for thread in threads))
        took = time.time() - started
        peak_mb = self.rss_mb("VmHWM")
        beats = self.box.query(f"count_over_time(beat[{int(took)}s])", time=started + took)
        beat_count = int(beats[0]["value"][1])
        print(f"overload: {CLIENTS} queries in {took:.1f} s; write ms p50/p99/max quiet {quiet[len(quiet) // 2]:.1f}/"
              f"{p99(quiet):.1f}/{quiet[-1]:.1f}, busy {busy[len(busy) // 2]:.1f}/{p99(busy):.1f}/{busy[-1]:.1f}; rule "
              f"evaluations {beat_count} in {int(took)} s; RSS MB before {before_mb:.0f}, peak {peak_mb:.0f}, bound "
              f"{before_mb + MEMORY_TOTAL_MB + SLACK_MB:.0f}; query memory peak MB "
              f"{self.metric('signalbox_query_memory_peak_bytes') / 1e6:.0f}")
        self.assertEqual(len(answers), CLIENTS)
        for status, _, text in answers:
            self.assertIn(status, (200, 503), text)
        self.assertGreater(sum(status == 200 for status, _, _ in answers), CLIENTS // 4)
        self.assertIn(len([q for q in active if q["state"] == "running"]), (1, 2, 3, 4), active)
        self.assertGreater(len([q for q in active if q["state"] == "waiting"]), 50)
        self.assertTrue(any(q["bytes"] > 0 for q in active))
        self.assertLess(p99(busy), max(250, 10 * p99(quiet)))
        self.assertGreaterEqual(beat_count, int(took) - 2)
        with open(binary(), "rb") as file:
            sanitised = b"__asan_init" in file.read()  # keeps what was freed for a while
        if not sanitised:
            self.assertLess(peak_mb, before_mb + MEMORY_TOTAL_MB + SLACK_MB)
        self.assertEqual(self.metric("signalbox_query_memory_bytes"), 0)
        with open(os.path.join(self.box.folder, "queries.log")) as file:
            logged = [json.loads(line) for line in file]
        self.assertGreaterEqual(len(logged), CLIENTS // 4)
        self.assertEqual(logged[0]["httpRequest"]["path"], "/api/v1/query_range")
        self.assertGreater(max(line["stats"]["timings"]["execQueueTime"] for line in logged), 0.1)

    def test_equal_range_queries_that_wait_are_answered_together(self):
        answers = []
        threads = [threading.Thread(target=self.ask, args=(self.slow(1000 + i), answers)) for i in range(4)]
        threads += [threading.Thread(target=self.ask, args=(self.slow(7), answers)) for _ in range(20)]
        for thread in threads:
            thread.start()
            time.sleep(0.01)
        for thread in threads:
            thread.join()
        self.assertEqual([status for status, _, _ in answers], [200] * 24)
        started, shared = self.metric("signalbox_query_started_total"), self.metric("signalbox_query_shared_total")
        print(f"sharing: 24 requests, {started:.0f} executions, {shared:.0f} joined a waiting one")
        self.assertEqual(started + shared, 24)
        self.assertGreaterEqual(shared, 10)

    def test_a_query_ends_when_its_client_goes_or_an_administrator_says_so(self):
        host = self.box.prometheus.removeprefix("http://")
        slow = {"query": "quantile_over_time(0.9, load[1h:1s])", "start": self.end - 3600, "end": self.end, "step": 1}
        connection = http.client.HTTPConnection(host)
        connection.request("GET", "/api/v1/query_range?" + urllib.parse.urlencode(slow))
        self.wait_active(1)
        connection.close()
        self.wait_active(0)
        answers = []
        thread = threading.Thread(target=self.ask, args=(slow, answers))
        thread.start()
        [query] = self.wait_active(1)
        self.assertEqual(query["query"], slow["query"])
        self.assertEqual(self.box.request("POST", f"/api/v1/admin/queries/{query['id']}/cancel", b"")[0], 200)
        thread.join()
        self.assertEqual(answers[0][0], 499, answers)

    def wait_active(self, count):
        deadline = time.monotonic() + 30
        while True:
            active = self.box.api("status/active_queries")
            if len(active) == count:
                return active
            self.assertLess(time.monotonic(), deadline, active)
            time.sleep(0.02)

    def test_limits_say_what_to_do(self):
        answers = []
        self.ask({"query": "load", "start": self.end - 3600, "end": self.end, "step": 0.4}, answers)
        [(status, _, text)] = answers
        self.assertEqual(status, 422, text)
        error = json.loads(text)["error"]
        self.assertIn("select fewer series, a shorter range or a larger step, or raise query.memory_max", error)


if __name__ == "__main__":
    main()
