#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests per CPU second of signalbox-load, next to k6 and wrk where they are installed.

    bench/load/run.py --url http://127.0.0.1:8099/ [--users 20] [--seconds 10] [--k6 PATH]

The server at the URL should answer at once (any that returns a short fixed text); it runs beside, so wall times
mean little. CPU is user and system time of the load generator alone, its start included.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def measured(command, env):
    """CPU seconds and peak RSS in MB of a command, and its output."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env)
        _, _, usage = os.wait4(process.pid, 0)
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--k6", default=shutil.which("k6"))
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/signalbox-load"))
    options = parser.parse_args()
    env = {**os.environ, "BASE_URL": options.url}
    print("| | requests | requests per CPU second | CPU us a request | peak RSS MB |\n|---|---|---|---|---|")
    for name, program in (("signalbox-load", options.program), ("k6", options.k6)):
        if not program or not os.access(program, os.X_OK):
            continue
        export = tempfile.mktemp(suffix=".json")
        cpu, rss, text = measured([program, "run", "-q", "--summary-export", export, "-u", str(options.users), "-d",
                                   f"{options.seconds}s", os.path.join(HERE, "get.js")], env)
        with open(export) as file:
            metric = json.load(file)["metrics"]["http_reqs"]
        count = metric.get("values", metric)["count"]
        print(f"| {name} | {count:.0f} | {count / cpu:.0f} | {cpu / count * 1e6:.1f} | {rss:.0f} |", flush=True)
    if shutil.which("wrk"):
        cpu, rss, text = measured(["wrk", "-t2", f"-c{options.users}", f"-d{options.seconds}s", options.url], env)
        count = int(re.search(r"(\d+) requests in", text)[1])
        print(f"| wrk (no script, no checks) | {count} | {count / cpu:.0f} | {cpu / count * 1e6:.1f} | {rss:.0f} |")


if __name__ == "__main__":
    main()
