# SPDX-License-Identifier: Apache-2.0
"""Alert manager beside Alertmanager (Debian's prometheus-alertmanager) in one run.

    SIGNALBOX_BINARY=build/release/signalbox python3 bench/alerting.py [ALERTS]

Posts ALERTS (100,000) new alerts of ten labels in batches of 500 over one connection, then asks. CPU time is the
server process's own, so that the client and other programs on the machine do not count.
"""
import http.client
import json
import os
import sys
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests"))
import alerting_test  # noqa: E402

ROUTES = "".join(f"  - {{matchers: ['team=\"t{i}\"'], receiver: r}}\n" for i in range(50))
CONFIG = ("route:\n  receiver: r\n  group_by: [alertname, cluster]\n  group_wait: 10m\n  routes:\n" + ROUTES +
          "receivers: [{name: r}]\n")
INHIBIT = CONFIG + ("inhibit_rules:\n- {source_matchers: [severity=critical], target_matchers: [severity=warning], "
                    "equal: [cluster]}\n")


def alert(i, severity="critical"):
    return {"labels": {"alertname": f"Alert{i % 200}", "cluster": str(i % 20), "container": "main",
                       "instance": f"10.0.0.1:{i}", "job": "api", "namespace": "shop", "pod": f"api-{i}",
                       "service": "checkout", "severity": severity, "team": f"t{i % 50}"},
            "annotations": {"description": f"the api on {i} answers slowly since a while",
                            "summary": f"slow answers of pod api-{i}"},
            "endsAt": (datetime.now(timezone.utc) + timedelta(hours=1)).isoformat(),
            "generatorURL": "http://prometheus.example:9090/graph?g0.expr=up"}


def cpu_s(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))


def measure(name, server, count):
    pid = server.process.pid
    host = server.alerts_url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=300)

    def ask(method, path, body=None):
        begun, cpu = time.monotonic(), cpu_s(pid)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        data = reply.read()
        assert reply.status == 200, (reply.status, data[:300])
        return time.monotonic() - begun, cpu_s(pid) - cpu, data

    bodies = [json.dumps([alert(i) for i in range(at, min(at + 500, count))]) for at in range(0, count, 500)]
    rss, cpu, begun = rss_mb(pid), cpu_s(pid), time.monotonic()
    for body in bodies:
        ask("POST", "/api/v2/alerts", body)
    wall, used = time.monotonic() - begun, cpu_s(pid) - cpu
    print(f"{name}: {count} new alerts in {wall:.2f} s ({count / wall / 1000:.1f} k/s), {used / count * 1e6:.1f} us CPU "
          f"each ({count / max(used, 1e-3) / 1000:.0f} k per CPU s), {(rss_mb(pid) - rss) * 1e6 / count:.0f} B resident each")
    filtered = min(ask("GET", "/api/v2/alerts?filter=" + quote('pod="api-4711"'))[:2] for _ in range(5))
    print(f"{name}: filtered GET {filtered[0] * 1000:.1f} ms wall, {filtered[1] * 1000:.0f} ms CPU")
    whole = ask("GET", "/api/v2/alerts")
    print(f"{name}: whole GET {whole[0]:.2f} s, {len(whole[2]) / 1e6:.0f} MB")


def measure_inhibition(name, server, sources):
    host = server.alerts_url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=600)
    for severity in ("critical", "warning"):
        for at in range(0, sources, 500):
            connection.request("POST", "/api/v2/alerts",
                               json.dumps([alert(i, severity) for i in range(at, at + 500)]),
                               {"Content-Type": "application/json"})
            connection.getresponse().read()
    begun, cpu = time.monotonic(), cpu_s(server.process.pid)
    connection.request("GET", "/api/v2/alerts?" + "filter=" + quote('severity="warning"'))
    data = connection.getresponse().read()
    wall, used = time.monotonic() - begun, cpu_s(server.process.pid) - cpu
    muted = sum(1 for a in json.loads(data) if a["status"]["inhibitedBy"])
    print(f"{name}: {sources} sources, GET of {sources} targets {wall:.3f} s ({used:.2f} s CPU), {muted} inhibited")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for name, make in (("signalbox", alerting_test.signalbox), ("alertmanager", alerting_test.Peer)):
        server = make(CONFIG)
        try:
            measure(name, server, count)
        finally:
            server.close()
        server = make(INHIBIT)
        try:
            measure_inhibition(name, server, 7_000)
        finally:
            server.close()


if __name__ == "__main__":
    main()
