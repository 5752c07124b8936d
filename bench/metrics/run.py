#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signalbox beside its peers on one machine, in one run: remote write, memory, disk, restart, queries.

    bench/metrics/run.py [--series 100000] [--scrapes 40] [--reps 3] [--peers signalbox,prometheus,vm]

Peers that are not installed are left out, saying so. CPU is the server process's own CPU time (user and
system, all threads), so that other load on the machine disturbs little; compare ratios within one run.
"""
import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOAD = os.path.join(ROOT, "build/bench/bench/metrics/remote_write_load")

QUERIES = [
    ("instant count, all series", 'count({__name__=~".+"})', None),
    ("instant one series", 'bench_metric_1_total{instance="host-1.example.internal:9100",device="dev1"}', None),
    ("instant sum by (mode)", "sum by (mode) (bench_metric_2_total)", None),
    ("range sum by (mode) (rate)", "sum by (mode) (rate(bench_metric_3_total[2m]))", 15),
    ("range topk rate", "topk(5, rate(bench_metric_4_total[2m]))", 15),
    ("range max_over_time", 'max_over_time(bench_metric_5_total{device="dev3"}[5m])', 15),
]


def cpu_seconds(pid):
    return time.clock_gettime((~pid << 3) | 2)  # the process's CPU clock, see clock_getcpuclockid(3)


def status_mb(pid, key):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1024
    return 0


def folder_bytes(path):
    return sum(os.lstat(os.path.join(d, f)).st_size for d, _, files in os.walk(path) for f in files)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def binaries():
    return {"signalbox": os.path.join(ROOT, "build/release/signalbox"),
            "prometheus": shutil.which("prometheus"), "vm": shutil.which("victoria-metrics")}


def fetch(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=300) as reply:
        return reply.read()


class Peer:
    def __init__(self, name, binary):
        self.name, self.binary = name, binary
        self.folder = tempfile.mkdtemp(prefix=f"bench-{name}-")
        self.port = free_port()
        self.process = None

    def command(self):
        d, p = self.folder, self.port
        if self.name == "signalbox":
            with open(d + "/signalbox.yaml", "w") as file:
                file.write("self_scrape: {enabled: false}\nlog: {level: warn}\n")
            return [self.binary, "serve", "--data", d + "/data", "--config", d + "/signalbox.yaml",
                    "--listen", "127.0.0.1:0", "--door", "all=off",
                    "--door", f"prometheus=127.0.0.1:{p}"]
        if self.name == "prometheus":
            with open(d + "/prometheus.yml", "w") as file:
                file.write("global: {}\n")
            return [self.binary, "--web.enable-remote-write-receiver", f"--storage.tsdb.path={d}/data",
                    f"--web.listen-address=127.0.0.1:{p}", f"--config.file={d}/prometheus.yml",
                    "--web.enable-admin-api", "--log.level=error"]
        return [self.binary, f"-storageDataPath={d}/data", f"-httpListenAddr=127.0.0.1:{p}", "-loggerLevel=ERROR"]

    def start(self):
        begin = time.monotonic()
        self.process = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ready = "/health" if self.name == "vm" else "/-/ready"
        while True:
            try:
                fetch(f"http://127.0.0.1:{self.port}{ready}")
                return time.monotonic() - begin
            except OSError:
                if self.process.poll() is not None or time.monotonic() - begin > 300:
                    raise SystemExit(f"{self.name} does not start")
                time.sleep(0.005)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def load(self, **flags):
        words = [LOAD, "--port", str(self.port)]
        for name, value in flags.items():
            words += ["--" + name.replace("_", "-"), str(value)]
        before = cpu_seconds(self.process.pid)
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"load on {self.name} failed: {done.stdout}{done.stderr}")
        return json.loads(done.stdout), cpu_seconds(self.process.pid) - before

    def rest_bytes(self):
        """Brings the data to its resting form and answers its bytes on disk."""
        base = f"http://127.0.0.1:{self.port}"
        if self.name == "signalbox":
            fetch(base + "/-/flush", "POST")
            return folder_bytes(self.folder + "/data")
        if self.name == "prometheus":
            name = json.loads(fetch(base + "/api/v1/admin/tsdb/snapshot", "POST"))["data"]["name"]
            return folder_bytes(f"{self.folder}/data/snapshots/{name}")
        fetch(base + "/internal/force_flush")
        fetch(base + "/internal/force_merge")
        time.sleep(3)
        return folder_bytes(self.folder + "/data/data") + folder_bytes(self.folder + "/data/indexdb")

    def query_cpu_ms(self, expr, step, end, span):
        if step is None:
            path = "/api/v1/query?" + urllib.parse.urlencode({"query": expr, "time": end})
        else:
            path = "/api/v1/query_range?" + urllib.parse.urlencode(
                {"query": expr, "start": end - span, "end": end, "step": step})
        path += "&nocache=1" if self.name == "vm" else ""
        times = []
        for _ in range(7):
            before = cpu_seconds(self.process.pid)
            fetch(f"http://127.0.0.1:{self.port}{path}")
            times.append((cpu_seconds(self.process.pid) - before) * 1000)
        return statistics.median(times)


def measure(name, binary, options):
    peer = Peer(name, binary)
    try:
        start = (int(time.time()) - options.scrapes * 15) // 15 * 15
        peer.start()
        idle_mb = status_mb(peer.process.pid, "VmRSS")
        common = {"series": options.series, "step": 15, "batch": 2000, "connections": 2}
        first, first_cpu = peer.load(scrapes=1, start=start, **common)
        rest, rest_cpu = peer.load(scrapes=options.scrapes - 1, start=start + 15, **common)
        row = {
            "idle RSS MB": idle_mb,
            "new series, CPU us each": first_cpu / first["samples"] * 1e6,
            "steady samples per CPU s": rest["samples"] / rest_cpu,
            "peak RSS MB": status_mb(peer.process.pid, "VmHWM"),
            "RSS bytes per series": (status_mb(peer.process.pid, "VmRSS") - idle_mb) * 1048576 / options.series,
        }
        end = start + 15 * options.scrapes
        for title, expr, step in QUERIES:
            row["CPU ms: " + title] = peer.query_cpu_ms(expr, step, end, 15 * options.scrapes)
        peer.kill()
        row["restart after kill -9, s"] = peer.start()
        row["RSS after restart MB"] = status_mb(peer.process.pid, "VmRSS")
        row["bytes per sample at rest"] = peer.rest_bytes() / (first["samples"] + rest["samples"])
        return row
    finally:
        peer.close()


def parse_options(series, scrapes, reps, peers):
    """Of a bench of the peers that are installed; these are the defaults."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=series)
    parser.add_argument("--scrapes", type=int, default=scrapes)
    parser.add_argument("--reps", type=int, default=reps)
    parser.add_argument("--peers", default=peers)
    options = parser.parse_args()
    if not os.access(LOAD, os.X_OK):
        raise SystemExit("build the load generator first: cmake --preset bench && cmake --build --preset bench")
    found = binaries()
    names = []
    for name in options.peers.split(","):
        if found.get(name) and os.access(found[name], os.X_OK):
            names.append(name)
        else:
            print(f"left out: {name} is not installed", file=sys.stderr)
    return options, {name: found[name] for name in names}


def main():
    options, peers = parse_options(series=100_000, scrapes=40, reps=3, peers="signalbox,prometheus,vm")
    runs = {name: [] for name in peers}
    for rep in range(options.reps):
        for name in peers:
            print(f"rep {rep + 1} of {options.reps}: {name}", file=sys.stderr)
            runs[name].append(measure(name, peers[name], options))
    print(f"{options.series} series, {options.scrapes} samples each, medians of {options.reps}\n")
    print("| | " + " | ".join(peers) + " |\n|---|" + "---|" * len(peers))
    for key in next(iter(runs.values()))[0]:
        values = [statistics.median(run[key] for run in runs[name]) for name in peers]
        print(f"| {key} | " + " | ".join(f"{v:,.0f}" if v >= 1000 else f"{v:.3g}" for v in values) + " |")


if __name__ == "__main__":
    main()
