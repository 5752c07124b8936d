#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The configurations of five stacks (demo/stacks) are loaded as they are: every rule is evaluated without an
error, every objective, receiver and dashboard is there, and the log says of each component of a Collector
file what became of it. And each fault of the demo has an alert that catches it (unit tests of the rules)."""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import harness

DEMO = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "demo")
STACKS = sorted(os.path.dirname(path) for path in glob.glob(os.path.join(DEMO, "stacks", "*", "signalbox.yaml")))
OBJECTIVES = {"chat-service": 1, "ecommerce-analytics": 2, "task-manager": 1, "techmart": 16, "todo-app": 1}


class StacksTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boxes = {}
        cls.root = tempfile.mkdtemp(prefix="signalbox-stacks-")
        for stack in STACKS:
            name = os.path.basename(stack)
            folder = shutil.copytree(stack, os.path.join(cls.root, name))
            with open(os.path.join(folder, "signalbox.yaml")) as file:
                cls.boxes[name] = harness.Signalbox(config=file.read(), data=folder, wait_s=60)

    @classmethod
    def tearDownClass(cls):
        for box in cls.boxes.values():
            box.close()
        shutil.rmtree(cls.root, ignore_errors=True)

    def json(self, box, url):
        status, body, _ = box.request("GET", url)
        self.assertEqual(status, 200, body[:300])
        return json.loads(body)

    def test_all_five_are_there(self):
        self.assertEqual(sorted(self.boxes), sorted(OBJECTIVES))

    def test_every_rule_is_evaluated_without_an_error(self):
        for name, box in self.boxes.items():
            deadline = time.monotonic() + 90
            while True:
                # Pyrra's sums over 30 days are evaluated every few minutes only; the parser has read them.
                rules = [rule for group in box.api("rules")["groups"] if group["interval"] <= 60
                         for rule in group["rules"]]
                waiting = [rule["name"] for rule in rules if rule["health"] == "unknown"]
                if not waiting:
                    break
                self.assertLess(time.monotonic(), deadline, f"not evaluated: {waiting}")
                time.sleep(0.2)
            bad = [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"]
            self.assertEqual(bad, [], name)
            print(f"{name}: {len(rules)} rules evaluated")

    def test_objectives(self):
        for name, box in self.boxes.items():
            found = self.json(box, box.ui + "/api/signalbox/v1/slos")["data"]["slos"]
            self.assertEqual(len(found), OBJECTIVES[name], name)
            self.assertEqual([slo["error"] for slo in found if slo["error"]], [], name)

    def test_receivers(self):
        for name, box in self.boxes.items():
            receivers = self.json(box, f"http://{box.doors['alertmanager']}/api/v2/receivers")
            with open(os.path.join(box.folder, "alertmanager.yml")) as file:
                wanted = re.findall(r"^  - name: '?([\w-]+)'?$", file.read().split("\ntime_intervals:")[0], re.M)
            self.assertEqual(sorted(r["name"] for r in receivers), sorted(wanted), name)

    def test_dashboards_are_provisioned(self):
        for name, box in self.boxes.items():
            shipped = []
            for path in glob.glob(os.path.join(box.folder, "provisioning/dashboards/json/*.json")):
                with open(path) as file:
                    shipped.append(json.load(file)["uid"])
            found = {d["uid"] for d in self.json(box, box.ui + "/api/search?type=dash-db&limit=1000")}
            self.assertLessEqual(set(shipped), found, name)
            self.assertTrue(shipped)

    def test_the_log_says_what_became_of_each_collector_component(self):
        for name, box in self.boxes.items():
            path = os.path.join(box.folder, "otel-collector.yaml")
            if not os.path.exists(path):
                continue
            lines = [line for line in box.log_text().splitlines() if "otel-collector.yaml:" in line]
            said = [line for line in lines if re.search(r"executed|mapped|refused|unused", line)]
            self.assertGreaterEqual(len(said), 4, lines)
            for line in said:
                if "refused" in line:
                    print(f"{name}: {line}")


class FaultsTest(unittest.TestCase):
    def test_each_fault_has_an_alert_that_catches_it(self):
        done = subprocess.run([harness.binary(), "test-rules", os.path.join(DEMO, "rules", "techmart.test.yaml")],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    harness.main()
