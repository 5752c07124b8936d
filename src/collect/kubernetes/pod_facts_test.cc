// SPDX-License-Identifier: Apache-2.0
#include "collect/kubernetes/pod_facts.h"

#include <gtest/gtest.h>

namespace sb::collect {
namespace {

// As the API server writes it, shortened.
constexpr const char* kPod = R"({"kind":"Pod","apiVersion":"v1","metadata":{
  "name":"web-7d4b9c6f5d-x2x8k","generateName":"web-7d4b9c6f5d-","namespace":"shop",
  "uid":"6f1c1c7e-3a45-4c1e-9a57-0a6d1c6b2f10","resourceVersion":"481516","creationTimestamp":
  "2026-11-20T10:00:00Z","labels":{"app.kubernetes.io/name":"web","app":"old","tier":"front",
  "pod-template-hash":"7d4b9c6f5d"},"annotations":{"prometheus.io/scrape":"true"},
  "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d4b9c6f5d",
  "uid":"a","controller":true,"blockOwnerDeletion":true}],"managedFields":[{"manager":"kubelet",
  "fieldsV1":{"f:status":{}}}]},"spec":{"nodeName":"node-a","containers":[{"name":"app"}]},
  "status":{"phase":"Running","podIP":"10.1.2.3"}})";

std::string PodOwnedBy(const std::string& kind, const std::string& name) {
  return R"({"metadata":{"name":"p","namespace":"n","ownerReferences":[{"kind":")" + kind +
         R"(","name":")" + name + R"(","controller":true}]}})";
}

TEST(PodFactsTest, ReadsWhatTheApiServerWrites) {
  const auto pod = ParsePod(kPod);
  ASSERT_TRUE(pod.ok()) << pod.status().ToString();
  EXPECT_EQ(pod->ns, "shop");
  EXPECT_EQ(pod->name, "web-7d4b9c6f5d-x2x8k");
  EXPECT_EQ(pod->uid, "6f1c1c7e-3a45-4c1e-9a57-0a6d1c6b2f10");
  EXPECT_EQ(pod->node, "node-a");
  EXPECT_EQ(pod->ip, "10.1.2.3");
  EXPECT_EQ(pod->Label("tier"), "front");
  EXPECT_EQ(pod->Label("none"), "");
  EXPECT_EQ(pod->Annotation("prometheus.io/scrape"), "true");
  EXPECT_EQ(pod->App(), "web");
  EXPECT_EQ(pod->owner_kind, "Deployment");
  EXPECT_EQ(pod->owner_name, "web");
}

TEST(PodFactsTest, TheOwnerIsWhatAHumanWrote) {
  const std::tuple<const char*, const char*, const char*, const char*> cases[] = {
      {"StatefulSet", "db", "StatefulSet", "db"},
      {"DaemonSet", "agent", "DaemonSet", "agent"},
      {"ReplicaSet", "alone", "ReplicaSet", "alone"},
      {"Job", "nightly-28912345", "CronJob", "nightly"},
      {"Job", "import-7", "Job", "import-7"}};
  for (const auto& [kind, name, owner_kind, owner_name] : cases) {
    const auto pod = ParsePod(PodOwnedBy(kind, name));
    ASSERT_TRUE(pod.ok());
    EXPECT_EQ(pod->owner_kind, owner_kind);
    EXPECT_EQ(pod->owner_name, owner_name);
    EXPECT_EQ(pod->App(), owner_name);
  }
}

TEST(PodFactsTest, ReadsAPageOfAList) {
  const auto page = ParsePodList(R"({"kind":"PodList","metadata":{"continue":"abc=="},"items":[)" +
                                 std::string(kPod) + "," + PodOwnedBy("Job", "j") + "]}");
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  EXPECT_EQ(page->pods.size(), 2U);
  EXPECT_EQ(page->next, "abc==");
  const auto empty = ParsePodList(R"({"items":null,"metadata":{}})");
  ASSERT_TRUE(empty.ok());
  EXPECT_TRUE(empty->pods.empty());
  EXPECT_EQ(empty->next, "");
}

TEST(PodFactsTest, RefusesWhatIsNoPod) {
  for (const char* text : {"", "[]", "{}", "nonsense", R"({"metadata":[]})",
                           R"({"metadata":{"name":"x"}})", R"({"kind":"Status","code":403})"}) {
    EXPECT_FALSE(ParsePod(text).ok()) << text;
    EXPECT_FALSE(ParsePodList(text).ok()) << text;
  }
}

}  // namespace
}  // namespace sb::collect
