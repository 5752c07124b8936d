// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/grafana_api.h"

#include <gtest/gtest.h>

#include "api/grafana/testing/grafana_fixture.h"

namespace sb::grafana {
namespace {

class GrafanaApiTest : public GrafanaFixture {};

TEST_F(GrafanaApiTest, ADashboardLives) {
  Ask("POST", "/api/folders", R"({"uid":"ops","title":"Ops"})");
  const JsonDocument saved = Ask("POST", "/api/dashboards/db",
                                 R"({"dashboard":{"uid":"d1","title":"My Board!","tags":["a"],)"
                                 R"("custom":1.25},"folderUid":"ops","message":"first"})");
  EXPECT_EQ(Text(saved, "status"), "success");
  EXPECT_EQ(Text(saved, "url"), "/d/d1/my-board");
  EXPECT_EQ(Integer(saved, "version"), 1);
  const JsonDocument got = Ask("GET", "/api/dashboards/uid/d1");
  EXPECT_EQ(Text(got["meta"], "folderTitle"), "Ops");
  EXPECT_EQ(Text(got["dashboard"], "title"), "My Board!");
  EXPECT_EQ(got["dashboard"]["custom"].GetDouble(), 1.25);
  EXPECT_EQ(Integer(got["dashboard"], "id"), Integer(saved, "id"));
  EXPECT_EQ(Integer(got["dashboard"], "version"), 1);
  EXPECT_EQ(Ask("GET", "/api/folders/ops/counts")["dashboard"].GetInt(), 1);
  EXPECT_EQ(Text(Ask("DELETE", "/api/dashboards/uid/d1"), "title"), "My Board!");
  EXPECT_EQ(Text(Ask("GET", "/api/dashboards/uid/d1", "", 404), "message"), "Dashboard not found");
}

TEST_F(GrafanaApiTest, AnOlderVersionIsNotOverwritten) {
  Ask("POST", "/api/dashboards/db", R"({"dashboard":{"uid":"d1","title":"A"}})");
  Ask("POST", "/api/dashboards/db", R"({"dashboard":{"uid":"d1","title":"B","version":1}})");
  const JsonDocument refused = Ask("POST", "/api/dashboards/db",
                                   R"({"dashboard":{"uid":"d1","title":"C","version":1}})", 412);
  EXPECT_EQ(Text(refused, "status"), "version-mismatch");
  Ask("POST", "/api/dashboards/db",
      R"({"dashboard":{"uid":"d1","title":"C","version":1},"overwrite":true})");
  const JsonDocument versions = Ask("GET", "/api/dashboards/uid/d1/versions");
  ASSERT_EQ(versions["versions"].Size(), 3U);
  EXPECT_EQ(versions["versions"][0]["version"].GetInt(), 3);
  EXPECT_EQ(Text(Ask("GET", "/api/dashboards/uid/d1/versions/2")["data"], "title"), "B");
  const JsonDocument difference =
      Ask("POST", "/api/dashboards/calculate-diff",
          R"({"base":{"dashboardUID":"d1","version":1},"new":{"dashboardUID":"d1","version":3}})");
  EXPECT_EQ(ToText(difference), R"([{"path":"title","from":"A","to":"C"}])");
  Ask("POST", "/api/dashboards/uid/d1/restore", R"({"version":1})");
  EXPECT_EQ(Text(Ask("GET", "/api/dashboards/uid/d1")["dashboard"], "title"), "A");
}

TEST_F(GrafanaApiTest, BadDashboardsAreRefusedInWords) {
  const auto message = [&](std::string_view body) {
    return Text(Ask("POST", "/api/dashboards/db", body, 400), "message");
  };
  EXPECT_EQ(message(R"({"dashboard":{}})"), "Dashboard title cannot be empty");
  EXPECT_EQ(message(R"({"dashboard":{"title":"a","uid":"a/b"}})"),
            "uid contains illegal characters: a/b");
  EXPECT_EQ(message(R"({"dashboard":{"title":"a"},"folderUid":"none"})"), "folder not found: none");
  EXPECT_EQ(message("{}"), "bad request data: `dashboard` is missing");
  EXPECT_EQ(Call("POST", "/api/dashboards/db", "{").status, 400);
  EXPECT_EQ(Call("POST", "/api/dashboards/db", std::string(100'000, '[')).status, 400);
}

TEST_F(GrafanaApiTest, EnvelopesOfBothVersionsAreTaken) {
  Ask("POST", "/api/dashboards/db",
      R"({"dashboard":{"apiVersion":"dashboard.grafana.app/v1beta1","metadata":{"name":"n1"},)"
      R"("spec":{"title":"One","schemaVersion":41}}})");
  EXPECT_EQ(Text(Ask("GET", "/api/dashboards/uid/n1")["dashboard"], "title"), "One");
  Ask("POST", "/api/dashboards/db",
      R"({"dashboard":{"apiVersion":"dashboard.grafana.app/v2beta1","metadata":{"name":"n2"},)"
      R"("spec":{"title":"Two","elements":{}}}})");
  const JsonDocument second = Ask("GET", "/api/dashboards/uid/n2");
  EXPECT_EQ(Text(second["dashboard"]["spec"], "title"), "Two");
}

TEST_F(GrafanaApiTest, ImportAnswersTheInputs) {
  Ask("POST", "/api/dashboards/import",
      R"({"dashboard":{"uid":"i","title":"I","__inputs":[{"name":"DS_P"}],)"
      R"("panels":[{"datasource":"${DS_P}"}]},)"
      R"("inputs":[{"name":"DS_P","type":"datasource","pluginId":"prometheus","value":"prom"}]})");
  const JsonDocument got = Ask("GET", "/api/dashboards/uid/i");
  EXPECT_EQ(Text(got["dashboard"]["panels"][0], "datasource"), "prom");
  EXPECT_EQ(Member(got["dashboard"], "__inputs"), nullptr);
}

TEST_F(GrafanaApiTest, SearchFindsByTitleTagAndFolder) {
  Ask("POST", "/api/folders", R"({"uid":"f","title":"Team"})");
  Ask("POST", "/api/dashboards/db",
      R"({"dashboard":{"uid":"a","title":"Alpha","tags":["x","y"]},"folderUid":"f"})");
  Ask("POST", "/api/dashboards/db", R"({"dashboard":{"uid":"b","title":"Beta","tags":["x"]}})");
  EXPECT_EQ(Ask("GET", "/api/search").Size(), 3U);
  EXPECT_EQ(Ask("GET", "/api/search?query=alp").Size(), 1U);
  EXPECT_EQ(Ask("GET", "/api/search?tag=x&tag=y").Size(), 1U);
  EXPECT_EQ(Ask("GET", "/api/search?type=dash-folder").Size(), 1U);
  EXPECT_EQ(Ask("GET", "/api/search?type=dash-db&folderUIDs=f").Size(), 1U);
  EXPECT_EQ(Ask("GET", "/api/search?type=dash-db&folderUIDs=general").Size(), 1U);
  EXPECT_EQ(Ask("GET", "/api/search?limit=1&page=2").Size(), 1U);
  EXPECT_EQ(ToText(Ask("GET", "/api/dashboards/tags")),
            R"([{"term":"x","count":2},{"term":"y","count":1}])");
  const JsonDocument found = Ask("GET", "/api/search?query=ALPHA");
  EXPECT_EQ(Text(found[0], "folderTitle"), "Team");
  EXPECT_EQ(Text(found[0], "url"), "/d/a/alpha");
}

TEST_F(GrafanaApiTest, FoldersNestMoveAndTakeTheirContentsAlong) {
  Ask("POST", "/api/folders", R"({"uid":"a","title":"A"})");
  Ask("POST", "/api/folders", R"({"uid":"b","title":"B","parentUid":"a"})");
  EXPECT_EQ(Call("POST", "/api/folders", R"({"uid":"a","title":"Z"})").status, 409);
  EXPECT_EQ(Call("POST", "/api/folders", R"({"title":"A"})").status, 409);
  EXPECT_EQ(Ask("GET", "/api/folders").Size(), 1U);
  EXPECT_EQ(Ask("GET", "/api/folders?parentUid=a").Size(), 1U);
  EXPECT_EQ(Call("POST", "/api/folders/a/move", R"({"parentUid":"b"})").status, 400);
  Ask("POST", "/api/dashboards/db", R"({"dashboard":{"uid":"d","title":"D"},"folderUid":"b"})");
  EXPECT_EQ(Call("PUT", "/api/folders/a", R"({"title":"AA","version":7})").status, 412);
  EXPECT_EQ(Text(Ask("PUT", "/api/folders/a", R"({"title":"AA","version":1})"), "title"), "AA");
  Ask("DELETE", "/api/folders/a");
  EXPECT_EQ(Call("GET", "/api/folders/b").status, 404);
  EXPECT_EQ(Call("GET", "/api/dashboards/uid/d").status, 404);
}

TEST_F(GrafanaApiTest, WhatWasNotSentIsNotInAFolder) {
  const JsonDocument folder = Ask("POST", "/api/folders", R"({"uid":"a","title":"A"})");
  EXPECT_EQ(Member(folder, "parentUid"), nullptr);
  EXPECT_EQ(Member(folder, "description"), nullptr);
}

TEST_F(GrafanaApiTest, DatasourcesKeepTheirSecrets) {
  const JsonDocument made = Ask("POST", "/api/datasources",
                                R"({"name":"P","type":"prometheus","uid":"p","url":"http://x",)"
                                R"("secureJsonData":{"basicAuthPassword":"canary"}})");
  const std::string id = std::to_string(Integer(made, "id"));
  for (const std::string& path : {std::string("uid/p"), std::string("name/P"), id}) {
    const net::HttpResponse reply = Call("GET", "/api/datasources/" + path);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(reply.body.find("canary"), std::string::npos);
    EXPECT_NE(reply.body.find(R"("secureJsonFields":{"basicAuthPassword":true})"),
              std::string::npos);
  }
  EXPECT_EQ(Call("GET", "/api/datasources").body.find("canary"), std::string::npos);
  EXPECT_EQ(Call("POST", "/api/datasources", R"({"name":"P","type":"loki"})").status, 409);
  EXPECT_EQ(Call("POST", "/api/datasources", R"({"name":"Q"})").status, 400);
  Ask("PUT", "/api/datasources/uid/p", R"({"name":"P2","type":"prometheus","isDefault":true})");
  EXPECT_EQ(Text(Ask("GET", "/api/datasources/uid/p"), "name"), "P2");
  Ask("DELETE", "/api/datasources/uid/p");
  EXPECT_EQ(Call("GET", "/api/datasources/uid/p").status, 404);
}

TEST_F(GrafanaApiTest, AnnotationsAreFoundByTimeAndTag) {
  const JsonDocument made =
      Ask("POST", "/api/annotations", R"({"time":1000,"text":"deploy","tags":["deploy","api"]})");
  Ask("POST", "/api/annotations", R"({"time":5000,"timeEnd":6000,"text":"outage"})");
  EXPECT_EQ(Ask("GET", "/api/annotations?from=0&to=2000").Size(), 1U);
  EXPECT_EQ(Ask("GET", "/api/annotations?tags=deploy&tags=api").Size(), 1U);
  EXPECT_EQ(Ask("GET", "/api/annotations?tags=deploy&tags=web").Size(), 0U);
  EXPECT_EQ(Ask("GET", "/api/annotations?tags=deploy&tags=web&matchAny=true").Size(), 1U);
  const std::string path = "/api/annotations/" + std::to_string(Integer(made, "id"));
  Ask("PATCH", path, R"({"text":"deploy 2"})");
  EXPECT_EQ(Text(Ask("GET", path), "text"), "deploy 2");
  EXPECT_EQ(Ask("GET", "/api/annotations/tags")["result"]["tags"].Size(), 2U);
  Ask("POST", "/api/annotations/graphite", R"({"what":"w","when":3,"tags":"a b"})");
  EXPECT_EQ(Ask("GET", "/api/annotations?tags=a&tags=b").Size(), 1U);
  Ask("DELETE", path);
  EXPECT_EQ(Call("GET", path).status, 404);
  EXPECT_EQ(Call("POST", "/api/annotations", R"({"time":1})").status, 400);
}

TEST_F(GrafanaApiTest, LibraryElementsHaveVersions) {
  Ask("POST", "/api/library-elements",
      R"({"uid":"l","name":"N","kind":1,"model":{"type":"stat"}})");
  EXPECT_EQ(Call("POST", "/api/library-elements", R"({"name":"N","kind":1,"model":{}})").status,
            400);
  Ask("PATCH", "/api/library-elements/l", R"({"model":{"type":"gauge"},"version":1})");
  EXPECT_EQ(Call("PATCH", "/api/library-elements/l", R"({"model":{},"version":1})").status, 412);
  const JsonDocument got = Ask("GET", "/api/library-elements/l");
  EXPECT_EQ(Text(got["result"], "type"), "gauge");
  EXPECT_EQ(Text(got["result"], "name"), "N");
  EXPECT_EQ(Ask("GET", "/api/library-elements?searchString=N")["result"]["totalCount"].GetInt(), 1);
  Ask("DELETE", "/api/library-elements/l");
  EXPECT_EQ(Call("GET", "/api/library-elements/l").status, 404);
}

TEST_F(GrafanaApiTest, SnapshotsExpire) {
  const JsonDocument made =
      Ask("POST", "/api/snapshots", R"({"dashboard":{"title":"S"},"name":"s","expires":60})");
  const std::string path = "/api/snapshots/" + Text(made, "key");
  EXPECT_EQ(Text(Ask("GET", path)["dashboard"], "title"), "S");
  env_.manual_clock().Advance(base::Seconds(61));
  EXPECT_EQ(Call("GET", path).status, 404);
  EXPECT_EQ(Ask("GET", "/api/dashboard/snapshots").Size(), 0U);
  Ask("GET", "/api/snapshots-delete/" + Text(made, "deleteKey"));
  EXPECT_EQ(Call("DELETE", path).status, 404);
}

TEST_F(GrafanaApiTest, PlaylistsAndTheOrganisationAnswer) {
  const JsonDocument made =
      Ask("POST", "/api/playlists", R"({"name":"P","interval":"5m","items":[{"value":"d"}]})");
  EXPECT_EQ(Ask("GET", "/api/playlists/" + Text(made, "uid") + "/items").Size(), 1U);
  EXPECT_EQ(Text(Ask("GET", "/api/health"), "database"), "ok");
  EXPECT_EQ(Text(Ask("GET", "/api/org"), "name"), "Main Org.");
  EXPECT_EQ(Text(Ask("GET", "/api/user"), "login"), "admin");
}

TEST_F(GrafanaApiTest, ASavedViewLives) {
  const std::string views = "/api/signalbox/v1/views";
  const JsonDocument made = Ask("POST", views, R"({"name":"Slow","path":"/traces?min=1s"})");
  Ask("POST", views, R"({"name":"A later one","path":"/logs"})");
  const std::string one = views + "/" + Text(made, "uid");
  Ask("PUT", one, R"({"name":"Slower","path":"/traces?min=2s"})");
  const JsonDocument all = Ask("GET", views);
  ASSERT_EQ(all.Size(), 2U);
  EXPECT_EQ(Text(all[0], "name"), "Slower");
  EXPECT_EQ(Text(all[0], "path"), "/traces?min=2s");
  Ask("DELETE", one);
  EXPECT_EQ(Text(Ask("GET", one, "", 404), "message"), "View not found");
}

TEST_F(GrafanaApiTest, ASavedViewLeadsNowhereElse) {
  const std::string views = "/api/signalbox/v1/views";
  EXPECT_EQ(Text(Ask("POST", views, R"({"path":"/logs"})", 400), "message"), "a view needs a name");
  for (const char* path : {"", "https://example.org/", "//example.org/", "/\\\\example.org",
                           "/\\t/example.org", "x"}) {
    Ask("POST", views, R"({"name":"x","path":")" + std::string(path) + R"("})", 400);
  }
}

}  // namespace
}  // namespace sb::grafana
