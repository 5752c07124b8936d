#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Debian's own Prometheus, promtool and node exporter, and prom-client from npm, against a real
Signalbox. What is not installed is skipped, saying so."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.request

from harness import Signalbox, free_port, installed, main, npm_modules


class Child:
    """A program that runs until the test ends."""

    def __init__(self, test, command, ready_url, **kwargs):
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kwargs)
        test.addCleanup(self.stop)
        deadline = time.monotonic() + 20
        while True:
            try:
                with urllib.request.urlopen(ready_url, timeout=2):
                    return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise AssertionError(f"{command[0]} does not answer at {ready_url}")
                time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def node_exporter(test):
    port = free_port()
    Child(test, [installed("prometheus-node-exporter"), f"--web.listen-address=127.0.0.1:{port}"],
          f"http://127.0.0.1:{port}/metrics")
    return port


class RealClientsTest(unittest.TestCase):
    def test_node_exporter_scraped_every_second(self):
        port = node_exporter(self)
        box = Signalbox(prometheus=f"""
global: {{scrape_interval: 1s}}
scrape_configs: [{{job_name: node, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]
""")
        self.addCleanup(box.close)
        box.wait_for("up{job='node'} == 1")
        box.wait_for("count_over_time(node_cpu_seconds_total{cpu='0',mode='idle'}[10s]) >= 3")
        target = box.api("targets")["activeTargets"][0]
        self.assertEqual((target["health"], target["lastError"]), ("up", ""))
        samples = float(box.query("scrape_samples_scraped{job='node'}")[0]["value"][1])
        self.assertGreater(samples, 100)
        self.assertEqual(len(box.query("{job='node',__name__=~'node_.+'}")), samples - len(
            box.query("{job='node',__name__!~'node_.+|up|scrape_.+'}")))
        self.assertEqual(box.api("metadata", metric="node_cpu_seconds_total")["node_cpu_seconds_total"][0]["type"],
                         "counter")

    def test_prometheus_writes_to_us_and_both_answer_the_same(self):
        exporter = node_exporter(self)
        box = Signalbox()
        self.addCleanup(box.close)
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder, True)
        with open(folder + "/prometheus.yml", "w") as file:
            file.write(f"""
global: {{scrape_interval: 1s}}
scrape_configs: [{{job_name: node, static_configs: [{{targets: ['127.0.0.1:{exporter}']}}]}}]
remote_write: [{{url: '{box.prometheus}/api/v1/write', queue_config: {{batch_send_deadline: 200ms}}}}]
""")
        port = free_port()
        Child(self, [installed("prometheus"), f"--config.file={folder}/prometheus.yml",
                     f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"],
              f"http://127.0.0.1:{port}/-/ready")
        box.wait_for("count_over_time(up{job='node'}[1m]) >= 8", timeout_s=60)
        at = time.time() - 3
        for expr in ("sum by (mode) (rate(node_cpu_seconds_total[5s]))", "count({job='node'})",
                     "node_memory_MemTotal_bytes", "topk(3, node_cpu_seconds_total)"):
            query = "query?" + urllib.parse.urlencode({"query": expr, "time": at})
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{query}") as reply:
                theirs = json.loads(reply.read())["data"]["result"]
            ours = box.query(expr, time=at)
            key = lambda r: sorted(r["metric"].items())
            self.assertEqual(sorted(ours, key=key), sorted(theirs, key=key), expr)

    def test_promtool_queries(self):
        promtool = installed("promtool")
        box = Signalbox()
        self.addCleanup(box.close)
        now = int(time.time() * 1000)
        self.assertEqual(box.write_samples([({"__name__": "m", "a": "b"}, [(now, 2.5)])])[0], 204)
        run = lambda *words: subprocess.run([promtool, *words], capture_output=True, text=True, timeout=30)
        instant = run("query", "instant", box.prometheus, "m * 2")
        self.assertIn('{a="b"} => 5 @', instant.stdout, instant.stderr)
        series = run("query", "series", "--match=m", box.prometheus)
        self.assertIn("m", series.stdout, series.stderr)
        labels = run("query", "labels", box.prometheus, "a")
        self.assertEqual(labels.stdout.strip(), "b", labels.stderr)
        bad = run("query", "instant", box.prometheus, "m *")
        self.assertIn("unexpected end of input", bad.stderr + bad.stdout)

    def test_promtool_accepts_our_metrics_page(self):
        promtool = installed("promtool")
        box = Signalbox()
        self.addCleanup(box.close)
        page = box.get("/metrics")[1]
        done = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, timeout=30)
        # One name is Prometheus' own, which its linter does not like either.
        complaints = [line for line in (done.stderr + done.stdout).decode().splitlines()
                      if not line.startswith("prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total ")]
        self.assertEqual(complaints, [])

    def test_prom_client_from_npm(self):
        here = os.path.dirname(os.path.abspath(__file__))
        npm_modules("prom-client")
        port = free_port()
        Child(self, ["node", os.path.join(here, "prom_client_app.mjs"), str(port)],
              f"http://127.0.0.1:{port}/metrics")
        box = Signalbox(prometheus=f"""
global: {{scrape_interval: 1s}}
scrape_configs: [{{job_name: shop, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]
""")
        self.addCleanup(box.close)
        box.wait_for("orders_total{status='paid'} == 3")
        self.assertEqual(box.query("histogram_count(vector(1))"), [])
        self.assertEqual(box.query("order_seconds_count")[0]["value"][1], "2")
        exemplars = box.api("query_exemplars", query="order_seconds_bucket", start=time.time() - 60,
                            end=time.time() + 60)
        self.assertEqual(exemplars[0]["exemplars"][0]["labels"]["trace_id"], "abc123")


if __name__ == "__main__":
    main()
