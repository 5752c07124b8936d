# SPDX-License-Identifier: Apache-2.0
"""What people do in the web interface, in headless Chromium against the real program: from a firing alert
to its cause, silences and acknowledgements, dashboards, exploring, on a desk and on a phone
(ui/e2e/run.mjs).

SIGNALBOX_FLOWS=TEXT runs only the flows with TEXT in their name.
"""
import os
import unittest

import browser
import harness

PROMETHEUS = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
"""


class FlowsTest(unittest.TestCase):
    def test_flows(self):
        box = harness.Signalbox(config="", prometheus=PROMETHEUS)
        self.addCleanup(box.close)
        box.wait_for("scrape_duration_seconds", timeout_s=60)
        only = os.environ.get("SIGNALBOX_FLOWS", "")
        self.assertEqual(browser.run("run.mjs", *([only] if only else []), box=box, timeout_s=1150,
                                     INCIDENT="1"), 0)


if __name__ == "__main__":
    harness.binary()
    browser.needed()
    harness.main()
