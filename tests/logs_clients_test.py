#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Logging clients as they are on npm (winston-loki, pino-loki, the OpenTelemetry logs SDK) and Debian's rsyslog,
against the doors of a real Signalbox. What arrived is read back by LogQL, with level and trace id where they belong."""
import json
import os
import re
import socket
import subprocess
import tempfile
import time
import unittest

from harness import Signalbox, free_port, installed, main, npm_modules

HERE = os.path.dirname(os.path.abspath(__file__))
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
OMELASTICSEARCH = "/usr/lib/x86_64-linux-gnu/rsyslog/omelasticsearch.so"
RSYSLOG = """module(load="omelasticsearch")
module(load="imudp")
module(load="imfile")
input(type="imudp" address="127.0.0.1" port="{udp}")
input(type="imfile" File="{folder}/app.log" Tag="filed" Severity="warning")
template(name="document" type="list") {{
  constant(value="{{\\"@timestamp\\":\\"") property(name="timereported" dateFormat="rfc3339")
  constant(value="\\",\\"host\\":\\"") property(name="hostname")
  constant(value="\\",\\"severity\\":\\"") property(name="syslogseverity-text")
  constant(value="\\",\\"tag\\":\\"") property(name="syslogtag" format="json")
  constant(value="\\",\\"message\\":\\"") property(name="msg" format="json")
  constant(value="\\"}}")
}}
*.* action(type="omelasticsearch" server="http://127.0.0.1" serverport="{port}" template="document"
           searchIndex="rsyslog-2026.11.27" searchType="" bulkmode="on" maxbytes="1m"
           queue.type="linkedlist" action.resumeretrycount="-1" errorfile="{folder}/errors")
"""


class LogsClientsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Signalbox()

    @classmethod
    def tearDownClass(cls):
        cls.box.close()

    def entries(self, query):
        """Lines of a LogQL query with their labels, oldest first."""
        status, body = self.box.get("/loki/api/v1/query_range", query=query, limit=1000, direction="forward",
                                    start=str(time.time_ns() - 3600 * 10**9), end=str(time.time_ns() + 60 * 10**9))
        self.assertEqual(status, 200, body[:500])
        streams = json.loads(body)["data"]["result"]
        return sorted((int(at), line, stream["stream"]) for stream in streams for at, line, *_ in stream["values"])

    def wait_for(self, query, count, seconds=30):
        deadline = time.monotonic() + seconds
        while True:
            found = self.entries(query)
            if len(found) >= count or time.monotonic() > deadline:
                self.assertEqual(len(found), count, f"{query}: {found}\n{self.box.log_text()[-2000:]}")
                return found
            time.sleep(0.05)

    def run_client(self, client, door, scheme="http://"):
        npm_modules("winston-loki")
        done = subprocess.run([installed("node"), os.path.join(HERE, "logs_app.mjs"), client,
                               scheme + self.box.doors[door], client],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])

    def check(self, selector, words):
        found = self.wait_for(selector, 3)
        for word in words:
            self.assertEqual(sum(word in line for _, line, _ in found), 1, (word, found))
        levels = [labels.get("detected_level") for _, _, labels in found]
        self.assertEqual(sorted(levels), ["error", "info", "warn"], found)
        parser = "" if selector.startswith("{service_name") else "| json "  # OTLP brings it as metadata
        traced = self.entries(f'{selector} {parser}| trace_id="{TRACE_ID}"')
        self.assertEqual(len(traced), 1, found)
        self.assertIn("order placed", traced[0][1])

    WORDS = ("order placed", "stock is low", "größer als erwartet")

    def test_winston_loki_protobuf(self):
        self.run_client("winston-loki-proto", "loki")
        self.check('{app="winston-loki-proto"}', self.WORDS)
        self.assertEqual(self.entries('{app="winston-loki-proto", sku="b-3"}')[0][2]["level"], "warn")

    def test_winston_loki_json(self):
        self.run_client("winston-loki-json", "loki")
        self.check('{app="winston-loki-json"}', self.WORDS)
        found = self.entries('{app="winston-loki-json"} | json | orderId="17"')
        self.assertEqual(len(found), 1)

    def test_pino_loki(self):
        npm_modules("winston-loki")
        app = subprocess.Popen([installed("node"), os.path.join(HERE, "logs_app.mjs"), "pino-loki",
                                "http://" + self.box.doors["loki"], "pino-loki"], stdin=subprocess.PIPE)
        try:
            self.wait_for('{app="pino-loki"}', 3)
        finally:
            app.communicate(timeout=20)
        self.assertEqual(app.returncode, 0)
        self.check('{app="pino-loki"}', self.WORDS)

    def test_opentelemetry_protobuf(self):
        self.run_client("otlp-proto", "otlp-http")
        self.check('{service_name="otlp-proto"}', self.WORDS)

    def test_opentelemetry_json(self):
        self.run_client("otlp-http", "otlp-http")
        self.check('{service_name="otlp-http"}', self.WORDS)
        self.assertEqual(len(self.entries('{service_name="otlp-http"} | sku="b-3"')), 1)

    def test_opentelemetry_grpc(self):
        self.run_client("otlp-grpc", "otlp-grpc")
        self.check('{service_name="otlp-grpc"}', self.WORDS)

    def test_rsyslog_with_omelasticsearch(self):
        program = "/usr/sbin/rsyslogd"
        if not os.path.exists(program) or not os.path.exists(OMELASTICSEARCH):
            raise unittest.SkipTest("rsyslog-elasticsearch is not installed")
        with tempfile.TemporaryDirectory() as folder:
            udp = free_port()
            with open(os.path.join(folder, "app.log"), "w") as file:
                file.write("filed line\n")
            with open(os.path.join(folder, "rsyslog.conf"), "w") as file:
                file.write(RSYSLOG.format(udp=udp, folder=folder,
                                          port=self.box.doors["elasticsearch"].rsplit(":", 1)[1]))
            with open(os.path.join(folder, "out"), "w") as out:
                daemon = subprocess.Popen([program, "-n", "-f", os.path.join(folder, "rsyslog.conf"),
                                           "-i", os.path.join(folder, "pid")], stdout=out, stderr=out)
            try:
                self.wait_for('{index="rsyslog"} |= "filed line"', 1)  # by now its UDP input listens too
                now = time.strftime("%b %e %H:%M:%S")
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                    for i in range(200):
                        sender.sendto(f'<11>{now} shop api: refused "{i:03}" größer'.encode(),
                                      ("127.0.0.1", udp))
                found = self.wait_for('{index="rsyslog"} |= "refused"', 200)
                self.assertEqual(len({re.search('refused "([0-9]+)', line.replace("\\", "")).group(1)
                                      for _, line, _ in found}), 200)
                self.assertEqual({labels["detected_level"] for _, _, labels in found}, {"error"})
                self.assertFalse(os.path.exists(os.path.join(folder, "errors")), "rsyslog had bulk errors")
            finally:
                daemon.terminate()
                daemon.wait(20)


if __name__ == "__main__":
    main()
