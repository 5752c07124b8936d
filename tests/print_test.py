#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Dashboards as PDF and panels as SVG, drawn by signalbox-print: the demo's dashboards, Node Exporter Full of the
conformance data when it is there, bad input, and a renderer that is killed. What is written on the pages is read with
poppler's pdftotext; without it that part is left out.

SIGNALBOX_PRINT_FOLDER=DIR keeps the documents there, and pictures of their pages.
"""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

import harness

DEMO = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "demo", "provisioning")
PRINT = "/api/signalbox/v1/dashboards/"
SVG = "{http://www.w3.org/2000/svg}"


def renderer():
    return os.path.join(os.path.dirname(os.environ.get("SIGNALBOX_BINARY", "")), "signalbox-print")


def panel(number, kind, title, expr="", **more):
    grid = {"x": 12 * (number % 2), "y": 8 * (number // 2), "w": 12, "h": 8}
    targets = [{"refId": "A", "expr": expr}] if expr else []
    return {"id": number + 1, "type": kind, "title": title, "gridPos": grid, "targets": targets, **more}


BOARD = {
    "uid": "paper", "title": "On paper ✓ Привет", "schemaVersion": 39, "time": {"from": "now-15m", "to": "now"},
    "templating": {"list": [{"name": "host", "type": "query", "query": "label_values(up_by_hand, host)", "refresh": 1,
                             "multi": True, "current": {"value": ["a"], "text": ["a"]}}]},
    "panels": [
        panel(0, "timeseries", "Of $host", 'up_by_hand{host=~"$host"}'),
        panel(1, "stat", "A number", 'sum(up_by_hand)'),
        panel(2, "table", "A table", "up_by_hand"),
        panel(3, "timeseries", "Broken", "sum(("),
        panel(4, "timeseries", "Absent", "no_such_metric_at_all"),
        panel(5, "acme-robot-panel", "Foreign", "up_by_hand"),
        panel(6, "text", "Words", options={"mode": "markdown", "content": "# Chapter\n<script>alert(1)</script>\n- first"}),
        panel(7, "logs", "Lines", "{}", datasource={"type": "loki"}),
    ],
}


class PrintTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = os.path.join(tempfile.mkdtemp(prefix="signalbox-print-"), "provisioning")
        shutil.copytree(DEMO, folder)
        cls.folder = os.path.dirname(folder)
        cls.box = harness.Signalbox(config=f"self_scrape: {{interval: 1s}}\ngrafana: {{provisioning: {folder}}}\n")
        now = int(time.time() * 1000)
        series = [({"__name__": "up_by_hand", "host": host}, [(now - 15_000 * i, value) for i in range(40, -1, -1)])
                  for host, value in (("a", 1.0), ("b", 2.0))]
        cls.box.write_samples(series)
        cls.save(BOARD)
        cls.keep = os.environ.get("SIGNALBOX_PRINT_FOLDER", "")

    @classmethod
    def tearDownClass(cls):
        cls.box.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    @classmethod
    def save(cls, board):
        body = json.dumps({"dashboard": {**board, "id": None}, "overwrite": True}).encode()
        request = urllib.request.Request(cls.url("/api/dashboards/db"), body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200

    @classmethod
    def url(cls, path):
        return f"http://{cls.box.doors['listen']}{path}"

    def ask(self, path, headers=None):
        """Status, content type and body, errors too."""
        try:
            request = urllib.request.Request(self.url(path), headers=headers or {})
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Content-Type"], error.read()

    def pdf(self, uid, query="", name=None):
        status, kind, body = self.ask(f"{PRINT}{uid}/pdf?{query}")
        self.assertEqual(status, 200, body[:500])
        self.assertEqual(kind, "application/pdf")
        self.assertTrue(body.startswith(b"%PDF-1.7") and body.rstrip().endswith(b"%%EOF"))
        if self.keep:
            path = os.path.join(self.keep, f"{name or uid}.pdf")
            with open(path, "wb") as file:
                file.write(body)
            if harness.installed("pdftoppm"):
                subprocess.run(["pdftoppm", "-r", "80", "-png", path, path[:-4]], check=True)
        return body

    def words(self, body):
        """What stands on the pages; None without poppler. Complaints of poppler fail the test."""
        if not harness.installed("pdftotext"):
            print("left out: pdftotext (poppler-utils) is not installed")
            return None
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(body)
            file.flush()
            read = subprocess.run(["pdftotext", "-layout", file.name, "-"], capture_output=True, text=True, timeout=60)
        self.assertEqual((read.returncode, read.stderr), (0, ""))
        return read.stdout

    def error(self, path, status):
        got, kind, body = self.ask(path)
        self.assertEqual(got, status, body[:500])
        self.assertEqual(kind, "application/json")
        return json.loads(body)["message"]

    def test_panels_are_drawn_or_say_why_not(self):
        words = self.words(self.pdf("paper", "tz=Europe/Berlin"))
        if words is None:
            return
        for text in ("On paper v", "host: a", "Of a", "A number", "up_by_hand", "The query failed", "parse error",
                     "No metric named no_such_metric_at_all", "panels of the kind acme-robot-panel", "Chapter", "first",
                     "Europe/Berlin", "letters that the fonts of a PDF do not have"):
            self.assertIn(text, words)
        self.assertNotIn("alert(1)", words)

    def test_variables_of_the_address_win(self):
        words = self.words(self.pdf("paper", "var-host=b&var-host=a", "paper-both"))
        if words is not None:
            self.assertIn("host: b, a", words)
        # Hostile values stay values.
        evil = urllib.parse.quote('") or vector(1) #%)> Tj ET \u202e')
        self.pdf("paper", f"var-host={evil}&var-nothing={evil}&theme=dark", "paper-evil")

    def test_demo_dashboards(self):
        boards = sorted(glob.glob(os.path.join(DEMO, "dashboards", "json", "*.json")))
        self.assertGreater(len(boards), 5)
        deadline = time.monotonic() + 30
        for i, path in enumerate(boards):
            with open(path, encoding="utf-8") as file:
                board = json.load(file)
            while self.ask(f"/api/dashboards/uid/{board['uid']}")[0] != 200 and time.monotonic() < deadline:
                time.sleep(0.2)
            words = self.words(self.pdf(board["uid"], f"from=now-5m&theme={'dark' if i % 2 else 'light'}"))
            if words is not None:
                self.assertIn(board["title"], words)
                self.assertNotIn("could not be drawn", words)

    def test_node_exporter_full(self):
        path = os.path.join(os.environ.get("SIGNALBOX_CONFORMANCE_DIR", ""), "grafana-dashboards",
                            "node-exporter-full.json")
        if not os.path.isfile(path):
            self.skipTest("no Node Exporter Full in SIGNALBOX_CONFORMANCE_DIR")
        with open(path, encoding="utf-8") as file:
            board = json.load(file)
        board = {**board.get("dashboard", board), "uid": "node-full"}
        self.save(board)
        began = time.monotonic()
        body = self.pdf("node-full", "rows=open&from=now-1h")
        print(f"Node Exporter Full: {len(body)} bytes in {time.monotonic() - began:.1f} s")
        words = self.words(body)
        if words is None:
            return
        panels = [one for row in board["panels"] for one in (row.get("panels") or [row]) if one["type"] != "row"]
        # Narrow panels cut their titles.
        seen = sum(1 for one in panels if one.get("title", "")[:6] in words)
        print(f"conformance: panels of Node Exporter Full on paper {seen} of {len(panels)}")
        self.assertEqual(seen, len(panels))

    def test_svg_of_a_panel(self):
        for path in (f"{PRINT}paper/panels/1/svg?width=640&height=320",
                     "/render/d-solo/paper/any-slug?panelId=1&width=640&height=320"):
            status, kind, body = self.ask(path)
            self.assertEqual((status, kind), (200, "image/svg+xml; charset=utf-8"))
            root = xml.etree.ElementTree.fromstring(body)
            self.assertEqual((root.tag, root.get("width"), root.get("height")), (SVG + "svg", "640", "320"))
            texts = [one.text for one in root.iter(SVG + "text")]
            self.assertIn("Of a", texts)
            longest = max(len(one.get("d", "")) for one in root.iter(SVG + "path"))
            self.assertGreater(longest, 150, "no line of samples")
        status, kind, body = self.ask("/render/d/paper?theme=dark")
        self.assertEqual((status, kind), (200, "application/pdf"))

    def test_bad_input_is_refused_by_name(self):
        self.assertIn("not found", self.error(f"{PRINT}nobody/pdf", 404).lower())
        self.assertIn("panelId", self.error(f"{PRINT}paper/panels/99/svg", 404))
        self.assertIn("from", self.error(f"{PRINT}paper/pdf?from=yesterdayish", 400))
        self.assertIn("tz", self.error(f"{PRINT}paper/pdf?tz=Europe/Nowhere", 400))
        self.assertIn("tz", self.error(f"{PRINT}paper/pdf?tz=../../etc/passwd", 400))
        self.assertIn("paper", self.error(f"{PRINT}paper/pdf?paper=napkin", 400))
        self.assertIn("width", self.error(f"{PRINT}paper/panels/1/svg?width=1e9", 400))
        self.error(f"{PRINT}paper/pdf?var-x=%zz", 400)
        self.error(f"{PRINT}..%2f..%2fapi/pdf", 404)

    def test_a_huge_range_is_drawn(self):
        self.pdf("paper", "from=0000000000001&to=9999999999999", "paper-ages")
        self.pdf("paper", "from=now&to=now-1h", "paper-backwards")

    def test_a_dashboard_of_very_many_panels_says_what_is_left_out(self):
        many = {**BOARD, "uid": "many", "panels": [
            {**panel(i, "text", f"Number {i}", options={"content": "x"}), "gridPos": {"x": 3 * (i % 8), "y": i // 8 * 3, "w": 3, "h": 3}}
            for i in range(640)]}
        self.save(many)
        words = self.words(self.pdf("many"))
        if words is not None:
            self.assertIn("40 panels are not drawn", words)

    def test_a_killed_renderer_costs_one_request(self):
        slow = {**BOARD, "uid": "slow", "panels": [
            panel(i, "timeseries", f"Slow {i}", f"count_values('v', sum by (host) (up_by_hand) * {i} + time())")
            for i in range(60)]}
        self.save(slow)
        stop = threading.Event()
        killed = []

        def kill():
            while not stop.is_set():
                for pid in self.children():
                    try:
                        os.kill(pid, signal.SIGKILL)
                        killed.append(pid)
                    except ProcessLookupError:
                        pass
                time.sleep(0.005)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            message = self.error(f"{PRINT}slow/pdf", 502)
        finally:
            stop.set()
            killer.join()
        self.assertTrue(killed)
        self.assertIn("signal 9", message)
        self.pdf("paper")
        metrics = urllib.request.urlopen(self.url("/metrics"), timeout=20).read().decode()
        self.assertRegex(metrics, r'signalbox_print_requests_total\{result="crashed"\} [1-9]')
        self.assertEqual(self.children(), [])

    def children(self):
        """Renderers that this server started."""
        out = []
        for path in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(path, encoding="utf-8") as file:
                    name, rest = re.match(r"\d+ \((.*)\) \S+ (\d+)", file.read()).groups()
            except (OSError, AttributeError):
                continue
            if name.startswith("signalbox-prin") and int(rest) == self.box.process.pid:
                out.append(int(path.split("/")[2]))
        return out

    def test_command_line(self):
        out = os.path.join(self.folder, "out.pdf")
        base = [harness.binary(), "dashboard", "export", "--url", self.url("")]
        subprocess.run([*base, "--from", "now-5m", "--var", "host=b", "--out", out, "paper"], check=True, timeout=120)
        with open(out, "rb") as file:
            words = self.words(file.read())
        if words is not None:
            self.assertIn("host: b", words)
        svg = subprocess.run([*base, "--panel", "2", "--out", "-", "paper"], check=True, timeout=120, capture_output=True)
        self.assertEqual(xml.etree.ElementTree.fromstring(svg.stdout).tag, SVG + "svg")
        bad = subprocess.run([*base, "--out", out, "nobody"], timeout=120, capture_output=True, text=True)
        self.assertEqual(bad.returncode, 1)
        self.assertIn("404", bad.stderr)


if __name__ == "__main__":
    harness.binary()
    if not os.access(renderer(), os.X_OK):
        print("skipped: no signalbox-print beside SIGNALBOX_BINARY (it is built with the UI and libnode)")
        sys.exit(harness.SKIPPED)
    harness.main()
