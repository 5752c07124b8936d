# SPDX-License-Identifier: Apache-2.0
"""Runs the browser scripts of ui/e2e against a Signalbox of the harness: headless Chromium by
playwright-core, which the build of the interface installs. Without them a test says so and is skipped."""
import os
import shutil
import subprocess
import sys

import harness

UI = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "ui")


def chromium():
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def needed():
    """Leaves as skipped where there is no browser, no node, no playwright-core or no interface."""
    missing = [what for what, there in (
        ("chromium", chromium()), ("node", shutil.which("node")),
        ("ui/node_modules/playwright-core", os.path.isdir(os.path.join(UI, "node_modules/playwright-core"))),
    ) if not there]
    if missing:
        print("skipped: not there: " + ", ".join(missing))
        sys.exit(harness.SKIPPED)


def run(script, *arguments, box, timeout_s=900, **environment):
    """Runs ui/e2e/SCRIPT; its output goes to ours. Returns its exit code."""
    doors = box.doors
    env = dict(os.environ, CHROMIUM=chromium(), BASE_URL=os.environ.get("BASE_URL", box.ui),
               PROMETHEUS_URL=box.prometheus, LOKI_URL="http://" + doors["loki"],
               OTLP_URL="http://" + doors["otlp-http"], **environment)
    sys.stdout.flush()
    return subprocess.run(["node", os.path.join(UI, "e2e", script), *arguments], cwd=UI, env=env,
                          timeout=timeout_s).returncode
