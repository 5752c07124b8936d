# SPDX-License-Identifier: Apache-2.0
"""The real dashboards of the conformance data in headless Chromium, against the real program with data
that fits their queries: at least 95 % of the panels have to show something.

SIGNALBOX_DASHBOARDS=NAME,NAME draws only those.
"""
import os
import unittest

import browser
import harness

class DashboardsTest(unittest.TestCase):
    def test_panels_are_drawn(self):
        conformance = os.environ.get("SIGNALBOX_CONFORMANCE_DIR", "")
        folder = os.path.join(conformance, "grafana-dashboards")
        if not conformance or not os.path.isdir(folder):
            self.skipTest("SIGNALBOX_CONFORMANCE_DIR is not set: no dashboards to draw")
        wanted = os.environ.get("SIGNALBOX_DASHBOARDS", "")
        names = wanted.split(",") if wanted else []
        box = harness.Signalbox()
        self.addCleanup(box.close)
        self.assertEqual(browser.run("render.mjs", folder, *names, box=box), 0)

    def test_budgets_are_kept(self):
        # Wall times belong to a quiet machine: SIGNALBOX_BUDGETS=1 asks for them.
        board = os.path.join(os.environ.get("SIGNALBOX_CONFORMANCE_DIR", ""), "grafana-dashboards",
                             "node-exporter-full.json")
        if not os.environ.get("SIGNALBOX_BUDGETS") or not os.path.isfile(board):
            self.skipTest("SIGNALBOX_BUDGETS is not set, or there is no Node Exporter Full to draw")
        box = harness.Signalbox()
        self.addCleanup(box.close)
        self.assertEqual(browser.run("budgets.mjs", board, box=box), 0)


if __name__ == "__main__":
    harness.binary()
    browser.needed()
    harness.main()
