#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a server takes from its start to /-/ready with much in its log: after SIGKILL, and after a clean stop.

    bench/metrics/restart.py [--series 1000000] [--scrapes 11] [--reps 5] [--peers signalbox,prometheus,vm]

Each server is filled once, then killed and started `reps` times, then stopped with SIGTERM and started `reps` times.
Wall time is what a user waits and wants a quiet machine; CPU is the process's own up to the same moment. Prints medians.
"""
import signal
import statistics
import time

from run import Peer, cpu_seconds, parse_options, status_mb


def starts(peer, stop, reps):
    walls, cpus, resident = [], [], []
    for _ in range(reps):
        peer.process.send_signal(stop)
        peer.process.wait(300)
        walls.append(peer.start())
        cpus.append(cpu_seconds(peer.process.pid))
        resident.append(status_mb(peer.process.pid, "VmHWM"))
    return statistics.median(walls), max(walls), statistics.median(cpus), statistics.median(resident)


def measure(name, binary, options):
    peer = Peer(name, binary)
    try:
        begin = (int(time.time()) - options.scrapes * 15) // 15 * 15
        peer.start()
        sent, _ = peer.load(series=options.series, scrapes=options.scrapes, start=begin, step=15, batch=2000, connections=2)
        before_mb = status_mb(peer.process.pid, "VmRSS")
        rows = [("after SIGKILL", starts(peer, signal.SIGKILL, options.reps)),
                ("after SIGTERM", starts(peer, signal.SIGTERM, options.reps))]
        for title, (wall, worst, cpu, peak) in rows:
            print(f"| {name} | {title} | {sent['samples']:,} | {wall:.2f} | {worst:.2f} | {cpu:.2f} | {before_mb:.0f} | "
                  f"{peak:.0f} |", flush=True)
    finally:
        peer.close()


def main():
    options, peers = parse_options(series=1_000_000, scrapes=11, reps=5, peers="signalbox")
    print("| | | samples | wall s to ready | worst | CPU s to ready | RSS MB before | peak RSS MB at ready |\n"
          "|---|---|---|---|---|---|---|---|")
    for name, binary in peers.items():
        measure(name, binary, options)


if __name__ == "__main__":
    main()
