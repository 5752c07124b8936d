# SPDX-License-Identifier: Apache-2.0
"""Alert manager: recorded conversations and notifications of Alertmanager, amtool, kill -9, side by side.

The recorded data is found through SIGNALBOX_CONFORMANCE_DIR; amtool and prometheus-alertmanager come from
Debian's package prometheus-alertmanager. What is absent is skipped, and said.
"""
import http.server
import json
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

from harness import Signalbox, binary

CONFORMANCE = os.path.join(os.environ.get("SIGNALBOX_CONFORMANCE_DIR", "/nonexistent"), "alertmanager")
HAVE_DATA = os.path.isdir(CONFORMANCE)
NOTE_MAX_S = 0.2  # of a busy machine; usual are a few milliseconds
STORM_CYCLES = int(os.environ.get("SIGNALBOX_STORM_CYCLES", "20"))


def iso(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def call(method, url, body=None, timeout_s=20):
    data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as reply:
            return reply.status, reply.read(), reply.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


class Recorder:
    """Takes every HTTP request and every mail, and remembers them with the time."""

    def __init__(self):
        self.requests = []
        self.mails = []
        self.lock = threading.Lock()
        self.answer = lambda path: (200, b"ok", "text/plain")
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body go out as two pieces. With Nagle's algorithm the second would wait for the client's
            # kernel, which acknowledges the first up to 40 ms later.
            disable_nagle_algorithm = True

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", "0") or 0))
                status, reply, kind = recorder.answer(self.path)
                record = {"method": self.command, "path": self.path, "status": status, "headers": dict(self.headers),
                          "body": body.decode(), "at": time.monotonic(), "answered_at": None}
                with recorder.lock:
                    recorder.requests.append(record)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)
                record["answered_at"] = time.monotonic()

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, *args):
                pass

        class Mail(socketserver.StreamRequestHandler):
            def handle(self):
                commands, text = [], []
                self.wfile.write(b"220 sink ESMTP\r\n")
                for line in self.rfile:
                    command = line.decode().rstrip("\r\n")
                    commands.append(command)
                    word = command.split(" ")[0].upper()
                    if word == "EHLO":
                        self.wfile.write(b"250-sink\r\n250 8BITMIME\r\n")
                    elif word == "DATA":
                        self.wfile.write(b"354 go on\r\n")
                        for data in self.rfile:
                            if data == b".\r\n":
                                break
                            text.append(data.decode())
                        self.wfile.write(b"250 taken\r\n")
                        with recorder.lock:
                            recorder.mails.append({"smtp": list(commands), "body": "".join(text),
                                                   "at": time.monotonic()})
                    elif word == "QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                    else:
                        self.wfile.write(b"250 ok\r\n")

        class Threading(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        class Http(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                pass  # a client that was killed

        self.http = Http(("127.0.0.1", 0), Handler)
        self.smtp = Threading(("127.0.0.1", 0), Mail)
        self.http_port = self.http.server_address[1]
        self.smtp_port = self.smtp.server_address[1]
        for server in (self.http, self.smtp):
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self):
        for server in (self.http, self.smtp):
            server.shutdown()
            server.server_close()

    def taken(self, path=None):
        with self.lock:
            return [r for r in self.requests if r["status"] == 200 and (path is None or r["path"] == path)]


def wait_until(condition, timeout_s):
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def signalbox(alertmanager_yml, external_url=None, more_options=None, **more):
    folder = tempfile.mkdtemp(prefix="signalbox-alerts-")
    with open(os.path.join(folder, "alertmanager.yml"), "w") as file:
        file.write(alertmanager_yml)
    section = "config: alertmanager.yml" + (f", external_url: '{external_url}'" if external_url else "")
    section += "".join(f", {name}: {value}" for name, value in (more_options or {}).items())
    box = Signalbox("self_scrape: {enabled: false}\nrules: {built_in: false}\nalertmanager: {%s}\n" % section, data=folder, **more)
    box.owns_folder = True
    box.alerts_url = "http://" + box.doors["alertmanager"]
    return box


class ConversationTest(unittest.TestCase):
    @unittest.skipUnless(HAVE_DATA, "SIGNALBOX_CONFORMANCE_DIR is not set")
    def test_answers_as_recorded(self):
        with open(os.path.join(CONFORMANCE, "api/alertmanager.yml")) as file:
            box = signalbox(file.read())
        self.addCleanup(box.close)
        start = datetime.now(timezone.utc)
        names = {}
        good, wrong = 0, []
        with open(os.path.join(CONFORMANCE, "api/conversation.jsonl")) as file:
            steps = [json.loads(line) for line in file]

        def fill(value):
            if isinstance(value, dict):
                return {k: fill(v) for k, v in value.items()}
            if isinstance(value, list):
                return [fill(v) for v in value]
            if isinstance(value, str):
                match = re.fullmatch(r"@T([+-]\d+)@", value)
                if match:
                    return iso(start + timedelta(seconds=int(match.group(1))))
                for name, known in names.items():
                    value = value.replace("@%s@" % name, known)
            return value

        def same(want, got, key=""):
            if isinstance(want, dict):
                return isinstance(got, dict) and set(want) == set(got) and all(same(want[k], got[k], k) for k in want)
            if isinstance(want, list):
                return isinstance(got, list) and len(want) == len(got) and all(map(same, want, got))
            if want == "@NOW@":
                return isinstance(got, str) and re.match(r"\d{4}-\d\d-\d\dT", got)
            match = re.fullmatch(r"@(SIL\d+)@", want) if isinstance(want, str) else None
            if match and match.group(1) not in names:
                names[match.group(1)] = got
                return True
            return fill(want) == got

        for step in steps:
            body = step.get("body")
            data = None if body is None else (body.encode() if isinstance(body, str) else fill(body))
            path = fill(step["path"])
            status, reply, _ = call(step["method"], box.alerts_url + path, data)
            ok = status == step["status"]
            if ok and "shape only" in step.get("note", ""):
                ok = set(step["response"]) <= set(json.loads(reply))
            elif ok and "response" in step:
                try:
                    ok = bool(same(step["response"], json.loads(reply)))
                except ValueError:
                    ok = False
            elif ok and step.get("response_text") == "OK":
                ok = reply.strip() != b""
            elif ok and "response_text" in step:
                ok = reply.decode() == step["response_text"]
            good += ok
            if not ok:
                wrong.append((step["step"], step["method"], path, status, reply[:600],
                              json.dumps(step.get("response", step.get("response_text")))[:600]))
        print(f"conformance: alertmanager/api {good} of {len(steps)}")
        self.assertEqual(wrong, [])


class NotifyTest(unittest.TestCase):
    @unittest.skipUnless(HAVE_DATA, "SIGNALBOX_CONFORMANCE_DIR is not set")
    def test_receivers_are_sent_the_recorded_bytes(self):
        sink = Recorder()
        self.addCleanup(sink.close)
        sink.answer = lambda path: (
            (200, b'{"errcode":0,"access_token":"tok123"}', "application/json") if "gettoken" in path or "wechat" in path
            else (200, b'{"ok":true}', "application/json") if "telegram" in path or "slack" in path
            else (200, b"{}", "application/json"))
        with open(os.path.join(CONFORMANCE, "notify/default.yml")) as file:
            text = file.read().replace("@HTTP@", str(sink.http_port)).replace("@SMTP@", str(sink.smtp_port))
        box = signalbox(text, external_url="http://am.example:9093")
        self.addCleanup(box.close)
        with open(os.path.join(CONFORMANCE, "notify/default-alerts.json")) as file:
            rounds = json.load(file)
        with open(os.path.join(CONFORMANCE, "notify/default-requests.jsonl")) as file:
            records = [json.loads(line) for line in file]
        begun = time.monotonic()
        start = datetime.now(timezone.utc) - timedelta(seconds=0.25)
        marks = {"@START@": iso(start), "@END@": iso(start + timedelta(seconds=0.2))}
        got_by_round = []
        for entry in rounds:
            time.sleep(max(0, begun + entry["after_s"] - time.monotonic()))
            body = json.dumps(entry["POST /api/v2/alerts"])
            for mark, value in marks.items():
                body = body.replace(mark, value)
            with sink.lock:
                before = (len(sink.requests), len(sink.mails))
            self.assertEqual(call("POST", box.alerts_url + "/api/v2/alerts", body.encode())[0], 200)
            want = [r for r in records if r["round"] == entry["round"]]
            wait_until(lambda: len(sink.requests) + len(sink.mails) - sum(before) >= len(want), 4)
            with sink.lock:
                got_by_round.append((sink.requests[before[0]:], sink.mails[before[1]:]))
        good, wrong = 0, []
        for record in records:
            requests, mails = got_by_round[record["round"]]
            ok, why = self.find(record, requests, mails, marks, sink)
            good += ok
            if not ok:
                wrong.append((record["round"], record["path"], why))
        print(f"conformance: alertmanager/notify {good} of {len(records)}")
        self.assertEqual(wrong, [])

    def find(self, record, requests, mails, marks, sink):
        want = record["body"]
        for mark, value in marks.items():
            want = want.replace(mark, re.sub(r"\.?0*Z$", "Z", value))
        if record["method"] == "SMTP":
            for mail in mails:
                ok, why = self.same_mail(record, want, mail)
                if ok:
                    return True, ""
            return False, why if mails else "no mail"
        why = [r["path"] for r in requests]
        for request in requests:
            if request["path"] != record["path"] or request["method"] != record["method"]:
                continue
            body = request["body"]
            if "webhook" in record["path"]:
                fields = json.loads(body)  # the reference has gained keys since
                same = {key: fields.get(key) for key in json.loads(want)} == json.loads(want)
            else:
                same = body == want
            headers = {k: v for k, v in record.get("headers", {}).items() if "@" not in v}
            wrong = {k: (v, request["headers"].get(k)) for k, v in headers.items() if request["headers"].get(k) != v}
            if same and not wrong:
                return True, ""
            why = (body[:3000], want[:3000], wrong)
        return False, why

    def same_mail(self, record, want, mail):
        """Headers in any order; the boundary, id and date of this one in place of the recorded."""
        head, _, body = mail["body"].partition("\r\n\r\n")
        want_head, _, want_body = want.partition("\r\n\r\n")
        boundary = re.search(r"boundary=(\S+)", head).group(1)
        body = body.replace(boundary, "@BOUNDARY@")
        head = head.replace(boundary, "@BOUNDARY@")
        head = re.sub(r"Message-Id: <[^>]*>", "Message-Id: <@ID@>", head)
        head = re.sub(r"Date: .*", "Date: @DATE@\r", head)
        strip = lambda lines: sorted(line.strip() for line in lines.split("\n"))
        recipients = [c for c in mail["smtp"] if c.startswith("RCPT")]
        wanted = [c for c in record["smtp"] if c.startswith("RCPT")]
        if strip(head) != strip(want_head):
            return False, (strip(head), strip(want_head))
        if recipients != wanted:
            return False, (recipients, wanted)
        if body != want_body:
            for i, (a, b) in enumerate(zip(body, want_body)):
                if a != b:
                    return False, (i, body[max(0, i - 60):i + 60], want_body[max(0, i - 60):i + 60])
            return False, ("lengths", len(body), len(want_body), body[-80:], want_body[-80:])
        return True, ""


class GrafanaRoutingTest(unittest.TestCase):
    OWN = "route: {receiver: own, group_wait: 100ms}\nreceivers: [{name: own, webhook_configs: [{url: 'http://127.0.0.1:%d/own'}]}]\n"

    def alert(self, name, **labels):
        return [{"labels": {"alertname": name, **labels}, "endsAt": "2099-01-01T00:00:00Z"}]

    def test_contact_points_of_the_api_deliver_alerts_of_grafana_rules(self):
        sink = Recorder()
        self.addCleanup(sink.close)
        box = signalbox(self.OWN % sink.http_port)
        self.addCleanup(box.close)
        provisioning = box.ui + "/api/v1/provisioning"
        point = {"name": "own", "type": "webhook", "settings": {"url": f"http://127.0.0.1:{sink.http_port}/grafana"}}
        self.assertIn(call("POST", provisioning + "/contact-points", point)[0], (200, 201, 202))
        policy = {"receiver": "own", "group_by": ["alertname"], "group_wait": "100ms"}
        self.assertIn(call("PUT", provisioning + "/policies", policy)[0], (200, 202))
        for alerts in (self.alert("A", grafana_folder="f"), self.alert("B")):
            self.assertEqual(call("POST", box.alerts_url + "/api/v2/alerts", alerts)[0], 200)
        told = lambda path: {a["labels"]["alertname"] for r in sink.taken(path) for a in json.loads(r["body"])["alerts"]}
        self.assertTrue(wait_until(lambda: told("/grafana") and told("/own"), 10), sink.requests)
        self.assertEqual((told("/grafana"), told("/own")), ({"A"}, {"B"}))
        # The same after a restart.
        box.kill()
        box.start()
        box.alerts_url = "http://" + box.doors["alertmanager"]
        self.assertEqual(call("POST", box.alerts_url + "/api/v2/alerts", self.alert("C", grafana_folder="f"))[0], 200)
        self.assertTrue(wait_until(lambda: "C" in told("/grafana"), 10))

    def test_folder_with_rules_is_not_deleted_by_accident(self):
        box = signalbox(self.OWN % 9)
        self.addCleanup(box.close)
        self.assertEqual(call("POST", box.ui + "/api/folders", {"uid": "fold", "title": "Fold"})[0], 200)
        rule = {"uid": "r1", "title": "R", "ruleGroup": "g", "folderUID": "fold", "condition": "A", "noDataState": "OK",
                "execErrState": "OK", "for": "1m", "orgID": 1,
                "data": [{"refId": "A", "datasourceUid": "prometheus", "relativeTimeRange": {"from": 60, "to": 0},
                          "model": {"refId": "A", "expr": "vector(1) > 0"}}]}
        self.assertEqual(call("POST", box.ui + "/api/v1/provisioning/alert-rules", rule)[0], 201)
        self.assertEqual(call("DELETE", box.ui + "/api/folders/fold")[0], 400)
        self.assertEqual(call("DELETE", box.ui + "/api/folders/fold?forceDeleteRules=true")[0], 200)
        self.assertEqual(call("GET", box.ui + "/api/v1/provisioning/alert-rules/r1")[0], 404)


class OwnApiTest(unittest.TestCase):
    def test_metrics_have_the_names_of_alertmanager(self):
        box = signalbox("route: {receiver: r}\nreceivers: [{name: r}]\n")
        self.addCleanup(box.close)
        text = call("GET", box.alerts_url + "/metrics")[1].decode()
        for name in ('alertmanager_alerts{state="active"} 0', 'alertmanager_silences{state="expired"} 0',
                     "alertmanager_config_last_reload_successful 1", "alertmanager_config_hash ", "alertmanager_receivers 1",
                     'alertmanager_notifications_suppressed_total{reason="silence"} 0',
                     'alertmanager_notification_latency_seconds_count{integration="slack"} 0',
                     'alertmanager_notification_requests_failed_total{integration="webhook"} 0',
                     "alertmanager_nflog_snapshot_size_bytes ", "alertmanager_nflog_query_errors_total 0",
                     "alertmanager_silences_query_errors_total 0", "alertmanager_silences_maintenance_errors_total 0",
                     "alertmanager_cluster_members 1", "alertmanager_cluster_failed_peers 0",
                     "alertmanager_cluster_health_score 0", "alertmanager_peer_position 0",
                     "signalbox_alerts_notifications_resent_total 0"):
            self.assertIn("\n" + name, text)
        with open(os.path.join(box.folder, "alertmanager.yml"), "w") as file:
            file.write("route: {receiver: nobody}\nreceivers: []\n")
        self.assertEqual(call("POST", box.alerts_url + "/-/reload")[0], 500)
        self.assertIn("alertmanager_config_last_reload_successful 0", call("GET", box.alerts_url + "/metrics")[1].decode())

    def test_new_recording_rules_get_a_past(self):
        box = signalbox("route: {receiver: r}\nreceivers: [{name: r}]\n")
        self.addCleanup(box.close)
        group = "groups:\n- name: g\n  interval: 1h\n  rules:\n  - {record: 'new:rule', expr: vector(3)}\n  - {alert: A, expr: vector(1)}\n"
        path = os.path.join(box.folder, "new.yml")
        with open(path, "w") as file:
            file.write(group)
        now = int(time.time()) // 3600 * 3600
        done = subprocess.run([binary(), "rules", "backfill", "--url", box.ui, "--start", str(now - 240 * 3600), "--end",
                               str(now - 3600), path], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "g: 240 samples of 1 series from 240 evaluations\n")
        status, body, _ = call("GET", box.ui + f"/prometheus/api/v1/query?query=count_over_time(new:rule[20d])&time={now}")
        self.assertEqual((status, json.loads(body)["data"]["result"][0]["value"][1]), (200, "240"))
        box.kill()
        box.start()
        status, body, _ = call("GET", box.ui + f"/prometheus/api/v1/query?query=count_over_time(new:rule[20d])&time={now}")
        self.assertEqual(json.loads(body)["data"]["result"][0]["value"][1], "240")

    def test_recording_rules_over_logs_and_spans_get_a_past(self):
        box = signalbox("route: {receiver: r}\nreceivers: [{name: r}]\n")
        self.addCleanup(box.close)
        end = int(time.time()) // 60 * 60 - 60
        begin = end - 20 * 60
        lines = [[str((begin + 10 * i) * 10**9), f"line {i}"] for i in range(120)]
        self.assertEqual(call("POST", box.ui + "/loki/api/v1/push",
                              {"streams": [{"stream": {"app": "shop"}, "values": lines}]})[0], 204)
        spans = [{"traceId": f"{i + 1:032x}", "spanId": f"{i + 1:016x}", "name": "buy", "kind": 2,
                  "startTimeUnixNano": str((begin + 10 * i) * 10**9), "endTimeUnixNano": str((begin + 10 * i) * 10**9 + 10**6)}
                 for i in range(120)]
        self.assertEqual(call("POST", box.ui + "/otlp/v1/traces", {"resourceSpans": [{
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]},
            "scopeSpans": [{"spans": spans}]}]})[0], 200)
        for language, record, expr in (("logql", "lines:count5m", 'sum by (app) (count_over_time({app="shop"} |= "line" [5m]))'),
                                       ("traceql", "spans:count5m", '{ name = "buy" } | count_over_time()')):
            path = os.path.join(box.folder, language + ".yml")
            with open(path, "w") as file:
                file.write(json.dumps({"groups": [{"name": language, "interval": "1m",
                                                   "rules": [{"record": record, "expr": expr}]}]}))
            command = [binary(), "rules", "backfill", "--url", box.ui, "--start", str(begin + 300), "--end", str(end), path]
            done = subprocess.run(command + ["--language", language], capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, f"{language}: 16 samples of 1 series from 16 evaluations\n")
            status, body, _ = call("GET", box.ui + f"/prometheus/api/v1/query?query={record}&time={begin + 600}")
            self.assertEqual(float(json.loads(body)["data"]["result"][0]["value"][1]), 30, body)
            wrong = subprocess.run(command, capture_output=True, text=True, timeout=120)
            self.assertEqual((wrong.returncode, wrong.stdout), (1, ""), "it is no PromQL")
            unknown = subprocess.run(command + ["--language", "sql"], capture_output=True, text=True, timeout=120)
            self.assertEqual(unknown.returncode, 1)
            self.assertIn("no language of rules has this name: sql", unknown.stderr)

    def test_rules_in_traceql_are_kept_and_evaluated(self):
        box = signalbox("route: {receiver: r}\nreceivers: [{name: r}]\n")
        self.addCleanup(box.close)
        rules = box.ui + "/tempo/config/v1/rules/team"
        group = {"name": "spans", "interval": "1s", "rules": [
            {"alert": "Slow", "expr": "{ name = \"slow\" } | count_over_time() by (resource.service.name) > 0"}]}
        self.assertEqual(call("POST", rules, {**group, "rules": [{"alert": "Bad", "expr": "{ status = error }"}]})[0], 400)
        self.assertEqual(call("POST", rules, group)[0], 202)
        span = {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "slow", "kind": 2,
                "startTimeUnixNano": str(time.time_ns() - 10**9), "endTimeUnixNano": str(time.time_ns())}
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]}
        spans = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]}
        self.assertEqual(call("POST", box.ui + "/otlp/v1/traces", spans)[0], 200)
        alerts = lambda: json.loads(call("GET", box.alerts_url + "/api/v2/alerts")[1])
        self.assertTrue(wait_until(alerts, 15), call("GET", box.ui + "/prometheus/api/v1/rules")[1])
        self.assertEqual(alerts()[0]["labels"], {"alertname": "Slow", "service_name": "cart"})

    def test_route_test_and_acknowledgement(self):
        box = signalbox("route: {receiver: r, group_wait: 10ms}\nreceivers: [{name: r}]\n")
        self.addCleanup(box.close)
        own = box.ui + "/api/signalbox/v1"
        why = json.loads(call("POST", own + "/routes/test", {"labels": {"alertname": "X"}})[1])
        self.assertEqual(why["routes"][0]["receiver"], "r")
        call("POST", box.alerts_url + "/api/v2/alerts", [{"labels": {"alertname": "X"}}])
        alert = json.loads(call("GET", own + "/alerts")[1])["alerts"][0]
        path = own + "/alerts/" + alert["alert"]["fingerprint"] + "/acknowledgement"
        self.assertEqual(call("PUT", path, {"by": "kim"})[0], 204)
        self.assertEqual(json.loads(call("GET", own + "/alerts")[1])["alerts"][0]["acknowledgement"]["by"], "kim")
        self.assertEqual(call("DELETE", path)[0], 204)


class AmtoolTest(unittest.TestCase):
    def setUp(self):
        if shutil.which("amtool") is None:
            self.skipTest("amtool (Debian package prometheus-alertmanager) is not installed")

    def amtool(self, *args, url=None, check=True):
        command = ["amtool", *([f"--alertmanager.url={url}"] if url else []), *args]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if check:
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_amtool_works_unchanged(self):
        box = signalbox("route: {receiver: team, group_by: [alertname], group_wait: 1s}\nreceivers: [{name: team}]\n")
        self.addCleanup(box.close)
        for url in (box.alerts_url, box.ui + "/alertmanager"):
            name = "A" + url[-1]
            self.amtool("alert", "add", f"alertname={name}", "job=api", "severity=page", url=url)
            self.assertIn(name, self.amtool("alert", "query", f"alertname={name}", url=url))
            silence = self.amtool("silence", "add", f"alertname={name}", "--comment=c", "--author=me", url=url).strip()
            self.assertIn(silence, self.amtool("silence", "query", url=url))
            self.assertIn(name, self.amtool("alert", "query", "--silenced", f"alertname={name}", url=url))
            self.amtool("silence", "expire", silence, url=url)
            self.assertNotIn(silence, self.amtool("silence", "query", url=url))
            self.assertIn("receiver: team", self.amtool("config", "show", url=url))
            self.assertIn("team", self.amtool("config", "routes", "test", "a=b", url=url))
            self.amtool("cluster", "show", url=url)


class OwnAmtoolTest(unittest.TestCase):
    @unittest.skipUnless(HAVE_DATA, "SIGNALBOX_CONFORMANCE_DIR is not set")
    def test_offline_commands_print_what_amtool_prints(self):
        with open(os.path.join(CONFORMANCE, "amtool/outputs.jsonl")) as file:
            rows = [json.loads(line) for line in file]
        wrong = []
        for row in rows:
            done = subprocess.run([binary(), "amtool", *row["args"]], cwd=CONFORMANCE, capture_output=True, text=True)
            if (done.returncode, done.stdout, done.stderr) != (row["rc"], row["stdout"], row["stderr"]):
                wrong.append((row, done))
        print(f"conformance: alertmanager/amtool {len(rows) - len(wrong)} of {len(rows)}")
        self.assertEqual(wrong, [])


STORM = """
route: {receiver: hook, group_by: [alertname], group_wait: 10ms, group_interval: 1s, repeat_interval: 4h}
receivers:
- name: hook
  webhook_configs: [{url: 'http://127.0.0.1:%d/hook'}]
"""


class KillTest(unittest.TestCase):
    def test_storm_survives_kill(self):
        """Every alert that was acknowledged is told; twice only what was being told when the process died."""
        sink = Recorder()
        self.addCleanup(sink.close)
        box = signalbox(STORM % sink.http_port)
        self.addCleanup(box.close)
        posted, number, begun, kills = set(), 0, time.monotonic(), []
        cycles = 0
        for cycle in range(STORM_CYCLES):
            if time.monotonic() - begun > 240:
                break
            cycles += 1
            for _ in range(3):
                names = [f"S{number + i}" for i in range(5)]
                number += 5
                alerts = [{"labels": {"alertname": name}, "endsAt": "2099-01-01T00:00:00Z"} for name in names]
                try:
                    if call("POST", box.alerts_url + "/api/v2/alerts", alerts)[0] == 200:
                        posted.update(names)
                except OSError:
                    pass
            time.sleep(0.02 + 0.15 * ((cycle * 7919) % 10) / 10)
            asked = time.monotonic()
            box.kill()
            kills.append((asked, time.monotonic()))  # it died in between
            box.start()
            box.alerts_url = "http://" + box.doors["alertmanager"]
        told = lambda: {a["labels"]["alertname"] for r in sink.taken("/hook") for a in json.loads(r["body"])["alerts"]}
        wait_until(lambda: posted <= told(), 30)
        self.assertEqual(posted - told(), set(), "lost")
        by_name = {}
        for request in sink.taken("/hook"):
            for alert in json.loads(request["body"])["alerts"]:
                by_name.setdefault(alert["labels"]["alertname"], []).append(request)
        key = lambda request: request["headers"].get("Idempotency-Key")
        again = {name: told for name, told in by_name.items() if len(told) > 1}
        other_key = [name for name, told in again.items() if len({key(request) for request in told}) > 1]
        # How long the receiver had answered when the process was killed: nothing, if the process cannot have known.
        open_for = []
        for told in again.values():
            kill = min((asked for asked, dead in kills if dead > told[0]["at"]), default=None)
            answered = told[0]["answered_at"]
            if kill is not None:
                open_for.append(0 if answered is None else max(0, kill - answered))
        open_for.sort()
        in_flight = sum(1 for seconds in open_for if seconds < 0.005)
        print(f"storm: {cycles} kills, {len(posted)} alerts, 0 lost, {len(again)} told again under the same key, of which "
              f"{in_flight} were answered less than 5 ms before the kill or not at all (longest "
              f"{1000 * max(open_for, default=0):.0f} ms), {len(other_key)} doubled under another key")
        self.assertEqual(other_key, [], "told twice under different idempotency keys")
        # The note is written as soon as the answer is read, by no timer and behind no fsync.
        self.assertLess(max(open_for, default=0), NOTE_MAX_S, "noted late")


# The real Alertmanager, for comparison: Debian's, or the one of SIGNALBOX_ALERTMANAGER.
PEER = os.environ.get("SIGNALBOX_ALERTMANAGER") or shutil.which("prometheus-alertmanager")


class Peer:
    """The real Alertmanager on a port of its own, which it keeps over a restart."""

    def __init__(self, config, args=()):
        self.folder = tempfile.mkdtemp(prefix="alertmanager-")
        with open(os.path.join(self.folder, "alertmanager.yml"), "w") as file:
            file.write(config)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.alerts_url = f"http://127.0.0.1:{port}"
        self.command = [PEER, f"--config.file={self.folder}/alertmanager.yml", f"--storage.path={self.folder}/data",
                        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", *args]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def ready():
            try:
                return call("GET", self.alerts_url + "/-/ready")[0] == 200
            except OSError:
                return False
        if not wait_until(ready, 20):
            raise AssertionError("the real Alertmanager does not start with\n" + " ".join(self.command))

    def restart(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.start()

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


SIDE = """
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 3s
  routes:
  - {matchers: ['severity="page"'], receiver: pager, continue: true}
receivers:
- name: hook
  webhook_configs: [{url: 'http://127.0.0.1:%d/hook'}]
- name: pager
  webhook_configs: [{url: 'http://127.0.0.1:%d/pager', send_resolved: false}]
inhibit_rules:
- {source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [job]}
"""


class SideBySideTest(unittest.TestCase):
    def run_one(self, make):
        sink = Recorder()
        server = make(SIDE % (sink.http_port, sink.http_port))
        start = time.monotonic()
        begun = datetime.now(timezone.utc)

        def alert(name, end=None, **labels):
            body = {"labels": {"alertname": name, **labels}, "startsAt": iso(begun),
                    "endsAt": iso(begun + timedelta(seconds=end)) if end is not None else "2099-01-01T00:00:00Z"}
            return body

        plan = [(0.0, [alert("Slow", job="a"), alert("Down", job="a"), alert("Slow", job="b")]),
                (0.5, [alert("Full", job="c", severity="page"), alert("Full", job="d")]),
                (2.2, [alert("Full", job="d", end=2.1)]),
                (4.6, [alert("Down", job="a", end=4.5)]),
                (7.0, [alert("Full", job="c", severity="page", end=6.9)])]
        for at, alerts in plan:
            time.sleep(max(0, start + at - time.monotonic()))
            self.assertEqual(call("POST", server.alerts_url + "/api/v2/alerts", alerts)[0], 200)
        time.sleep(max(0, start + 10.5 - time.monotonic()))
        server.close()
        sink.close()
        seen = []
        for request in sink.taken():
            body = json.loads(request["body"])
            what = tuple(sorted((a["labels"]["alertname"], a["labels"]["job"], a["status"]) for a in body["alerts"]))
            seen.append((request["path"], body["groupKey"], what, request["at"] - start))
        return sorted(seen)

    def test_same_notifications_in_the_same_windows(self):
        if PEER is None:
            self.skipTest("prometheus-alertmanager is not installed")
        theirs = self.run_one(Peer)
        ours = self.run_one(signalbox)
        print(f"side by side: {len(theirs)} notifications of the real one, {len(ours)} here")
        self.assertEqual([s[:3] for s in ours], [s[:3] for s in theirs])
        for mine, other in zip(ours, theirs):
            self.assertLess(abs(mine[3] - other[3]), 1.0, (mine, other))


if __name__ == "__main__":
    unittest.main(verbosity=2)
