// SPDX-License-Identifier: Apache-2.0
#include "collect/kubernetes/pod_directory.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/log.h"
#include "base/testing/simulated_env.h"

namespace sb::collect {
namespace {

std::string PodJson(const std::string& ns, const std::string& name, const std::string& label) {
  return R"({"metadata":{"name":")" + name + R"(","namespace":")" + ns + R"(","labels":{"app":")" +
         label + R"("}},"spec":{"nodeName":"node-a"}})";
}

class PodDirectoryTest : public testing::Test {
 protected:
  PodDirectoryTest() { base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr}); }
  ~PodDirectoryTest() override { base::ConfigureLog({}); }

  void Make(PodDirectory::Options options) {
    directory_ = std::make_unique<PodDirectory>(
        env_, std::move(options),
        [this](const std::string& path) -> base::Result<PodDirectory::Answer> {
          asked_.push_back(path);
          if (is_down_) {
            return base::Unavailable("connection refused");
          }
          return Reply(path);
        },
        &registry_);
  }
  PodDirectory::Answer Reply(const std::string& path) const {
    if (path.find("fieldSelector") != std::string::npos) {
      const bool is_second = path.find("&continue=t%3D1") != std::string::npos;
      return {200, is_second ? R"({"metadata":{},"items":[)" + PodJson("shop", "b", label_) + "]}"
                             : R"({"metadata":{"continue":"t=1"},"items":[)" +
                                   PodJson("shop", "a", label_) + "]}"};
    }
    const std::string name = path.substr(path.rfind('/') + 1);
    return name == "gone"     ? PodDirectory::Answer{404, "{}"}
           : name == "secret" ? PodDirectory::Answer{403, "forbidden"}
                              : PodDirectory::Answer{200, PodJson("shop", name, label_)};
  }
  double Counter(const std::string& name) {
    for (const base::InstrumentFamily& family : registry_.Collect()) {
      if (family.name == name) {
        return family.points[0].value;
      }
    }
    return -1;
  }
  std::string LabelOf(const std::string& pod) {
    const auto facts = directory_->Find("shop", pod);
    return facts == nullptr ? "unknown" : std::string(facts->Label("app"));
  }

  base::SimulatedEnv env_{1};
  base::Registry registry_;
  std::vector<std::string> asked_;
  bool is_down_ = false;
  std::string label_ = "one";
  std::unique_ptr<PodDirectory> directory_;
};

TEST_F(PodDirectoryTest, AsksOncePerPodUntilItIsOld) {
  Make({});
  EXPECT_EQ(LabelOf("web-1"), "one");
  label_ = "two";
  EXPECT_EQ(LabelOf("web-1"), "one");
  EXPECT_EQ(asked_, std::vector<std::string>{"/api/v1/namespaces/shop/pods/web-1"});
  env_.manual_clock().Advance(base::Seconds(301));
  EXPECT_EQ(LabelOf("web-1"), "two");
  EXPECT_EQ(asked_.size(), 2U);
}

TEST_F(PodDirectoryTest, ListsTheNodeFirst) {
  PodDirectory::Options options;
  options.node = "node-a";
  Make(options);
  EXPECT_EQ(LabelOf("b"), "one");
  EXPECT_EQ(LabelOf("a"), "one");
  const std::vector<std::string> pages = {
      "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-a&limit=100",
      "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-a&limit=100&continue=t%3D1"};
  EXPECT_EQ(asked_, pages);
  EXPECT_EQ(LabelOf("new"), "one");  // started since
  EXPECT_EQ(asked_.size(), 3U);
}

TEST_F(PodDirectoryTest, NobodyWaitsForAServerThatIsDown) {
  Make({});
  EXPECT_EQ(LabelOf("known"), "one");
  is_down_ = true;
  EXPECT_EQ(LabelOf("new"), "unknown");
  EXPECT_EQ(LabelOf("new"), "unknown");
  EXPECT_EQ(LabelOf("other"), "unknown");
  EXPECT_EQ(asked_.size(), 2U);
  env_.manual_clock().Advance(base::Seconds(400));
  EXPECT_EQ(LabelOf("known"), "one");  // old, but all there is
  EXPECT_EQ(asked_.size(), 3U);
  is_down_ = false;
  env_.manual_clock().Advance(base::Seconds(16));
  EXPECT_EQ(LabelOf("new"), "one");
  EXPECT_EQ(Counter("signalbox_kubernetes_request_failures_total"), 2);
  EXPECT_EQ(Counter("signalbox_kubernetes_unknown_pods_total"), 3);
}

TEST_F(PodDirectoryTest, APodThatIsGoneIsNotAskedForAllTheTime) {
  Make({});
  EXPECT_EQ(LabelOf("gone"), "unknown");
  EXPECT_EQ(LabelOf("gone"), "unknown");
  EXPECT_EQ(asked_.size(), 1U);
  EXPECT_EQ(LabelOf("web-1"), "one");  // a 404 does not mean that the server is down
  env_.manual_clock().Advance(base::Seconds(61));
  EXPECT_EQ(LabelOf("gone"), "unknown");
  EXPECT_EQ(asked_.size(), 3U);
}

TEST_F(PodDirectoryTest, WithoutTheRightToReadPodsLinesFlow) {
  Make({});
  EXPECT_EQ(LabelOf("secret"), "unknown");
  EXPECT_EQ(Counter("signalbox_kubernetes_request_failures_total"), 1);
}

TEST_F(PodDirectoryTest, NamesThatAreNoneAreNotAskedFor) {
  Make({});
  for (const std::string name : {"", "..", "a/b", "A", "x?y", "web%2f"}) {
    EXPECT_EQ(LabelOf(name), "unknown") << name;
  }
  EXPECT_TRUE(asked_.empty());
}

TEST_F(PodDirectoryTest, KeepsABoundedNumber) {
  PodDirectory::Options options;
  options.pods_max = 3;
  Make(options);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(LabelOf("web-" + std::to_string(i)), "one");
    env_.manual_clock().Advance(base::DurationMs(1));
    EXPECT_EQ(LabelOf("web-0"), "one");  // in use: stays
    env_.manual_clock().Advance(base::DurationMs(1));
  }
  EXPECT_EQ(directory_->size(), 3U);
  EXPECT_EQ(asked_.size(), 10U);
}

}  // namespace
}  // namespace sb::collect
