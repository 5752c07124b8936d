#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demo shop on the SDK against the real program: one trace across HTTP and the queue with its
journey in the baggage, the same ids in the logs, the counters of the shop, and a fault that is seen."""
import json
import os
import random
import subprocess
import time
import unittest
import urllib.parse
import urllib.request

import harness

TECHMART = os.path.join(os.path.dirname(harness.binary()), "techmart")


def post(url):
    with urllib.request.urlopen(urllib.request.Request(url, data=b"", method="POST"), timeout=20) as reply:
        return reply.status, json.load(reply)


class Shop(unittest.TestCase):
    """A Signalbox and a shop that sends to it."""
    environment = {}

    @classmethod
    def sending(cls):
        """How telemetry is sent; the environment of the shop."""
        return {}

    @classmethod
    def setUpClass(cls):
        cls.signalbox = harness.Signalbox()
        # Five ports in a row; another try where one is taken.
        for _ in range(20):
            cls.port = random.randrange(20_000, 60_000)
            cls.shop = subprocess.Popen(
                [TECHMART, "--port", str(cls.port), "--rate", "1", "--data", cls.signalbox.folder,
                 "--otlp", "http://" + cls.signalbox.doors["otlp-http"]], stderr=subprocess.PIPE, text=True,
                env={**os.environ, **cls.environment, **cls.sending()})
            while line := cls.shop.stderr.readline():
                if "shop at" in line:
                    return
            cls.shop.wait()
        raise AssertionError("no five free ports in a row")

    @classmethod
    def tearDownClass(cls):
        cls.shop.terminate()
        if cls.shop.wait(timeout=20) != 0:
            raise AssertionError("the shop ended with an error")
        cls.shop.stderr.close()
        cls.signalbox.close()

    def get(self, door, path, **params):
        url = f"http://{self.signalbox.doors[door]}{path}?{urllib.parse.urlencode(params)}"
        with urllib.request.urlopen(url, timeout=20) as reply:
            return json.load(reply)

    def until(self, what, look, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError(f"{what} did not appear within {seconds} s")

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"


class DemoTest(Shop):
    def test_one_trace_spans_http_and_the_queue_with_its_journey(self):
        status, answer = post(self.url("/shop/checkout?product=3"))
        self.assertEqual(status, 201, answer)
        query = '{ name = "process orders" && span.cuj.name = "checkout" && span.cuj.critical = true }'
        found = self.until("the consumer's span", lambda: self.get(
            "tempo", "/api/search", q=query, limit=1).get("traces"))
        trace = self.get("jaeger", f"/api/traces/{found[0]['traceID']}")["data"][0]
        services = {process["serviceName"] for process in trace["processes"].values()}
        self.assertLessEqual({"frontend", "api", "inventory-svc", "product-worker"}, services)
        journeys = {tag["value"] for span in trace["spans"] for tag in span["tags"] if tag["key"] == "cuj.name"}
        self.assertEqual(journeys, {"checkout"})
        # The lines of the trace carry its id.
        selector = '{service_name="api"} | trace_id="%s"' % found[0]["traceID"].rjust(32, "0")
        self.until("its log lines", lambda: self.get(
            "loki", "/loki/api/v1/query_range", query=selector, limit=5)["data"]["result"])

    def test_the_nine_steps_of_a_chat(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port + 4}/chat?name=ada", timeout=20) as reply:
            self.assertIn("Hello ada", reply.read().decode())
        query = '{ resource.service.name = "chat" && span.chat.step != nil } | count() = 9'
        self.until("nine spans", lambda: self.get("tempo", "/api/search", q=query, limit=1).get("traces"))

    def test_a_fault_is_seen_in_the_shops_metrics(self):
        post(self.url("/faults/dependency-down?on=true"))
        try:
            with self.assertRaises(urllib.error.HTTPError):
                post(self.url("/shop/checkout?product=2"))
            self.until("the failed reservation", lambda: self.get(
                "prometheus", "/api/v1/query", query='inventory_reservations_total{result="down"} > 0')["data"]["result"])
            self.until("the failed journey", lambda: self.get(
                "prometheus", "/api/v1/query", query='traces_spanmetrics_calls_total{span_name="cuj.checkout",'
                'status_code="STATUS_CODE_ERROR"} > 0')["data"]["result"], 90)
        finally:
            post(self.url("/faults/dependency-down?on=false"))

    def test_every_service_has_a_metrics_page(self):
        for offset, name in enumerate(["frontend", "api", "inventory-svc", "product-worker", "chat"]):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port + offset}/metrics", timeout=20) as reply:
                self.assertIn(f'service_name="{name}"', reply.read().decode())


if __name__ == "__main__":
    unittest.main(verbosity=2)
