# SPDX-License-Identifier: Apache-2.0
"""What axe-core finds on the pages of the web interface, with the data of an incident, in both themes, on a
desk and on a phone (ui/e2e/axe.mjs).

SIGNALBOX_PAGES=TEXT judges only the pages with TEXT in their name.
"""
import os
import unittest

import browser
import harness

PROMETHEUS = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
"""


class AccessibilityTest(unittest.TestCase):
    def test_nothing_serious_is_found_on_any_page(self):
        box = harness.Signalbox(config="", prometheus=PROMETHEUS)
        self.addCleanup(box.close)
        box.wait_for("scrape_duration_seconds", timeout_s=60)
        only = os.environ.get("SIGNALBOX_PAGES", "")
        self.assertEqual(browser.run("axe.mjs", *([only] if only else []), box=box, INCIDENT="1", timeout_s=1100), 0)


if __name__ == "__main__":
    harness.binary()
    browser.needed()
    harness.main()
