#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Anomaly bands of the running binary: two weeks of imported history, bands a second after the start, the alert
AnomalyDetected when the value leaves them, the same bands after a kill -9, and the end of the alert."""
import json
import math
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from alerting_test import Recorder, call, wait_until
from harness import Signalbox, binary, main

SEED = 20261127
DAYS = 15
STEP_S = 300
CONFIG = """
self_scrape: {enabled: false}
prometheus: {config: prometheus.yml}
alertmanager: {config: alertmanager.yml}
anomalies:
- name: orders
  query: shop_orders{shop="one"}
  type: requests
  interval: 1s
  alert: {direction: both, for: 1s, labels: {severity: page}}
"""
PROMETHEUS = "global: {evaluation_interval: 1s}\n"
ROUTING = """
route: {receiver: hook, group_by: [alertname], group_wait: 100ms, group_interval: 1s}
receivers:
- name: hook
  webhook_configs: [{url: 'http://127.0.0.1:%d/hook'}]
"""


def usual(at_s):
    """High at noon of UTC, low at midnight."""
    return 1000 - 500 * math.cos(2 * math.pi * (at_s % 86400) / 86400)


class Seller(threading.Thread):
    """Writes shop_orders several times a second: the usual value times `factor`."""

    def __init__(self, box):
        super().__init__(daemon=True)
        self.box, self.factor, self.stopped = box, 1.0, threading.Event()
        self.start()

    def run(self):
        while not self.stopped.wait(0.25):
            now = time.time()
            try:
                self.box.write_samples([({"__name__": "shop_orders", "shop": "one"},
                                         [(int(now * 1000), usual(now) * self.factor)])])
            except OSError:
                pass  # the server is being restarted

    def stop(self):
        self.stopped.set()
        self.join()


class AnomalyTest(unittest.TestCase):
    def setUp(self):
        print(f"seed {SEED}")
        self.folder = tempfile.mkdtemp(prefix="signalbox-anomaly-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.sink = Recorder()
        self.addCleanup(self.sink.close)
        for name, text in (("prometheus.yml", PROMETHEUS), ("alertmanager.yml", ROUTING % self.sink.http_port),
                           ("history.om", self.history())):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(text)
        result = subprocess.run([binary(), "import", "openmetrics", "--data", os.path.join(self.folder, "data"),
                                 os.path.join(self.folder, "history.om")], capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.box = Signalbox(config=CONFIG, data=self.folder)
        self.addCleanup(self.box.close)
        self.seller = Seller(self.box)
        self.addCleanup(self.seller.stop)

    @staticmethod
    def history():
        rng = random.Random(SEED)
        end = int(time.time()) // STEP_S * STEP_S - STEP_S
        lines = ["# TYPE shop_orders gauge"]
        for at in range(end - DAYS * 86400, end, STEP_S):
            lines.append(f'shop_orders{{shop="one"}} {usual(at) * rng.uniform(0.98, 1.02)!r} {at}')
        return "\n".join(lines) + "\n# EOF\n"

    def value(self, name):
        result = self.box.query(f'{name}{{anomaly_name="orders"}}')
        return float(result[0]["value"][1]) if result else None

    def wait_for_bands(self):
        """What is usual now, and that the bands say so."""
        names = ("anomaly:level", "anomaly:mid", "anomaly:upper_band", "anomaly:lower_band", "anomaly:zscore")
        self.assertTrue(wait_until(lambda: all(self.value(name) is not None for name in names), 40),
                        self.box.log_text()[-3000:])
        expected = usual(time.time())
        mid, upper, lower = (self.value(name) for name in names[1:4])
        # The hour's median against the moment's value: the curve moves by up to 131 an hour.
        self.assertAlmostEqual(mid, expected, delta=0.15 * expected)
        self.assertLess(lower, mid)
        self.assertLess(mid, upper)
        return mid

    def told(self, status):
        return [alert for request in self.sink.taken("/hook") for alert in json.loads(request["body"])["alerts"]
                if alert["labels"]["alertname"] == "AnomalyDetected" and alert["status"] == status]

    def noted(self):
        """The log of notifications: who was told what, when and why."""
        return json.loads(self.box.request("GET", self.box.ui + "/api/signalbox/v1/notifications?outcome=sent")[1])[
            "notifications"]

    def firing(self):
        return [a for a in self.box.api("alerts")["alerts"]
                if a["labels"]["alertname"] == "AnomalyDetected" and a["state"] == "firing"]

    def test_bands_and_the_alert(self):
        self.wait_for_bands()
        self.assertEqual(self.box.query('anomaly:mid{anomaly_strategy="seasonal",anomaly_type="requests"}')[0]
                         ["metric"]["shop"], "one")
        self.assertEqual(self.firing(), [], "nothing is unusual yet")
        self.assertLess(abs(self.value("anomaly:zscore")), 20)

        self.seller.factor = 6
        self.assertTrue(wait_until(self.firing, 40), "AnomalyDetected does not fire")
        self.assertTrue(wait_until(lambda: self.told("firing"), 20), "nobody is told")
        alert = self.told("firing")[0]
        self.assertEqual({name: alert["labels"].get(name) for name in ("anomaly_name", "severity", "shop")},
                         {"anomaly_name": "orders", "severity": "page", "shop": "one"})
        active = json.loads(call("GET", "http://" + self.box.doors["alertmanager"] + "/api/v2/alerts")[1])
        self.assertIn("AnomalyDetected", [a["labels"]["alertname"] for a in active])
        status = json.loads(self.box.request("GET", self.box.ui + "/api/signalbox/v1/anomalies")[1])
        self.assertIn('"orders"', json.dumps(status))

        before = self.wait_for_bands()
        # The receiver has the message before the manager can have noted its answer; what a kill leaves open is told again.
        self.assertTrue(wait_until(self.noted, 20), "sent, and not in the log of notifications")
        self.box.kill()
        self.box.start()
        after = self.wait_for_bands()
        self.assertAlmostEqual(after, before, delta=0.1 * before, msg="what it knew is gone")

        # A rule that has not seen the alert since the restart cannot end it; the manager would after four minutes.
        self.assertTrue(wait_until(self.firing, 40), "it does not go on")
        self.assertEqual(len(self.told("firing")), 1, f"told again after the restart: {self.noted()}")
        self.seller.factor = 1
        self.assertTrue(wait_until(lambda: not self.firing(), 40), "it never ends")
        self.assertTrue(wait_until(lambda: self.told("resolved"), 30), "nobody is told of the end")


if __name__ == "__main__":
    main()
