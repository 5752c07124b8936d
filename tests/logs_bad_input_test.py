#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong at the doors of logs, on the real program: each fault is told and counted, and nothing else is
lost. And what configuration does to lines: stages, metrics of lines, retention by selector, test-pipeline."""
import gzip
import json
import os
import re
import socket
import ssl
import subprocess
import time
import unittest
import urllib.parse

import harness

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
JSON = {"Content-Type": "application/json"}
MIB = 1 << 20

CONFIG = """self_scrape: {{enabled: false}}
retention:
  logs_rules:
    - {{selector: '{{app="short"}}', keep: 1h}}
    - {{selector: '{{app="audit"}}', keep: 0s}}
logs:
  tail:
    - paths: [{folder}/app/*.log]
      labels: {{job: files}}
  tail_interval: 50ms
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


def now_ns():
    return time.time_ns()


class BadInputTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sb = harness.Signalbox()
        cls.sb.terminate()
        os.makedirs(os.path.join(cls.sb.folder, "app"))
        subprocess.run([harness.installed("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem",
                        "-out", "cert.pem"], cwd=cls.sb.folder, check=True, capture_output=True)
        cls.sb.write("signalbox.yaml", CONFIG.format(folder=cls.sb.folder))
        cls.sb.start()

    @classmethod
    def tearDownClass(cls):
        cls.sb.close()

    def losses(self):
        _, text = self.sb.get("/metrics")
        found = re.findall(r'signalbox_ingest_dropped_log_lines_total\{reason="(\w+)"\} ([0-9.e+]+)', text.decode())
        return {reason: float(count) for reason, count in found}

    def lost(self, reason, before):
        return self.losses().get(reason, 0) - before.get(reason, 0)

    def call(self, door, method, path, body=None, headers=None, timeout_s=120):
        data = body.encode() if isinstance(body, str) else body
        status, reply, _ = self.sb.request(method, f"http://{self.sb.doors[door]}{path}", data, headers or JSON, timeout_s)
        return status, reply.decode()

    def push(self, streams):
        body = {"streams": [{"stream": labels, "values": values} for labels, values in streams]}
        return self.call("loki", "POST", "/loki/api/v1/push", json.dumps(body))

    def rows(self, query, start=None, end=None, limit=5000):
        text = urllib.parse.urlencode({"query": query, "limit": limit, "direction": "forward",
                                       "start": start if start is not None else now_ns() - 3600 * 10**9,
                                       "end": end if end is not None else now_ns() + 3600 * 10**9})
        status, body = self.call("loki", "GET", "/loki/api/v1/query_range?" + text)
        self.assertEqual(status, 200, body[:500])
        return [(int(at), line, stream["stream"]) for stream in json.loads(body)["data"]["result"]
                for at, line in stream["values"]]

    def lines(self, query, **bounds):
        return sorted(line for _, line, _ in self.rows(query, **bounds))

    def wait_for(self, query, count, seconds=60, **bounds):
        deadline = time.monotonic() + seconds
        while True:
            found = self.lines(query, **bounds)
            if len(found) >= count or time.monotonic() > deadline:
                self.assertEqual(len(found), count, [line[:100] for line in found[:20]])
                return found
            time.sleep(0.05)

    def test_a_line_of_10_mb_is_cut_and_counted_at_each_door(self):
        before = self.losses()
        long = "begin " + "x" * (10 * MIB) + " end"
        self.assertEqual(self.push([({"app": "long"}, [[str(now_ns()), long], [str(now_ns()), "short one"]])])[0], 204)
        bulk = "\n".join([json.dumps({"create": {"_index": "long"}}), json.dumps({"message": long}),
                          json.dumps({"create": {"_index": "long"}}), json.dumps({"message": "short two"})]) + "\n"
        status, answer = self.call("elasticsearch", "POST", "/_bulk", bulk)
        self.assertEqual((status, json.loads(answer)["errors"]), (200, False))
        status, answer = self.call("listen", "POST", "/api/signalbox/v1/logs/lines?label=app=longlines",
                                   long + "\nshort three\n", {"Content-Type": "text/plain"})
        self.assertEqual((status, json.loads(answer)["stored"]), (200, 2), answer)
        for query, short in (('{app="long"}', "short one"), ('{index="long"}', "short two"),
                             ('{app="longlines"}', "short three")):
            found = self.lines(query)
            self.assertEqual(len(found), 2, query)
            self.assertIn(short, found)
            self.assertTrue(found[0].startswith("begin xxx"))
            self.assertEqual(len(found[0]), 4 * MIB)
        self.assertEqual(self.lost("log_line_cut", before), 3)

    def test_a_hundred_thousand_streams_are_each_found(self):
        begin = now_ns()
        for start in range(0, 100_000, 5_000):
            status, text = self.push([({"app": "many", "pod": f"pod-{i}"}, [[str(begin + i), f"line {i}"]])
                                      for i in range(start, start + 5_000)])
            self.assertEqual(status, 204, text)
        query = urllib.parse.urlencode({"query": 'sum(count_over_time({app="many"}[1h]))'})
        _, body = self.call("loki", "GET", "/loki/api/v1/query?" + query)
        self.assertEqual(json.loads(body)["data"]["result"][0]["value"][1], "100000")
        self.assertEqual(self.lines('{pod="pod-77777"}'), ["line 77777"])

    def test_a_stream_without_a_newline_ends_in_pieces(self):
        tcp = self.syslog_ports()[0]
        with socket.create_connection(("127.0.0.1", tcp)) as connection:
            connection.sendall(b"<13>1 - endless app - - - ")
            for _ in range(48):
                connection.sendall(b"y" * (MIB // 16))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1024):
                pass
        deadline = time.monotonic() + 60
        total = 0
        while total < 3 * MIB and time.monotonic() < deadline:
            total = sum(line.count("y") for line in self.lines('{job="syslog"} |= "yyy"'))
        self.assertEqual(total, 3 * MIB)
        with open(os.path.join(self.sb.folder, "app", "endless.log"), "w") as file:
            for _ in range(40):
                file.write("z" * (MIB // 16))
                file.flush()
            file.write("\nthe next line\n")
        self.wait_for('{job="files"} |= "the next line"', 1)
        self.assertEqual(sum(line.count("z") for line in self.lines('{job="files"} |= "zzz"')), 40 * MIB // 16)

    def test_invalid_utf8_is_repaired_everywhere(self):
        stamp = str(now_ns())
        body = b'{"streams":[{"stream":{"app":"utf8"},"values":[["' + stamp.encode() + b'","a\xff\xfeb"]]}]}'
        self.assertEqual(self.call("loki", "POST", "/loki/api/v1/push", body)[0], 204)
        bulk = b'{"create":{"_index":"utf8"}}\n{"message":"c\xc3(d"}\n'
        self.assertEqual(self.call("elasticsearch", "POST", "/_bulk", bulk)[0], 200)
        self.assertEqual(self.call("listen", "POST", "/api/signalbox/v1/logs/lines?label=app=utf8lines",
                                   b"e\xe2\x82f\n", {"Content-Type": "text/plain"})[0], 200)
        for query, parts in (('{app="utf8"}', ("a", "b")), ('{index="utf8"}', ("c", "(d")), ('{app="utf8lines"}', ("e", "f"))):
            found = self.lines(query)
            self.assertEqual(len(found), 1, query)
            self.assertTrue(found[0].startswith(parts[0]) and found[0].endswith(parts[1]) and "\ufffd" in found[0], found)

    def test_times_in_wrong_formats(self):
        before = self.losses()
        good = str(now_ns())
        for bad in ("yesterday", "2026-11-27T10:00:00Z", "1.5", "-", ""):
            status, text = self.push([({"app": "times"}, [[good, "good " + bad], [bad, "bad " + bad]])])
            self.assertIn(status, (204, 400), text)
            if status == 400:
                self.assertIn(bad, text)
        documents = [("2025-11-20T10:00:00Z", True), (1763632800000, True), ("1763632800000", True),
                     ("20 Nov 2025", False), ({"a": 1}, False), ("", False)]
        bulk = "".join(json.dumps({"create": {"_index": "times"}}) + "\n" +
                       json.dumps({"@timestamp": at, "message": f"document {i}"}) + "\n" for i, (at, _) in enumerate(documents))
        status, answer = self.call("elasticsearch", "POST", "/_bulk", bulk)
        self.assertEqual((status, json.loads(answer)["errors"]), (200, False), answer[:500])
        kept = self.lines('{index="times"}', start=0)
        self.assertEqual(kept, [f"document {i}" for i in range(len(documents))])
        dated = self.lines('{index="times"}', start=1763632800 * 10**9, end=1763632800 * 10**9 + 1)
        self.assertEqual(dated, [f"document {i}" for i, (_, good) in enumerate(documents) if good])
        self.assertEqual(self.lost("log_invalid_time", before), 2)  # "" is no time at all

    def test_very_old_and_future_and_unordered_lines_are_kept(self):
        times = [1, 10**18, now_ns(), now_ns() - 5 * 10**9, now_ns() + 86400 * 10**9, 4 * 10**18]
        for i, at in enumerate(times):
            self.assertEqual(self.push([({"app": "old"}, [[str(at), f"at {i}"]])])[0], 204)
        found = self.rows('{app="old"}', start=0, end=5 * 10**18)
        self.assertEqual(sorted(line for _, line, _ in found), [f"at {i}" for i in range(len(times))])

    def test_a_partly_failing_bulk_keeps_the_rest(self):
        before = self.losses()
        bulk = ('{"create":{"_index":"part","_id":"1"}}\n{"message":"one"}\n'
                '{"create":{"_index":"part","_id":"1"}}\n{"message":"one again"}\n'
                '{"index":{"_index":"part"}}\n{broken\n'
                '{"index":{"_index":"part"}}\n["no object"]\n'
                '{"index":{"_index":"part"}}\n{"message":"two"}\n')
        status, answer = self.call("elasticsearch", "POST", "/_bulk", bulk)
        answer = json.loads(answer)
        statuses = [next(iter(item.values()))["status"] for item in answer["items"]]
        self.assertEqual((status, answer["errors"], statuses), (200, True, [201, 409, 400, 400, 201]))
        self.assertIn("reason", answer["items"][2]["index"]["error"])
        self.assertEqual(self.lines('{index="part"}'), ["one", "two"])
        self.assertEqual(self.lost("log_malformed", before), 2)

    def test_broken_requests_are_refused_with_the_reason(self):
        for door, path, body, headers in (
                ("loki", "/loki/api/v1/push", '{"streams":[{"stream":{"a":"b"},"values":[["1"', JSON),
                ("loki", "/loki/api/v1/push", b"\x00\x01garbage", {"Content-Type": "application/x-protobuf"}),
                ("loki", "/loki/api/v1/push", b"\x1f\x8bbroken", {**JSON, "Content-Encoding": "gzip"}),
                ("otlp-http", "/v1/logs", '{"resourceLogs":[{', JSON),
                ("elasticsearch", "/_bulk", '{"nonsense":{}}\n{}\n', JSON)):
            status, text = self.call(door, "POST", path, body, headers)
            self.assertEqual(status, 400, (path, text))
            self.assertGreater(len(text), 10)
        body = gzip.compress(json.dumps({"streams": [{"stream": {"app": "after"}, "values": [[str(now_ns()), "fine"]]}]}).encode())
        self.assertEqual(self.call("loki", "POST", "/loki/api/v1/push", body, {**JSON, "Content-Encoding": "gzip"})[0], 204)
        self.assertEqual(self.lines('{app="after"}'), ["fine"])

    def test_journal_entries_with_binary_fields(self):
        message = "two\nlines".encode()
        entry = (b"__REALTIME_TIMESTAMP=" + str(now_ns() // 1000).encode() + b"\n_SYSTEMD_UNIT=binary.service\nPRIORITY=3\nMESSAGE\n" +
                 len(message).to_bytes(8, "little") + message + b"\n\n")
        status, _ = self.call("listen", "POST", "/journal/upload", entry, {"Content-Type": "application/vnd.fdo.journal"})
        self.assertEqual(status, 202)
        found = self.rows('{unit="binary.service"}')
        self.assertEqual([(line, labels["detected_level"]) for _, line, labels in found], [("two\nlines", "error")])

    def syslog_ports(self):
        """TCP, TLS: as the log says."""
        return [int(port) for port in re.findall(r"listening server=syslog address=127\.0\.0\.1:(\d+)", self.sb.log_text())[-2:]]

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
        before = self.losses()
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
