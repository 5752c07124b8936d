#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad input to the alert manager and the rules of a running binary: unknown receivers, bad templates, labels that
collide, duplicates, clocks apart, a hundred thousand alerts at once, options that are read and not done."""
import collections
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from datetime import datetime, timedelta, timezone

from alerting_test import Recorder, call, iso, signalbox, wait_until
from harness import Signalbox, binary, main

FAR = "2099-01-01T00:00:00Z"
ROUTING = """
route: {receiver: hook, group_by: [alertname], group_wait: 100ms, group_interval: 1s, repeat_interval: 4h}
receivers:
- name: hook
  webhook_configs: [{url: 'http://127.0.0.1:%d/hook'}]
"""


def names(requests):
    """How often each alert's name was told."""
    return collections.Counter(alert["labels"]["alertname"] for request in requests
                               for alert in json.loads(request["body"])["alerts"])


class BadInputTest(unittest.TestCase):
    def setUp(self):
        self.sink = Recorder()
        self.addCleanup(self.sink.close)

    def start(self, text, **more):
        self.box = signalbox(text, **more)
        self.addCleanup(self.box.close)

    def post(self, alerts):
        return call("POST", self.box.alerts_url + "/api/v2/alerts", alerts, timeout_s=120)

    def reload(self, text):
        self.box.write("alertmanager.yml", text)
        status, body, _ = call("POST", self.box.alerts_url + "/-/reload")
        return status, body.decode()

    def metric(self, name):
        text = call("GET", self.box.alerts_url + "/metrics")[1].decode()
        return next((float(line.split(" ")[1]) for line in text.splitlines() if line.startswith(name + " ")), None)

    def history(self):
        return json.loads(call("GET", self.box.ui + "/api/signalbox/v1/notifications?limit=1000")[1])["notifications"]

    def assert_still_tells(self, name):
        self.assertEqual(self.post([{"labels": {"alertname": name}, "endsAt": FAR}])[0], 200)
        self.assertTrue(wait_until(lambda: names(self.sink.taken("/hook"))[name] == 1, 20), name)

    def test_unknown_receiver_is_named_and_the_old_routes_stay(self):
        good = ROUTING % self.sink.http_port
        self.start(good)
        status, body = self.reload(good.replace("route: {receiver: hook", "route: {receiver: nobody"))
        self.assertEqual(status, 500)
        self.assertIn('alertmanager.yml:2:8: undefined receiver "nobody" used in route', body)
        self.assertEqual(self.metric("alertmanager_config_last_reload_successful"), 0)
        self.assert_still_tells("Kept")
        self.assertEqual(self.reload(good)[0], 200)
        self.assertEqual(self.metric("alertmanager_config_last_reload_successful"), 1)

    def test_a_start_with_an_unknown_receiver_ends_with_its_place(self):
        folder = tempfile.mkdtemp(prefix="signalbox-bad-")
        self.addCleanup(shutil.rmtree, folder, True)
        for name, text in (("alertmanager.yml", "route: {receiver: nobody}\nreceivers: [{name: a}]\n"),
                           ("signalbox.yaml", "alertmanager: {config: alertmanager.yml}\n")):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        run = subprocess.run([binary(), "serve", "--data", folder + "/data", "--config", folder + "/signalbox.yaml",
                              "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('alertmanager.yml:1:8: undefined receiver "nobody" used in route', run.stderr)

    def test_bad_templates_are_refused_or_explained(self):
        good = ROUTING % self.sink.http_port
        self.start(good)
        self.box.write("broken.tmpl", '{{ define "x" }}{{ if }}{{ end }}')
        status, body = self.reload(good + "templates: ['*.tmpl']\n")
        self.assertEqual(status, 500)
        self.assertIn("broken.tmpl", body)
        self.assert_still_tells("Kept")
        os.remove(os.path.join(self.box.folder, "broken.tmpl"))
        # Well-formed, but what it calls is not there: only known when something is told.
        text = good + f"  - {{url: 'http://127.0.0.1:{self.sink.http_port}/{{{{ template \"nowhere\" . }}}}'}}\n"
        text = text.replace("webhook_configs: [{", "webhook_configs:\n  - {").replace("}]\n", "}\n")
        self.assertEqual(self.reload(text)[0], 200)
        self.assert_still_tells("Told")
        failed = lambda: [e for e in self.history() if e["outcome"] == "failed"]
        self.assertTrue(wait_until(failed, 20), self.history())
        self.assertIn("nowhere", failed()[0]["error"])
        self.assertEqual(failed()[0]["integration"], "webhook[1]")

    def test_what_is_read_but_not_done_is_said_with_its_line(self):
        text = ROUTING % self.sink.http_port + ("tracing: {endpoint: 'localhost:4317'}\n"
                                                "event_recorder: {file_outputs: [{path: /tmp/x}]}\n")
        self.start(text)
        log = self.box.log_text()
        for words in ("alertmanager.yml:6:1: tracing is not done from here; set self_tracing",
                      "alertmanager.yml:7:1: event_recorder is not done"):
            self.assertIn(words, log)
        run = subprocess.run([binary(), "amtool", "check-config", os.path.join(self.box.folder, "alertmanager.yml")],
                             capture_output=True, text=True)
        self.assertEqual(run.returncode, 0)
        self.assertIn("SUCCESS", run.stdout)
        self.assertIn("6:1: tracing", run.stderr)

    def test_bad_labels_spoil_no_other_alert(self):
        self.start(ROUTING % self.sink.http_port)
        status, body, _ = self.post([
            {"labels": {"alertname": "Good"}, "endsAt": FAR},
            {"labels": {}, "endsAt": FAR},
            {"labels": {"alertname": "", "empty": ""}, "endsAt": FAR},
            {"labels": {"alertname": "Backwards"}, "startsAt": "2026-01-02T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"}])
        self.assertEqual(status, 400, body)
        for words in (b"at least one label pair required", b"start time must be before end time"):
            self.assertIn(words, body)
        self.assertTrue(wait_until(lambda: names(self.sink.taken("/hook")) == {"Good": 1}, 20))
        self.assertEqual(self.metric("alertmanager_alerts_invalid_total"), 3)
        self.assertEqual(self.post(b'[{"labels": {"a": 1}}]')[0], 400)
        self.assertEqual(self.post(b"[")[0], 400)

    def test_duplicates_of_replicas_are_told_once(self):
        self.start(ROUTING % self.sink.http_port)
        one = {"labels": {"alertname": "Twice", "b": "1", "a": "2"}, "endsAt": FAR}
        other = {"labels": {"a": "2", "b": "1", "alertname": "Twice"}, "endsAt": FAR, "generatorURL": "http://replica-2/"}
        for _ in range(5):
            for body in ([one, one, other], [other]):
                self.assertEqual(self.post(body)[0], 200)
        self.assertTrue(wait_until(lambda: self.sink.taken("/hook"), 20))
        for _ in range(3):
            self.assertEqual(self.post([one])[0], 200)
        self.assert_still_tells("After")
        self.assertEqual(names(self.sink.taken("/hook")), {"Twice": 1, "After": 1})
        self.assertEqual(len(json.loads(call("GET", self.box.alerts_url + "/api/v2/alerts")[1])), 2)

    def test_senders_whose_clocks_are_apart(self):
        self.start(ROUTING % self.sink.http_port)
        now = datetime.now(timezone.utc)
        hour = timedelta(hours=1)
        self.assertEqual(self.post([
            {"labels": {"alertname": "Ahead"}, "startsAt": iso(now + hour), "endsAt": iso(now + 2 * hour)},
            {"labels": {"alertname": "Behind"}, "startsAt": iso(now - 3 * hour), "endsAt": iso(now + hour)},
            {"labels": {"alertname": "Over"}, "startsAt": iso(now - 3 * hour), "endsAt": iso(now - 2 * hour)}])[0], 200)
        self.assertTrue(wait_until(lambda: len(names(self.sink.taken("/hook"))) == 2, 20))
        self.assert_still_tells("After")
        # What was over before it came was never firing: nobody is told.
        self.assertEqual(names(self.sink.taken("/hook")), {"Ahead": 1, "Behind": 1, "After": 1})

    def test_a_hundred_thousand_at_once(self):
        self.start((ROUTING % self.sink.http_port).replace("group_by: [alertname]", "group_by: [team]"))
        total, batch = 100_000, 10_000
        for start in range(0, total, batch):
            status, body, _ = self.post([{"labels": {"alertname": f"N{i}", "team": f"t{i % 100}"}, "endsAt": FAR}
                                         for i in range(start, start + batch)])
            self.assertEqual(status, 200, body)
        # Each request is read once: this process is the receiver too.
        seen, states, deadline = {}, collections.Counter(), time.monotonic() + 300
        while len(seen) < total and time.monotonic() < deadline:
            requests = self.sink.taken("/hook")[sum(states.values()):]
            for body in (json.loads(request["body"]) for request in requests):
                states[(body["groupKey"], len(body["alerts"]))] += 1
                seen.update((alert["labels"]["alertname"], True) for alert in body["alerts"])
            time.sleep(1)
        self.assertEqual(len(seen), total)
        begun = time.monotonic()
        found = json.loads(call("GET", self.box.alerts_url + "/api/v2/alerts?filter=alertname%3D%22N77777%22")[1])
        print(f"filtered GET over {total} alerts: {1000 * (time.monotonic() - begun):.1f} ms")
        self.assertEqual([a["labels"]["team"] for a in found], ["t77"])
        # A group that grew while it was being told is told as a whole again; no sooner, and never twice the same.
        self.assertEqual([key for key, count in states.items() if count > 1], [])
        with open(f"/proc/{self.box.process.pid}/status") as file:
            kilobytes = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        print(f"resident with {total} alerts: {kilobytes // 1024} MB")
        self.assertLess(kilobytes, 1_000_000)


RULES = """
groups:
- name: g
  interval: 1s
  rules:
  - alert: Same
    expr: in > 0
    labels: {instance: all}
  - alert: Unreadable
    expr: in > 0
    annotations: {summary: '{{ slice $labels.instance 0 8 }}', other: '{{ $labels.instance }}'}
  - record: fine
    expr: sum(in)
"""


class BadRulesTest(unittest.TestCase):
    def test_labels_that_collide_fail_their_rule_alone(self):
        folder = tempfile.mkdtemp(prefix="signalbox-bad-")
        self.addCleanup(shutil.rmtree, folder, True)
        with open(os.path.join(folder, "rules.yml"), "w") as file:
            file.write(RULES)
        box = Signalbox(config="self_scrape: {enabled: false}\nrules: {built_in: false}\n",
                        prometheus="rule_files: [rules.yml]\n", data=folder)
        self.addCleanup(box.close)
        now = int(time.time() * 1000)
        box.write_samples([({"__name__": "in", "instance": name}, [(now, 1)]) for name in ("a", "b")])
        box.wait_for("fine == 2")

        def rules():
            return {rule["name"]: rule for group in box.api("rules")["groups"] for rule in group["rules"]}
        self.assertTrue(wait_until(lambda: rules()["Same"]["health"] == "err", 20), rules())
        self.assertIn("vector contains metrics with the same labelset after applying alert labels",
                      rules()["Same"]["lastError"])
        self.assertEqual(rules()["Same"]["alerts"], [])
        self.assertEqual(rules()["fine"]["health"], "ok")
        # A template that fails says so in its own place; the alert is no less firing.
        self.assertTrue(wait_until(lambda: len(rules()["Unreadable"]["alerts"]) == 2, 20))
        annotations = rules()["Unreadable"]["alerts"][0]["annotations"]
        self.assertIn("error expanding template", annotations["summary"])
        self.assertIn(annotations["other"], ("a", "b"))


if __name__ == "__main__":
    main()
