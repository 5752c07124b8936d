#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every panel of the demo's dashboards has data in the demo: its queries are asked as the UI asks them, while
the shop runs. Queries that look for what goes wrong may be empty; they are named here."""
import glob
import json
import os
import re
import shutil
import time
import unittest
import urllib.request

import demo_test
import harness

DEMO = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "demo")
TROUBLE = re.compile(r"STATUS_CODE_ERROR|status ?= ?error|ingest_\(dropped|failed_total|4\.\.\|5\.\.|duration > ")
# What comes in by other doors than the shop uses, with the first block on disk, or while a load test runs.
ABSENT = ("signalbox_remote_write_samples_total", "signalbox_tsdb_block_bytes", "k6_")
VALUES = {"journey": "checkout|browse|search|product-view|review|order-status|product-upload|job-status", "app": "signalbox"}


def written(query):
    """The query with its variables replaced."""
    for name, value in (("__rate_interval", "20s"), ("__interval", "20s"), ("__range", "1m")):
        query = query.replace("$" + name, value)
    return re.sub(r"\$\{?(\w+)(?::\w+)?\}?", lambda m: VALUES.get(m.group(1), ".+"), query)


def panels(dashboard):
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


class DashboardsTest(demo_test.Shop):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The rules of the objectives belong to the dashboards; a second start loads them.
        for name in ("slo", "provisioning"):
            shutil.copytree(os.path.join(DEMO, name), os.path.join(cls.signalbox.folder, name))
        cls.signalbox.terminate()
        cls.signalbox.write("signalbox.yaml", "slo: {files: [slo/*.yaml]}\ngrafana: {provisioning: provisioning}\n")
        cls.signalbox.flags = [flag for door in harness.DOORS
                               for flag in ("--door", f"{door}={cls.signalbox.doors[door]}")]
        cls.signalbox.start(60)
        for _ in range(3):
            for journey in VALUES["journey"].split("|"):
                urllib.request.urlopen(urllib.request.Request(
                    f"http://127.0.0.1:{cls.port}/shop/{journey}?product=3&order=1&job=1", b""), timeout=30).read()

    def has_data(self, kind, query):
        if kind == "prometheus":
            return self.get("prometheus", "/api/v1/query", query=query)["data"]["result"]
        if kind == "tempo":
            return self.get("tempo", "/api/search", q=query, limit=5).get("traces")
        if kind == "loki":
            return self.get("loki", "/loki/api/v1/query_range", query=query, limit=5)["data"]["result"]
        return self.get("jaeger", "/api/dependencies", endTs=int(time.time() * 1000), lookback=3600000).get("data")

    def test_every_panel_has_data(self):
        empty, quiet = [], 0
        waiting = []
        for path in sorted(glob.glob(os.path.join(DEMO, "provisioning/dashboards/json/*.json"))):
            with open(path) as file:
                dashboard = json.load(file)
            for panel in panels(dashboard):
                for target in panel.get("targets", []):
                    source = (target.get("datasource") or panel["datasource"])["type"]
                    query = written(target.get("expr") or target.get("query") or "")
                    waiting.append((dashboard["title"], panel["title"], source, query))
        asked = len(waiting)
        deadline = time.monotonic() + 90
        while waiting and time.monotonic() < deadline:
            waiting = [one for one in waiting if not self.has_data(one[2], one[3])]
            if all(TROUBLE.search(one[3]) or any(name in one[3] for name in ABSENT) for one in waiting):
                break
            time.sleep(1)
        for one in waiting:
            if TROUBLE.search(one[3]) or any(name in one[3] for name in ABSENT):
                quiet += 1
            else:
                empty.append(one)
        print(f"dashboards: {asked - len(waiting)} of {asked} queries have data, {quiet} look for trouble and found none")
        self.assertEqual(empty, [])

    def test_all_dashboards_are_provisioned(self):
        status, body, _ = self.signalbox.request("GET", self.signalbox.ui + "/api/search?type=dash-db&limit=1000")
        self.assertEqual(status, 200)
        titles = {dashboard["title"] for dashboard in json.loads(body)}
        self.assertLessEqual({"APM overview", "Backend monitoring", "Tracing", "SLO overview", "Journey comparison", "SLA",
                              "Todo app overview", "Task manager"}, titles)


def load_tests(loader, _, __):
    return loader.loadTestsFromTestCase(DashboardsTest)


if __name__ == "__main__":
    harness.main()
