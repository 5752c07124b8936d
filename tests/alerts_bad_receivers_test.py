# SPDX-License-Identifier: Apache-2.0
"""Receivers that redirect, hang, refuse or have a certificate that nobody knows, and what the history says about them and
about alerts that were held back, also after kill -9.
"""
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
import http.server

from alerting_test import Recorder, call, signalbox, wait_until
from harness import main

FAR = "2099-01-01T00:00:00Z"
CONFIG = """
route:
  receiver: many
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 1s
  routes:
  - {matchers: [kind=muted], receiver: good, mute_time_intervals: [always]}
  - {matchers: [kind=plain], receiver: good}
receivers:
- {name: good, webhook_configs: [{url: '@/good'}]}
- name: many
  webhook_configs:
  - {url: '@/good'}
  - {url: '@/moved307'}
  - {url: '@/moved307', http_config: {follow_redirects: false}}
  - {url: '@/busy'}
  - {url: '@/broken'}
  - {url: 'https://127.0.0.1:TLS/secret'}
  - {url: 'https://127.0.0.1:TLS/trusted', http_config: {tls_config: {ca_file: 'CERT'}}}
  - {url: 'http://127.0.0.1:SILENT/hangs', timeout: 300ms}
inhibit_rules:
- {source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [job]}
time_intervals:
- {name: always, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}
"""


class Moving(Recorder):
    """/moved307 leads to /target; /busy says 429, /broken 400."""

    def __init__(self):
        super().__init__()
        self.answer = lambda path: ((429, b"slow down", "text/plain") if path == "/busy"
                                    else (400, b"no such thing", "text/plain") if path == "/broken"
                                    else (200, b"ok", "text/plain"))
        handler = self.http.RequestHandlerClass
        plain = handler.do_POST
        where = f"http://127.0.0.1:{self.http_port}/target"

        def post(request):
            if request.path != "/moved307":
                return plain(request)
            request.rfile.read(int(request.headers.get("Content-Length", "0")))
            request.send_response(307)
            request.send_header("Location", where)
            request.send_header("Content-Length", "0")
            request.end_headers()
        handler.do_POST = post


class BadReceiversTest(unittest.TestCase):
    def setUp(self):
        if shutil.which("openssl") is None:
            self.skipTest("openssl is not installed")
        self.folder = tempfile.mkdtemp(prefix="signalbox-bad-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        cert, key = os.path.join(self.folder, "cert.pem"), os.path.join(self.folder, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days",
                        "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
                       check=True, capture_output=True)
        self.sink, self.secure = Moving(), Recorder()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        tls = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.secure.http.RequestHandlerClass)
        tls.handle_error = lambda request, address: None
        tls.socket = context.wrap_socket(tls.socket, server_side=True)
        threading.Thread(target=tls.serve_forever, daemon=True).start()
        silent = socket.socket()
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        for close in (self.sink.close, self.secure.close, tls.shutdown, tls.server_close, silent.close):
            self.addCleanup(close)
        text = CONFIG.replace("@/", f"http://127.0.0.1:{self.sink.http_port}/").replace("CERT", cert)
        text = text.replace("TLS", str(tls.server_address[1])).replace("SILENT", str(silent.getsockname()[1]))
        self.box = signalbox(text)
        self.addCleanup(self.box.close)

    def post(self, *alerts):
        body = [{"labels": labels, "endsAt": FAR} for labels in alerts]
        self.assertEqual(call("POST", self.box.alerts_url + "/api/v2/alerts", body)[0], 200)

    def history(self, query=""):
        return json.loads(call("GET", self.box.ui + "/api/signalbox/v1/notifications" + query)[1])["notifications"]

    def test_each_bad_receiver_is_explained_and_delays_no_other(self):
        self.post({"alertname": "Full"})
        self.assertTrue(wait_until(lambda: self.sink.taken("/good"), 10))
        results = lambda: {e["integration"]: e for e in reversed(self.history())}
        self.assertTrue(wait_until(lambda: len(results()) == 8, 40), results().keys())
        got = results()
        sent = {name for name, entry in got.items() if entry["outcome"] == "sent"}
        # The good one, the redirect that is followed, and the server whose certificate is known.
        self.assertEqual(sent, {"webhook[0]", "webhook[1]", "webhook[6]"}, got)
        self.assertEqual(len(self.sink.taken("/target")), 1)
        self.assertTrue(json.loads(self.sink.taken("/target")[0]["body"])["alerts"])  # method and body survive a 307
        self.assertEqual([r["path"] for r in self.secure.taken()], ["/trusted"])
        for name, words, attempts in (("webhook[2]", "status code 307", 1), ("webhook[3]", "status code 429: slow down", 1),
                                      ("webhook[4]", "status code 400: no such thing", 1)):
            self.assertIn(words, got[name]["error"])
            self.assertEqual(got[name]["attempts"], attempts, got[name])
        self.assertIn("configured timeout reached (300ms)", got["webhook[7]"]["error"])
        for name in ("webhook[5]", "webhook[7]"):
            self.assertGreater(got[name]["attempts"], 1, got[name])  # worth another try
        self.assertEqual(len(self.sink.taken("/good")), 1)

    def test_history_says_why_not_also_after_a_kill(self):
        silence = {"matchers": [{"name": "alertname", "value": "Quiet", "isRegex": False}], "startsAt": "2020-01-01T00:00:00Z",
                   "endsAt": FAR, "createdBy": "me", "comment": "c"}
        status, body, _ = call("POST", self.box.alerts_url + "/api/v2/silences", silence)
        silence_id = json.loads(body)["silenceID"]
        self.post({"alertname": "Quiet", "kind": "plain"}, {"alertname": "Down", "kind": "plain", "job": "a"},
                  {"alertname": "Slow", "kind": "plain", "job": "a"}, {"alertname": "Night", "kind": "muted"})

        def story():
            told = {}
            names = {a["fingerprint"]: a["labels"]["alertname"]
                     for a in json.loads(call("GET", self.box.alerts_url + "/api/v2/alerts")[1])}
            for entry in self.history():
                for fingerprint in entry["firing"]:
                    told.setdefault(names[fingerprint], []).append((entry["outcome"], entry["reason"]))
            return told, {name: fingerprint for fingerprint, name in names.items()}
        self.assertTrue(wait_until(lambda: len(story()[0]) == 4, 20), story())
        told, prints = story()
        self.assertEqual(told, {"Quiet": [("silenced", silence_id)], "Down": [("sent", "first notification")],
                                "Slow": [("inhibited", prints["Down"])], "Night": [("muted", "always")]})
        self.box.kill()
        self.box.start()
        self.box.alerts_url = "http://" + self.box.doors["alertmanager"]
        self.post({"alertname": "Other", "kind": "plain"})
        self.assertTrue(wait_until(lambda: len(self.sink.taken("/good")) == 2, 20))
        after, _ = story()
        self.assertEqual(after.pop("Other"), [("sent", "first notification")])
        self.assertEqual(after, told)  # nothing new, nothing said twice, nothing gone
        one = self.history("?fingerprint=" + prints["Slow"])
        self.assertEqual([(e["outcome"], e["receiver"]) for e in one], [("inhibited", "good")])


if __name__ == "__main__":
    main()
