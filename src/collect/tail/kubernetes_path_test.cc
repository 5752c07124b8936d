// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/kubernetes_path.h"

#include <gtest/gtest.h>

namespace sb::collect {
namespace {

TEST(KubernetesPathTest, ReadsContainerFiles) {
  const auto names = ParseKubernetesPath("/var/log/containers/web-7d9-x2_shop_app-main-" +
                                         std::string(64, 'a') + ".log");
  ASSERT_TRUE(names.has_value());
  EXPECT_EQ(names->pod, "web-7d9-x2");
  EXPECT_EQ(names->ns, "shop");
  EXPECT_EQ(names->container, "app-main");
  EXPECT_EQ(names->container_id, std::string(64, 'a'));
}

TEST(KubernetesPathTest, ReadsPodFolders) {
  const auto names = ParseKubernetesPath("/var/log/pods/shop_web-1_1234-5678/app/0.log");
  ASSERT_TRUE(names.has_value());
  EXPECT_EQ(names->pod, "web-1");
  EXPECT_EQ(names->ns, "shop");
  EXPECT_EQ(names->container, "app");
  EXPECT_EQ(names->pod_uid, "1234-5678");
}

TEST(KubernetesPathTest, KnowsNothingAboutOtherFiles) {
  for (const char* path : {"/var/log/syslog", "/var/log/nginx/access.log", "a_b_c-short.log",
                           "/var/log/pods/0.log", "", "/"}) {
    EXPECT_FALSE(ParseKubernetesPath(path).has_value()) << path;
  }
}

}  // namespace
}  // namespace sb::collect
