#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The less used parts of Prometheus' HTTP API against the real program: federation, statistics of queries, exemplars and
metadata after a restart, the admin API with and without leave, settings that are read but not run."""
import json
import os
import shutil
import struct
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from harness import Signalbox, binary, field, free_port, installed, main, snappy, varint
from real_clients_test import Child

ADMIN = "self_scrape: {enabled: false}\nprometheus: {admin_api: true}\n"
REMOTE_WRITE_V2 = {"Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                   "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "2.0.0"}
STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]


def number(field_number, value):
    return varint(field_number << 3) + varint(value)


class V2Request:
    """A request of remote write 2.0, with what 1.0 cannot carry."""

    def __init__(self):
        self.symbols = [""]
        self.series = []

    def ref(self, text):
        if text not in self.symbols:
            self.symbols.append(text)
        return self.symbols.index(text)

    def refs(self, labels):
        return b"".join(varint(self.ref(text)) for pair in sorted(labels.items()) for text in pair)

    def add(self, labels, samples=(), exemplars=(), histograms=(), metadata=None):
        one = field(1, self.refs(labels))
        for at, value, start in samples:
            one += field(2, b"\x09" + struct.pack("<d", value) + number(2, at) + (number(3, start) if start else b""))
        for histogram in histograms:
            one += field(3, histogram)
        for at, value, exemplar_labels in exemplars:
            one += field(4, field(1, self.refs(exemplar_labels)) + b"\x11" + struct.pack("<d", value) + number(3, at))
        if metadata:
            kind, text, unit = metadata
            one += field(5, number(1, kind) + number(3, self.ref(text)) + number(4, self.ref(unit)))
        self.series.append(one)
        return self

    def bytes(self):
        return snappy(b"".join(field(4, text.encode()) for text in self.symbols) +
                      b"".join(field(5, one) for one in self.series))


def native_histogram(at, start=0):
    """Integer counts 1, 3 in buckets 0 and 1 of schema 1."""
    span = number(1, 0) + number(2, 2)
    return (number(1, 4) + b"\x19" + struct.pack("<d", 5.25) + number(4, 2) + b"\x29" + struct.pack("<d", 1e-128) +
            number(6, 0) + field(11, span) + field(12, varint(2) + varint(4)) + number(15, at) +
            (number(17, start) if start else b""))


def custom_histogram(at):
    """1 up to 0.5, none up to 2, 3 above; a native histogram with custom buckets."""
    spans = field(11, number(1, 0) + number(2, 1)) + field(11, number(1, 2) + number(2, 1))
    return (number(1, 4) + b"\x19" + struct.pack("<d", 9.5) + number(4, 105) + spans + field(12, varint(2) + varint(4)) +
            number(15, at) + field(16, struct.pack("<2d", 0.5, 2)))


class MetricsProtocolsTest(unittest.TestCase):
    def start(self, config=None, prometheus=None):
        box = Signalbox(config=config, prometheus=prometheus)
        self.addCleanup(box.close)
        self.now_ms = int(time.time()) * 1000
        return box

    def write_v2(self, box, request):
        status, body, _ = box.request("POST", "/api/v1/write", request.bytes(), REMOTE_WRITE_V2)
        self.assertEqual(status, 204, body)

    def post(self, box, path, expected):
        status, body, _ = box.request("POST", path)
        self.assertEqual(status, expected, body)
        return body

    # Federation

    def test_federation_text(self):
        box = self.start(prometheus="global: {external_labels: {site: north, job: other}}\n")
        box.write_samples([({"__name__": "a", "job": "x"}, [(self.now_ms - 2000, 1.5), (self.now_ms - 1000, 2.5)]),
                           ({"__name__": "b", "job": "x", "instance": "h:1"}, [(self.now_ms - 1000, 7.0)]),
                           ({"__name__": "gone", "job": "x"}, [(self.now_ms - 2000, 1.0), (self.now_ms - 1000, STALE)])])
        status, body = box.get("/federate", **{"match[]": ['{job="x"}', "a"]})
        self.assertEqual(status, 200)
        self.assertEqual(body.decode(), f'# TYPE a untyped\na{{instance="",job="x",site="north"}} 2.5 {self.now_ms - 1000}\n'
                         f'# TYPE b untyped\nb{{instance="h:1",job="x",site="north"}} 7 {self.now_ms - 1000}\n')
        self.assertEqual(box.get("/federate", **{"match[]": "{"})[0], 400)

    def federating_prometheus(self, box, flags=()):
        """The address of a Prometheus that scrapes our /federate every second."""
        folder = tempfile.mkdtemp(prefix="signalbox-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        with open(os.path.join(folder, "prometheus.yml"), "w") as file:
            file.write("scrape_configs:\n- job_name: federate\n  honor_labels: true\n  metrics_path: /federate\n"
                       "  scrape_interval: 1s\n  params: {'match[]': ['{job=\"x\"}']}\n"
                       f"  static_configs: [{{targets: ['{box.prometheus[7:]}']}}]\n")
        port = free_port()
        Child(self, [installed("prometheus"), f"--config.file={folder}/prometheus.yml", *flags,
                     f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"],
              f"http://127.0.0.1:{port}/-/ready")
        return f"http://127.0.0.1:{port}"

    def answer_of(self, box, door, query):
        deadline = time.monotonic() + 60
        while True:
            _, body, _ = box.request("GET", f"{door}/api/v1/query?" + urllib.parse.urlencode({"query": query}))
            result = json.loads(body)["data"]["result"]
            if result:
                return result
            self.assertLess(time.monotonic(), deadline, query)
            time.sleep(0.2)

    def test_prometheus_federates_from_us(self):
        box = self.start()
        box.write_samples([({"__name__": "a", "job": "x", "instance": "h"}, [(self.now_ms - 1000, 2.5)])])
        result = self.answer_of(box, self.federating_prometheus(box), "a")
        self.assertEqual(result[0]["metric"], {"__name__": "a", "instance": "h", "job": "x"})
        self.assertEqual(result[0]["value"][1], "2.5")

    def start_with_histograms(self):
        box = self.start()
        self.write_v2(box, V2Request().add({"__name__": "lat", "job": "x"}, histograms=[native_histogram(self.now_ms - 1000)])
                      .add({"__name__": "lat", "job": "x", "kind": "float"}, samples=[(self.now_ms - 1000, 3.0, 0)])
                      .add({"__name__": "size", "job": "x"}, histograms=[custom_histogram(self.now_ms - 1000)]))
        return box

    def test_prometheus_federates_native_histograms_from_us(self):
        box = self.start_with_histograms()
        door = self.federating_prometheus(box, ["--enable-feature=native-histograms"])
        result = {r["metric"].get("kind", ""): r for r in self.answer_of(box, door, "lat")}
        self.assertEqual(result["float"]["value"][1], "3")
        ours = box.query('lat{kind=""}')[0]["histogram"][1]
        self.assertEqual(result[""]["histogram"][1], ours)
        self.assertEqual((ours["count"], ours["sum"]), ("4", "5.25"))
        buckets = {r["metric"]["le"]: r["value"][1] for r in self.answer_of(box, door, "size_bucket")}
        self.assertEqual({float(le): v for le, v in buckets.items()}, {0.5: "1", 2.0: "1", float("inf"): "4"})

    def test_one_of_us_federates_native_histograms_from_another(self):
        box = self.start_with_histograms()
        reader = self.start(prometheus="global: {scrape_native_histograms: true, convert_classic_histograms_to_nhcb: true}\n"
                            "scrape_configs:\n- job_name: federate\n  honor_labels: true\n  metrics_path: /federate\n"
                            "  scrape_interval: 1s\n  params: {'match[]': ['{job=\"x\"}']}\n"
                            f"  static_configs: [{{targets: ['{box.prometheus[7:]}']}}]\n")
        for query in ('lat{kind=""}', "size"):
            read = reader.wait_for(query)[0]
            self.assertEqual(read["histogram"][1], box.query(query)[0]["histogram"][1], query)

    def test_federation_in_text_has_only_histograms_with_custom_buckets(self):
        box = self.start_with_histograms()
        _, body = box.get("/federate", **{"match[]": '{job="x"}'})
        at = self.now_ms - 1000
        self.assertEqual(body.decode(), f'# TYPE lat untyped\nlat{{instance="",job="x",kind="float"}} 3 {at}\n'
                         '# TYPE size histogram\n'
                         f'size_bucket{{instance="",job="x",le="0.5"}} 1 {at}\nsize_bucket{{instance="",job="x",le="2"}} 1 {at}\n'
                         f'size_bucket{{instance="",job="x",le="+Inf"}} 4 {at}\n'
                         f'size_sum{{instance="",job="x"}} 9.5 {at}\nsize_count{{instance="",job="x"}} 4 {at}\n')

    # What must survive

    def test_exemplars_metadata_and_start_timestamps_survive_kill_and_flush(self):
        box = self.start("self_scrape: {enabled: false}\nprometheus: {use_start_timestamps: true}\n")
        labels = {"__name__": "req_total", "job": "x"}
        self.write_v2(box, V2Request().add(
            labels, samples=[(self.now_ms - 1000, 5.0, self.now_ms - 60_000)],
            exemplars=[(self.now_ms - 1000, 0.25, {"trace_id": "abc"})], metadata=(1, "Requests.", "")).add(
                {"__name__": "lat", "job": "x"}, histograms=[native_histogram(self.now_ms - 1000)]))

        def check():
            [series] = box.api("query_exemplars", query='req_total{job="x"}', start=self.now_ms / 1000 - 60,
                               end=self.now_ms / 1000 + 60)
            self.assertEqual(series["seriesLabels"], labels)
            self.assertEqual(series["exemplars"], [{"labels": {"trace_id": "abc"}, "value": "0.25",
                                                    "timestamp": (self.now_ms - 1000) / 1000}])
            self.assertEqual(box.api("metadata", metric="req_total"),
                             {"req_total": [{"type": "counter", "help": "Requests.", "unit": ""}]})
            [start] = box.query("start_timestamp(req_total)")
            self.assertEqual(float(start["value"][1]) * 1000, self.now_ms - 60_000)
            [lat] = box.query("lat")
            self.assertEqual((lat["histogram"][1]["count"], lat["histogram"][1]["sum"]), ("4", "5.25"))

        check()
        box.kill()
        box.start()
        check()
        self.post(box, "/-/flush", 200)
        check()
        box.terminate()
        box.start()
        check()

    # The admin API

    def test_admin_api_needs_leave(self):
        box = self.start()
        for path in ("snapshot", "delete_series?match[]=a", "clean_tombstones"):
            for method in ("POST", "PUT"):
                status, body, _ = box.request(method, "/api/v1/admin/tsdb/" + path)
                self.assertEqual((status, json.loads(body)["errorType"]), (503, "unavailable"))
            self.assertIn(box.request("GET", "/api/v1/admin/tsdb/" + path)[0], (404, 405))

    def test_deleted_series_are_gone_before_and_after_cleaning(self):
        box = self.start(ADMIN)
        times = [self.now_ms - 10_000 + 1000 * i for i in range(10)]
        box.write_samples([({"__name__": name}, [(at, float(i)) for i, at in enumerate(times)]) for name in ("a", "b")])
        self.post(box, f"/api/v1/admin/tsdb/delete_series?match[]=a&start={times[2] / 1000}&end={times[4] / 1000}", 204)

        def exported(name):
            _, body = box.get("/api/v1/export", **{"match[]": name})
            return [value for line in body.splitlines() for value in json.loads(line)["values"]]

        def check():
            self.assertEqual(exported("a"), [0, 1, 5, 6, 7, 8, 9])
            self.assertEqual(exported("b"), list(range(10)))

        check()
        box.kill()
        box.start()
        check()
        self.post(box, "/api/v1/admin/tsdb/clean_tombstones", 204)
        check()
        # Samples that come after a deletion are not meant by it.
        self.post(box, "/api/v1/admin/tsdb/delete_series?match[]=a", 204)
        self.assertEqual(exported("a"), [])
        box.write_samples([({"__name__": "a"}, [(int(time.time() * 1000) + 1000, 42.0)])])
        self.assertEqual([one["value"][1] for one in box.query("last_over_time(a[1m])", time=time.time() + 2)], ["42"])
        self.post(box, "/api/v1/admin/tsdb/delete_series", 400)

    def test_a_snapshot_is_a_store_of_its_own(self):
        box = self.start(ADMIN)
        box.write_samples([({"__name__": "a"}, [(self.now_ms - 1000, 1.0)])])
        name = json.loads(self.post(box, "/api/v1/admin/tsdb/snapshot", 200))["data"]["name"]
        box.write_samples([({"__name__": "a"}, [(self.now_ms, 2.0)])])
        without_head = json.loads(self.post(box, "/api/v1/admin/tsdb/snapshot?skip_head=true", 200))["data"]["name"]
        self.post(box, "/api/v1/admin/tsdb/snapshot?skip_head=maybe", 400)
        for snapshot in (name, without_head):
            other = tempfile.mkdtemp(prefix="signalbox-test-")
            self.addCleanup(shutil.rmtree, other, ignore_errors=True)
            shutil.copytree(os.path.join(box.data, "metrics", "snapshots", snapshot),
                            os.path.join(other, "data", "metrics"))
            copy = Signalbox(data=other)
            self.addCleanup(copy.close)
            self.assertEqual(copy.query("a", time=self.now_ms / 1000)[0]["value"][1], "1")
            self.assertEqual(copy.query("count_over_time(a[5m])", time=self.now_ms / 1000)[0]["value"][1], "1")

    # Out and in again, bit for bit

    def test_native_export_round_trips_every_bit(self):
        box = self.start("self_scrape: {enabled: false}\nprometheus: {use_start_timestamps: true}\n")
        weird = [0.1 + 0.2, -0.0, float("inf"), STALE, 1e-310,
                 struct.unpack("<d", struct.pack("<Q", 0x7FF800000000BEEF))[0], 5.0]
        self.write_v2(box, V2Request().add(
            {"__name__": "weird", "job": "x"},
            samples=[(self.now_ms - 7000 + 1000 * i, value, self.now_ms - 60_000 - i) for i, value in enumerate(weird)],
            metadata=(2, "Odd ones.", "seconds")).add(
                {"__name__": "lat", "job": "x"},
                histograms=[native_histogram(self.now_ms - 2000, self.now_ms - 9000), native_histogram(self.now_ms - 1000)]))
        status, exported = box.get("/api/v1/export/native", **{"match[]": ['{job="x"}', "lat"]})
        self.assertEqual((status, exported[:8]), (200, b"SBNATIV1"))
        other = self.start("self_scrape: {enabled: false}\nprometheus: {use_start_timestamps: true}\n")
        self.assertEqual(other.request("POST", other.ui + "/prometheus/api/v1/import/native", exported)[:2], (204, b""))
        again = other.get("/api/v1/export/native", **{"match[]": ['{job="x"}', "lat"]})[1]
        self.assertEqual(again, exported)
        self.assertEqual(other.request("POST", "/api/v1/import/native", exported)[0], 204, "twice is once")
        other.kill()
        other.start()
        self.assertEqual(other.get("/api/v1/export/native", **{"match[]": '{job="x"}'})[1], exported)
        self.assertEqual(other.api("metadata", metric="weird")["weird"][0],
                         {"type": "gauge", "help": "Odd ones.", "unit": "seconds"})
        self.assertEqual(other.query("histogram_sum(lat)")[0]["value"][1], "5.25")
        # Damage and a cut are told, and tell where.
        for bad, word in ((exported[:-1], "cut short after frame 1"), (exported[:40] + b"?" + exported[41:], "checksum"),
                          (b'{"metric":{}}', "not a native export")):
            status, reply, _ = other.request("POST", "/api/v1/import/native", bad)
            self.assertEqual(status, 400)
            self.assertIn(word, reply.decode())
        self.assertEqual(other.request("POST", "/api/v1/import/native?extra_label=job=y", exported)[0], 204)
        self.assertEqual(len(other.query('{job="y"}', time=self.now_ms / 1000)), 2)
        self.assertEqual(other.get("/api/v1/export/native")[0], 400)

    def test_native_import_takes_samples_of_any_age(self):
        box = self.start("self_scrape: {enabled: false}\n")
        other = self.start("self_scrape: {enabled: false}\n")
        # A day of samples, a minute apart; the two ways in meet near the end.
        values = list(range(1440))
        first = self.now_ms - 1440 * 60_000
        for n in range(0, 1440, 60):
            samples = [(first + i * 60_000, float(i)) for i in range(n, n + 60)]
            self.assertEqual(box.write_samples([({"__name__": "day", "n": str(k)}, samples) for k in range(20)])[0], 204)
        exported = box.get("/api/v1/export/native", **{"match[]": "day"})[1]
        other.write_samples([({"__name__": "own"}, [(self.now_ms, 1.0)])])
        status, reply, _ = other.request("POST", "/api/v1/import/native", exported)
        self.assertEqual((status, reply), (204, b""))
        for _ in range(2):
            _, body = other.get("/api/v1/export", **{"match[]": "day"})
            lines = [json.loads(line) for line in body.splitlines()]
            self.assertEqual([line["values"] for line in lines], [values] * 20)
            self.assertEqual(other.get("/api/v1/export/native", **{"match[]": "day"})[1], exported)
            other.kill()
            other.start()

    def test_csv_gives_back_what_it_took(self):
        box = self.start()
        rows = "".join(f'{self.now_ms - 5000 + 1000 * i},"r, {i % 2}",{0.1 * i!r}\n' for i in range(1, 6))
        self.assertEqual(box.request("POST", "/api/v1/import/csv?format=1:time:unix_ms,2:label:room,3:metric:temp",
                                     rows.encode())[0], 204)
        _, body = box.get("/api/v1/export/csv", **{"match[]": "temp", "format": "__timestamp__:unix_ms,room,__value__"})
        self.assertEqual(sorted(body.decode().splitlines()), sorted(rows.splitlines()))

    # Queries about queries

    def test_statistics_of_a_query(self):
        box = self.start()
        box.write_samples([({"__name__": "a"}, [(self.now_ms - 60_000 + 1000 * i, float(i)) for i in range(60)])])
        times = dict(query="sum_over_time(a[10s])", start=self.now_ms / 1000 - 30, end=self.now_ms / 1000 - 1, step=10)
        self.assertNotIn("stats", box.api("query_range", **times))
        plain = box.api("query_range", stats="true", **times)["stats"]
        self.assertEqual(plain["samples"]["totalQueryableSamples"], 30)
        self.assertNotIn("totalQueryableSamplesPerStep", plain["samples"])
        self.assertGreater(plain["samples"]["peakSamples"], 0)
        self.assertEqual(sorted(plain["timings"]), ["evalTotalTime", "execQueueTime", "execTotalTime", "innerEvalTime",
                                                    "queryPreparationTime", "resultSortTime"])
        steps = box.api("query_range", stats="all", **times)["stats"]["samples"]["totalQueryableSamplesPerStep"]
        self.assertEqual([count for _, count in steps], [10, 10, 10])
        self.assertEqual([at for at, _ in steps], [times["start"] + 10 * i for i in range(3)])
        self.assertEqual(box.api("status/active_queries"), [])

    # Read, and not run

    def test_authentication_that_is_not_run_is_named_with_its_line(self):
        text = ("remote_write:\n- url: http://127.0.0.1:9/w\n  sigv4: {region: eu}\n- url: http://127.0.0.1:9/x\n"
                "  google_iam:\n    credentials_file: key.json\n")
        box = self.start(prometheus=text)
        self.assertIn("prometheus.yml:3: sigv4 is not yet supported", box.log_text())
        self.assertIn("prometheus.yml:5: google_iam is not yet supported", box.log_text())
        done = subprocess.run([binary(), "check", "config", os.path.join(box.folder, "prometheus.yml")],
                              capture_output=True, text=True)
        self.assertIn("prometheus.yml:3: sigv4", done.stdout + done.stderr)


if __name__ == "__main__":
    main()
