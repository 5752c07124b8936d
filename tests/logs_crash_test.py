#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills Signalbox with SIGKILL at random moments while lines come in by Loki's push, by Elasticsearch's bulk and by
OTLP, and asks after each restart for every line that was acknowledged: it must be there, once.

    SIGNALBOX_BINARY=… [SIGNALBOX_KILL_CYCLES=200] tests/logs_crash_test.py [--cycles N] [--seed S]
"""
import argparse
import json
import os
import random
import sys
import threading
import time
import urllib.parse

from harness import Signalbox, binary

LINES_PER_REQUEST = 10
PAGE = 1000
JSON = {"Content-Type": "application/json"}


def loki(times, lines, cycle):
    values = [[str(at), line] for at, line in zip(times, lines)]
    return "/loki/api/v1/push", {"streams": [{"stream": {"job": "loki", "cycle": cycle}, "values": values}]}


def otlp(times, lines, cycle):
    records = [{"timeUnixNano": str(at), "body": {"stringValue": line}} for at, line in zip(times, lines)]
    attributes = [{"key": "service.name", "value": {"stringValue": "otlp"}},
                  {"key": "service.instance.id", "value": {"stringValue": cycle}}]
    return "/v1/logs", {"resourceLogs": [{"resource": {"attributes": attributes}, "scopeLogs": [{"logRecords": records}]}]}


def bulk(times, lines, _):
    parts = []
    for at, line in zip(times, lines):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // 10**9)) + f".{at % 10**9:09d}Z"
        parts += [{"create": {"_index": "crash"}}, {"@timestamp": stamp, "message": line}]
    return "/_bulk", "".join(json.dumps(part) + "\n" for part in parts)


FORMS = {"loki": loki, "otlp-http": otlp, "elasticsearch": bulk}
STREAMS = {"loki": '{job="loki"}', "otlp-http": '{service_name="otlp"}', "elasticsearch": '{index="crash"}'}


class Writer(threading.Thread):
    """Sends lines at one door and remembers which were acknowledged."""

    def __init__(self, box, door, cycle):
        super().__init__(daemon=True)
        self.box, self.door, self.cycle = box, door, cycle
        self.acknowledged, self.refused = [], []

    def run(self):
        sent = 0
        while True:
            lines = [f"crash {self.door} {self.cycle}-{sent + i} end" for i in range(LINES_PER_REQUEST)]
            now = time.time_ns()
            path, body = FORMS[self.door]([now + i for i in range(LINES_PER_REQUEST)], lines, str(self.cycle))
            body = body if isinstance(body, str) else json.dumps(body)
            try:
                status, reply, _ = self.box.request("POST", f"http://{self.box.doors[self.door]}{path}", body.encode(), JSON,
                                                    timeout_s=10)
            except OSError:
                return
            if status not in (200, 204) or (self.door == "elasticsearch" and json.loads(reply)["errors"]):
                self.refused.append((self.door, status, reply[:300]))
                return
            self.acknowledged += lines
            sent += LINES_PER_REQUEST


def query(box, path, **parameters):
    url = f"http://{box.doors['loki']}/loki/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
    status, body, _ = box.request("GET", url)
    assert status == 200, (status, body)
    return json.loads(body)["data"]["result"]


def lines_of(box, door, cycle, begin):
    """Every stored line of a door and cycle, page by page."""
    found, start = [], begin
    while True:
        streams = query(box, "query_range", query=f'{STREAMS[door]} |= "crash {door} {cycle}-"', start=start,
                        end=time.time_ns() + 10**9, limit=PAGE, direction="forward")
        page = sorted((int(at), line) for stream in streams for at, line in stream["values"])
        if len(page) < PAGE:
            return found + [line for _, line in page]
        start = page[-1][0]  # lines of one door have times of their own, all but the last are done
        found += [line for at, line in page if at < start]


def check(box, writers, cycle, begin):
    """The number of lines that are there."""
    count = 0
    for writer in writers:
        found = lines_of(box, writer.door, cycle, begin)
        assert len(found) == len(set(found)), f"cycle {cycle}, {writer.door}: lines are there twice"
        missing = set(writer.acknowledged) - set(found)
        assert not missing, f"cycle {cycle}, {writer.door}: {len(missing)} lines are lost: {sorted(missing)[:3]}"
        count += len(found)
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=int(os.environ.get("SIGNALBOX_KILL_CYCLES", "20")))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    binary()
    print(f"seed {options.seed}", flush=True)
    dice = random.Random(options.seed)
    box = Signalbox()
    acknowledged, stored = 0, 0
    try:
        for cycle in range(options.cycles):
            begin = time.time_ns() - 10**9
            writers = [Writer(box, door, cycle) for door in FORMS]
            for writer in writers:
                writer.start()
            time.sleep(dice.uniform(0.05, 0.4))  # the moment of the kill is what is drawn by lot
            box.kill()
            for writer in writers:
                writer.join()
                assert not writer.refused, writer.refused
                acknowledged += len(writer.acknowledged)
            box.start()
            stored += check(box, writers, cycle, begin)
        results = [query(box, "query", query=f'sum(count_over_time({stream} |= "crash " [1d]))') for stream in STREAMS.values()]
        total = sum(int(float(result[0]["value"][1])) for result in results)
        assert total == stored, f"{stored} lines were there after the restarts, {total} are there at the end"
    finally:
        box.close()
    print(f"{options.cycles} kills, {acknowledged} acknowledged lines, none lost, {stored} stored, each once")


if __name__ == "__main__":
    sys.exit(main())
