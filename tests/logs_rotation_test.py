#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Log files are written and rotated in every way that logrotate, applications and administrators know, at random moments
and several times between two looks, while Signalbox follows them and is killed with SIGKILL. Every line must be there, once.

    SIGNALBOX_BINARY=… tests/logs_rotation_test.py [--steps N] [--seed S]

What no follower can save is left out: lines that are compressed or removed before anybody looked at them.
"""
import argparse
import collections
import gzip
import json
import os
import random
import shutil
import sys
import tempfile
import time
import urllib.parse

from harness import Signalbox, binary

CONFIG = """self_scrape: {{enabled: false}}
logs:
  tail:
    - paths: [{folder}/a.log, {folder}/b.log]
      labels: {{job: torture, shape: alone}}
    - paths: ["{folder}/all*"]
      labels: {{job: torture, shape: with_rotated}}
  tail_interval: 50ms
"""


class File:
    """A log file, its rotated generations, and the part of a line that was begun."""

    def __init__(self, path):
        self.path, self.open_line = path, ""

    def append(self, text):
        with open(self.path, "a") as file:
            file.write(text)

    def generation(self, number):
        return f"{self.path}.{number}"

    def make_room(self):
        """app.log.1 becomes app.log.2 and so on; what is compressed moves with it."""
        for number in range(8, 0, -1):
            for end in ("", ".gz"):
                if os.path.exists(self.generation(number) + end):
                    os.rename(self.generation(number) + end, self.generation(number + 1) + end)

    def rename(self):
        self.make_room()
        os.rename(self.path, self.generation(1))
        self.append("")

    def copy_and_truncate(self, pause_s):
        self.make_room()
        shutil.copyfile(self.path, self.generation(1))
        time.sleep(pause_s)  # a follower may look between the two
        os.truncate(self.path, 0)


class Torture:
    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.folder = tempfile.mkdtemp(prefix="signalbox-rotation-")
        self.files = [File(os.path.join(self.folder, name)) for name in ("a.log", "b.log", "all.log")]
        self.begin = time.time_ns() - 10**9
        self.written, self.done = 0, collections.Counter()
        for file in self.files:
            file.append("")
        self.box = Signalbox(config=CONFIG.format(folder=self.folder))
        self.last_steps = collections.deque(maxlen=12)
        for file in self.files:  # what was rotated before the very first look is nobody's
            self.write(file)
        self.drain()
        self.steps = [self.write] * 8 + [self.write_long, self.rename, self.rename, self.copy_and_truncate, self.burst,
                                         self.compress, self.remove, self.kill, self.rotate_while_dead, self.wait]

    def close(self):
        self.box.close()
        shutil.rmtree(self.folder)

    def line(self, length):
        self.written += 1
        return f"n={self.written} ".ljust(length, "x") + "\n"

    def write(self, file, lines_max=40):
        """Some lines; the last may get its end later."""
        text = file.open_line
        for _ in range(self.dice.randint(1, lines_max)):
            text += self.line(self.dice.choice((10, 80, 300)))
        cut = self.dice.choice((len(text), len(text), self.dice.randint(max(0, len(text) - 50), len(text))))
        file.append(text[:cut])
        if cut < len(text) and self.dice.random() < 0.3:
            time.sleep(0.06)
        file.open_line = text[cut:]

    def end_line(self, file):
        """Nobody rotates in the middle of a line."""
        file.append(file.open_line)
        file.open_line = ""

    def write_long(self, file):
        text = file.open_line + self.line(self.dice.randint(100_000, 400_000))
        file.open_line = ""
        while text:
            cut = self.dice.randint(1, 100_000)
            file.append(text[:cut])
            text = text[cut:]
            if self.dice.random() < 0.2:
                time.sleep(0.06)

    def rename(self, file):
        self.end_line(file)
        file.rename()
        self.write(file, 5)

    def copy_and_truncate(self, file):
        self.end_line(file)
        file.copy_and_truncate(self.dice.choice((0, 0, 0.07)))
        self.write(file, 5)

    def burst(self, file):
        """Several generations between two looks."""
        rotate = self.dice.choice((self.rename, self.copy_and_truncate))
        for _ in range(self.dice.randint(2, 4)):
            self.write(file, 5)
            rotate(file)

    def compress(self, file):
        self.drain()
        for number in range(2, 9):
            path = file.generation(number)
            if os.path.exists(path):
                with open(path, "rb") as source, gzip.open(path + ".gz", "wb") as target:
                    shutil.copyfileobj(source, target)
                os.remove(path)

    def remove(self, file):
        """The inode is free again, and soon another file's."""
        self.drain()
        os.remove(file.path)
        if self.dice.random() < 0.5:
            time.sleep(0.06)
        self.write(file)

    def kill(self, _):
        self.box.kill()
        self.box.start()

    def rotate_while_dead(self, file):
        self.box.kill()
        for _ in range(self.dice.randint(1, 4)):
            self.dice.choice((self.write, self.rename, self.copy_and_truncate))(file)
        self.box.start()

    def wait(self, _):
        time.sleep(self.dice.uniform(0, 0.1))

    def query(self, path, **parameters):
        url = f"http://{self.box.doors['loki']}/loki/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        status, body, _ = self.box.request("GET", url)
        assert status == 200, (status, body)
        return json.loads(body)["data"]["result"]

    def count(self):
        found = self.query("query", query='sum(count_over_time({job="torture"} |= "n=" [1d]))')
        return int(float(found[0]["value"][1])) if found else 0

    def drain(self, wait_s=30):
        """Until everything written was read: the count says when to look, check() whether it is right."""
        for file in self.files:
            self.end_line(file)
        deadline = time.monotonic() + wait_s
        while self.count() < self.written and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.count() != self.written:
            self.check()

    def check(self):
        seen = collections.Counter()
        for stream in self.query("query_range", query='{job="torture"}', start=self.begin, end=time.time_ns() + 10**9,
                                 limit=1_000_000):
            for _, line in stream["values"]:
                number = int(line[2:].split(" ")[0]) if line.startswith("n=") else line[:60]
                seen[number] += 1
        missing = [n for n in range(1, self.written + 1) if n not in seen]
        twice = [n for n, times in seen.items() if times > 1]
        strange = [n for n in seen if not isinstance(n, int) or n > self.written]
        assert not (missing or twice or strange), (
            f"of {self.written} lines {len(missing)} are missing: {missing[:5]}, {len(twice)} are there more than once: "
            f"{twice[:5]}, {len(strange)} are no lines: {strange[:3]}; steps: {self.last_steps}")

    def run(self, steps):
        for _ in range(steps):
            step, file = self.dice.choice(self.steps), self.dice.choice(self.files)
            self.last_steps.append(f"{step.__name__} {os.path.basename(file.path)}")
            self.done[step.__name__] += 1
            step(file)
        self.drain()
        self.check()
        status, metrics = self.box.get("/metrics")
        assert status == 200
        gone = [line for line in metrics.decode().splitlines() if line.startswith("signalbox_") and "log_file_gone" in line]
        assert all(line.endswith(" 0") for line in gone), gone


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=int(os.environ.get("SIGNALBOX_ROTATION_STEPS", "200")))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    binary()
    print(f"seed {options.seed}", flush=True)
    torture = Torture(options.seed)
    try:
        torture.run(options.steps)
    finally:
        torture.close()
    print(f"{torture.written} lines, each there once, after {dict(sorted(torture.done.items()))}")


if __name__ == "__main__":
    sys.exit(main())
