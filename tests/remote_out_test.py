#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Remote write out as receivers see it: Debian's Prometheus and a second Signalbox get every sample, although the
receiver goes away and Signalbox is killed meanwhile; what a receiver refuses is counted."""
import http.server
import json
import os
import shutil
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

from harness import Signalbox, free_port, installed, main
from real_clients_test import Child

QUEUE = "queue_config: {batch_send_deadline: 200ms, max_samples_per_send: 50, max_shards: 3, max_backoff: 200ms}"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers with the status that the test wants and remembers the headers."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(dict(self.headers.items()))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def run_receiver(status):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.seen, server.status = [], status
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class RemoteOutTest(unittest.TestCase):
    def folder(self):
        folder = tempfile.mkdtemp(prefix="signalbox-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def start_prometheus(self, folder, port):
        return Child(self, [installed("prometheus"), f"--config.file={folder}/prometheus.yml",
                            f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
                            "--web.enable-remote-write-receiver"], f"http://127.0.0.1:{port}/-/ready")

    def samples_of(self, base, expr, at):
        query = urllib.parse.urlencode({"query": expr, "time": at})
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"{base}/api/v1/query?{query}") as reply:
                    result = json.load(reply)["data"]["result"]
                return {one["metric"]["n"]: one["values"] for one in result}
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def write(self, box, start, count):
        """`count` rounds of 100 series, one sample each, a second apart in sample time."""
        for i in range(start, start + count):
            series = [({"__name__": "sent", "n": str(n)}, [(self.base_ms + i * 1000, n * 1000.0 + i)])
                      for n in range(100)]
            status, body, _ = box.write_samples(series)
            self.assertEqual(status, 204, body)

    def wait_equal(self, base, rounds, timeout_s=60):
        wanted = {str(n): [[(self.base_ms + i * 1000) // 1000, f"{n * 1000 + i}"] for i in range(rounds)]
                  for n in range(100)}
        deadline = time.monotonic() + timeout_s
        while True:
            seen = self.samples_of(base, 'sent{site="here"}[2h]', time.time() + 1)
            if seen == wanted:
                return
            if time.monotonic() > deadline:
                missing = sum(len(wanted[n]) - len(seen.get(n, [])) for n in wanted)
                self.fail(f"{missing} samples are missing")
            time.sleep(0.2)

    def outage(self, start, stop, url, extra=""):
        self.base_ms = int(time.time()) * 1000 - 600_000
        config = "global: {external_labels: {site: here}}\nremote_write:\n- {name: peer, url: '%s', %s%s}\n" % (
            url, QUEUE, extra)
        box = Signalbox(prometheus=config)
        self.addCleanup(box.close)
        receiver = start()
        self.write(box, 0, 20)
        self.wait_equal(url.rsplit("/api", 1)[0], 20)
        stop(receiver)
        self.write(box, 20, 20)
        box.kill()
        box.start()
        self.write(box, 40, 20)
        receiver = start()
        self.wait_equal(url.rsplit("/api", 1)[0], 60)
        self.assertEqual(box.request("POST", "/-/reload")[0], 200)
        box.kill()  # with a window sent and its position perhaps not yet saved
        box.start()
        self.write(box, 60, 5)
        self.wait_equal(url.rsplit("/api", 1)[0], 65)
        _, metrics = box.get("/metrics")
        lines = metrics.decode().splitlines()
        sent = [line for line in lines if line.startswith('prometheus_remote_storage_samples_total{remote_name="peer"')]
        self.assertEqual(len(sent), 1, sent)
        self.assertGreaterEqual(float(sent[0].split()[-1]), 500)
        stop(receiver)

    def test_prometheus_gets_every_sample_over_outages_and_kills(self):
        folder, port = self.folder(), free_port()
        with open(os.path.join(folder, "prometheus.yml"), "w") as file:
            file.write("global: {}\n")
        self.outage(lambda: self.start_prometheus(folder, port), lambda child: child.stop(),
                    f"http://127.0.0.1:{port}/api/v1/write")

    def test_signalbox_gets_every_sample_in_version_two(self):
        other = Signalbox()
        self.addCleanup(other.close)
        port = other.prometheus.rsplit(":", 1)[1]
        # The receiver comes back on the same port.
        other.flags = ["--door", f"prometheus=127.0.0.1:{port}"]

        def start():
            if other.process.poll() is not None:
                other.start()
            return other

        self.outage(start, lambda box: box.terminate(), other.prometheus + "/api/v1/write",
                    ", protobuf_message: io.prometheus.write.v2.Request")

    def test_headers_relabelling_and_refusals(self):
        receiver = run_receiver(400)
        self.addCleanup(receiver.shutdown)
        config = """
remote_write:
- url: http://127.0.0.1:%d/push
  headers: {X-Scope-OrgID: team}
  basic_auth: {username: u, password: p}
  write_relabel_configs: [{source_labels: [n], regex: "[1-4].?", action: keep}]
  metadata_config: {send: false}
  %s
""" % (receiver.server_address[1], QUEUE)
        box = Signalbox(prometheus=config)
        self.addCleanup(box.close)
        self.base_ms = int(time.time()) * 1000 - 60_000
        self.write(box, 0, 1)

        def counter(name):
            _, metrics = box.get("/metrics")
            return sum(float(line.split()[-1]) for line in metrics.decode().splitlines() if line.startswith(name))

        deadline = time.monotonic() + 20
        while counter("prometheus_remote_storage_samples_failed_total") < 44 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(counter("prometheus_remote_storage_samples_failed_total"), 44)
        self.assertEqual(counter('prometheus_remote_storage_samples_dropped_total{reason="dropped_series"'), 56)
        self.assertEqual(counter("signalbox_remote_write_dropped_samples_total"), 44)
        headers = receiver.seen[0]
        self.assertEqual(headers["X-Scope-OrgID"], "team")
        self.assertEqual(headers["Authorization"], "Basic dTpw")
        self.assertEqual(headers["Content-Type"], "application/x-protobuf")
        self.assertEqual(headers["X-Prometheus-Remote-Write-Version"], "0.1.0")


if __name__ == "__main__":
    main()
