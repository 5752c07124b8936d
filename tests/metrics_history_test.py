#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What becomes of old samples: retention by matcher, and downsampling, both set in
signalbox.yaml and changed by a reload."""
import json
import random
import subprocess
import tempfile
import time
import unittest

from harness import Signalbox, binary, main

DAY = 86400
PLAIN = "self_scrape: {enabled: false}\n"


def import_text(box, text):
    """Samples of any age: straight into the data folder; the server must not run."""
    with tempfile.NamedTemporaryFile("w", suffix=".om") as file:
        file.write(text + "# EOF\n")
        file.flush()
        result = subprocess.run([binary(), "import", "openmetrics", "--data", box.data, file.name],
                                capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def wait_for_log(box, text, timeout_s=60):
    deadline = time.monotonic() + timeout_s
    while text not in box.log_text():
        if time.monotonic() > deadline:
            raise AssertionError(f"the log does not say {text!r} after {timeout_s} s\n{box.log_text()[-3000:]}")
        time.sleep(0.1)


class MetricsHistoryTest(unittest.TestCase):
    def start(self, config):
        box = Signalbox(config=PLAIN)
        self.addCleanup(box.close)
        box.terminate()
        box.write("signalbox.yaml", PLAIN + config)
        return box

    def reload(self, box, config):
        box.write("signalbox.yaml", PLAIN + config)
        return box.request("POST", "/-/reload")[0]

    def values(self, box, expr, at):
        return {one["metric"]["job"]: one["value"][1] for one in box.query(expr, time=at)}


class RetentionRulesTest(MetricsHistoryTest):
    RULES = """
retention:
  metrics: 15d
  metrics_rules:
    - {selector: '{job="debug"}', keep: 2d}
    - {selector: 'm{job=~"slo.*"}', keep: 400d}
"""

    def setUp(self):
        self.now = int(time.time()) // 60 * 60
        self.times = {"long ago": self.now - 300 * DAY, "days ago": self.now - 6 * DAY, "now": self.now - 60}
        self.text = "".join(f'm{{job="{job}"}} {day} {at}\n' for job in ("debug", "other", "slo")
                            for day, at in enumerate(self.times.values()))

    def test_rules_decide_what_is_kept_and_blocks_lose_the_rest(self):
        box = self.start("retention: {metrics: 400d}\n")
        import_text(box, self.text)
        box.start()
        for day, at in enumerate(self.times.values()):
            self.assertEqual(self.values(box, "m", at), {job: str(day) for job in ("debug", "other", "slo")})
        # A reload brings the rules: hidden at once, then gone from the blocks.
        self.assertEqual(self.reload(box, self.RULES.replace("15d", "400d")), 200)
        self.assertEqual(self.values(box, "m", self.times["days ago"]), {"other": "1", "slo": "1"})
        self.assertEqual(self.values(box, "m", self.times["now"]), {"debug": "2", "other": "2", "slo": "2"})
        wait_for_log(box, "block written again as the rules of its age say")
        # Without rules, what was not written again is back, and what was is not.
        self.assertEqual(self.reload(box, "retention: {metrics: 400d}\n"), 200)
        self.assertNotIn("debug", self.values(box, "m", self.times["long ago"]))
        self.assertEqual(len(self.values(box, "m", self.times["now"])), 3)

    def test_a_rule_outlives_the_retention_and_a_restart(self):
        box = self.start(self.RULES)
        import_text(box, self.text)
        box.start()
        self.assertEqual(self.values(box, "m", self.times["long ago"]), {"slo": "0"})
        self.assertEqual(self.values(box, "m", self.times["days ago"]), {"other": "1", "slo": "1"})
        wait_for_log(box, "block written again as the rules of its age say")
        box.kill()
        box.start()
        self.assertEqual(self.values(box, "m", self.times["long ago"]), {"slo": "0"})
        self.assertEqual(box.get("/api/v1/series", **{"match[]": 'm{job="debug"}', "start": self.times["long ago"] - 60,
                                                      "end": self.times["long ago"] + 60})[1].count(b"debug"), 0)

    def test_a_wrong_rule_is_named_and_changes_nothing(self):
        box = self.start(self.RULES)
        box.start()
        self.assertEqual(self.reload(box, "retention:\n  metrics_rules: [{selector: '{a=', keep: 3d}]\n"), 500)
        self.assertIn("signalbox.yaml:3:30: not a series selector", box.log_text())


class DownsamplingTest(MetricsHistoryTest):
    RULE = """
retention:
  metrics: 400d
  downsample:
    - {selector: '{job="exact"}', every: 0s}
    - {after: 30d, every: 5m}
    - {after: 200d, every: 1h}
"""
    STEP = 30

    def setUp(self):
        self.seed = random.randrange(1 << 32)
        print(f"seed {self.seed}")
        rng = random.Random(self.seed)
        self.now = int(time.time())
        self.start_s = (self.now - 40 * DAY) // 3600 * 3600
        self.raw = {}
        for name, job in (("req_total", "thin"), ("req_total", "exact"), ("temp", "thin")):
            value, samples = 0, []
            for at in range(self.start_s, self.start_s + 6 * 3600, self.STEP):
                if name == "temp":
                    value = rng.randrange(-400, 400) / 8
                else:
                    value = 0 if rng.random() < 0.005 else value + rng.randrange(100)
                samples.append((at, value))
            self.raw[name, job] = samples
        self.text = "".join(f'{name}{{job="{job}"}} {value} {at}\n' for (name, job), samples in self.raw.items()
                            for at, value in samples) + f'now{{job="thin"}} 1 {self.now - 60}\n'

    def exported(self, box, name, job):
        _, body = box.get("/api/v1/export", **{"match[]": f'{name}{{job="{job}"}}'})
        lines = [json.loads(line) for line in body.splitlines()]
        return [(at // 1000, value) for line in lines for at, value in zip(line["timestamps"], line["values"])]

    @staticmethod
    def increase(samples):
        return samples[-1][1] - samples[0][1] + sum(a[1] for a, b in zip(samples, samples[1:]) if b[1] < a[1])

    def test_old_samples_are_thinned_out_and_what_stays_is_exact(self):
        box = self.start("retention: {metrics: 400d}\n")
        import_text(box, self.text)
        box.start()
        for key, samples in self.raw.items():
            self.assertEqual(self.exported(box, *key), samples)
        resets = box.query('resets(req_total{job="thin"}[7h])', time=self.start_s + 6 * 3600)
        self.assertEqual(self.reload(box, self.RULE), 200)
        wait_for_log(box, "block written again as the rules of its age say")
        self.wait_until(lambda: len(self.exported(box, "temp", "thin")) < 100)
        self.check(box, resets)
        _, metrics = box.get("/metrics")
        self.assertRegex(metrics.decode(), r"signalbox_tsdb_downsampled_samples_total [1-9]")
        # It holds after a kill, and without the rule nothing comes back.
        box.kill()
        box.write("signalbox.yaml", PLAIN + "retention: {metrics: 400d}\n")
        box.start()
        self.check(box, resets)

    def wait_until(self, done, timeout_s=60):
        deadline = time.monotonic() + timeout_s
        while not done():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)

    def check(self, box, resets):
        self.assertEqual(self.exported(box, "req_total", "exact"), self.raw["req_total", "exact"])
        for key in (("req_total", "thin"), ("temp", "thin")):
            thin, raw = self.exported(box, *key), self.raw[key]
            self.assertLess(len(thin), len(raw) // 4)
            self.assertLessEqual(set(thin), set(raw), "what stays is as it was")
            last_of_interval = {at // 300: (at, value) for at, value in raw}
            self.assertLessEqual(set(last_of_interval.values()), set(thin))
        thin = self.exported(box, "req_total", "thin")
        self.assertEqual(self.increase(thin), self.increase(self.raw["req_total", "thin"]))
        self.assertEqual(box.query('resets(req_total{job="thin"}[7h])', time=self.start_s + 6 * 3600), resets)
        # An instant selector finds the last sample that stayed, up to two intervals back.
        temps = self.exported(box, "temp", "thin")
        for at in range(self.start_s + 1800, self.start_s + 3600, 47):
            value = [value for time_s, value in temps if time_s <= at][-1]
            self.assertEqual([float(one["value"][1]) for one in box.query("temp", time=at)], [value], at)
        self.assertEqual(box.query("temp", time=self.start_s + 3600 + 29, lookback_delta="20s"), [])
        self.assertEqual(len(box.query("now", time=self.now)), 1)


if __name__ == "__main__":
    main()
