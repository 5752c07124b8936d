#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong at the doors of logs, on the real program, fault by fault and door by door: each fault is told by
its item and counted, what stands beside it is there once, and the server stays up and small."""
import gzip
import json
import os
import socket
import struct
import time
import unittest
import urllib.parse

import harness
from harness import field, snappy, varint
from logs_case import JSON, LogsCase, MIB, now_ns

PROTOBUF = {"Content-Type": "application/x-protobuf"}
TEXT = {"Content-Type": "text/plain"}
LINES = "/api/signalbox/v1/logs/lines"
STREAMS = 5_000  # at each door; 100,000 at Loki's
RSS_MB_MAX = 700  # after 125,000 streams, 100,000 fields and lines of 10 MB


def loki_entry(time_ns, line):
    stamp = b"\x08" + varint(time_ns // 10**9) + b"\x10" + varint(time_ns % 10**9)
    return field(2, field(1, stamp) + field(2, line if isinstance(line, bytes) else line.encode()))


def loki_protobuf(streams):
    """streams: [(label string, [entry bytes])]"""
    return snappy(b"".join(field(1, field(1, labels.encode()) + b"".join(entries)) for labels, entries in streams))


def attribute(name, value):
    return field(1, name.encode()) + field(2, field(1, value.encode()))


def otlp_protobuf(service, records):
    resource = field(1, field(1, attribute("service.name", service)))
    return field(1, resource + field(2, b"".join(field(2, record) for record in records)))


def otlp_record(time_ns, body):
    return b"\x09" + struct.pack("<Q", time_ns) + field(5, field(1, body if isinstance(body, bytes) else body.encode()))


def otlp_json(service, records):
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": records}]}]})


def bulk(index, documents):
    """documents: objects, or the text of a line as it is."""
    return "".join(json.dumps({"create": {"_index": index}}) + "\n" + (d if isinstance(d, str) else json.dumps(d)) + "\n"
                   for d in documents)


class BadInputTest(LogsCase):
    CONFIG = """self_scrape: {{enabled: false}}
logs:
  tail:
    - paths: [{folder}/app/*.log]
      labels: {{job: files}}
  tail_interval: 50ms
  syslog:
    - listen: tcp://127.0.0.1:0
"""

    @classmethod
    def tearDownClass(cls):
        try:
            with open(f"/proc/{cls.sb.process.pid}/status") as file:
                peak_mb = next(int(row.split()[1]) for row in file if row.startswith("VmHWM")) / 1024
            print(f"peak RSS {peak_mb:.0f} MB")
            assert peak_mb < RSS_MB_MAX, peak_mb
            assert cls.sb.terminate() == 0, cls.sb.log_text()[-4000:]
        finally:
            super().tearDownClass()

    def lines_door(self, label, body):
        return self.call("listen", "POST", LINES + "?label=" + label, body, TEXT)

    def syslog(self, data):
        with socket.create_connection(("127.0.0.1", self.syslog_ports()[0])) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1024):
                pass

    def file(self, name, data):
        with open(os.path.join(self.sb.folder, "app", name), "ab") as file:
            file.write(data)
        return '{filename=~".*/%s"}' % name

    # Broken items between good ones.

    def test_loki_json_names_broken_entries(self):
        before = self.counters()
        at = now_ns()
        body = {"streams": [
            {"stream": {"app": "lb"}, "values": [[str(at), "one"], ["noon", "bad"], [str(at), 5], [str(at)], 7,
                                                 [str(at + 1), "two", {"k": "v"}], [str(at), "x", "no object"]]},
            {"stream": "nonsense", "values": [[str(at), "bad"]]}, {"stream": {}, "values": [[str(at), "bad"]]},
            {"stream": {"app": "lb"}, "values": [[str(at + 2), "three"]]}]}
        for _ in range(2):  # a sender that tries again doubles nothing
            status, text = self.call("loki", "POST", "/loki/api/v1/push", json.dumps(body))
            self.assertEqual(status, 400, text)
            for part in ('entry 2 of the stream {app="lb"}', '"noon"', "entry 3 of", "entry 4 of", "entry 5 of", "entry 7 of",
                         "stream 2: ", "at least one label", "The other entries, 3, were stored"):
                self.assertIn(part, text)
        self.assertEqual(self.lines('{app="lb"}'), ["one", "three", "two"])
        self.assertEqual(self.lost("log_malformed", before), 10)
        self.assertEqual(self.lost("malformed_request", before), 2)

    def test_loki_protobuf_names_broken_entries(self):
        before = self.counters()
        at = now_ns()
        beyond = field(2, field(1, b"\x08" + varint(1 << 62)) + field(2, b"bad"))
        body = loki_protobuf([('{app="lp"}', [loki_entry(at, "one"), beyond, field(2, b"\xff\xff"), loki_entry(at + 1, "two")]),
                              ('{app=', [loki_entry(at, "bad")]), ('{app="lp"}', [loki_entry(at + 2, "three")])])
        status, text = self.call("loki", "POST", "/loki/api/v1/push", body, PROTOBUF)
        self.assertEqual(status, 400, text)
        for part in ('entry 2 of the stream {app="lp"}: a timestamp out of range', "entry 3 of", "{app="):
            self.assertIn(part, text)
        self.assertEqual(self.lines('{app="lp"}'), ["one", "three", "two"])
        self.assertEqual(self.lost("log_malformed", before), 2)

    def test_otlp_answers_partial_success(self):
        before = self.counters()
        at = now_ns()
        status, text = self.call("otlp-http", "POST", "/v1/logs", otlp_json("oj", [
            {"timeUnixNano": str(at), "body": {"stringValue": "one"}},
            {"timeUnixNano": str(at), "traceId": "abcd", "body": {"stringValue": "bad"}},
            {"timeUnixNano": str(at + 1), "body": {"stringValue": "two"}},
            {"timeUnixNano": str(2**64 - 1), "body": {"stringValue": "bad"}}]))
        partial = json.loads(text)["partialSuccess"]
        self.assertEqual((status, partial["rejectedLogRecords"]), (200, "2"), text)
        self.assertIn("log record 2: an id has 2 bytes", partial["errorMessage"])
        self.assertEqual(self.lines('{service_name="oj"}'), ["one", "two"])
        records = [otlp_record(at, "one"), field(5, b"\xff\xff\xff"), otlp_record(at + 1, "two")]
        status, reply, _ = self.sb.request("POST", f"http://{self.sb.doors['otlp-http']}/v1/logs", otlp_protobuf("op", records), PROTOBUF)
        self.assertEqual(status, 200)
        self.assertIn(b"log record 2: ", reply)
        self.assertEqual(self.lines('{service_name="op"}'), ["one", "two"])
        self.assertEqual(self.lost("log_malformed", before), 3)

    def test_bulk_items_fail_one_by_one(self):
        before = self.counters()
        body = ('{"create":{"_index":"part","_id":"1"}}\n{"message":"one"}\n'
                '{"create":{"_index":"part","_id":"1"}}\n{"message":"one again"}\n'
                '{"index":{"_index":"part"}}\n{broken\n'
                '{"index":{"_index":"part"}}\n["no object"]\n'
                '{"index":{"_index":"part"}}\n' + '{"a":' * 600 + "1" + "}" * 600 + "\n"
                '{"update":{"_index":"part","_id":"1"}}\n{"doc":{}}\n'
                '{"delete":{"_index":"part","_id":"1"}}\n'
                '{"create":{"_index":"part","_id":"2"}}\n{"message":"two"}\n')
        for repeated, statuses in ((False, [201, 409, 400, 400, 400, 400, 404, 201]), (True, [409, 409, 400, 400, 400, 400, 404, 409])):
            status, answer = self.call("elasticsearch", "POST", "/_bulk", body)
            self.assertTrue(answer.startswith('{"took":') and '"errors":true,"items":[' in answer, answer[:100])
            answer = json.loads(answer)
            found = [next(iter(item.values())) for item in answer["items"]]
            self.assertEqual((status, [item["status"] for item in found]), (200, statuses), repeated)
            for item in found:
                self.assertEqual("error" in item, item["status"] in (400, 409), item)
            self.assertIn("offset", found[2]["error"]["reason"])
            self.assertEqual(found[1]["error"]["type"], "version_conflict_engine_exception")
        self.assertEqual(self.lines('{index="part"}'), ["one", "two"])
        self.assertEqual(self.lost("log_malformed", before), 8)

    def test_json_lines_tells_the_numbers_of_broken_lines(self):
        before = self.counters()
        status, text = self.lines_door("app=jl", '{"message":"one"}\n{"message":\nplain {text\n{"message":"two"} trailing\n'
                                                 '{"message":"three","time":"noon"}\n')
        answer = json.loads(text)
        self.assertEqual((status, answer["stored"], answer["fault_count"]), (200, 3, 3), text)
        self.assertEqual([fault["line"] for fault in answer["faults"]], [2, 4, 5])
        self.assertIn("noon", answer["faults"][2]["error"])
        self.assertEqual(self.lines('{app="jl"}'), ["one", "plain {text", "three"])
        self.assertEqual(self.lost("log_malformed", before), 2)
        self.assertEqual(self.lines_door("app=jl", "{broken\n")[0], 400)
        status, text = self.lines_door("app", "x\n")
        self.assertEqual((status, "name=value" in text), (400, True), text)

    def test_syslog_keeps_what_is_no_message(self):
        self.syslog(b"<999>1 - - - - - - priority\n<13 no end\nno header at all\n<13>1 - - bad - - [unclosed data\n12345 short count\n"
                    b"<13>1 - - fine - - - good\n")
        found = self.wait_for('{job="syslog"} |~ "priority|no end|no header|unclosed|short count|good"', 6)
        self.assertEqual(found, ["12345 short count", "<13 no end", "<999>1 - - - - - - priority", "[unclosed data", "good",
                                 "no header at all"])

    def test_files_keep_what_is_broken(self):
        docker = [json.dumps({"log": f"line {i}\n", "stream": "stdout", "time": "2026-11-27T10:00:0%d.5Z" % i}) for i in range(3)]
        docker[1] = docker[1][:25]
        query = self.file("docker.log", "\n".join(docker).encode() + b"\n")
        old = 1795600000 * 10**9
        self.assertEqual(self.wait_for(query, 3, start=old), sorted(["line 0", docker[1], "line 2"]))
        query = self.file("cri.log", b"2026-11-27T10:00:00Z stdout F one\n2026-99-27T10:00:00Z stdout F bad time\n"
                                     b"2026-11-27T10:00:02Z stdnone F bad stream\n2026-11-27T10:00:03Z stdout F two\n")
        self.assertEqual(self.wait_for(query, 4, start=old), ["2026-11-27T10:00:02Z stdnone F bad stream",
                                                             "2026-99-27T10:00:00Z stdout F bad time", "one", "two"])
        query = self.file("binary.log", b"one\n\x00\x01\x02\xff\xfe\n\n\r\ntwo\n")
        found = self.wait_for(query + ' |~ "one|two"', 2)
        self.assertEqual(found, ["one", "two"])

    # Requests of which nothing can be read.

    def test_unreadable_requests_are_refused_whole(self):
        before = self.counters()
        good = {"streams": [{"stream": {"app": "whole"}, "values": [[str(now_ns()), "must not be there"]]}]}
        cut = json.dumps(good)[:-3]
        requests = [
            ("loki", "/loki/api/v1/push", cut, JSON, 400, "json: "),
            ("loki", "/loki/api/v1/push", "[]", JSON, 400, "object"),
            ("loki", "/loki/api/v1/push", '{"streams":[]}', JSON, 422, "no streams"),
            ("loki", "/loki/api/v1/push", json.dumps(good), TEXT, 400, "snappy"),
            ("loki", "/loki/api/v1/push", b"\x00\x01garbage", PROTOBUF, 400, "snappy"),
            ("loki", "/loki/api/v1/push", snappy(b"\x0a\xff\xff\xff\x0fx"), PROTOBUF, 400, "protobuf"),
            ("loki", "/loki/api/v1/push", json.dumps(good), {"Content-Type": "application/json; charsetutf-8"}, 400, "charsetutf-8"),
            ("loki", "/api/prom/push", '{"streams":[{"labels":"{app=\\"whole\\"', JSON, 400, "json: "),
            ("otlp-http", "/v1/logs", '{"resourceLogs":[{', JSON, 400, "json: "),
            ("otlp-http", "/v1/logs", otlp_json("whole", [{"timeUnixNano": "noon"}]), JSON, 400, "timeUnixNano"),
            ("otlp-http", "/v1/logs", b"\x0a\xff\xff\xff\x0fx", PROTOBUF, 400, ""),
            ("elasticsearch", "/_bulk", '{"nonsense":{}}\n{}\n', JSON, 400, "line [1]"),
            ("elasticsearch", "/_bulk", bulk("whole", [{"message": "x"}]) + '{"create":\n{}\n', JSON, 400, "line [3]"),
            ("elasticsearch", "/_bulk", "", JSON, 400, "required"),
            ("elasticsearch", "/_bulk", '{"create":{}}\n{"message":"x"}\n', JSON, 400, "names no index")]
        for door, path, body, headers, wanted, part in requests:
            status, text = self.call(door, "POST", path, body, headers)
            self.assertEqual(status, wanted, (path, body, text))
            self.assertIn(part, text)
        self.assertEqual(self.lost("malformed_request", before), len(requests))
        for door, path in (("loki", "/loki/api/v1/push"), ("otlp-http", "/v1/logs"), ("elasticsearch", "/_bulk"), ("listen", LINES)):
            status, text = self.call(door, "POST", path, b"\x1f\x8bbroken", {**JSON, "Content-Encoding": "gzip"})
            self.assertEqual(status, 400, (path, text))
            self.assertGreater(len(text), 10)
        body = gzip.compress(json.dumps(good).replace("must not be there", "fine").encode())
        self.assertEqual(self.call("loki", "POST", "/loki/api/v1/push", body, {**JSON, "Content-Encoding": "gzip"})[0], 204)
        self.assertEqual(self.lines('{app="whole"}'), ["fine"])
        self.assertEqual(self.lines('{index="whole"}') + self.lines('{service_name="whole"} != "fine"'), [])

    # Bytes that are no text.

    def test_invalid_utf8_is_replaced(self):
        before = self.counters()
        at = now_ns()
        body = b'{"streams":[{"stream":{"app":"utf8","bad\xff":"v\xfe"},"values":[["%d","a\xff\xfeb"],["%d","next"]]}]}' % (at, at + 1)
        self.assertEqual(self.call("loki", "POST", "/loki/api/v1/push", body)[0], 204)
        self.assertEqual(self.call("loki", "POST", "/loki/api/v1/push", loki_protobuf(
            [('{app="utf8p"}', [loki_entry(at, b"a\xffb"), loki_entry(at + 1, "next")])]), PROTOBUF)[0], 204)
        self.assertEqual(self.sb.request("POST", f"http://{self.sb.doors['otlp-http']}/v1/logs", otlp_protobuf(
            "utf8o", [otlp_record(at, b"a\xffb"), otlp_record(at + 1, "next")]), PROTOBUF)[0], 200)
        self.assertEqual(self.call("elasticsearch", "POST", "/_bulk", b'{"create":{"_index":"utf8e"}}\n{"message":"a\xc3(b","k\xff":"v\xfe"}\n'
                                   b'{"create":{"_index":"utf8e"}}\n{"message":"next"}\n'
                                   b'{"create":{"_index":"utf8e\xff","_id":"\xfe"}}\n{"message":"other"}\n')[0], 200)
        self.assertEqual(self.lines_door("app=utf8l", b"a\xe2\x82b\nnext\n")[0], 200)
        self.syslog(b"<13>1 - utf8h utf8s - - - a\xffb\n<13>1 - utf8h utf8s - - - next\n")
        file = self.file("utf8.log", b"a\xffb\nnext\n")
        for query in ('{app="utf8"}', '{app="utf8p"}', '{service_name="utf8o"}', '{index="utf8e"}', '{app="utf8l"}', '{app="utf8s"}', file):
            found = self.wait_for(query, 2)
            self.assertEqual(found[1], "next", query)
            self.assertTrue(found[0].startswith("a") and found[0].endswith("b") and "\ufffd" in found[0], (query, found))
        self.assertEqual(self.lines('{app="utf8"} |~ "^a.+b$"')[0], self.lines('{app="utf8"} |= "a" != "next"')[0])
        self.assertEqual(self.rows('{app="utf8"} |= "next"')[0][2]["bad\ufffd"], "v\ufffd")
        self.assertEqual(self.lost("log_text_repaired", before), 8)
        status, text = self.call("elasticsearch", "GET", "/utf8e*/_search")
        self.assertEqual((status, json.loads(text)["hits"]["total"]["value"]), (200, 3))

    def test_equal_lines_are_not_one(self):
        for _ in range(2):
            self.syslog(b"<13>Nov 27 10:00:00 web twice[7]: same\n" * 3 + b"<13>1 - web twice - - - same\n" * 2)
        self.assertEqual(len(self.wait_for('{app="twice"}', 10, start=1795600000 * 10**9)), 10)
        self.call("elasticsearch", "POST", "/_bulk", bulk("twice", [{"message": "same"}] * 3))
        self.call("otlp-http", "POST", "/v1/logs", otlp_json("twiceo", [{"body": {"stringValue": "same"}}] * 3))
        self.lines_door("app=twicel", "same\nsame\n" + '{"message":"same"}\n')
        file = self.file("twice.log", b"same\n" * 3)
        for query in ('{index="twice"}', '{service_name="twiceo"}', '{app="twicel"}', file):
            self.assertEqual(self.wait_for(query, 3), ["same"] * 3, query)

    # Too much of it.

    def test_a_line_of_10_mb_at_each_door(self):
        before = self.counters()
        at = now_ns()
        long = "begin " + "x" * (10 * MIB) + " end"
        self.assertEqual(self.push([({"app": "long"}, [[str(at), long], [str(at), "short"]])])[0], 204)
        body = loki_protobuf([('{app="longp"}', [loki_entry(at, long), loki_entry(at, "short")])])
        self.assertEqual(self.call("loki", "POST", "/loki/api/v1/push", body, PROTOBUF)[0], 204)
        body = otlp_protobuf("longo", [otlp_record(at, long), otlp_record(at, "short")])
        self.assertEqual(self.sb.request("POST", f"http://{self.sb.doors['otlp-http']}/v1/logs", body, PROTOBUF)[0], 200)
        status, answer = self.call("elasticsearch", "POST", "/_bulk", bulk("long", [{"message": long}, {"message": "short"}]))
        self.assertEqual((status, json.loads(answer)["errors"]), (200, False))
        status, answer = self.lines_door("app=longl", long + "\nshort\n")
        self.assertEqual((status, json.loads(answer)["stored"]), (200, 2), answer)
        for query in ('{app="long"}', '{app="longp"}', '{service_name="longo"}', '{index="long"}', '{app="longl"}'):
            found = self.lines(query)
            self.assertEqual([len(line) for line in found], [4 * MIB, 5], query)
            self.assertTrue(found[0].startswith("begin xxx"))
        self.assertEqual(self.lost("log_line_cut", before), 5)
        # Where lines come from a stream of bytes, nothing is cut off: the pieces are lines.
        self.syslog(b"<13>1 - - longs - - - " + long.encode() + b"\n<13>1 - - longs - - - short\n")
        file = self.file("long.log", long.encode() + b"\nshort\n")
        for query in ('{job="syslog"} |~ "xxx|short"', file):
            self.wait_for(query + ' |= "short" !~ "count"', 1)
            found = self.lines(query)
            self.assertEqual(sum(line.count("x") for line in found), 10 * MIB, query)

    def test_an_endless_stream_without_a_newline_ends_in_pieces(self):
        rss_mb = self.rss_mb()
        with socket.create_connection(("127.0.0.1", self.syslog_ports()[0])) as connection:
            connection.sendall(b"<13>1 - endless app - - - ")
            for _ in range(24):
                connection.sendall(b"y" * MIB)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1024):
                pass
        deadline = time.monotonic() + 60
        total = 0
        while total < 24 * MIB and time.monotonic() < deadline:
            total = sum(line.count("y") for line in self.lines('{job="syslog"} |= "yyy"'))
        self.assertEqual(total, 24 * MIB)
        query = self.file("endless.log", b"")
        for _ in range(40):
            self.file("endless.log", b"z" * (MIB // 4))
        self.file("endless.log", b"\nthe next line\n")
        self.wait_for(query + ' |= "the next line"', 1)
        self.assertEqual(sum(line.count("z") for line in self.lines(query)), 10 * MIB)
        # A frame that says how long it is, but does not come.
        with socket.create_connection(("127.0.0.1", self.syslog_ports()[0])) as connection:
            connection.sendall(b"1000000 <13>1 - - promised - - - only this")
        self.assertEqual(len(self.wait_for('{job="syslog"} |= "only this"', 1)), 1)
        # Over HTTP the request has a limit, told before it is sent.
        for door, path in (("loki", "/loki/api/v1/push"), ("listen", LINES), ("otlp-http", "/v1/logs"), ("elasticsearch", "/_bulk")):
            host, port = self.sb.doors[door].rsplit(":", 1)
            with socket.create_connection((host, int(port)), timeout=20) as connection:
                connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                   f"Content-Length: {1 << 33}\r\n\r\n".encode())
                self.assertEqual(connection.recv(1024).split(b"\r\n")[0][:12], b"HTTP/1.1 413", path)
        self.assertLess(self.rss_mb() - rss_mb, 250)

    def rss_mb(self):
        with open(f"/proc/{self.sb.process.pid}/status") as file:
            return next(int(row.split()[1]) for row in file if row.startswith("VmRSS")) / 1024

    def test_a_hundred_thousand_streams_are_each_found(self):
        at = now_ns()
        for start in range(0, 100_000, 20_000):
            status, text = self.push([({"app": "many", "pod": f"pod-{i}"}, [[str(at + i), f"line {i}"]])
                                      for i in range(start, start + 20_000)])
            self.assertEqual(status, 204, text)
        numbers = range(STREAMS)
        body = loki_protobuf([('{app="manyp",pod="p%d"}' % i, [loki_entry(at + i, "x")]) for i in numbers])
        self.assertEqual(self.call("loki", "POST", "/loki/api/v1/push", body, PROTOBUF)[0], 204)
        one = {"timeUnixNano": str(at), "body": {"stringValue": "x"}}
        body = {"resourceLogs": [json.loads(otlp_json(f"many-{i}", [one]))["resourceLogs"][0] for i in numbers]}
        self.assertEqual(self.call("otlp-http", "POST", "/v1/logs", json.dumps(body)), (200, "{}"))
        body = bulk("many", [{"message": "x", "kubernetes": {"pod_name": f"e{i}"}} for i in numbers])
        status, text = self.call("elasticsearch", "POST", "/_bulk", body)
        self.assertEqual((status, json.loads(text)["errors"]), (200, False))
        status, text = self.lines_door("app=manyl&label_field=pod", "".join('{"message":"x","pod":"l%d"}\n' % i for i in numbers))
        self.assertEqual((status, json.loads(text)["stored"]), (200, STREAMS))
        self.syslog(b"".join(b"<13>1 - many%d many - - - x\n" % i for i in numbers))
        for query, wanted in (('{app="many"} |= "line"', 100_000), ('{app="manyp"}', STREAMS), ('{service_name=~"many-.+"}', STREAMS),
                              ('{index="many"}', STREAMS), ('{app="manyl"}', STREAMS), ('{host=~"many.+"}', STREAMS)):
            deadline = time.monotonic() + 30
            while self.count(query) < wanted and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertEqual(self.count(query), wanted, query)
        self.assertEqual(self.lines('{pod="pod-77777"}'), ["line 77777"])
        self.assertEqual(self.lines(f'{{pod="e{STREAMS - 1}"}}'), ["x"])

    def test_a_hundred_thousand_names_of_fields(self):
        began = time.monotonic()
        names = "".join(json.dumps({"message": f"m{i}", **{f"f{i}_{k}": "v" for k in range(100)}}) + "\n" for i in range(1000))
        status, text = self.lines_door("app=names", names)
        self.assertEqual((status, json.loads(text)["stored"]), (200, 1000))
        self.assertLess(time.monotonic() - began, 20)
        found = self.rows('{app="names"} |= "m777" != "m7777"')
        self.assertEqual(found[0][2]["f777_99"], "v")

    # Times.

    def test_times_in_wrong_formats(self):
        before = self.counters()
        good = str(now_ns())
        wrong = ["yesterday", "2026-11-27T10:00:00Z", "1.5", "-", "", "1e18", " 5", "99999999999999999999"]
        status, text = self.push([({"app": "times"}, [[bad, "bad"] for bad in wrong] + [[good, "good"]])])
        self.assertEqual(status, 400, text)
        for bad in wrong:
            self.assertIn(f'not "{bad}"', text)
        self.assertEqual(self.lines('{app="times"}', start=0), ["good"])
        self.assertEqual(self.lost("log_malformed", before), len(wrong))
        times = [("2025-11-20T10:00:00Z", True), (1763632800000, True), ("1763632800000", True), (1763632800, True),
                 ("1763632800.0", True), ("2025-11-20T11:00:00+01:00", True), ("20 Nov 2025", False), (True, False), ("", False)]
        wanted = [f"document {i}" for i in range(len(times))]
        status, answer = self.call("elasticsearch", "POST", "/_bulk", bulk("times", [
            {"@timestamp": at, "message": f"document {i}"} for i, (at, _) in enumerate(times)]))
        self.assertEqual((status, json.loads(answer)["errors"]), (200, False), answer[:500])
        self.lines_door("app=timesl", "".join(json.dumps({"time": at, "message": f"document {i}"}) + "\n"
                                              for i, (at, _) in enumerate(times)))
        self.assertEqual(self.lost("log_invalid_time", before), 6)
        for query, name in (('{index="times"}', "_timestamp"), ('{app="timesl"}', "time")):
            self.assertEqual(self.lines(query, start=0), wanted)
            dated = self.lines(query, start=1763632800 * 10**9, end=1763632800 * 10**9 + 1)
            self.assertEqual(dated, [f"document {i}" for i, (_, is_time) in enumerate(times) if is_time])
            self.assertEqual(self.rows(query + ' |= "document 6"')[0][2][name], "20 Nov 2025")
        self.syslog(b"<13>1 20.11.2025 - timess - - - one\n<13>1 2025-11-20T10:00:00Z - timess - - - two\n"
                    b"<13>Nov 31 99:00:00 timess: three\n<13>1 - - timess - - - four\n")
        self.assertEqual(self.wait_for('{job="syslog",app=~"timess|"} |~ "one$|two$|three$|four$"', 4, start=0)[:2], ["<13>Nov 31 99:00:00 timess: three"[4:], "four"])
        self.assertEqual(self.rows('{app="timess"} |= "one"')[0][2]["time"], "20.11.2025")
        self.assertEqual(self.lost("log_invalid_time", before), 7)

    def test_very_old_and_future_and_unordered_lines_are_kept(self):
        at = now_ns()
        times = [1, 10**18, at, at - 5 * 10**9, at + 86400 * 10**9, 4 * 10**18, 2**63 - 1]
        wanted = [f"at {i}" for i in range(len(times))]
        for i, stamp in enumerate(times):
            self.assertEqual(self.push([({"app": "old"}, [[str(stamp), wanted[i]]])])[0], 204)
        self.call("loki", "POST", "/loki/api/v1/push", loki_protobuf(
            [('{app="oldp"}', [loki_entry(min(stamp, 9 * 10**18), wanted[i]) for i, stamp in enumerate(times)])]), PROTOBUF)
        self.call("otlp-http", "POST", "/v1/logs", otlp_json("oldo", [
            {"timeUnixNano": str(stamp), "body": {"stringValue": wanted[i]}} for i, stamp in enumerate(times)]))
        old = ["1970-01-01T00:00:00.000000001Z", "2001-09-09T01:46:40Z", "2099-01-01T00:00:00Z", "2026-11-27T10:00:00Z",
               "2026-11-27T09:00:00Z", "2262-04-11T23:47:16Z", "9999-12-31T23:59:59Z"]
        self.call("elasticsearch", "POST", "/_bulk", bulk("old", [{"@timestamp": stamp, "message": wanted[i]} for i, stamp in enumerate(old)]))
        self.lines_door("app=oldl", "".join(json.dumps({"time": stamp, "message": wanted[i]}) + "\n" for i, stamp in enumerate(old)))
        self.syslog("".join(f"<13>1 {stamp} - olds - - - {wanted[i]}\n" for i, stamp in enumerate(old)).encode())
        query = self.file("old.log", "".join(f"{stamp} stdout F {wanted[i]}\n" for i, stamp in enumerate(old[1:5] + ["2200-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "1999-01-01T00:00:00Z"])).encode())
        for query in ('{app="old"}', '{app="oldp"}', '{service_name="oldo"}', '{index="old"}', '{app="oldl"}', '{app="olds"}', query):
            found = self.wait_for(query, len(times), start=0, end=2**63 - 1)
            self.assertEqual(found, wanted, query)
        self.assertEqual([line for _, line, _ in self.rows('{app="old"}', start=0, end=2**63 - 1)],
                         [wanted[i] for i in sorted(range(len(times)), key=lambda i: times[i])])


if __name__ == "__main__":
    harness.main()
