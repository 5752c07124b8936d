#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What becomes of old samples: retention by matcher, set in signalbox.yaml and changed by a reload."""
import os
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


if __name__ == "__main__":
    main()
