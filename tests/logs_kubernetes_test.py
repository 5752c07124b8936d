# SPDX-License-Identifier: Apache-2.0
"""Followed container logs get what the Kubernetes API says about their pods: against a fake API server with TLS and a
service account's token, which is away for a while and then back."""
import http.server
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

import harness

TOKENS = {"token-1", "token-2"}


def pod(name, namespace, **metadata):
    return {"kind": "Pod", "apiVersion": "v1",
            "metadata": {"name": name, "namespace": namespace, "uid": "uid-of-" + name, "resourceVersion": "481516",
                         "managedFields": [{"manager": "kubelet", "fieldsV1": {"f:status": {}}}], **metadata},
            "spec": {"nodeName": "node-a", "containers": [{"name": "app", "image": "web:1"}]},
            "status": {"phase": "Running", "podIP": "10.1.2.3"}}


PODS = {
    "web-7d4b9c6f5d-x2x8k": pod(
        "web-7d4b9c6f5d-x2x8k", "shop",
        labels={"app.kubernetes.io/name": "storefront", "pod-template-hash": "7d4b9c6f5d", "tier": "front"},
        annotations={"team/mail": "shop@example.org", "other": "x"},
        ownerReferences=[{"kind": "ReplicaSet", "name": "web-7d4b9c6f5d", "controller": True}]),
    "late-0": pod("late-0", "shop", labels={"app": "late"},
                  ownerReferences=[{"kind": "StatefulSet", "name": "late", "controller": True}]),
}


class FakeApi(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = []
    is_broken = False

    def do_GET(self):
        path, _, query = self.path.partition("?")
        FakeApi.asked.append(self.path)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        name = path.rsplit("/", 1)[-1]
        if FakeApi.is_broken:
            self.answer(500, {"kind": "Status", "code": 500, "message": "etcdserver: request timed out"})
        elif token not in TOKENS:
            self.answer(401, {"kind": "Status", "code": 401, "message": "Unauthorized"})
        elif path == "/api/v1/pods":
            wanted = urllib.parse.parse_qs(query)
            assert wanted["fieldSelector"] == ["spec.nodeName=node-a"], wanted
            self.answer(200, {"kind": "PodList", "metadata": {"resourceVersion": "1"},
                              "items": [PODS["web-7d4b9c6f5d-x2x8k"]]})
        elif name in PODS:
            self.answer(200, PODS[name])
        else:
            self.answer(404, {"kind": "Status", "code": 404, "reason": "NotFound"})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


CONFIG = """self_scrape: {{enabled: false}}
logs:
  tail:
    - paths: [{folder}/containers/*.log]
  tail_interval: 50ms
  kubernetes:
    enabled: true
    api: https://localhost:{port}
    node: node-a
    annotations: [team/mail]
    refresh: 1s
    authorization: {{credentials_file: token}}
    tls_config: {{ca_file: ca.crt}}
"""


class KubernetesTest(unittest.TestCase):
    def setUp(self):
        if shutil.which("openssl") is None:
            raise unittest.SkipTest("openssl is not installed")
        self.folder = tempfile.mkdtemp(prefix="signalbox-k8s-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        key, cert = os.path.join(self.folder, "key.pem"), os.path.join(self.folder, "ca.crt")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days",
                        "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       check=True, capture_output=True)
        self.api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeApi)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.api.socket = context.wrap_socket(self.api.socket, server_side=True)
        self.addCleanup(self.api.server_close)
        threading.Thread(target=self.api.serve_forever, daemon=True).start()
        self.addCleanup(self.api.shutdown)
        FakeApi.asked, FakeApi.is_broken = [], False
        os.makedirs(os.path.join(self.folder, "containers"))
        self.write("token", "token-1\n")
        self.sb = harness.Signalbox(CONFIG.format(folder=self.folder, port=self.api.server_port), data=self.folder)
        self.addCleanup(self.sb.close)

    def write(self, name, text, mode="w"):
        with open(os.path.join(self.folder, name), mode) as file:
            file.write(text)

    def log(self, pod_name, text):
        line = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{time.time_ns() % 10**9:09}Z stdout F {text}\n"
        self.write(f"containers/{pod_name}_shop_app-{'a' * 64}.log", line, "a")

    def entry(self, text):
        """Labels and metadata of the one line that contains it."""
        url = "http://" + self.sb.doors["loki"] + "/loki/api/v1/query_range?" + urllib.parse.urlencode(
            {"query": f'{{container="app"}} |= "{text}"'})
        deadline = time.monotonic() + 20
        while True:
            status, body, _ = self.sb.request("GET", url)
            self.assertEqual(status, 200, body)
            streams = json.loads(body)["data"]["result"]
            if streams:
                self.assertEqual([len(stream["values"]) for stream in streams], [1])
                return streams[0]["stream"]
            self.assertLess(time.monotonic(), deadline, self.sb.log_text()[-2000:])
            time.sleep(0.05)

    def metric(self, name):
        _, body = self.sb.get("/metrics")
        for line in body.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise AssertionError(name)

    def test_lines_say_whose_they_are_and_flow_without_the_api(self):
        self.log("web-7d4b9c6f5d-x2x8k", "of a listed pod")
        labels = self.entry("of a listed pod")
        self.assertEqual(
            {name: labels.get(name) for name in ("namespace", "pod", "container", "stream", "app", "node", "service_name",
                                                 "owner_kind", "owner_name", "pod_uid", "pod_label_tier",
                                                 "pod_annotation_team_mail", "pod_annotation_other")},
            {"namespace": "shop", "pod": "web-7d4b9c6f5d-x2x8k", "container": "app", "stream": "stdout",
             "app": "storefront", "node": "node-a", "service_name": "storefront", "owner_kind": "Deployment",
             "owner_name": "web", "pod_uid": "uid-of-web-7d4b9c6f5d-x2x8k", "pod_label_tier": "front",
             "pod_annotation_team_mail": "shop@example.org", "pod_annotation_other": None})
        self.assertTrue(all("fieldSelector" in path for path in FakeApi.asked), FakeApi.asked)

        self.log("gone-1", "its pod is gone")  # a log that outlived its pod
        labels = self.entry("its pod is gone")
        self.assertEqual((labels["pod"], labels["service_name"]), ("gone-1", "app"))
        self.assertNotIn("node", labels)

        FakeApi.is_broken = True
        time.sleep(1.1)  # what is known is old now, and stays known
        self.log("web-7d4b9c6f5d-x2x8k", "while the api is away")
        self.assertEqual(self.entry("while the api is away")["app"], "storefront")
        self.log("late-0", "nobody knows me")
        self.assertNotIn("node", self.entry("nobody knows me"))
        self.assertGreaterEqual(self.metric("signalbox_kubernetes_request_failures_total"), 1)
        self.assertGreaterEqual(self.metric("signalbox_kubernetes_unknown_pods_total"), 2)
        self.assertEqual(self.sb.log_text().count("does not tell about pods"), 1)

    def test_a_token_that_changes_is_read_again(self):
        self.write("token", "wrong")
        self.log("late-0", "with a wrong token")
        self.assertNotIn("node", self.entry("with a wrong token"))
        self.assertIn("401", self.sb.log_text())
        self.sb.terminate()
        self.write("token", "token-2\n")
        self.sb.start()
        self.log("late-0", "with the new token")
        labels = self.entry("with the new token")
        self.assertEqual((labels["app"], labels["owner_kind"]), ("late", "StatefulSet"))


if __name__ == "__main__":
    harness.main()
