#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`signalbox import`: history that promtool and Prometheus wrote gives the same answers in Signalbox."""
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

from harness import Signalbox, binary, free_port, installed, main
from real_clients_test import Child

SEED = 20261127
QUERIES = ["sum by (job) (rate(req_total[30m]))", "temp", "max_over_time(temp[2h])", "count({__name__=~'.+'})",
           "histogram_quantile(0.9, rate(lat_bucket[1h]))", "changes(temp[3h])"]


def text_of_history(start_s, hours):
    """Counters, gauges and a classic histogram, a sample a minute, with a reset and a gap."""
    rng = random.Random(SEED)
    lines = ["# TYPE req counter"]
    for job in ("a", "b"):
        value = 0
        for i in range(hours * 60):
            value = 0 if i == 100 else value + rng.randrange(50)
            if not 200 <= i < 230:
                lines.append(f'req_total{{job="{job}",path="/\\"x\\\\"}} {value} {start_s + i * 60}')
    lines.append("# TYPE temp gauge")
    for room in range(5):
        for i in range(hours * 60):
            lines.append(f'temp{{room="{room}"}} {rng.uniform(-40, 40)!r} {start_s + i * 60}.5')
    lines.append("# TYPE lat histogram")
    for le, share in (("0.1", 3), ("1", 5), ("+Inf", 7)):
        for i in range(hours * 60):
            lines.append(f'lat_bucket{{le="{le}"}} {i * share} {start_s + i * 60}')
    return "\n".join(lines) + "\n# EOF\n"


class BackfillTest(unittest.TestCase):
    def setUp(self):
        print(f"seed {SEED}")
        self.folder = tempfile.mkdtemp(prefix="signalbox-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.start = int(time.time()) // 7200 * 7200 - 20 * 86400
        self.hours = 30
        self.text = os.path.join(self.folder, "history.om")
        with open(self.text, "w") as file:
            file.write(text_of_history(self.start, self.hours))
        self.box = Signalbox()
        self.addCleanup(self.box.close)

    def run_import(self, kind, *paths):
        return subprocess.run([binary(), "import", kind, "--data", self.box.data, *paths], capture_output=True, text=True)

    def prometheus(self, data):
        with open(os.path.join(self.folder, "prometheus.yml"), "w") as file:
            file.write("global: {}\n")
        port = free_port()
        Child(self, [installed("prometheus"), f"--config.file={self.folder}/prometheus.yml",
                     f"--storage.tsdb.path={data}", f"--web.listen-address=127.0.0.1:{port}",
                     "--storage.tsdb.retention.time=10y", "--web.enable-admin-api"], f"http://127.0.0.1:{port}/-/ready")
        return f"http://127.0.0.1:{port}"

    def answers(self, base, expr):
        query = urllib.parse.urlencode({"query": expr, "start": self.start - 600 + 7,
                                        "end": self.start + self.hours * 3600 + 600, "step": 300})
        with urllib.request.urlopen(f"{base}/api/v1/query_range?{query}") as reply:
            result = json.load(reply)["data"]["result"]
        return sorted(result, key=lambda one: json.dumps(one["metric"], sort_keys=True))

    def compare(self, reference):
        for expr in QUERIES:
            wanted = self.answers(reference, expr)
            self.assertTrue(wanted, expr)
            self.assertEqual(self.answers(self.box.prometheus, expr), wanted, expr)

    def promtool_blocks(self):
        data = os.path.join(self.folder, "prometheus")
        subprocess.run([installed("promtool"), "tsdb", "create-blocks-from", "openmetrics", self.text, data],
                       check=True, capture_output=True)
        return data

    def test_blocks_of_promtool_answer_alike(self):
        data = self.promtool_blocks()
        self.box.terminate()
        result = self.run_import("prometheus", data)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("imported", result.stdout)
        self.box.start()
        self.compare(self.prometheus(data))

    def test_a_data_folder_whose_newest_hours_are_in_the_log(self):
        exporter = Signalbox(config="self_scrape: {enabled: true, interval: 1s}\n")
        self.addCleanup(exporter.close)
        data = self.promtool_blocks()  # old blocks, and a head that is in the log only
        port = free_port()
        with open(os.path.join(self.folder, "scrape.yml"), "w") as file:
            file.write("scrape_configs:\n- job_name: box\n  scrape_interval: 1s\n"
                       f"  static_configs: [{{targets: ['{exporter.prometheus[7:]}']}}]\n")
        child = Child(self, [installed("prometheus"), f"--config.file={self.folder}/scrape.yml",
                             f"--storage.tsdb.path={data}", f"--web.listen-address=127.0.0.1:{port}",
                             "--storage.tsdb.retention.time=10y"], f"http://127.0.0.1:{port}/-/ready")
        query = urllib.parse.urlencode({"query": "count_over_time(up[1h]) > 4"})
        deadline = time.monotonic() + 60
        while True:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/query?{query}") as reply:
                if json.load(reply)["data"]["result"]:
                    break
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        child.process.kill()  # a crash: nothing but the log is there
        child.process.wait()
        self.assertFalse([name for name in os.listdir(os.path.join(data, "wal")) if name.startswith("checkpoint")])
        self.box.terminate()
        result = self.run_import("prometheus", data)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.box.start()
        reference = self.prometheus(data)  # which reads its log again
        self.compare(reference)
        now = int(time.time())
        for expr in ('{job="box"}', "count_over_time(up{job='box'}[10m])", "max by (__name__) ({job='box'})"):
            query = urllib.parse.urlencode({"query": expr, "start": now - 120, "end": now - 2, "step": 1})
            answers = []
            for base in (self.box.prometheus, reference):
                with urllib.request.urlopen(f"{base}/api/v1/query_range?{query}") as reply:
                    answers.append(sorted((json.dumps(one["metric"], sort_keys=True), one["values"])
                                          for one in json.load(reply)["data"]["result"]))
            self.assertTrue(answers[1], expr)
            self.assertEqual(len(answers[0]), len(answers[1]))
            self.assertEqual(answers[0], answers[1], expr)

    def test_openmetrics_text_answers_alike(self):
        self.box.terminate()
        result = self.run_import("openmetrics", self.text)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.box.start()
        self.compare(self.prometheus(self.promtool_blocks()))

    def test_tombstones_of_prometheus_hold(self):
        data = self.promtool_blocks()
        base = self.prometheus(data)
        query = urllib.parse.urlencode({"match[]": 'temp{room="2"}', "start": self.start + 3600, "end": self.start + 40000})
        with urllib.request.urlopen(urllib.request.Request(
                f"{base}/api/v1/admin/tsdb/delete_series?{query}", method="POST")) as reply:
            self.assertEqual(reply.status, 204)
        self.box.terminate()
        result = self.run_import("prometheus", data)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn(" 0 deleted", result.stdout)
        self.box.start()
        self.compare(base)

    def test_exit_codes(self):
        self.assertEqual(self.run_import("openmetrics", self.text).returncode, 1)  # the server runs
        self.box.terminate()
        self.assertEqual(self.run_import("openmetrics").returncode, 2)
        bad = os.path.join(self.folder, "bad.om")
        with open(bad, "w") as file:
            file.write("a 1\n# EOF\n")
        result = self.run_import("openmetrics", self.text, bad)
        self.assertEqual(result.returncode, 3)
        self.assertIn("needs a time", result.stderr)
        self.assertEqual(os.listdir(os.path.join(self.box.data, "metrics", "blocks")), [])
        self.assertEqual(self.run_import("prometheus", self.folder).returncode, 1)  # no block there
        data = self.promtool_blocks()
        block = next(name for name in sorted(os.listdir(data)) if len(name) == 26)
        chunks = os.path.join(data, block, "chunks", "000001")
        with open(chunks, "r+b") as file:
            file.seek(40)
            byte = file.read(1)
            file.seek(40)
            file.write(bytes([byte[0] ^ 1]))
        result = self.run_import("prometheus", data)
        self.assertEqual(result.returncode, 3)
        self.assertIn("chunk at", result.stderr)


if __name__ == "__main__":
    main()
