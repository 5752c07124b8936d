# SPDX-License-Identifier: Apache-2.0
"""Rules of an unchanged prometheus.yml: recorded series, alerts that reach an Alertmanager, `for` that
survives a restart, the ruler API, reload, SLOs, and promtool's unit tests beside promtool itself."""
import http.server
import json
import os
import subprocess
import tempfile
import threading
import time
import unittest

import harness


class Receiver:
    """An Alertmanager that only remembers what was posted."""

    def __init__(self):
        self.alerts = []
        alerts = self.alerts

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                alerts.extend(json.loads(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, accept, timeout_s=30):
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            found = [alert for alert in list(self.alerts) if accept(alert)]
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"no such alert came: {self.alerts[-3:]}")

    def close(self):
        self.server.shutdown()
        self.server.server_close()


PROMETHEUS = """
global: {evaluation_interval: 1s, external_labels: {dc: east}}
rule_files: [rules/*.yml]
alerting:
  alertmanagers: [{static_configs: [{targets: ['127.0.0.1:%d']}]}]
"""

RULES = """
groups:
- name: g
  rules:
  - record: doubled
    expr: in * 2
  - alert: High
    expr: doubled > 10
    labels: {severity: page, kind: 'job-{{ $labels.job }}'}
    annotations: {summary: 'doubled is {{ $value }}'}
  - alert: Slow
    expr: doubled > 10
    for: 1h
"""


def now_ms():
    return int(time.time() * 1000)


class RulesTest(unittest.TestCase):
    def setUp(self):
        self.receiver = Receiver()
        self.box = None
        self.folder = tempfile.mkdtemp(prefix="signalbox-rules-")
        os.mkdir(os.path.join(self.folder, "rules"))

    def tearDown(self):
        if self.box:
            self.box.close()
        self.receiver.close()

    def start(self, rules=RULES, config=None):
        with open(os.path.join(self.folder, "rules", "a.yml"), "w") as file:
            file.write(rules)
        self.box = harness.Signalbox(prometheus=PROMETHEUS % self.receiver.port, data=self.folder, config=config)

    def feed(self, value, job="a"):
        status, body, _ = self.box.write_samples([({"__name__": "in", "job": job}, [(now_ms(), value)])])
        self.assertEqual(status, 204, body)

    def test_alert_fires_reaches_the_receiver_and_resolves(self):
        self.start()
        self.feed(6)
        self.box.wait_for('doubled{job="a"} == 12')
        alert = self.receiver.wait_for(lambda a: a["labels"]["alertname"] == "High")[0]
        self.assertEqual(alert["labels"], {"alertname": "High", "severity": "page", "kind": "job-a", "job": "a",
                                           "dc": "east"})
        self.assertEqual(alert["annotations"], {"summary": "doubled is 12"})
        self.assertIn("/graph?g0.expr=doubled+%3E+10", alert["generatorURL"])
        self.box.wait_for('ALERTS{alertname="High",alertstate="firing"} == 1')
        self.box.wait_for('ALERTS{alertname="Slow",alertstate="pending"} == 1')
        states = {a["labels"]["alertname"]: a["state"] for a in self.box.api("alerts")["alerts"]}
        states.pop("Watchdog", None)  # its turn comes within 30 seconds
        self.assertEqual(states, {"High": "firing", "Slow": "pending"})
        self.assertEqual(self.box.api("alertmanagers")["activeAlertmanagers"],
                         [{"url": f"http://127.0.0.1:{self.receiver.port}/api/v2/alerts"}])
        self.feed(1)
        self.receiver.wait_for(lambda a: a["labels"]["alertname"] == "High" and a["endsAt"] < time.strftime(
            "%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1)))
        self.assertEqual(self.box.query("ALERTS{alertname='High'}"), [])

    def test_rules_api_has_the_reference_shape(self):
        self.start()
        self.feed(6)
        self.box.wait_for('ALERTS{alertname="High"}')
        group = next(g for g in self.box.api("rules")["groups"] if g["name"] == "g")
        self.assertEqual(set(group), {"name", "file", "rules", "interval", "limit", "evaluationTime", "lastEvaluation"})
        self.assertEqual([r["type"] for r in group["rules"]], ["recording", "alerting", "alerting"])
        high = group["rules"][1]
        self.assertEqual((high["state"], high["health"], high["query"]), ("firing", "ok", "doubled > 10"))
        self.assertEqual(high["alerts"][0]["value"], "1.2e+01")
        only = self.box.api("rules", type="record")["groups"]
        self.assertEqual([r["name"] for g in only for r in g["rules"]], ["doubled"])

    def test_a_bad_file_keeps_the_old_rules(self):
        self.start()
        self.feed(6)
        self.box.wait_for("doubled")
        self.box.write("rules/a.yml", "groups: [{name: g, rules: [{record: x, expr: 'sum('}]}]")
        status, body, _ = self.box.request("POST", "/-/reload")
        self.assertEqual(status, 500)
        self.assertIn(b"could not parse expression", body)
        self.assertIn("g", [g["name"] for g in self.box.api("rules")["groups"]])
        self.box.write("rules/a.yml", "groups: [{name: h, rules: [{record: y, expr: in * 3}]}]")
        self.assertEqual(self.box.request("POST", "/-/reload")[0], 200)
        self.box.wait_for("y == 18")
        self.box.wait_for("doubled", accept=lambda result: not result)  # marked as gone

    def test_pending_alert_goes_on_after_a_kill(self):
        self.start()
        self.feed(6)
        self.box.wait_for('ALERTS_FOR_STATE{alertname="Slow"}')
        before = float(self.box.query('ALERTS_FOR_STATE{alertname="Slow"}')[0]["value"][1])
        self.box.kill()
        self.box.start()
        self.feed(7)
        deadline = time.monotonic() + 30
        while True:
            alerts = [a for a in self.box.api("alerts")["alerts"] if a["labels"]["alertname"] == "Slow"]
            written = self.box.query('ALERTS_FOR_STATE{alertname="Slow"} offset -1s')
            if alerts and self.box.query('ALERTS{alertname="Slow",alertstate="pending"}') and written:
                after = float(self.box.query('ALERTS_FOR_STATE{alertname="Slow"}')[0]["value"][1])
                if after != before:
                    break
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        # Only the outage was added to the beginning.
        self.assertGreaterEqual(after, before)
        self.assertLess(after, before + 15)

    def test_ruler_api_creates_and_deletes_groups(self):
        self.start()
        group = b"name: made\ninterval: 1s\nrules:\n- record: tripled\n  expr: in * 3\n"
        status, body, _ = self.box.request("POST", "/config/v1/rules/team", group)
        self.assertEqual(status, 202, body)
        self.feed(5)
        self.box.wait_for("tripled == 15")
        status, body, _ = self.box.request("GET", "/config/v1/rules/team/made")
        self.assertIn(b"expr: in * 3", body)
        self.box.kill()
        self.box.start()
        self.feed(6)
        self.box.wait_for("tripled == 18")
        self.assertEqual(self.box.request("DELETE", "/config/v1/rules/team/made")[0], 202)
        self.assertEqual(self.box.request("GET", "/config/v1/rules/team/made")[0], 404)
        status, body, _ = self.box.request("POST", "/config/v1/rules/team", b"name: x\nrules: [{expr: up}]\n")
        self.assertEqual(status, 400)
        self.assertIn(b"one of 'record' or 'alert' must be set", body)

    def test_backtest_tells_what_would_have_fired(self):
        self.start()
        start = now_ms() - 200_000
        samples = [(start + i * 10_000, 10 if 5 <= i < 12 else 1) for i in range(20)]
        self.assertEqual(self.box.write_samples([({"__name__": "old"}, samples)])[0], 204)
        group = b"name: x\nrules:\n- {alert: Old, expr: old > 5, for: 20s}\n"
        url = f"/api/signalbox/v1/rules/backtest?start={start / 1000}&end={(start + 190_000) / 1000}&step=10"
        status, body, _ = self.box.request("POST", url, group)
        self.assertEqual(status, 200, body)
        alerts = json.loads(body)["data"]["alerts"]
        self.assertEqual(len(alerts), 1)
        self.assertEqual(alerts[0]["labels"], {"alertname": "Old"})
        self.assertLess(alerts[0]["pendingAt"], alerts[0]["firingAt"])
        self.assertLess(alerts[0]["firingAt"], alerts[0]["endedAt"])

    def test_slo_has_rules_and_a_budget(self):
        with open(os.path.join(self.folder, "slo.yml"), "w") as file:
            file.write("slos:\n- name: ok\n  service: shop\n  objective: 99\n  sli:\n    ratio:\n"
                       "      errors: 'req_total{code=\"500\"}'\n      total: req_total\n")
        self.start(config="self_scrape: {enabled: false}\nslo: {files: [slo.yml]}\n")
        start = now_ms() - 280_000
        for code, step in (("200", 99), ("500", 1)):
            self.box.write_samples([({"__name__": "req_total", "code": code},
                                     [(start + i * 10_000, i * step) for i in range(28)])])
        self.box.wait_for('slo:objective:ratio{sloth_slo="ok"} == 0.99')
        self.box.wait_for('slo:sli_error:ratio_rate5m{sloth_slo="ok"}')
        status, body, _ = self.box.request("GET", "/api/signalbox/v1/slos")
        slo = json.loads(body)["data"]["slos"][0]
        self.assertEqual((slo["id"], slo["objective"], slo["window"]), ("shop-ok", 99, "30d"))
        self.assertEqual(self.box.request("GET", "/api/signalbox/v1/slo-report?format=pdf")[1][:4], b"%PDF")


class TestRulesCommandTest(unittest.TestCase):
    """The same files through promtool and through `signalbox test-rules`."""

    RULES = """
groups:
- name: g
  rules:
  - record: doubled
    expr: in * 2
  - alert: High
    expr: doubled > 10
    for: 2m
    labels: {severity: page}
    annotations: {summary: 'x {{ $value | humanize }}'}
"""
    TEST = """
rule_files: [rules.yml]
tests:
- interval: 1m
  input_series: [{series: 'in{a="b"}', values: '1 6000x9'}]
  alert_rule_test:
  - {eval_time: 2m, alertname: High}
  - eval_time: 5m
    alertname: High
    exp_alerts: [{exp_labels: {a: b, severity: page}, exp_annotations: {summary: 'x %s'}}]
  promql_expr_test: [{expr: doubled, eval_time: 1m, exp_samples: [{labels: 'doubled{a="b"}', value: 12000}]}]
"""

    def run_both(self, summary):
        promtool = harness.installed("promtool")
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("rules.yml", self.RULES), ("t.yml", self.TEST % summary)):
                with open(os.path.join(folder, name), "w") as file:
                    file.write(text)
            ours = subprocess.run([harness.binary(), "test-rules", "t.yml"], cwd=folder, capture_output=True, text=True)
            theirs = subprocess.run([promtool, "test", "rules", "t.yml"], cwd=folder, capture_output=True, text=True)
        return ours, theirs

    def test_same_verdict_and_words_when_it_passes(self):
        ours, theirs = self.run_both("12k")
        self.assertEqual((ours.returncode, ours.stdout), (theirs.returncode, theirs.stdout))
        self.assertEqual(ours.returncode, 0)

    def test_same_verdict_and_words_when_it_fails(self):
        ours, theirs = self.run_both("13k")
        self.assertEqual(ours.returncode, theirs.returncode)
        self.assertEqual(ours.returncode, 1)
        self.assertEqual([line.rstrip() for line in ours.stderr.split("\n")],
                         [line.rstrip() for line in theirs.stderr.split("\n")])


if __name__ == "__main__":
    harness.main()
