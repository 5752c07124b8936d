#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills Signalbox with SIGKILL at random moments under remote write and checks after each restart that
every acknowledged sample is there, bit for bit.

    SIGNALBOX_BINARY=… tests/crash_test.py [--cycles N] [--seed S]
"""
import argparse
import os
import random
import struct
import sys
import threading
import time

from harness import Signalbox, binary

SERIES = 20
WRITERS = 3
CHECK_ALL_EVERY = 25


class Writer(threading.Thread):
    """Sends batches for its own series and remembers what was acknowledged."""

    def __init__(self, box, number, clock, seed):
        super().__init__(daemon=True)
        self.box, self.number, self.clock = box, number, clock
        self.random = random.Random(seed)
        self.acknowledged = {}  # (series, time_ms) -> value
        self.unknown = {}       # sent without an answer: may be there or not
        self.refused = []

    def run(self):
        while True:
            first = self.clock.take(10)
            batch = []
            for i in range(SERIES):
                samples = [(first + k, self.value()) for k in range(10)]
                batch.append(({"__name__": "crash", "writer": str(self.number), "i": str(i)}, samples))
            sent = {(i, t): v for i, (_, samples) in enumerate(batch) for t, v in samples}
            try:
                status, body, _ = self.box.write_samples(batch, timeout_s=10)
            except OSError:
                self.unknown.update(sent)
                return
            if status // 100 == 2:
                self.acknowledged.update(sent)
            else:
                self.refused.append((status, body[:300]))
                return

    def value(self):
        kind = self.random.randrange(4)
        if kind == 0:
            return float(self.random.randrange(1000))
        if kind == 1:
            return self.random.randrange(10**6) / 1000
        if kind == 2:
            return struct.unpack("<d", struct.pack("<Q", self.random.getrandbits(62)))[0]
        return 42.0


class Clock:
    """Timestamps that only grow, shared by all cycles."""

    def __init__(self, start):
        self.next, self.lock = start, threading.Lock()

    def take(self, n):
        with self.lock:
            first = self.next
            self.next += n
            return first


def bits(value):
    return struct.pack("<d", value)


def stored_samples(box, start_ms, end_ms):
    """{(writer, series, time_ms): value} with start_ms <= time_ms <= end_ms."""
    out = {}
    span = end_ms - start_ms + 1
    for series in box.query(f"crash[{span}ms]", time=f"{end_ms / 1000:.3f}"):
        writer, i = series["metric"]["writer"], int(series["metric"]["i"])
        for t, v in series["values"]:
            out[(writer, i, round(t * 1000))] = float(v)
    return out


def compare(stored, acknowledged, unknown):
    for key, value in acknowledged.items():
        if key not in stored:
            return f"acknowledged sample {key} = {value!r} is lost"
        if bits(stored[key]) != bits(value):
            return f"sample {key} is {stored[key]!r}, acknowledged was {value!r}"
    for key, value in stored.items():
        if key in acknowledged:
            continue
        if key not in unknown:
            return f"sample {key} = {value!r} was never sent"
        if bits(unknown[key]) != bits(value):
            return f"sample {key} is {value!r}, sent was {unknown[key]!r}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    binary()
    print(f"seed {options.seed}", flush=True)
    rng = random.Random(options.seed)
    # The timestamps of this test fall behind the clock: a long run must not leave the window.
    box = Signalbox(config="storage: {out_of_order_window: 1d}\n")
    start_ms = int(time.time() * 1000) - 600_000
    clock = Clock(start_ms)
    acknowledged, unknown = {}, {}
    try:
        for cycle in range(1, options.cycles + 1):
            cycle_start = clock.next
            writers = [Writer(box, n, clock, rng.random()) for n in range(WRITERS)]
            for writer in writers:
                writer.start()
            time.sleep(rng.uniform(0.005, 0.15))
            box.kill()
            for writer in writers:
                writer.join(15)
                if writer.refused:
                    return fail(box, cycle, f"a write was refused: {writer.refused[0]}")
                for (i, t), v in writer.acknowledged.items():
                    acknowledged[(str(writer.number), i, t)] = v
                for (i, t), v in writer.unknown.items():
                    unknown[(str(writer.number), i, t)] = v
            box.start()
            everything = cycle % CHECK_ALL_EVERY == 0 or cycle == options.cycles
            since = start_ms if everything else cycle_start
            stored = stored_samples(box, since, clock.next)
            wanted = {k: v for k, v in acknowledged.items() if k[2] >= since}
            if problem := compare(stored, wanted, unknown):
                return fail(box, cycle, problem)
            if everything:
                print(f"cycle {cycle}: {len(wanted)} acknowledged samples are there, bit for bit", flush=True)
        print(f"{options.cycles} kills, {len(acknowledged)} acknowledged samples, 0 lost, 0 changed; "
              f"{sum(k in stored for k in unknown)} of {len(unknown)} unanswered ones were kept")
        return 0
    finally:
        box.close()


def fail(box, cycle, problem):
    print(f"FAILED in cycle {cycle}: {problem}\n{box.log_text()[-3000:]}")
    return 1


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(main())
