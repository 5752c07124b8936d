# SPDX-License-Identifier: Apache-2.0
"""Grafana's HTTP API as a tool like Terraform uses it, on the real program, over a restart."""
import json
import os
import unittest
import urllib.error
import urllib.request

import harness


class GrafanaTest(unittest.TestCase):
    def setUp(self):
        self.box = harness.Signalbox(config="self_scrape: {enabled: false}\ngrafana: {provisioning: prov}\n")
        self.addCleanup(self.box.close)

    def ask(self, method, path, body=None, status=200):
        request = urllib.request.Request(self.box.ui + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                code, text = reply.status, reply.read()
        except urllib.error.HTTPError as error:
            code, text = error.code, error.read()
        self.assertEqual(code, status, (method, path, text[:300]))
        return json.loads(text) if text else None

    def test_life_of_a_folder_and_a_dashboard_over_kill(self):
        self.ask("POST", "/api/folders", {"uid": "ops", "title": "Ops"})
        saved = self.ask("POST", "/api/dashboards/db",
                         {"dashboard": {"uid": "d", "title": "Board", "panels": []}, "folderUid": "ops"})
        self.assertEqual(saved["version"], 1)
        self.box.kill()
        self.box.start()
        got = self.ask("GET", "/api/dashboards/uid/d")
        self.assertEqual(got["meta"]["folderUid"], "ops")
        self.ask("POST", "/api/dashboards/db", {"dashboard": dict(got["dashboard"], title="Board 2")})
        self.ask("POST", "/api/dashboards/db", {"dashboard": got["dashboard"]}, status=412)
        self.assertEqual(len(self.ask("GET", "/api/dashboards/uid/d/versions")["versions"]), 2)
        self.assertEqual([hit["uid"] for hit in self.ask("GET", "/api/search?type=dash-db")], ["d"])
        self.ask("DELETE", "/api/dashboards/uid/d")
        self.ask("GET", "/api/dashboards/uid/d", status=404)
        self.ask("DELETE", "/api/folders/ops")

    def test_provisioned_files_and_the_proxy(self):
        folder = os.path.join(self.box.folder, "prov", "dashboards", "json")
        os.makedirs(folder)
        self.box.write("prov/dashboards/p.yaml", "providers:\n- {name: p, options: {path: dashboards/json}}\n")
        self.box.write("prov/dashboards/json/b.json", '{"uid": "file", "title": "From a file"}')
        self.ask("POST", "/api/admin/provisioning/dashboards/reload")
        self.assertTrue(self.ask("GET", "/api/dashboards/uid/file")["meta"]["provisioned"])
        self.ask("DELETE", "/api/dashboards/uid/file", status=400)
        answer = self.ask("GET", "/api/datasources/proxy/uid/prometheus/api/v1/query?query=1%2B1")
        self.assertEqual(answer["data"]["result"][1], "2")
        frames = self.ask("POST", "/api/ds/query",
                          {"queries": [{"refId": "A", "expr": "vector(7)", "instant": True}]})
        self.assertEqual(frames["results"]["A"]["frames"][0]["data"]["values"][1], [7])


if __name__ == "__main__":
    harness.main()
