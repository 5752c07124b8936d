# SPDX-License-Identifier: Apache-2.0
"""Rules beside Prometheus (Debian's) in one run: 10,000 rules at 15 s on one core.

    SIGNALBOX_BINARY=build/release/signalbox python3 bench/rules.py [RULES [SECONDS]]

Both scrape 1,000 series of a server of this program; a third of the rules each are alerts on one series, recorded
rates of one series, and recorded sums over ten. CPU time is the server process's own, over SECONDS (90) after a
warm-up; what counts beside it are missed iterations.
"""
import http.server
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests"))
import harness  # noqa: E402
from alerting import cpu_s, rss_mb  # noqa: E402

GROUP = 100
WARM_UP_S = 45


class Target:
    """A target whose counters grow with time."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                now = int(time.time() * 10)
                body = "".join(f'work_total{{id="{i}",shard="{i // 10}"}} {now * (i + 1)}\n' for i in range(1000)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def rule(i):
    kind, series = i % 3, i % 1000
    if kind == 0:
        return (f"  - {{alert: A{i}, expr: 'work_total{{id=\"{series}\"}} < 0', for: 1m, labels: {{severity: page}}, "
                f"annotations: {{summary: '{{{{ $labels.id }}}} is slow'}}}}\n")
    if kind == 1:
        return f"  - {{record: 'r:{i}', expr: 'rate(work_total{{id=\"{series}\"}}[1m])'}}\n"
    return f"  - {{record: 's:{i}', expr: 'sum(rate(work_total{{shard=\"{series // 10}\"}}[1m]))'}}\n"


def rule_file(count):
    text = "groups:\n"
    for at in range(0, count, GROUP):
        text += f"- name: g{at}\n  interval: 15s\n  rules:\n" + "".join(rule(i) for i in range(at, min(at + GROUP, count)))
    return text


def write_config(folder, target, count):
    with open(os.path.join(folder, "rules.yml"), "w") as file:
        file.write(rule_file(count))
    with open(os.path.join(folder, "prometheus.yml"), "w") as file:
        file.write("global: {scrape_interval: 15s, evaluation_interval: 15s}\nrule_files: [rules.yml]\nscrape_configs:\n"
                   f"- {{job_name: work, static_configs: [{{targets: ['{target}']}}]}}\n")


class Prometheus:
    def __init__(self, target, count):
        self.folder = tempfile.mkdtemp(prefix="prometheus-")
        write_config(self.folder, target, count)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def signalbox(target, count):
    folder = tempfile.mkdtemp(prefix="signalbox-rules-")
    write_config(folder, target, count)
    box = harness.Signalbox("self_scrape: {enabled: false}\nrules: {built_in: false}\nprometheus: {config: prometheus.yml}\n",
                            data=folder)
    box.owns_folder = True
    box.url = "http://" + box.doors["prometheus"]
    return box


def one_core(pid):
    for task in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(task), {0})


def counter(url, name):
    with urllib.request.urlopen(url + "/metrics", timeout=30) as reply:
        lines = [line for line in reply.read().decode().split("\n") if line.startswith(name)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 90
    target = Target()
    for name, make in (("signalbox", signalbox), ("prometheus", Prometheus)):
        server = make(target.address, count)
        try:
            pid = server.process.pid
            time.sleep(2)
            one_core(pid)
            time.sleep(WARM_UP_S)
            cpu, begun = cpu_s(pid), time.monotonic()
            rules = counter(server.url, "prometheus_rule_evaluations_total")
            time.sleep(seconds)
            used, wall = cpu_s(pid) - cpu, time.monotonic() - begun
            rules = counter(server.url, "prometheus_rule_evaluations_total") - rules
            missed = counter(server.url, "prometheus_rule_group_iterations_missed_total")
            failed = counter(server.url, "prometheus_rule_evaluation_failures_total")
            print(f"{name}: {rules:.0f} evaluations in {wall:.0f} s, {missed:.0f} missed iterations, {failed:.0f} failed, "
                  f"{used / wall * 100:.1f} % of a core, {used / rules * 1e6:.1f} us CPU a rule, scrape included, "
                  f"{rss_mb(pid):.0f} MB", flush=True)
        finally:
            server.close()


if __name__ == "__main__":
    main()
