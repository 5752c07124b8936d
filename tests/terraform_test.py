# SPDX-License-Identifier: Apache-2.0
"""Terraform's conversations with Grafana on the real program: those of the conformance data step by
step (folders included), and the life of a folder with dashboards as the provider's resources send it."""
import json
import os
import re
import unittest
import urllib.error
import urllib.request

import harness

HEADERS = {"Content-Type": "application/json", "Authorization": "Bearer glsa_test",
           "Grafana-Terraform-Provider": "true"}


def duration(text):
    """5m, 5m0s and 1h0m0s without the units that are zero."""
    return re.sub(r"(?<=[mh])0[ms](0s)?$", "", text)


def mismatch(wanted, got, path="answer"):
    """Where `got` lacks what the pattern asks for, or None. "*" and an unknown @NAME@ are any value."""
    if isinstance(wanted, str) and (wanted == "*" or wanted.startswith("@") and wanted.endswith("@")):
        return None
    if isinstance(wanted, dict):
        if not isinstance(got, dict):
            return f"{path} is {got!r}"
        for key, value in wanted.items():
            if key not in got and value not in (None, []):
                return f"{path}.{key} is missing"
            wrong = mismatch(value, got.get(key), f"{path}.{key}")
            if wrong:
                return wrong
        return None
    if isinstance(wanted, list):
        if not isinstance(got, list):
            return f"{path} is {got!r}"
        if len(wanted) == 1 and isinstance(wanted[0], str) and wanted[0].startswith("* contains "):
            return None if wanted[0][11:] in json.dumps(got) else f"{path} lacks {wanted[0][11:]}"
        if len(wanted) != len(got):
            return f"{path} has another length: {got!r}"
        return next(filter(None, (mismatch(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(wanted, got)))), None)
    if wanted is None or wanted == [] and got is None:
        return None
    if isinstance(wanted, str) and isinstance(got, str) and duration(wanted) == duration(got):
        return None
    return None if wanted == got else f"{path} is {got!r}, not {wanted!r}"


class TerraformTest(unittest.TestCase):
    def setUp(self):
        self.box = harness.Signalbox()
        self.addCleanup(self.box.close)

    def send(self, method, path, body=None):
        request = urllib.request.Request(self.box.ui + path, method=method, headers=HEADERS,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                code, text = reply.status, reply.read()
        except urllib.error.HTTPError as error:
            code, text = error.code, error.read()
        try:
            return code, json.loads(text) if text else None
        except ValueError:
            return code, text.decode(errors="replace")

    def expect(self, method, path, body=None, status=200, **wanted):
        code, answer = self.send(method, path, body)
        self.assertEqual(code, status, (method, path, answer))
        self.assertIsNone(mismatch(wanted, answer) if wanted else None, (method, path))
        return answer

    def play(self, lines):
        captured, good = {}, 0
        for line in lines:
            text = line
            for name, value in captured.items():
                text = text.replace(f"@{name}@", str(value))
            step = json.loads(text)
            code, answer = self.send(step["method"], step["path"], step.get("body"))
            wrong = None if code == step["status"] else f"status {code}, not {step['status']}: {answer}"
            if not wrong and "response" in step:
                wrong = mismatch(step["response"], answer)
            if wrong:
                print(f"  step {step['step']} {step['method']} {step['path']}: {wrong}")
            good += not wrong
            for name, where in (step.get("capture") or {}).items():
                value = answer
                for key in where.strip("$.").replace("[", ".").replace("]", "").split("."):
                    value = value[int(key)] if isinstance(value, list) else value[key]
                captured[name.strip("@")] = value
        return good

    def test_conversations_of_the_provider(self):
        folder = os.path.join(os.environ.get("SIGNALBOX_CONFORMANCE_DIR", ""), "terraform")
        if not os.path.isdir(folder):
            self.skipTest("SIGNALBOX_CONFORMANCE_DIR is not set")
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".jsonl"):
                continue
            with open(os.path.join(folder, name)) as file:
                lines = [line for line in file if line.strip()]
            with self.subTest(name):
                good = self.play(lines)
                print(f"conformance: terraform over HTTP {name} {good} of {len(lines)}")
                self.assertEqual(good, len(lines))

    def test_life_of_folders_and_dashboards(self):
        """grafana_folder and grafana_dashboard: apply, plan, change, destroy."""
        self.expect("POST", "/api/folders", {"title": "Ops", "uid": "ops"}, uid="ops", id="*", url="*")
        self.expect("POST", "/api/folders", {"title": "Again", "uid": "ops"}, status=409)
        self.expect("PUT", "/api/folders/ops", {"title": "Operations", "overwrite": True}, title="Operations")
        board = {"title": "Payments", "uid": "pay", "schemaVersion": 41, "tags": ["team-a"],
                 "panels": [{"id": 1, "type": "timeseries", "title": "Rate", "targets": [{"expr": "up"}]}]}
        made = self.expect("POST", "/api/dashboards/db",
                           {"dashboard": board, "folderUid": "ops", "overwrite": False, "message": "from terraform"},
                           status=200, uid="pay", version=1, slug="payments", url="/d/pay/payments", id="*")
        # A plan compares what it sent with what it reads: nothing added, nothing lost.
        read = self.expect("GET", "/api/dashboards/uid/pay", meta={"folderUid": "ops", "slug": "payments", "version": 1})
        stored = {key: value for key, value in read["dashboard"].items() if key not in ("id", "version")}
        self.assertEqual(stored, board)
        self.expect("POST", "/api/dashboards/db", {"dashboard": dict(board, title="Other", version=7)}, status=412)
        changed = dict(board, title="Payments 2", id=made["id"], version=1)
        self.expect("POST", "/api/dashboards/db", {"dashboard": changed, "folderUid": "ops", "overwrite": True},
                    version=2, slug="payments-2")
        versions = self.expect("GET", "/api/dashboards/uid/pay/versions")["versions"]
        self.assertEqual([one["version"] for one in versions], [2, 1])
        self.assertEqual(versions[1]["message"], "from terraform")
        self.expect("GET", "/api/dashboards/uid/pay/versions/1", version=1, data={"title": "Payments"})
        self.expect("POST", "/api/dashboards/uid/pay/restore", {"version": 1}, version=3)
        for query in ("query=paym", "tag=team-a", "folderUIDs=ops", "type=dash-db", "dashboardUIDs=pay"):
            hits = self.expect("GET", f"/api/search?{query}&limit=10")
            self.assertIsNone(mismatch([{"uid": "pay", "type": "dash-db", "folderUid": "ops"}], hits), query)
        self.expect("GET", "/api/folders/ops/counts", dashboard=1)
        self.expect("GET", "/api/folders/ops/permissions")
        self.expect("GET", "/api/dashboards/uid/pay/permissions")
        self.expect("DELETE", "/api/dashboards/uid/pay", message="*", title="Payments")
        self.expect("GET", "/api/dashboards/uid/pay", status=404)
        self.expect("DELETE", "/api/folders/ops")
        self.expect("GET", "/api/folders/ops", status=404)

    def test_other_resources_of_the_provider(self):
        source = self.expect("POST", "/api/datasources",
                             {"name": "prom", "type": "prometheus", "url": "http://p:9090", "access": "proxy",
                              "secureJsonData": {"httpHeaderValue1": "canary-secret"}}, datasource={"uid": "*"}, id="*")
        uid = source["datasource"]["uid"]
        read = self.expect("GET", f"/api/datasources/uid/{uid}", name="prom",
                           secureJsonFields={"httpHeaderValue1": True})
        self.assertNotIn("canary-secret", json.dumps(read))
        for root, _, files in os.walk(self.box.data):
            for name in files:
                with open(os.path.join(root, name), "rb") as file:
                    self.assertFalse(b"canary-secret" in file.read(), f"{name} holds a secret in plain text")
        self.expect("DELETE", f"/api/datasources/uid/{uid}")
        made = self.expect("POST", "/api/annotations", {"text": "deploy 1.2", "tags": ["deploy"]}, id="*")
        self.expect("DELETE", f"/api/annotations/{made['id']}")
        playlist = self.expect("POST", "/api/playlists", {"name": "wall", "interval": "1m", "items": []}, uid="*")
        self.expect("DELETE", f"/api/playlists/{playlist['uid']}")
        self.expect("GET", "/api/serviceaccounts/search", serviceAccounts=[])
        # No accounts exist, so none can be made: said in words instead of a page that is not there.
        code, answer = self.send("POST", "/api/serviceaccounts", {"name": "ci", "role": "Editor"})
        self.assertEqual(code, 501, answer)
        self.assertIn("accounts", answer["message"])


if __name__ == "__main__":
    harness.main()
