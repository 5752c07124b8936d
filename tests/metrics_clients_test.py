#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Metric exporters as they are on npm (OpenTelemetry over HTTP with JSON and protobuf and over gRPC, with every
temporality; prom-client) against a real Signalbox: totals are the same whatever way they were sent."""
import json
import os
import subprocess
import time
import unittest

from harness import Signalbox, installed, main, npm_modules

HERE = os.path.dirname(os.path.abspath(__file__))
TEMPORALITIES = ("CUMULATIVE", "DELTA", "LOWMEMORY")


class MetricsClientsTest(unittest.TestCase):
    def setUp(self):
        npm_modules("@opentelemetry/exporter-metrics-otlp-http")

    def start(self, prometheus=None):
        box = Signalbox(prometheus=prometheus)
        self.addCleanup(box.close)
        return box

    def run_app(self, *arguments):
        done = subprocess.run([installed("node"), os.path.join(HERE, "metrics_app.mjs"), *arguments],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])

    def values(self, box, expr):
        return {tuple(sorted((k, v) for k, v in one["metric"].items() if k in ("code", "le"))): one["value"][1]
                for one in box.query(expr)}

    def check_totals(self, box, job):
        select = f'{{job="{job}",instance="i1"}}'
        self.assertEqual(self.values(box, "http_requests_total" + select),
                         {(("code", "200"),): "8", (("code", "500"),): "1"})
        self.assertEqual(self.values(box, "open_orders" + select), {(): "3"})
        self.assertEqual(self.values(box, "temperature_celsius" + select), {(): "2.5"})
        self.assertEqual(self.values(box, "ticks_total" + select), {(): "30"})
        self.assertEqual(self.values(box, "order_duration_seconds_bucket" + select),
                         {(("le", "1"),): "1", (("le", "5"),): "2", (("le", "+Inf"),): "3"})
        self.assertEqual(self.values(box, "order_duration_seconds_sum" + select), {(): "9.75"})
        [size] = box.query("order_size_bytes" + select)
        self.assertEqual((size["histogram"][1]["count"], size["histogram"][1]["sum"]), ("4", "15"))
        self.assertEqual(self.values(box, f"histogram_count(order_size_bytes{select})"), {(): "4"})
        [info] = box.query("target_info" + select)
        self.assertEqual(info["metric"]["cloud_region"], "north")

    def each_temporality(self, kind, url_of):
        for temporality in TEMPORALITIES:
            with self.subTest(temporality):
                box = self.start()
                self.run_app(kind, url_of(box), temporality)
                self.check_totals(box, "shop/" + kind)
                metadata = box.api("metadata")
                self.assertEqual(metadata["http_requests_total"][0]["type"], "counter")
                self.assertEqual(metadata["http_requests_total"][0]["help"], "Requests.")
                box.kill()  # what was acknowledged is there after a kill
                box.start()
                self.check_totals(box, "shop/" + kind)

    def test_http_json(self):
        self.each_temporality("http", lambda box: "http://" + box.doors["otlp-http"] + "/v1/metrics")

    def test_http_protobuf(self):
        self.each_temporality("proto", lambda box: box.ui + "/otlp/v1/metrics")

    def test_grpc(self):
        self.each_temporality("grpc", lambda box: "http://" + box.doors["otlp-grpc"])

    def test_prom_client_pushes_its_text(self):
        box = self.start()
        self.run_app("prom-client", box.prometheus + "/api/v1/import/prometheus?extra_label=job=push")
        self.assertEqual(box.query('orders_total{status="paid",job="push"}')[0]["value"][1], "3")
        self.assertEqual(self.values(box, 'order_seconds_bucket{job="push"}'),
                         {(("le", "0.1"),): "1", (("le", "1"),): "2", (("le", "+Inf"),): "2"})

    def test_translation_strategies_and_promoted_attributes(self):
        for strategy, name in (("UnderscoreEscapingWithSuffixes", "http_requests_total"),
                               ("UnderscoreEscapingWithoutSuffixes", "http_requests"),
                               ("NoUTF8EscapingWithSuffixes", "http.requests_total"),
                               ("NoTranslation", "http.requests")):
            with self.subTest(strategy):
                box = self.start(f"otlp:\n  translation_strategy: {strategy}\n"
                                 "  promote_resource_attributes: [cloud.region, service.name]\n")
                self.run_app("proto", box.ui + "/otlp/v1/metrics", "CUMULATIVE")
                region = "cloud.region" if strategy.startswith("No") else "cloud_region"
                [one] = box.query(f'{{"{name}",code="200"}}')
                self.assertEqual((one["metric"][region], one["value"][1]), ("north", "8"))

    def test_exemplars_of_otlp_are_there_after_a_kill(self):
        box = self.start()
        now = time.time_ns()
        point = {"startTimeUnixNano": str(now - 10**10), "timeUnixNano": str(now), "count": "1", "sum": 0.5,
                 "explicitBounds": [1], "bucketCounts": ["1", "0"],
                 "exemplars": [{"timeUnixNano": str(now - 10**6), "asDouble": 0.5, "traceId": "0af7651916cd43dd8448eb211c80319c",
                                "spanId": "b7ad6b7169203331",
                                "filteredAttributes": [{"key": "user", "value": {"stringValue": "u1"}}]}]}
        body = json.dumps({"resourceMetrics": [{"resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "shop"}}]}, "scopeMetrics": [{"metrics": [
                {"name": "lat", "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": [point]}}]}]}]}).encode()
        self.assertEqual(box.request("POST", "http://" + box.doors["otlp-http"] + "/v1/metrics", body,
                                     {"Content-Type": "application/json"})[0], 200)
        for _ in range(2):
            [series] = box.api("query_exemplars", query="lat_seconds_bucket", start=now / 1e9 - 60, end=now / 1e9 + 60)
            [exemplar] = series["exemplars"]
            self.assertEqual(exemplar["labels"], {"trace_id": "0af7651916cd43dd8448eb211c80319c",
                                                  "span_id": "b7ad6b7169203331", "user": "u1"})
            self.assertEqual((series["seriesLabels"]["le"], exemplar["value"]), ("1", "0.5"))
            box.kill()
            box.start()


if __name__ == "__main__":
    main()
