#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills Signalbox with SIGKILL at random moments while spans come in by OTLP, and asks after each restart for
every span that was acknowledged.

    SIGNALBOX_BINARY=… [SIGNALBOX_KILL_CYCLES=200] tests/traces_crash_test.py [--cycles N] [--seed S]
"""
import argparse
import json
import os
import random
import sys
import threading
import time

from harness import Signalbox, binary
from traces_in_test import PROTOBUF, request, span

WRITERS = 3
SPANS_PER_REQUEST = 20


class Writer(threading.Thread):
    """Sends one trace a request and remembers which were acknowledged."""

    def __init__(self, box, seed):
        super().__init__(daemon=True)
        self.url = "http://" + box.doors["otlp-http"] + "/v1/traces"
        self.box, self.random = box, random.Random(seed)
        self.acknowledged, self.refused = [], []

    def run(self):
        while True:
            trace = self.random.randbytes(16)
            spans = [span(trace=trace, span_id=self.random.randbytes(8)) for _ in range(SPANS_PER_REQUEST)]
            try:
                status, body, _ = self.box.request("POST", self.url, request(*spans), PROTOBUF, timeout_s=10)
            except OSError:
                return
            if status != 200:
                self.refused.append((status, body[:300]))
                return
            self.acknowledged.append(trace.hex())


def spans_of(box, trace):
    status, body, _ = box.request("GET", "http://" + box.doors["jaeger"] + "/api/traces/" + trace)
    return len(json.loads(body)["data"][0]["spans"]) if status == 200 else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=int(os.environ.get("SIGNALBOX_KILL_CYCLES", "20")))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    binary()
    print(f"seed {options.seed}", flush=True)
    dice = random.Random(options.seed)
    box = Signalbox()
    acknowledged = []
    try:
        for cycle in range(options.cycles):
            writers = [Writer(box, dice.getrandbits(32)) for _ in range(WRITERS)]
            for writer in writers:
                writer.start()
            time.sleep(dice.uniform(0.05, 0.6))  # the moment of the kill is what is drawn by lot
            box.kill()
            for writer in writers:
                writer.join()
                assert not writer.refused, writer.refused
            fresh = [trace for writer in writers for trace in writer.acknowledged]
            acknowledged += fresh
            box.start()
            sample = fresh + dice.sample(acknowledged, min(50, len(acknowledged)))
            missing = [trace for trace in sample if spans_of(box, trace) != SPANS_PER_REQUEST]
            assert not missing, f"cycle {cycle}: {len(missing)} of {len(sample)} traces are not whole: {missing[:3]}"
        missing = [trace for trace in acknowledged if spans_of(box, trace) != SPANS_PER_REQUEST]
        assert not missing, f"at the end {len(missing)} of {len(acknowledged)} traces are not whole: {missing[:3]}"
    finally:
        box.close()
    print(f"{options.cycles} kills, {len(acknowledged)} acknowledged requests of {SPANS_PER_REQUEST} spans, "
          "none lost")


if __name__ == "__main__":
    sys.exit(main())
