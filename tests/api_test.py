#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The doors of a real Signalbox: Prometheus API shapes and errors, remote write's answers, reload,
self-scrape, shut-down."""
import json
import time
import unittest

from harness import Signalbox, main, remote_write_v1, snappy


class ApiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Signalbox()
        cls.now = int(time.time()) * 1000 - 60_000
        status, body, _ = cls.box.write_samples([
            ({"__name__": "requests_total", "job": "api", "code": code},
             [(cls.now + k * 1000, float(k * step)) for k in range(60)])
            for code, step in (("200", 10), ("500", 1))])
        assert status == 204, (status, body)
        cls.end = (cls.now + 59_000) / 1000

    @classmethod
    def tearDownClass(cls):
        cls.box.close()

    def error(self, path, **params):
        status, body = self.box.get("/api/v1/" + path, **params)
        answer = json.loads(body)
        self.assertEqual(answer["status"], "error", body)
        return status, answer["errorType"], answer["error"]

    def test_instant_query(self):
        result = self.box.query("sum by (code) (rate(requests_total[30s]))", time=self.end)
        self.assertEqual({r["metric"]["code"]: r["value"][1] for r in result}, {"200": "10", "500": "1"})
        self.assertEqual(self.box.api("query", query="1+1", time=5)["result"], [5, "2"])
        self.assertEqual(self.box.api("query", query='"x"', time=5)["resultType"], "string")
        self.assertEqual(self.box.query("absent_metric"), [])

    def test_range_query(self):
        data = self.box.api("query_range", query="requests_total{code='500'}", start=self.end - 10,
                            end=self.end, step="5s")
        self.assertEqual(data["resultType"], "matrix")
        self.assertEqual([v for _, v in data["result"][0]["values"]], ["49", "54", "59"])

    def test_post_form_is_the_same(self):
        status, body, _ = self.box.request("POST", "/api/v1/query", b"query=vector(1)&time=1",
                                           {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual((status, json.loads(body)["data"]["result"][0]["value"]), (200, [1, "1"]))

    def test_errors_have_types_and_places(self):
        self.assertEqual(self.error("query", query="sum(rate(x[5m])"),
                         (400, "bad_data", 'invalid parameter "query": 1:16: parse error: unclosed left parenthesis'))
        status, kind, _ = self.error("query_range", query="x", start=10, end=5, step=1)
        self.assertEqual((status, kind), (400, "bad_data"))
        _, _, message = self.error("query_range", query="x", start=0, end=20000, step=1)
        self.assertIn("exceeded maximum resolution of 11,000 points per timeseries", message)
        self.assertEqual(self.error("series")[2], "no match[] parameter provided")
        self.assertEqual(self.error("query", query="x", time="abc")[1], "bad_data")

    def test_series_labels_and_values(self):
        series = self.box.api("series", **{"match[]": "requests_total"})
        self.assertEqual(len(series), 2)
        self.assertEqual(self.box.api("labels"), ["__name__", "code", "job"])
        self.assertEqual(self.box.api("label/code/values"), ["200", "500"])
        self.assertEqual(self.box.api("label/code/values", **{"match[]": "requests_total{code=~'5..'}"}), ["500"])

    def test_status_pages(self):
        self.assertIn("version", self.box.api("status/buildinfo"))
        self.assertTrue(self.box.api("status/runtimeinfo")["reloadConfigSuccess"])
        head = self.box.api("status/tsdb")["headStats"]
        self.assertGreaterEqual(head["numSeries"], 2)
        self.assertEqual([g["name"] for g in self.box.api("rules")["groups"]], ["signalbox"])
        self.assertEqual(self.box.api("targets")["activeTargets"], [])
        self.assertIn("yaml", self.box.api("status/config"))
        self.assertIsInstance(self.box.api("status/flags"), dict)

    def test_format_and_parse(self):
        self.assertEqual(self.box.api("format_query", query="sum( rate(x [5m]))by(a)"), "sum by (a) (rate(x[5m]))")
        self.assertEqual(self.box.api("parse_query", query="up")["type"], "vectorSelector")

    def test_admin_is_off_by_default(self):
        status, body, _ = self.box.request("POST", "/api/v1/admin/tsdb/snapshot")
        self.assertEqual(status, 503)
        self.assertIn(b"admin APIs disabled", body)

    def test_federation(self):
        status, body = self.box.get("/federate", **{"match[]": '{job="api"}'})
        self.assertEqual(status, 200)
        self.assertIn(b"# TYPE requests_total untyped", body)
        self.assertIn(f'requests_total{{code="500",instance="",job="api"}} 59 {self.now + 59_000}'.encode(), body)

    def test_remote_write_answers(self):
        headers = {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy"}
        post = lambda body, **h: self.box.request("POST", "/api/v1/write", body, {**headers, **h})[0]
        self.assertEqual(post(b"\xff\xff\xff"), 400)
        self.assertEqual(post(snappy(b"\x0a\x7f")), 400)
        self.assertEqual(post(remote_write_v1([]), **{"Content-Type": "text/plain"}), 415)
        old = [({"__name__": "requests_total", "job": "api", "code": "500"}, [(self.now, 7.0)])]
        self.assertEqual(post(remote_write_v1(old)), 400)
        bad = [({"job": "no name"}, [(self.now, 1.0)])]
        self.assertEqual(post(remote_write_v1(bad)), 400)

    def test_every_api_is_also_on_the_one_port(self):
        status, body, _ = self.box.request("GET", self.box.ui + "/prometheus/api/v1/query?query=1")
        self.assertEqual((status, json.loads(body)["data"]["resultType"]), (200, "scalar"))
        status, body, _ = self.box.request("GET", self.box.ui + "/api/signalbox/v1/status")
        self.assertEqual(status, 200)
        self.assertGreaterEqual(json.loads(body)["storage"]["headSeries"], 2)
        status, body, headers = self.box.request("GET", self.box.ui + "/")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))

    def test_health_and_own_metrics(self):
        self.assertEqual(self.box.get("/-/healthy")[0], 200)
        status, body = self.box.get("/metrics")
        self.assertEqual(status, 200)
        self.assertIn(b"signalbox_build_info", body)

    def test_unknown_paths_are_404(self):
        self.assertEqual(self.box.get("/api/v1/nothing")[0], 404)
        self.assertEqual(self.box.request("DELETE", "/api/v1/query")[0], 405)

    def test_paths_that_are_only_written_to_refuse_to_be_read(self):
        # As Prometheus 2.42 answers; the pages of the UI stand on the same doors.
        for door in (self.box.prometheus, self.box.ui + "/prometheus"):
            for path, allow in (("admin/tsdb/snapshot", "POST, PUT"), ("admin/tsdb/delete_series", "POST, PUT"),
                                ("admin/tsdb/clean_tombstones", "POST, PUT"), ("write", "POST"), ("read", "POST"),
                                ("otlp/v1/metrics", "POST")):
                for method in ("GET", "HEAD", "DELETE"):
                    status, body, headers = self.box.request(method, f"{door}/api/v1/{path}")
                    self.assertEqual((status, headers["Allow"]), (405, allow), (method, path, body))
        for method, path in (("GET", "/api/v1/import"), ("POST", "/api/v1/label/x/values"), ("POST", "/federate"),
                             ("POST", "/metrics"), ("DELETE", "/-/healthy")):
            self.assertEqual(self.box.request(method, path)[0], 405, (method, path))
        self.assertEqual(self.box.request("GET", "/-/reload")[:2], (405, b"Only POST or PUT requests allowed\n"))
        # Pages of Prometheus stay pages, also where something else is written to.
        for page in ("query", "graph", "alerts", "targets", "config", "service-discovery"):
            status, body, _ = self.box.request("GET", f"{self.box.prometheus}/{page}")
            self.assertEqual((status, b"<html" in body), (200, True), page)


class LifeTest(unittest.TestCase):
    def test_scrapes_itself_by_default(self):
        box = Signalbox(config="self_scrape: {interval: 1s}\n")
        self.addCleanup(box.close)
        up = box.wait_for('up{job="signalbox"}', accept=lambda r: r and r[0]["value"][1] == "1")
        self.assertEqual(up[0]["metric"]["job"], "signalbox")

    def test_bad_reload_keeps_the_old_configuration_and_says_so(self):
        box = Signalbox(prometheus="scrape_configs: [{job_name: one, static_configs: [{targets: ['127.0.0.1:1']}]}]\n")
        self.addCleanup(box.close)
        box.write("prometheus.yml", "scrape_configs: [{job_nam: two}]\n")
        status, body, _ = box.request("POST", "/-/reload")
        self.assertEqual(status, 500)
        self.assertIn(b"prometheus.yml:1:", body)
        self.assertEqual(box.api("scrape_pools")["scrapePools"], ["one"])
        self.assertFalse(box.api("status/runtimeinfo")["reloadConfigSuccess"])
        state = json.loads(box.request("GET", box.ui + "/api/signalbox/v1/status")[1])
        self.assertIn("job_nam", state["configReload"]["error"])
        self.assertIn(b"signalbox_config_last_reload_successful 0", box.get("/metrics")[1])
        box.write("prometheus.yml", "scrape_configs: [{job_name: two, static_configs: [{targets: ['127.0.0.1:1']}]}]\n")
        self.assertEqual(box.request("POST", "/-/reload")[0], 200)
        self.assertEqual(box.api("scrape_pools")["scrapePools"], ["two"])

    def test_sigterm_ends_it_with_everything_kept(self):
        box = Signalbox()
        self.addCleanup(box.close)
        now = int(time.time() * 1000)
        self.assertEqual(box.write_samples([({"__name__": "kept"}, [(now, 1.5)])])[0], 204)
        self.assertEqual(box.terminate(), 0)
        box.start()
        self.assertEqual(box.query("kept")[0]["value"][1], "1.5")


if __name__ == "__main__":
    main()
