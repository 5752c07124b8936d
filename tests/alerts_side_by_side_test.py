# SPDX-License-Identifier: Apache-2.0
"""The real Alertmanager beside this one over the recorded scenarios: the same alerts into both at the same time.

For each scenario of alertmanager/scenarios.yaml both servers run with the same configuration, receivers on loopback
write down what arrives, and then both lists are compared with each other and with what the scenario expects. Some
scenarios need a newer Alertmanager than Debian's; there only this one is compared with the expectation, and that is said.

    SIGNALBOX_SIDE_BY_SIDE=full      all scenarios (about a minute); otherwise the short ones
    SIGNALBOX_ALERTMANAGER=path      another Alertmanager than the one in PATH
"""
import json
import multiprocessing
import os
import re
import subprocess
import sys
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone

from alerting_test import CONFORMANCE, HAVE_DATA, PEER, Peer, Recorder, call, iso, signalbox, wait_until
from harness import binary

try:
    import yaml
except ImportError:
    yaml = None

FULL = os.environ.get("SIGNALBOX_SIDE_BY_SIDE") == "full"
SHORT_S = 5.0  # scenarios that end by then run in every ./test
AT_ONCE = 4
WINDOW_SLACK_S = 0.25
DISTURBED_S = 0.35  # the machine was busier than the windows allow: the run says nothing
TRIES = 4
CLOCK_SLACK_S = 0.2  # of start and end times, as the data has it


def peer_version():
    out = subprocess.run([PEER, "--version"], capture_output=True, text=True)
    found = re.search(r"version (\d+)\.(\d+)", out.stdout + out.stderr)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


class Own:
    def __init__(self, config, args):
        delay = next((a.split("=")[1] for a in args if a.startswith("--dispatch.start-delay")), None)
        self.box = signalbox(config, more_options={"start_delay": delay} if delay else {})
        self.alerts_url = self.box.alerts_url

    def restart(self):
        self.box.terminate()
        self.box.start()
        self.alerts_url = "http://" + self.box.doors["alertmanager"]

    def reload(self):
        status, body, _ = call("POST", self.alerts_url + "/-/reload")
        assert status == 200, body

    def close(self):
        self.box.close()


class Watch:
    """How late this process wakes up: what other programs on the machine take from the windows."""

    def __init__(self):
        self.worst = 0.0
        self.going = True
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while self.going:
            before = time.monotonic()
            time.sleep(0.02)
            self.worst = max(self.worst, time.monotonic() - before - 0.02)


class Run:
    """One scenario at one server."""

    def __init__(self, row, make):
        self.row = row
        self.sink = Recorder()
        self.attempts = {}
        config = row["config"]
        for hook in "wxy":
            config = config.replace(f"@{hook}@", f"http://127.0.0.1:{self.sink.http_port}/{hook}")
        self.server = make(config, row.get("args", []))
        self.silences = {}
        self.late = 0.0

    def begin(self, zero, wall):
        self.zero, self.wall = zero, wall
        self.sink.answer = self.answer
        self.thread = threading.Thread(target=self.play)
        self.thread.start()

    def answer(self, path):
        hook = path.strip("/")
        self.attempts[hook] = self.attempts.get(hook, 0) + 1
        rule = self.row.get("hooks", {}).get(hook, {})
        if time.monotonic() < self.zero + rule.get("fail_until", 0):
            return rule["status"], b"no", "text/plain"
        return 200, b"ok", "text/plain"

    def time_of(self, seconds):
        return iso(self.wall + timedelta(seconds=seconds))

    def play(self):
        try:
            for step in self.row["steps"]:
                time.sleep(max(0, self.zero + step["at"] - time.monotonic()))
                self.take(step)
                if "restart" not in step:
                    self.late = max(self.late, time.monotonic() - self.zero - step["at"])
            time.sleep(max(0, self.zero + self.row["until"] - time.monotonic()))
            self.error = None
        except Exception as error:  # told by the other thread
            self.error = repr(error)

    def take(self, step):
        url = self.server.alerts_url + "/api/v2"
        if "push" in step:
            alerts = []
            for item in step["push"]:
                alert = {"labels": item["labels"], "annotations": item.get("annotations", {})}
                alert.update({field: self.time_of(item[key]) for key, field in (("start", "startsAt"), ("end", "endsAt"))
                              if key in item})
                alerts.append(alert)
            self.must(call("POST", url + "/alerts", alerts))
        elif "silence" in step:
            matchers = [{"name": n, "value": v, "isRegex": "~" in op, "isEqual": "!" not in op}
                        for n, op, v in step["matchers"]]
            reply = self.must(call("POST", url + "/silences", {
                "matchers": matchers, "startsAt": self.time_of(step["start"]), "endsAt": self.time_of(step["end"]),
                "createdBy": "test", "comment": "test"}))
            self.silences[step["silence"]] = json.loads(reply)["silenceID"]
        elif "expire" in step:
            self.must(call("DELETE", url + "/silence/" + self.silences[step["expire"]]))
        elif "reload" in step:
            self.server.reload()
        elif "restart" in step:
            self.server.restart()

    @staticmethod
    def must(reply):
        assert reply[0] == 200, reply[:2]
        return reply[1]

    def end(self):
        self.thread.join()
        self.server.close()
        self.sink.close()
        told = []
        for request in self.sink.taken():
            body = json.loads(request["body"])
            told.append({"hook": request["path"].strip("/"), "at": request["at"] - self.zero, "status": body["status"],
                         "key": body["groupKey"], "alerts": body["alerts"]})
        return sorted((t for t in told if t["at"] <= self.row["until"]), key=lambda t: t["at"])


def seconds(text, wall):
    match = re.fullmatch(r"(.*T\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", text)
    moment = datetime.fromisoformat(match.group(1) + (match.group(3) if match.group(3) != "Z" else "+00:00"))
    return (moment - wall).total_seconds() + float(match.group(2) or 0)


def same_alert(want, got, wall):
    if want["labels"] != got["labels"] or ("end" in want) != (got["status"] == "resolved"):
        return False
    if "annotations" in want and want["annotations"] != got["annotations"]:
        return False
    return all(key not in want or abs(seconds(got[field], wall) - want[key]) <= CLOCK_SLACK_S
               for key, field in (("start", "startsAt"), ("end", "endsAt")))


def against_expectation(row, told, attempts, wall, slack):
    """What is missing from, or too much in, what one server told."""
    left, wrong = list(told), []
    for want in row["expect"]:
        first, last = want["between"]
        fits = [t for t in left if t["hook"] == want["hook"] and first - slack <= t["at"] <= last + slack
                and len(t["alerts"]) == len(want["alerts"])
                and all(any(same_alert(w, g, wall) for g in t["alerts"]) for w in want["alerts"])]
        if fits:
            left.remove(fits[0])
        else:
            wrong.append(f"missing {want['hook']} between {want['between']}: {want['alerts']}")
    wrong += [f"not expected: {t['hook']} at {t['at']:.2f}: {[a['labels'] for a in t['alerts']]}" for t in left]
    for hook, count in row.get("attempts", {}).items():
        if attempts.get(hook, 0) != count:
            wrong.append(f"{attempts.get(hook, 0)} requests to {hook} instead of {count}")
    return wrong


def essence(told):
    return [(t["hook"], t["key"], t["status"],
             sorted((sorted(a["labels"].items()), a["status"]) for a in t["alerts"])) for t in told]


def against_each_other(ours, theirs, slack):
    ours, theirs = (sorted(told, key=lambda t: (round(t["at"] * 2), essence([t]))) for told in (ours, theirs))
    # Retries with growing, random pauses have no common moment; the expectation has their window.
    if sorted(essence(ours)) != sorted(essence(theirs)):
        return [f"here {essence(ours)}\nthere {essence(theirs)}"]
    wrong, left = [], list(theirs)
    for mine in ours:
        fits = [t for t in left if essence([t]) == essence([mine])]
        nearest = min(fits, key=lambda t: abs(t["at"] - mine["at"]))
        left.remove(nearest)
        if abs(nearest["at"] - mine["at"]) > slack:
            wrong.append(f"{mine['hook']} at {mine['at']:.2f} here, at {nearest['at']:.2f} there")
    return wrong


def play(row, with_peer):
    runs = [Run(row, Own)]
    if with_peer:
        runs.append(Run(row, Peer))
    watch = Watch()
    zero, wall = time.monotonic(), datetime.now(timezone.utc)
    for run in runs:
        run.begin(zero, wall)
    told = [run.end() for run in runs]
    watch.going = False
    disturbed = max([watch.worst] + [run.late for run in runs])
    wrong = [f"step failed: {run.error}" for run in runs if run.error]
    for name, run, got in zip(("here", "there"), runs, told):
        wrong += [f"{name}: {why}" for why in
                  against_expectation(row, got, run.attempts, wall, WINDOW_SLACK_S)]
    if with_peer:
        retried = any("fail_until" in rule for rule in row.get("hooks", {}).values())
        wrong += against_each_other(*told, slack=3.5 if retried else 0.5)
    return wrong, disturbed, len(told[0])


def attempt(job):
    row, with_peer = job
    for number in range(1, TRIES + 1):
        try:
            wrong, disturbed, count = play(row, with_peer)
        except Exception as error:
            wrong, disturbed, count = [repr(error)], 0, 0
        if not wrong or disturbed < DISTURBED_S:
            break
    return row["name"], with_peer, wrong, disturbed, count, number


def needs(row):
    """The Alertmanager that a scenario asks for."""
    since = tuple(int(n) for n in row.get("since", "0.0").split("."))
    return max(since, (0, 27) if any(ord(c) > 127 for c in row["config"]) else (0, 0))


class SideBySideTest(unittest.TestCase):
    @unittest.skipUnless(HAVE_DATA, "SIGNALBOX_CONFORMANCE_DIR is not set")
    @unittest.skipIf(PEER is None, "prometheus-alertmanager is not installed")
    @unittest.skipIf(yaml is None, "python3-yaml is not installed")
    def test_same_notifications_in_the_same_windows(self):
        with open(os.path.join(CONFORMANCE, "scenarios.yaml")) as file:
            rows = yaml.safe_load(file)
        version = peer_version()
        chosen = [row for row in rows if FULL or row["until"] <= SHORT_S]
        jobs = [(row, needs(row) <= version) for row in chosen]
        with multiprocessing.Pool(AT_ONCE) as pool:
            results = pool.map(attempt, jobs, chunksize=1)
        good = 0
        for name, with_peer, wrong, disturbed, count, number in results:
            good += with_peer and not wrong
            beside = "" if with_peer else f", alone: Alertmanager {version[0]}.{version[1]} does not know it"
            print(f"  {'same' if not wrong else 'DIFFERS'}: {name} ({count} notifications, try {number}, "
                  f"{disturbed * 1000:.0f} ms late{beside})")
        both = sum(with_peer for _, with_peer in jobs)
        print(f"side by side: {good} of {both} scenarios beside Alertmanager {version[0]}.{version[1]}, "
              f"{sum(not r[2] and not r[1] for r in results)} of {len(jobs) - both} alone, of {len(rows)} that there are"
              + ("" if FULL else " (SIGNALBOX_SIDE_BY_SIDE=full runs all)"))
        self.assertEqual([(r[0], r[2]) for r in results if r[2]], [])


if __name__ == "__main__":
    binary()
    unittest.main(verbosity=2)
