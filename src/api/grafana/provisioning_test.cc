// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/provisioning.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "api/grafana/testing/grafana_fixture.h"

namespace sb::grafana {
namespace {

class ProvisioningTest : public GrafanaFixture {
 protected:
  ProvisioningTest() : GrafanaFixture("p") {}

  void Write(const std::string& path, std::string_view text) {
    env_.manual_clock().Advance(base::Seconds(1));
    ASSERT_TRUE(env_.files().CreateFolders(base::ParentPath(path)).ok());
    ASSERT_TRUE(base::WriteFileAtomically(env_.files(), path, text).ok());
  }
  api::GrafanaApi::ReloadReport Apply() { return api_.Reload().value(); }
};

constexpr std::string_view kProvider =
    "apiVersion: 1\nproviders:\n"
    "  - {name: files, folder: Team, folderUid: team, type: file, allowUiUpdates: false,\n"
    "     options: {path: /etc/grafana/provisioning/dashboards/json}}\n";

TEST_F(ProvisioningTest, OwnSourcesAreAlwaysThere) {
  Apply();
  EXPECT_EQ(Ask("GET", "/api/datasources").Size(), 6U);
  EXPECT_TRUE(Flag(Ask("GET", "/api/datasources/uid/prometheus"), "isDefault"));
}

TEST_F(ProvisioningTest, SourcesComeFromFilesWithVariables) {
  Write("p/datasources/a.yaml",
        "apiVersion: 1\ndatasources:\n"
        "  - {name: Metrics, type: prometheus, uid: m, url: 'http://$CITY:9090', isDefault: true,\n"
        "     jsonData: {timeInterval: 60s, custom: '$${x}', port: 9090},\n"
        "     secureJsonData: {basicAuthPassword: canary}}\n"
        "  - {name: Broken}\n");
  const auto report = Apply();
  ASSERT_EQ(report.notices.size(), 1U);
  EXPECT_NE(report.notices[0].find("a.yaml:6"), std::string::npos) << report.notices[0];
  const JsonDocument source = Ask("GET", "/api/datasources/uid/m");
  EXPECT_EQ(Text(source, "url"), "http://Bern:9090");
  EXPECT_EQ(Text(source["jsonData"], "custom"), "${x}");
  EXPECT_EQ(source["jsonData"]["port"].GetInt(), 9090);
  EXPECT_TRUE(Flag(source, "readOnly"));
  EXPECT_FALSE(Flag(Ask("GET", "/api/datasources/uid/prometheus"), "isDefault"));
  EXPECT_EQ(Call("PUT", "/api/datasources/uid/m", R"({"name":"x","type":"y"})").status, 403);
  Write("p/datasources/a.yaml", "apiVersion: 1\n");
  Apply();
  EXPECT_EQ(Call("GET", "/api/datasources/uid/m").status, 404);
}

TEST_F(ProvisioningTest, DashboardsFollowTheirFiles) {
  Write("p/dashboards/all.yaml", kProvider);
  Write("p/dashboards/json/a.json", R"({"uid":"a","title":"A"})");
  Write("p/dashboards/json/b.json", R"({"title":"B"})");
  EXPECT_EQ(Apply().dashboards_changed, 2U);
  EXPECT_EQ(Apply().dashboards_changed, 0U);
  const JsonDocument got = Ask("GET", "/api/dashboards/uid/a");
  EXPECT_EQ(Text(got["meta"], "folderTitle"), "Team");
  EXPECT_TRUE(Flag(got["meta"], "provisioned"));
  EXPECT_EQ(Call("POST", "/api/dashboards/db",
                 R"({"dashboard":{"uid":"a","title":"X"},"overwrite":true})")
                .status,
            400);
  EXPECT_EQ(Call("DELETE", "/api/dashboards/uid/a").status, 400);
  Write("p/dashboards/json/a.json", R"({"uid":"a","title":"A2"})");
  EXPECT_EQ(Apply().dashboards_changed, 1U);
  EXPECT_EQ(Integer(Ask("GET", "/api/dashboards/uid/a")["meta"], "version"), 2);
  ASSERT_TRUE(env_.files().Remove("p/dashboards/json/a.json").ok());
  EXPECT_EQ(Apply().dashboards_removed, 1U);
  EXPECT_EQ(Call("GET", "/api/dashboards/uid/a").status, 404);
}

TEST_F(ProvisioningTest, ABrokenFileKeepsWhatWasThere) {
  Write("p/dashboards/all.yaml", kProvider);
  Write("p/dashboards/json/a.json", R"({"uid":"a","title":"A"})");
  Apply();
  Write("p/dashboards/json/a.json", R"({"uid":"a",)");
  const auto report = Apply();
  ASSERT_EQ(report.notices.size(), 1U);
  EXPECT_NE(report.notices[0].find("a.json: not JSON"), std::string::npos) << report.notices[0];
  EXPECT_EQ(Call("GET", "/api/dashboards/uid/a").status, 200);
}

TEST_F(ProvisioningTest, AMissingFolderIsSaidAndRemovesNothing) {
  Write("p/dashboards/all.yaml", kProvider);
  Write("p/dashboards/json/a.json", R"({"uid":"a","title":"A"})");
  Apply();
  ASSERT_TRUE(env_.files().RemoveAll("p/dashboards/json").ok());
  const auto report = Apply();
  EXPECT_EQ(report.notices.size(), 1U);
  EXPECT_EQ(report.dashboards_removed, 0U);
}

TEST_F(ProvisioningTest, EditsAreKeptUntilTheFileChangesIfTheProviderAllowsThem) {
  Write("p/dashboards/all.yaml",
        "providers:\n- {name: n, allowUiUpdates: true, options: {path: dashboards/json}}\n");
  Write("p/dashboards/json/a.json", R"({"uid":"a","title":"A"})");
  Apply();
  Ask("POST", "/api/dashboards/db", R"({"dashboard":{"uid":"a","title":"Mine","version":1}})");
  EXPECT_EQ(Apply().dashboards_changed, 0U);
  EXPECT_EQ(Text(Ask("GET", "/api/dashboards/uid/a")["dashboard"], "title"), "Mine");
  Write("p/dashboards/json/a.json", R"({"uid":"a","title":"New"})");
  EXPECT_EQ(Apply().dashboards_changed, 1U);
}

TEST_F(ProvisioningTest, ConfigMapsHoldProvidersSourcesAndDashboards) {
  Write("p/datasources/cm.yaml",
        "kind: ConfigMap\ndata:\n  x.yaml: |\n    datasources:\n    - {name: C, type: loki, uid: "
        "c}\n");
  Write("p/dashboards/list.yaml",
        "kind: ConfigMapList\nitems:\n- kind: ConfigMap\n  data:\n"
        "    board.json: '{\"uid\":\"cm\",\"title\":\"From a map\"}'\n"
        "- kind: ConfigMap\n  data:\n    p.yaml: |\n      providers:\n"
        "      - {name: q, folder: Q, options: {path: dashboards/q, foldersFromFilesStructure: "
        "true}}\n");
  Write("p/dashboards/q/Sub/s.json", R"({"uid":"s","title":"S"})");
  const auto report = Apply();
  EXPECT_EQ(report.notices.size(), 0U) << report.notices[0];
  EXPECT_EQ(Call("GET", "/api/datasources/uid/c").status, 200);
  EXPECT_EQ(Call("GET", "/api/dashboards/uid/cm").status, 200);
  EXPECT_EQ(Text(Ask("GET", "/api/dashboards/uid/s")["meta"], "folderTitle"), "Sub");
}

// The files of the conformance folder, where there is one.
TEST(ProvisioningConformanceTest, RealFilesAreTaken) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::string root = std::string(folder) + "/grafana-provisioning";
  base::SimulatedEnv env(1);
  base::FileSystem& real = base::Env::Real().files();
  size_t copied = 0;
  for (const char* kind : {"datasources", "dashboards"}) {
    ASSERT_TRUE(env.files().CreateFolders(std::string("p/") + kind).ok());
    const auto names = real.List(root + "/" + kind);
    for (const std::string& name : names.value()) {
      const std::string text = real.ReadFile(root + "/" + kind + "/" + name).value();
      ASSERT_TRUE(
          base::WriteFileAtomically(env.files(), std::string("p/") + kind + "/" + name, text).ok());
      ++copied;
    }
  }
  size_t boards = 0;
  const auto boards_there = real.List(std::string(folder) + "/grafana-dashboards");
  for (const std::string& name : boards_there.value()) {
    if (name.ends_with(".json")) {
      ASSERT_TRUE(env.files().CreateFolders("p/dashboards/demo").ok());
      ASSERT_TRUE(base::WriteFileAtomically(
                      env.files(), "p/dashboards/demo/" + name,
                      real.ReadFile(std::string(folder) + "/grafana-dashboards/" + name).value())
                      .ok());
      ++boards;
    }
  }
  auto catalog = std::move(catalog::Catalog::OpenInMemory(env)).value();
  Dashboards dashboards(env, *catalog);
  SecretBox secrets(env.files(), "", "test");
  Datasources datasources(env, *catalog, secrets);
  Provisioning provisioning(
      env, "p", [](std::string_view) { return std::string(); }, dashboards, datasources);
  const auto report = provisioning.Apply().value();
  size_t refused = 0;
  for (const std::string& notice : report.notices) {
    // kube-prometheus mounts its definitions elsewhere: named, not an error of the file.
    refused += notice.find("does not exist") == std::string::npos &&
                       notice.find("same uid") == std::string::npos
                   ? 1U
                   : 0U;
  }
  std::printf("conformance: grafana-provisioning %zu of %zu files, %zu of %zu dashboards\n",
              copied - std::min(copied, refused), copied, dashboards.List().value().size(), boards);
  EXPECT_EQ(refused, 0U);
  EXPECT_EQ(dashboards.List().value().size(), boards);
  EXPECT_EQ(report.datasources, 4U);
}

}  // namespace
}  // namespace sb::grafana
