#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Synthetic probes of the real binary: gRPC health of a grpcio server, a WebSocket server on
`websockets`, beside Debian's blackbox_exporter. What is not installed is skipped, saying so."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import urllib.request

from harness import Signalbox, free_port, installed, main
from real_clients_test import Child

MODULES = """
modules:
  grpc: {prober: grpc, timeout: 5s, grpc: {preferred_ip_protocol: ip4}}
  grpc_cart: {prober: grpc, timeout: 5s, grpc: {preferred_ip_protocol: ip4, service: cart}}
  grpc_billing: {prober: grpc, timeout: 5s, grpc: {preferred_ip_protocol: ip4, service: billing}}
  grpc_nobody: {prober: grpc, timeout: 5s, grpc: {preferred_ip_protocol: ip4, service: nobody}}
"""
# What blackbox_exporter has beyond Debian's version.
NEWER = """
  grpc_secured:
    prober: grpc
    grpc: {service: secured, metadata: {authorization: [Bearer token]}}
  grpc_refused: {prober: grpc, grpc: {service: secured}}
  websocket: {prober: websocket}
  websocket_talk:
    prober: websocket
    timeout: 5s
    websocket:
      headers: {Origin: {values: [http://example.org]}}
      query_response:
      - {expect: '^hello from (.*)$', send: 'this is ${1}'}
      - {expect: '^you said this is 7$'}
  websocket_other:
    prober: websocket
    timeout: 5s
    websocket: {query_response: [{expect: '^bonjour'}]}
"""


def python_with_peers():
    for python in (sys.executable, "/usr/bin/python3"):
        if os.access(python, os.X_OK) and subprocess.run(
                [python, "-c", "import grpc, websockets"], stderr=subprocess.DEVNULL).returncode == 0:
            return python
    raise unittest.SkipTest("no Python has grpcio and websockets (Debian: python3-grpcio python3-websockets)")


def values(text):
    """Series to value, without comments."""
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return {series: float(value) for series, value in lines}


class ProbesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probe_peers.py")
        cls.peers = subprocess.Popen([python_with_peers(), script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     text=True)
        cls.addClassCleanup(cls.peers.communicate)  # ends its input, and so the program
        cls.ports = json.loads(cls.peers.stdout.readline())
        cls.addClassCleanup(cls.peers.stdout.close)
        cls.box = Signalbox(config="self_scrape: {enabled: false}\nprobes: {config: blackbox.yml}\n",
                            data=cls.make_folder(MODULES + NEWER))
        cls.addClassCleanup(cls.box.close)

    @classmethod
    def make_folder(cls, modules):
        folder = tempfile.mkdtemp(prefix="signalbox-probes-")
        cls.addClassCleanup(shutil.rmtree, folder, True)
        with open(os.path.join(folder, "blackbox.yml"), "w") as file:
            file.write(modules)
        return folder

    def probe(self, module, target, base=None):
        query = urllib.parse.urlencode({"module": module, "target": target})
        with urllib.request.urlopen(f"{base or self.box.ui}/probe?{query}", timeout=20) as reply:
            return values(reply.read().decode())

    def grpc_target(self):
        return f"127.0.0.1:{self.ports['grpc']}"

    def test_grpc_health_of_grpcio(self):
        for module, success, code, serving in (
                ("grpc", 1, 0, "SERVING"), ("grpc_cart", 1, 0, "SERVING"), ("grpc_billing", 0, 0, "NOT_SERVING"),
                ("grpc_nobody", 0, 5, None), ("grpc_secured", 1, 0, "SERVING"), ("grpc_refused", 0, 16, None)):
            with self.subTest(module):
                found = self.probe(module, self.grpc_target())
                self.assertEqual(found["probe_success"], success)
                self.assertEqual(found["probe_grpc_status_code"], code)
                for name in ("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"):
                    self.assertEqual(found[f'probe_grpc_healthcheck_response{{serving_status="{name}"}}'],
                                     1 if name == serving else 0)

    def test_websocket_of_websockets(self):
        target = f"ws://127.0.0.1:{self.ports['websocket']}/chat"
        for module, success, failed in (("websocket", 1, 0), ("websocket_talk", 1, 0), ("websocket_other", 0, 1)):
            with self.subTest(module):
                found = self.probe(module, target)
                self.assertEqual(found["probe_success"], success)
                self.assertEqual(found["probe_websocket_connection_upgraded"], 1)
                self.assertEqual(found["probe_websocket_status_code"], 101)
                self.assertEqual(found["probe_websocket_failed_due_to_regex"], failed)

    def test_same_metrics_as_blackbox_exporter(self):
        folder = self.make_folder(MODULES)
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        Child(self, [installed("prometheus-blackbox-exporter"), f"--web.listen-address=127.0.0.1:{port}",
                     f"--config.file={folder}/blackbox.yml"], base + "/-/healthy")
        # Debian's version tells of certificates even where there is none.
        certificate = ("probe_ssl_earliest_cert_expiry",)
        closed = f"127.0.0.1:{free_port()}"
        for module, target in [(name, self.grpc_target()) for name in
                               ("grpc", "grpc_cart", "grpc_billing", "grpc_nobody")] + [("grpc", closed)]:
            with self.subTest(module=module, target=target):
                ours = self.probe(module, target)
                theirs = {series: value for series, value in self.probe(module, target, base).items()
                          if not series.startswith(certificate)}
                self.assertEqual(set(ours), set(theirs))
                for series in theirs:
                    if "seconds" not in series:
                        self.assertEqual(ours[series], theirs[series], series)


if __name__ == "__main__":
    main()
