// SPDX-License-Identifier: Apache-2.0
#include "api/prometheus/query_log.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"

namespace sb::api {
namespace {

query::QueryTraits Traits() {
  query::QueryTraits traits;
  traits.text = "up == \"0\"";
  traits.start_ms = 1'581'170'390'368;
  traits.end_ms = 1'581'173'990'368;
  traits.step_ms = 5'000;
  traits.client = "192.0.2.7";
  traits.path = "/api/v1/query_range";
  return traits;
}

TEST(QueryLogTest, WritesOneLineAQueryAsTheReferenceDoes) {
  base::SimulatedEnv env(1);
  QueryLog log(env);
  const query::QueryTraits traits = Traits();
  query::QueryStats stats;
  stats.total_queryable_samples = 7;
  const QueryLog::Entry good{traits, "GET", &stats, base::OkStatus(), 250'000'000};
  log.Write(good);  // no file: nothing happens
  ASSERT_TRUE(env.files().CreateFolders("/logs").ok());
  ASSERT_TRUE(log.Open("/logs/query.log").ok());
  log.Write(good);
  log.Write({traits, "POST", nullptr, base::DeadlineExceeded("query timed out"), 0});
  const auto text = env.files().ReadFile("/logs/query.log");
  ASSERT_TRUE(text.ok());
  const size_t second = text->find('\n') + 1;
  const std::string first_line = text->substr(0, second);
  EXPECT_NE(first_line.find(R"("msg":"promql query logged","params":{"query":"up == \"0\"",)"
                            R"("start":"2020-02-08T13:59:50.368Z","end":"2020-02-08T14:59:50.368Z",)"
                            R"("step":5},"stats":{"timings":{)"),
            std::string::npos)
      << first_line;
  EXPECT_NE(first_line.find(R"("execQueueTime":0.25,)"), std::string::npos) << first_line;
  EXPECT_NE(first_line.find(R"("totalQueryableSamples":7,)"), std::string::npos) << first_line;
  EXPECT_NE(first_line.find(R"("httpRequest":{"clientIP":"192.0.2.7","method":"GET",)"
                            R"("path":"/api/v1/query_range"}})"),
            std::string::npos)
      << first_line;
  EXPECT_EQ(first_line.find("\"error\""), std::string::npos);
  EXPECT_NE(text->find(R"("error":"query timed out")", second), std::string::npos) << *text;
  EXPECT_EQ(text->back(), '\n');
}

TEST(QueryLogTest, GoesOnInANewFileAfterTheOldOneWasMoved) {
  base::SimulatedEnv env(1);
  QueryLog log(env);
  const query::QueryTraits traits = Traits();
  const QueryLog::Entry entry{traits, "GET", nullptr, base::OkStatus(), 0};
  ASSERT_TRUE(env.files().CreateFolders("/logs").ok());
  ASSERT_TRUE(log.Open("/logs/query.log").ok());
  log.Write(entry);
  ASSERT_TRUE(env.files().Rename("/logs/query.log", "/logs/query.log.1").ok());
  ASSERT_TRUE(log.Open("/logs/query.log").ok());
  log.Write(entry);
  EXPECT_EQ(env.files().ReadFile("/logs/query.log")->size(),
            env.files().ReadFile("/logs/query.log.1")->size());
  const base::Status missing = log.Open("/no/such/folder/query.log");
  EXPECT_NE(std::string(missing.message()).find("query log /no/such/folder/query.log"),
            std::string::npos);
  EXPECT_TRUE(log.enabled()) << "the file before stays in use";
}

}  // namespace
}  // namespace sb::api
