# SPDX-License-Identifier: Apache-2.0
"""Every way in which logs come in, against the real program, and that kill -9 loses and repeats no line.

SIGNALBOX_KILL_CYCLES says how often the program is killed (default 8).
"""
import json
import os
import re
import socket
import time
import unittest

import harness

CYCLES = int(os.environ.get("SIGNALBOX_KILL_CYCLES", "8"))

CONFIG = """self_scrape: {{enabled: false}}
logs:
  tail:
    - paths: [{folder}/app/*.log]
      labels: {{job: files}}
  tail_interval: 50ms
  syslog:
    - listen: tcp://127.0.0.1:0
    - listen: udp://127.0.0.1:0
  pipeline:
    - drop: 'GET /healthz'
    - redact: 'password=\\S+'
      with: 'password=***'
    - metric: app_log_lines_total
      by_labels: [job]
"""


def start():
    sb = harness.Signalbox()
    sb.terminate()
    os.makedirs(os.path.join(sb.folder, "app"), exist_ok=True)
    sb.write("signalbox.yaml", CONFIG.format(folder=sb.folder))
    sb.start()
    return sb


class Client:
    """Talks to the Elasticsearch door."""

    def __init__(self, sb):
        self.sb = sb

    def request(self, door, method, path, body=None, content_type="application/json"):
        import urllib.request
        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(f"http://{self.sb.doors[door]}{path}", data=data, method=method)
        request.add_header("Content-Type", content_type)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read().decode()

    def search(self, query, size=10000):
        body = json.dumps({"size": size, "query": {"query_string": {"query": query}}, "track_total_hits": True})
        return json.loads(self.request("elasticsearch", "POST", "/_search", body)[1])["hits"]

    def lines(self, query):
        return [hit["_source"]["message"] for hit in self.search(query)["hits"]]

    def wait_for(self, query, count, seconds=20):
        deadline = time.monotonic() + seconds
        while True:
            found = self.lines(query)
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.05)


def syslog_addresses(sb):
    """TCP, UDP: as the log says, since the kernel chose the ports."""
    text = sb.log_text()
    tcp = re.findall(r"listening server=syslog address=127\.0\.0\.1:(\d+)", text)
    with open(f"/proc/{sb.process.pid}/net/udp") as file:
        udp_inodes = {line.split()[9]: int(line.split()[1].split(":")[1], 16) for line in file.readlines()[1:]}
    ours = []
    for name in os.listdir(f"/proc/{sb.process.pid}/fd"):
        try:
            link = os.readlink(f"/proc/{sb.process.pid}/fd/{name}")
        except OSError:
            continue
        inode = re.match(r"socket:\[(\d+)\]", link)
        if inode and inode.group(1) in udp_inodes:
            ours.append(udp_inodes[inode.group(1)])
    return int(tcp[-1]), ours


class LogsInTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sb = start()
        cls.client = Client(cls.sb)

    @classmethod
    def tearDownClass(cls):
        cls.sb.close()

    def test_loki_push_is_found_by_logql(self):
        now = str(time.time_ns())
        body = json.dumps({"streams": [{"stream": {"app": "push"}, "values": [
            [now, "hello error", {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}], [now, "GET /healthz"]]}]})
        for door, path in (("loki", "/loki/api/v1/push"), ("listen", "/loki/loki/api/v1/push")):
            self.assertEqual(self.client.request(door, "POST", path, body)[0], 204)
        found = self.client.wait_for("kubernetes.labels.app:push OR app:push", 1)
        self.assertEqual(found, ["hello error"])  # the equal row once, the health check not at all

    def test_bulk_then_search(self):
        body = ""
        for i in range(20):
            body += '{"create":{"_index":"shop-2025.11.20"}}\n' + json.dumps(
                {"@timestamp": f"2025-11-20T10:00:{i:02}Z", "message": f"order {i} password=secret{i}", "n": i}) + "\n"
        status, answer = self.client.request("elasticsearch", "POST", "/_bulk", body, "application/x-ndjson")
        self.assertEqual(status, 200)
        self.assertIn('"errors":false,"items":[', answer)
        hits = self.client.search("index:shop AND n:[5 TO 9]")
        self.assertEqual(hits["total"]["value"], 5)
        self.assertEqual(hits["hits"][0]["_source"]["message"], "order 9 password=***")
        self.assertIn("shop 1 0 20", self.client.request("elasticsearch", "GET", "/_cat/indices?v")[1])

    def test_json_lines_and_journal(self):
        path = "/api/signalbox/v1/logs/lines?label=job=lines"
        answer = json.loads(self.client.request("listen", "POST", path, '{"msg":"from json"}\nfrom text\n{broken\n')[1])
        self.assertEqual((answer["stored"], answer["fault_count"]), (2, 1))
        self.assertEqual(sorted(self.client.wait_for("job:lines", 2)), ["from json", "from text"])
        entry = "__REALTIME_TIMESTAMP=1763632800000001\n_HOSTNAME=h\n_SYSTEMD_UNIT=cron.service\nMESSAGE=journalled\n\n"
        status, _ = self.client.request("listen", "POST", "/journal/upload", entry, "application/vnd.fdo.journal")
        self.assertEqual(status, 202)
        self.assertEqual(self.client.wait_for("unit:cron.service", 1), ["journalled"])

    def test_syslog(self):
        tcp, udp = syslog_addresses(self.sb)
        with socket.create_connection(("127.0.0.1", tcp)) as connection:
            connection.sendall(b"<34>1 2025-11-20T10:00:00Z h su 1 - - octets\n17 <34>counted frame")
        for port in udp:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"<13>Nov 20 10:00:00 h app: datagram", ("127.0.0.1", port))
        found = self.client.wait_for("job:syslog", 3)
        self.assertEqual(sorted(found), ["counted frame", "datagram", "octets"])

    def test_files_are_followed_through_rotation(self):
        path = os.path.join(self.sb.folder, "app", "rotated.log")
        with open(path, "w") as file:
            file.write("rotated one\n")
            file.flush()
            self.client.wait_for("rotated", 1)
            os.rename(path, path + ".1")
            file.write("rotated two\n")
        with open(path, "w") as file:
            file.write("rotated three\n")
        self.assertEqual(sorted(self.client.wait_for("rotated", 3)), ["rotated one", "rotated three", "rotated two"])


class KillTest(unittest.TestCase):
    def test_kill_9_loses_and_repeats_nothing(self):
        sb = start()
        client = Client(sb)
        try:
            pushed, written = 0, 0
            path = os.path.join(sb.folder, "app", "killed.log")
            for cycle in range(CYCLES):
                with open(path, "a") as file:
                    for i in range(200):
                        file.write(f"tailed {written}\n")
                        written += 1
                        if i % 20 == 0:
                            file.flush()
                            body = json.dumps({"streams": [{"stream": {"app": "acked"}, "values": [
                                [str(time.time_ns()), f"acked {pushed}"]]}]})
                            self.assertEqual(client.request("loki", "POST", "/loki/api/v1/push", body)[0], 204)
                            pushed += 1
                time.sleep(0.01 * (cycle % 7))
                sb.kill()
                sb.start()
            acked = client.wait_for("app:acked", pushed)
            self.assertEqual(sorted(acked), sorted(f"acked {i}" for i in range(pushed)))
            total = 0
            deadline = time.monotonic() + 60
            while total < written and time.monotonic() < deadline:
                total = client.search("tailed", 0)["total"]["value"]
                time.sleep(0.1)
            time.sleep(0.5)  # for a repetition to show itself
            self.assertEqual(client.search("tailed", 0)["total"]["value"], written)
            if written <= 10000:
                self.assertEqual(sorted(client.lines("tailed")), sorted(f"tailed {i}" for i in range(written)))
            print(f"{CYCLES} kills, {pushed} acknowledged and {written} followed lines, each there once")
        finally:
            sb.close()


if __name__ == "__main__":
    unittest.main()
