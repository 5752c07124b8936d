# SPDX-License-Identifier: Apache-2.0
"""What the black-box tests of logs share: one server per class, pushing, querying, and reading the counters of losses."""
import json
import os
import re
import subprocess
import time
import unittest
import urllib.parse

import harness

JSON = {"Content-Type": "application/json"}
MIB = 1 << 20


def now_ns():
    return time.time_ns()


class LogsCase(unittest.TestCase):
    CONFIG = None  # of the subclass; {folder} is the server's folder, with cert.pem and key.pem in it

    @classmethod
    def setUpClass(cls):
        cls.sb = harness.Signalbox()
        cls.sb.terminate()
        os.makedirs(os.path.join(cls.sb.folder, "app"))
        subprocess.run([harness.installed("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem",
                        "-out", "cert.pem"], cwd=cls.sb.folder, check=True, capture_output=True)
        cls.sb.write("signalbox.yaml", cls.CONFIG.format(folder=cls.sb.folder))
        cls.sb.start()

    @classmethod
    def tearDownClass(cls):
        cls.sb.close()

    def counters(self):
        """Of losses by reason, and any other by its name."""
        _, text = self.sb.get("/metrics")
        found = re.findall(r'^(signalbox_\w+?)(?:\{reason="(\w+)"\})? ([0-9.e+]+)$', text.decode(), re.MULTILINE)
        return {reason or name: float(count) for name, reason, count in found}

    def lost(self, reason, before):
        return self.counters().get(reason, 0) - before.get(reason, 0)

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

    def count(self, query):
        text = urllib.parse.urlencode({"query": f"sum(count_over_time({query}[1h]))"})
        _, body = self.call("loki", "GET", "/loki/api/v1/query?" + text)
        result = json.loads(body)["data"]["result"]
        return int(result[0]["value"][1]) if result else 0

    def wait_for(self, query, count, seconds=60, **bounds):
        deadline = time.monotonic() + seconds
        while True:
            found = self.lines(query, **bounds)
            if len(found) >= count or time.monotonic() > deadline:
                self.assertEqual(len(found), count, [line[:100] for line in found[:20]])
                return found
            time.sleep(0.05)

    def syslog_ports(self):
        """TCP, TLS: as the log says."""
        return [int(port) for port in re.findall(r"listening server=syslog address=127\.0\.0\.1:(\d+)", self.sb.log_text())[-2:]]
