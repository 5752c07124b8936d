#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What configuration does to log lines, on the real program: stages, metrics of lines, retention by selector,
test-pipeline; and the doors of syslog over TLS and of the journal."""
import json
import os
import socket
import ssl
import subprocess
import time
import urllib.parse

import harness
from logs_case import LogsCase, MIB, now_ns

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"


class StagesTest(LogsCase):
    CONFIG = """self_scrape: {{enabled: false}}
retention:
  logs_rules:
    - {{selector: '{{app="short"}}', keep: 1h}}
    - {{selector: '{{app="audit"}}', keep: 0s}}
logs:
  syslog:
    - listen: tcp://127.0.0.1:0
    - {{listen: "tls://127.0.0.1:0", cert_file: cert.pem, key_file: key.pem, labels: {{via: tls}}}}
  pipeline:
    - {{ parse: json, message: msg, match: '{{app="shop"}}' }}
    - {{ redact: '\\b\\d{{12}}(\\d{{4}})\\b', with: '****\\1' }}
    - {{ drop: 'GET /healthz' }}
    - {{ limit: 1, burst: 10, by: app, match: '{{app="noisy"}}' }}
    - {{ metric: shop_lines_total, by_labels: [app], match: '{{app="shop"}}' }}
"""

    def test_journal_entries_with_binary_fields(self):
        message = "two\nlines".encode()
        entry = (b"__REALTIME_TIMESTAMP=" + str(now_ns() // 1000).encode() + b"\n_SYSTEMD_UNIT=binary.service\nPRIORITY=3\nMESSAGE\n" +
                 len(message).to_bytes(8, "little") + message + b"\n\n")
        status, _ = self.call("listen", "POST", "/journal/upload", entry, {"Content-Type": "application/vnd.fdo.journal"})
        self.assertEqual(status, 202)
        found = self.rows('{unit="binary.service"}')
        self.assertEqual([(line, labels["detected_level"]) for _, line, labels in found], [("two\nlines", "error")])

    def test_syslog_over_tls(self):
        context = ssl.create_default_context(cafile=os.path.join(self.sb.folder, "cert.pem"))
        with socket.create_connection(("127.0.0.1", self.syslog_ports()[1])) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
                message = b"<11>1 - host app - - - over tls"
                connection.sendall(str(len(message)).encode() + b" " + message)
        self.assertEqual(self.wait_for('{via="tls"}', 1), ["over tls"])
        with socket.create_connection(("127.0.0.1", self.syslog_ports()[1])) as plain:
            plain.sendall(b"<11>1 - - - - - - not tls\n")
            plain.settimeout(20)
            try:
                while plain.recv(1024):
                    pass
            except OSError:
                pass
        self.assertEqual(len(self.lines('{via="tls"}')), 1)

    def test_stages_redact_limit_drop_and_count(self):
        before = self.counters()
        at = now_ns()
        self.assertEqual(self.push([
            ({"app": "shop"}, [[str(at + i), json.dumps({"msg": f"error {i} card 411111111111{i:04}", "user": "ann"})]
                               for i in range(5)] + [[str(at + 9), "GET /healthz"]]),
            ({"app": "noisy"}, [[str(at + i), f"noise {i}"] for i in range(100)])])[0], 204)
        self.assertEqual(self.lines('{app="shop"}'), [f"error {i} card ****{i:04}" for i in range(5)])
        kept = len(self.lines('{app="noisy"}'))
        self.assertTrue(10 <= kept < 100, kept)
        self.assertEqual(self.lost("log_rate_limit", before), 100 - kept)
        self.assertEqual(self.lost("log_stage_dropped", before), 1)
        self.sb.wait_for('shop_lines_total{app="shop"} == 5', 60)

    def test_test_pipeline_shows_what_stages_make_of_lines(self):
        done = subprocess.run([harness.binary(), "logs", "test-pipeline", "--config", self.sb.config, "--label", "app=shop"],
                              input='{"msg":"error 1 card 4111111111111111"}\nGET /healthz\n', capture_output=True, text=True,
                              cwd=self.sb.folder, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        first, second = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual((first["verdict"], first["line"], first["detected_level"]), ("stored", "error 1 card ****1111", "error"))
        self.assertEqual(first["labels"]["service_name"], "shop")
        self.assertEqual(second["verdict"], "dropped")
        self.assertIn("shop_lines_total", done.stderr)

    def test_match_stages_as_promtail_has_them(self):
        self.sb.write("match.yaml", """logs:
  pipeline:
    - match: {selector: '{app="x"} |= "y" != "keep"', action: drop, drop_counter_reason: noise}
    - match:
        selector: '{app="x"} |~ "a=[0-9]"'
        stages: [{parse: logfmt}, {labels: {team: $team}}, {redact: '[0-9]+'}]
""")
        done = subprocess.run([harness.binary(), "logs", "test-pipeline", "--config", "match.yaml", "--label", "app=x"],
                              input="y goes\ny keep\na=1 team=blue\na=b team=red\n", capture_output=True, text=True,
                              cwd=self.sb.folder, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(one["verdict"], one["line"], one["labels"].get("team")) for one in found],
                         [("dropped", "y goes", None), ("stored", "y keep", None),
                          ("stored", "a=*** team=blue", "blue"), ("stored", "a=b team=red", None)])
        self.sb.write("match.yaml", "logs: {pipeline: [{match: {selector: '{app=\"x\"} | json', action: drop}}]}\n")
        done = subprocess.run([harness.binary(), "logs", "test-pipeline", "--config", "match.yaml"], input="",
                              capture_output=True, text=True, cwd=self.sb.folder, timeout=60)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("match.yaml:1", done.stderr)
        self.assertIn("line filters", done.stderr)

    def test_levels_and_trace_ids_need_no_set_up(self):
        at = now_ns()
        forms = [f'{{"level":"WARN","trace_id":"{TRACE_ID}","msg":"json"}}', f"level=warning traceID={TRACE_ID} msg=logfmt",
                 f"WARN [trace_id={TRACE_ID}] in brackets", f"W traceparent=00-{TRACE_ID}-00f067aa0ba902b7-01 warn: parent"]
        self.push([({"app": "ids"}, [[str(at + i), line] for i, line in enumerate(forms)])])
        found = self.rows('{app="ids"}')
        self.assertEqual([labels["detected_level"] for _, _, labels in found], ["warn"] * len(forms), found)
        url = "/api/signalbox/v1/logs/search?" + urllib.parse.urlencode({"q": TRACE_ID, "since": "1h"})
        self.assertTrue(json.loads(self.call("listen", "GET", url)[1])["data"]["result"])

    def test_retention_by_selector(self):
        old = now_ns() - 2 * 3600 * 10**9
        ancient = now_ns() - 400 * 86400 * 10**9
        self.push([({"app": "short"}, [[str(old), "short lived"]]), ({"app": "other"}, [[str(old), "kept"]]),
                   ({"app": "audit"}, [[str(ancient), "audited"]]), ({"app": "other"}, [[str(ancient), "too old"]])])
        # More than the store keeps in memory: it writes files, and looks at their age within a minute.
        for i in range(8):
            self.push([({"app": "filler"}, [[str(now_ns()), os.urandom(2 * MIB).hex()]])])
        deadline = time.monotonic() + 100
        while time.monotonic() < deadline and (self.lines('{app="short"}', start=0) or
                                               len(self.lines('{app="other"}', start=0)) > 1):
            time.sleep(0.2)
        self.assertEqual(self.lines('{app="short"}', start=0), [])
        self.assertEqual(self.lines('{app="other"}', start=0), ["kept"])
        self.assertEqual(self.lines('{app="audit"}', start=0), ["audited"])


if __name__ == "__main__":
    harness.main()
