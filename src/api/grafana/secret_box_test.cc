// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/secret_box.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"

namespace sb::grafana {
namespace {

class SecretBoxTest : public testing::Test {
 protected:
  SecretBoxTest() { EXPECT_TRUE(env_.files().CreateFolders("/data").ok()); }
  SecretBox Make(std::string_view given = "") { return {env_.files(), "/data/secret.key", given}; }

  base::SimulatedEnv env_{11};
};

TEST_F(SecretBoxTest, OpensWhatItSealedAlsoAfterARestart) {
  SecretBox first = Make();
  const auto sealed = first.Seal("uid", R"({"password":"canary"})");
  ASSERT_TRUE(sealed.ok()) << sealed.status().message();
  EXPECT_EQ(sealed->find("canary"), std::string::npos);
  SecretBox second = Make();
  const auto opened = second.Open("uid", *sealed);
  ASSERT_TRUE(opened.ok()) << opened.status().message();
  EXPECT_EQ(*opened, R"({"password":"canary"})");
  EXPECT_NE(*first.Seal("uid", "x"), *first.Seal("uid", "x"));
}

TEST_F(SecretBoxTest, RefusesAnotherOwnerAnotherKeyAndChangedBytes) {
  SecretBox box = Make("a key");
  std::string sealed = *box.Seal("uid", "secret");
  EXPECT_EQ(box.Open("other", sealed).status().code(), base::StatusCode::kDataLoss);
  SecretBox other = Make("another key");
  EXPECT_EQ(other.Open("uid", sealed).status().code(), base::StatusCode::kDataLoss);
  for (size_t i = 3; i < sealed.size(); ++i) {
    std::string bad = sealed;
    bad[i] = bad[i] == '0' ? '1' : '0';
    EXPECT_FALSE(box.Open("uid", bad).ok()) << i;
  }
  EXPECT_FALSE(box.Open("uid", sealed.substr(0, 20)).ok());
}

TEST_F(SecretBoxTest, ReadsWhatWasStoredBeforeThereWasAKey) {
  SecretBox box = Make();
  EXPECT_EQ(*box.Open("uid", R"({"password":"old"})"), R"({"password":"old"})");
  EXPECT_FALSE(env_.files().ReadFile("/data/secret.key").ok());
}

TEST_F(SecretBoxTest, NamesADamagedKeyFile) {
  auto file = env_.files().Create("/data/secret.key");
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Append("short\n").ok());
  ASSERT_TRUE((*file)->Close().ok());
  const auto sealed = Make().Seal("uid", "x");
  EXPECT_NE(sealed.status().message().find("/data/secret.key"), std::string::npos);
}

}  // namespace
}  // namespace sb::grafana
