#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Metrics of other systems through the real program: Influx lines, imports, and the way out and in again."""
import gzip
import json
import random
import shutil
import socket
import tempfile
import time
import unittest
import urllib.parse

from harness import Signalbox, free_port, installed, main
from real_clients_test import Child


class MetricsIoTest(unittest.TestCase):
    def setUp(self):
        self.box = Signalbox()
        self.addCleanup(self.box.close)
        self.now_ms = int(time.time()) * 1000

    def post(self, path, body, headers=None):
        status, reply, _ = self.box.request("POST", path, body, headers)
        return status, reply.decode()

    def export(self, match):
        status, body = self.box.get("/api/v1/export", **{"match[]": match})
        self.assertEqual(status, 200, body)
        return [json.loads(line) for line in body.decode().splitlines()]

    def test_influx_lines_become_series(self):
        seconds = self.now_ms // 1000
        lines = f"cpu,host=a user=12.5,idle=80i,note=\"x\" {seconds}\ndisk.io,host=a read=7u {seconds}\n".encode()
        self.assertEqual(self.post("/write?db=telegraf&precision=s", lines)[0], 204)
        self.assertEqual(self.post("/api/v2/write?bucket=b&precision=s", gzip.compress(lines),
                                   {"Content-Encoding": "gzip"})[0], 204)
        self.assertEqual(self.post(self.box.ui + "/influx/write?precision=s", f"m v=1 {seconds}".encode())[0], 204)
        self.assertEqual(self.post(self.box.ui + "/prometheus/write?precision=s", f"m v=1 {seconds}".encode())[0], 204)
        [with_db] = self.box.query('cpu_user{db="telegraf"}')
        self.assertEqual(with_db["metric"], {"__name__": "cpu_user", "db": "telegraf", "host": "a"})
        self.assertEqual(with_db["value"][1], "12.5")
        self.assertEqual(len(self.box.query("cpu_idle")), 2)
        self.assertEqual(self.box.query('{"disk.io_read",db=""}')[0]["value"][1], "7")
        self.assertEqual(self.box.request("GET", self.box.ui + "/influx/ping")[0], 204)
        self.assertEqual(self.post("/query?q=CREATE+DATABASE+%22telegraf%22", b"")[0], 200)

    def test_influx_names_the_bad_line_and_keeps_the_good_ones(self):
        status, reply = self.post("/write", b"a v=1\nb v=oops\nc v=3\n")
        self.assertEqual(status, 400)
        self.assertIn("partial write: line 2: field", json.loads(reply)["error"])
        self.assertEqual(len(self.box.query('{__name__=~"[ac]_v"}')), 2)
        _, metrics = self.box.get("/metrics")
        self.assertIn('signalbox_ingest_dropped_samples_total{reason="metric_line_malformed"', metrics.decode())

    def test_what_is_exported_can_be_imported(self):
        lines = [{"metric": {"__name__": "temp", "room": "a\"\u00e4"}, "values": [20.5, None, "Infinity"],
                  "timestamps": [self.now_ms - 2000, self.now_ms - 1000, self.now_ms]},
                 {"metric": {"__name__": "temp", "room": "b"}, "values": [1, 2],
                  "timestamps": [self.now_ms - 2000, self.now_ms]}]
        body = "\n".join(json.dumps(line) for line in lines).encode()
        self.assertEqual(self.post("/api/v1/import", body), (204, ""))
        self.assertEqual(self.export("temp"), lines)
        other = Signalbox()
        self.addCleanup(other.close)
        _, exported = self.box.get("/api/v1/export", **{"match[]": "temp"})
        status, reply, _ = other.request("POST", other.ui + "/prometheus/api/v1/import?extra_label=from=one",
                                         gzip.compress(exported), {"Content-Encoding": "gzip"})
        self.assertEqual(status, 204, reply)
        self.assertEqual(other.query('temp{room="b"}')[0]["metric"],
                         {"__name__": "temp", "room": "b", "from": "one"})

    def test_long_import_is_stored_as_it_arrives(self):
        series, samples = 150, 2000
        times = [self.now_ms - (samples - i) * 1000 for i in range(samples)]
        body = "\n".join(json.dumps({"metric": {"__name__": "long", "n": str(n)}, "values": list(range(samples)),
                                     "timestamps": times}) for n in range(series)).encode()
        self.assertGreater(len(body), 4 << 20)
        self.assertEqual(self.post("/api/v1/import", body)[0], 204)
        back = self.export('{__name__="long"}')
        self.assertEqual(len(back), series)
        self.assertTrue(all(one["values"] == list(range(samples)) and one["timestamps"] == times for one in back))
        _, body = self.box.get("/api/v1/export", **{"match[]": ['long{n="1"}', 'long{n=~"1|2"}'],
                                                     "start": (self.now_ms - 5000) / 1000,
                                                     "end": (self.now_ms - 2000) / 1000, "max_rows_per_line": 3})
        self.assertEqual([len(json.loads(line)["values"]) for line in body.splitlines()], [3, 1, 3, 1])

    def test_prometheus_text_import(self):
        text = f"# TYPE req counter\nreq{{code=\"200\"}} 7 {self.now_ms}\nreq{{code=}} 1\nnow 3\n".encode()
        status, reply = self.post("/api/v1/import/prometheus?extra_label=job=push", text)
        self.assertEqual(status, 400)
        self.assertIn("line 3: ", reply)
        self.assertIn("stored=2 refused=1", reply)
        self.assertEqual(self.box.query('req{job="push"}')[0]["value"][1], "7")
        self.assertEqual(self.box.query("now")[0]["value"][1], "3")

    def test_csv_import(self):
        body = f'{self.now_ms},web1,21.5\n{self.now_ms},"web, 2",\nx,web3,1\n'.encode()
        status, reply = self.post("/api/v1/import/csv?format=1:time:unix_ms,2:label:host,3:metric:temp_c", body)
        self.assertEqual(status, 400)
        self.assertIn("line 3: ", reply)
        [one] = self.box.query("temp_c")
        self.assertEqual((one["metric"]["host"], one["value"][1]), ("web1", "21.5"))
        self.assertEqual(self.post("/api/v1/import/csv?format=1:metric", b"1")[0], 400)
        self.assertEqual(self.post("/api/v1/import/csv?format=1:label:host,2:metric:m&timestamp=" + str(self.now_ms), b'"a,b",2')[0], 204)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self.now_ms // 1000))
        status, body = self.box.get("/api/v1/export/csv", **{
            "match[]": "m", "format": "__name__,host,__value__,__timestamp__,__timestamp__:rfc3339"})
        self.assertEqual((status, body), (200, f'm,"a,b",2,{self.now_ms // 1000},{stamp}\n'.encode()))
        self.assertEqual(self.box.get("/api/v1/export/csv", **{"match[]": "m"})[0], 400)

    def test_graphite_over_tcp_and_udp(self):
        box = Signalbox(flags=["--door", "graphite=127.0.0.1:0"])
        self.addCleanup(box.close)
        host, port = box.doors["graphite"].rsplit(":", 1)
        seconds = self.now_ms // 1000
        with socket.create_connection((host, int(port))) as tcp:
            tcp.sendall(f"servers.web1.cpu 12.5 {seconds}\ndisk;rack=a 1 {str(seconds)[:4]}".encode())
            tcp.sendall(f"{str(seconds)[4:]}\nbad\n".encode())
            box.wait_for('{"servers.web1.cpu"}')
            box.wait_for('disk{rack="a"}', accept=lambda result: result and result[0]["value"][1] == "1")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(f"load 0.5 {seconds}\nload;cpu=1 2".encode(), (host, int(port)))
        box.wait_for("load", accept=lambda result: len(result) == 2)
        _, metrics = box.get("/metrics")
        self.assertRegex(metrics.decode(), r'dropped_samples_total\{reason="metric_line_malformed"[^}]*\} 1\n')

    def test_native_export_of_victoriametrics_is_read(self):
        program = installed("victoria-metrics")
        folder = tempfile.mkdtemp(prefix="vm-")
        self.addCleanup(shutil.rmtree, folder, True)
        peer = f"http://127.0.0.1:{free_port()}"
        Child(self, [program, "-httpListenAddr", peer[7:], "-storageDataPath", folder, "-retentionPeriod", "100y",
                     "-loggerLevel", "ERROR"], peer + "/health")
        start = 1_700_000_000_000
        recent = int(time.time()) * 1000 - 600_000
        rng = random.Random(5)
        columns = {"constant": [5] * 10, "slope": [3 * i for i in range(10)], "counter": [i * i / 2 for i in range(20_000)],
                   "gauge": [round(rng.random() * 100, 3) for _ in range(700)], "noise": [rng.random() * 1e9 for _ in range(50)],
                   "tiny": [1e-300, 2.5e-300, 0], "huge": [1e300, 2e305, -3e299], "one": [42],
                   "odd": [1, "Infinity", "-Infinity", None, 2]}
        lines = [json.dumps({"metric": {"__name__": name, "job": 'a "b"', "k": "\x01\x02"}, "values": values,
                             "timestamps": [start + 15_000 * i + (i % 7 if name == "gauge" else 0) for i in range(len(values))]})
                 for name, values in columns.items()]
        lines.append(json.dumps({"metric": {"__name__": "recent"}, "values": [1, 2], "timestamps": [recent, recent + 1000]}))
        self.assertEqual(self.box.request("POST", peer + "/api/v1/import", "\n".join(lines).encode())[0], 204)
        self.box.request("GET", peer + "/internal/force_flush")
        everything = "?" + urllib.parse.urlencode({"match[]": '{__name__=~".+"}', "start": start // 1000 - 100})
        native = self.box.request("GET", peer + "/api/v1/export/native" + everything)[1]
        status, body, _ = self.box.request("POST", "/api/v1/import/native", native)
        self.assertEqual(status, 204, body)
        exported = []
        for door in (peer, self.box.prometheus):
            series = {}
            for line in self.box.request("GET", door + "/api/v1/export" + everything)[1].splitlines():
                one = json.loads(line)
                for at, value in zip(one["timestamps"], one["values"]):
                    series.setdefault(json.dumps(one["metric"], sort_keys=True), {})[at] = float("nan") if value is None else \
                        float(value)
            exported.append(series)
        theirs, ours = exported
        self.assertEqual(sorted(theirs), sorted(ours))
        for labels, samples in theirs.items():
            self.assertEqual({t: repr(v) for t, v in samples.items()}, {t: repr(v) for t, v in ours[labels].items()}, labels)
        # Cut short: what was whole is stored, and the answer says where.
        status, body, _ = self.box.request("POST", "/api/v1/import/native?extra_label=cut=yes", native[:-3])
        self.assertEqual(status, 400)
        self.assertRegex(body.decode(), r"cut short after block \d+")

    def test_bad_requests_are_told_what_is_wrong(self):
        self.assertEqual(self.box.get("/api/v1/export")[0], 400)
        self.assertEqual(self.box.get("/api/v1/export", **{"match[]": "{"})[0], 400)
        self.assertEqual(self.post("/api/v1/import?extra_label=x", b"")[0], 400)
        self.assertEqual(self.post("/api/v1/import", b"not gzip", {"Content-Encoding": "gzip"})[0], 400)
        self.assertEqual(self.post("/write?precision=days", b"a v=1")[0], 400)
        self.assertEqual(self.post("/query?q=SELECT+1", b"")[0], 400)


if __name__ == "__main__":
    main()
