#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loki's own command line against the Loki door: query (more lines than a batch), instant queries, labels, series,
tail, stats, volume, detected fields, formatted queries, deletes.

Skipped unless `logcli` is on the PATH or SIGNALBOX_LOGCLI names it. To build it, in a checkout of grafana/loki:
go build -o logcli ./cmd/logcli
"""
import json
import os
import re
import select
import shutil
import subprocess
import sys
import time
import unittest

import harness

LINES = 12_000  # several batches of 1,000, and more than Loki's own limit of 5,000
BEGIN_NS = (time.time_ns() // 10**9 - 1800) * 10**9


def rfc3339(ns):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ns // 10**9))


def logcli():
    path = os.environ.get("SIGNALBOX_LOGCLI") or shutil.which("logcli")
    if not path or not os.access(path, os.X_OK):
        print("skipped: logcli is not installed; SIGNALBOX_LOGCLI may name it")
        sys.exit(harness.SKIPPED)
    return path


class LogcliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = harness.Signalbox()
        for start in range(0, LINES, 4000):
            cls.push({"app": "shop", "env": "prod"}, [
                (BEGIN_NS + i * 10**6, f"level=info n={i} took={i % 7}ms") for i in range(start, start + 4000)])
        cls.push({"app": "cart", "env": "prod"}, [(BEGIN_NS, '{"user":"ann","size":3}'), (BEGIN_NS + 1, "cart two")])

    @classmethod
    def tearDownClass(cls):
        cls.box.close()

    @classmethod
    def push(cls, labels, entries):
        body = json.dumps({"streams": [{"stream": labels, "values": [[str(at), line] for at, line in entries]}]})
        status, reply, _ = cls.box.request("POST", f"http://{cls.box.doors['loki']}/loki/api/v1/push", body.encode(),
                                           {"Content-Type": "application/json"})
        assert status == 204, reply

    def command(self, *arguments):
        return [logcli(), "--addr=http://" + self.box.doors["loki"], *arguments]

    def run_it(self, *arguments, quiet=True):
        done = subprocess.run(self.command(*(["--quiet"] if quiet else []), *arguments), capture_output=True, text=True,
                              timeout=180)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return done.stdout

    RANGE = (f"--from={rfc3339(BEGIN_NS)}", f"--to={rfc3339(BEGIN_NS + 60 * 10**9)}")

    def test_query_pages_through_more_lines_than_a_batch(self):
        for forward in ([], ["--forward"]):
            out = self.run_it("query", *self.RANGE, f"--limit={LINES + 5}", "--output=raw", *forward, '{app="shop"}')
            numbers = [int(n) for n in re.findall(r" n=([0-9]+) ", out)]
            self.assertEqual(numbers, sorted(range(LINES), reverse=not forward))

    def test_query_limit_between_batches_and_jsonl(self):
        out = self.run_it("query", *self.RANGE, "--limit=2500", "--batch=1000", "--output=jsonl", '{app="shop"}')
        rows = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(rows), 2500)
        self.assertIn(f"n={LINES - 1} ", rows[0]["line"])

    def test_range_and_instant_queries_of_metrics(self):
        out = self.run_it("query", *self.RANGE, "--step=60s", 'sum by (app) (count_over_time({env="prod"}[1m]))')
        self.assertEqual({one["metric"]["app"] for one in json.loads(out)}, {"shop", "cart"})
        out = self.run_it("instant-query", f"--now={rfc3339(BEGIN_NS + 60 * 10**9)}",
                          'sum(count_over_time({app="shop"} | logfmt | took="3ms" [2m]))')
        self.assertEqual(json.loads(out)[0]["value"][1], str(len([i for i in range(LINES) if i % 7 == 3])))

    def test_labels_and_series(self):
        self.assertTrue({"app", "env", "service_name"} <= set(self.run_it("labels", "--since=1h").split()))
        self.assertTrue({"cart", "shop"} <= set(self.run_it("labels", "--since=1h", "app").split()))
        out = self.run_it("series", "--since=1h", '{env="prod"}')
        self.assertEqual(sorted(re.findall(r'app="(\w+)"', out)), ["cart", "shop"])
        self.assertIn("env", self.run_it("series", "--since=1h", "--analyze-labels", "{}"))

    def test_statistics(self):
        out = self.run_it("stats", *self.RANGE, '{app="shop"}')
        self.assertRegex(out, rf"entries:\s+{LINES}")
        volume = json.loads(self.run_it("volume", *self.RANGE, '{app="shop"}'))
        self.assertEqual(volume[0]["metric"], {"app": "shop"})
        ranges = json.loads(self.run_it("volume_range", *self.RANGE, "--step=60s", '{app="shop"}'))
        self.assertEqual(sum(int(value) for _, value in ranges[0]["values"]), int(volume[0]["value"][1]))

    def test_detected_fields(self):
        out = self.run_it("detected-fields", *self.RANGE, '{app="shop"}')
        self.assertRegex(out, r"label: took\s+type: duration\s+cardinality: 7")

    def test_fmt(self):
        done = subprocess.run([logcli(), "fmt"], input='{app="shop"}|="x"', capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stdout.strip(), '{app="shop"} |= "x"')

    def test_tail(self):
        tail = subprocess.Popen(self.command("query", "--tail", "--output=raw", '{app="tailed"}'),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            for i in range(100):  # until the tail is connected and shows one
                self.push({"app": "tailed"}, [(time.time_ns(), f"tailed {i}")])
                if select.select([tail.stdout], [], [], 0.1)[0]:
                    break
            self.assertRegex(tail.stdout.readline(), "tailed [0-9]+")
        finally:
            tail.terminate()
            tail.communicate(timeout=20)

    def test_deletes(self):
        self.push({"app": "gone"}, [(BEGIN_NS, "secret"), (BEGIN_NS + 1, "fine")])
        self.run_it("delete", "create", *self.RANGE, '{app="gone"} |= "secret"')
        self.assertNotIn("secret", self.run_it("query", *self.RANGE, "--output=raw", '{app="gone"}'))
        found = json.loads(self.run_it("delete", "list", "--output=jsonl"))
        self.assertEqual([one["status"] for one in found], ["received"])
        status, body, _ = self.box.request("GET", f"http://{self.box.doors['loki']}/loki/api/v1/delete")
        self.run_it("delete", "cancel", "--request-id=" + json.loads(body)[0]["request_id"])
        self.assertIn("secret", self.run_it("query", *self.RANGE, "--output=raw", '{app="gone"}'))


if __name__ == "__main__":
    logcli()
    harness.main()
