// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/elastic_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "api/http/testing/recording_writer.h"
#include "base/testing/simulated_env.h"
#include "config/json_reader.h"
#include "ingest/elastic/elastic_bulk_endpoint.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::api {
namespace {

using testing::HasSubstr;

class ElasticApiTest : public testing::Test {
 protected:
  ElasticApiTest() {
    env_.manual_clock().Set(base::TimestampMs(1763636400000));
    api_.AddRoutes(&router_);
    std::string body;
    for (int i = 0; i < 6; ++i) {
      body += "{\"index\":{\"_index\":\"" + std::string(i < 4 ? "app" : "other") +
              "-2025.11.20\"}}\n{\"@timestamp\":\"2025-11-20T10:0" + std::to_string(i) +
              ":00.000Z\",\"level\":\"" + (i % 2 == 0 ? "info" : "error") +
              "\",\"durationMs\":" + std::to_string(i * 10) + ",\"message\":\"request " +
              std::to_string(i) + " done\"}\n";
    }
    EXPECT_EQ(bulk_.Bulk(body, "").status, 200);
  }

  net::HttpResponse Call(const std::string& method, const std::string& path,
                         const std::string& query, const std::string& body) {
    net::HttpRequest request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.query = *net::UrlParams::Parse(query);
    net::Router::Match match = router_.Find(method, path);
    request.path_params = match.path_params;
    RecordingWriter writer;
    match.route->handler(request, writer);
    return writer.reply();
  }
  std::string Post(const std::string& path, const std::string& body) {
    const net::HttpResponse reply = Call("POST", path, "", body);
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_TRUE(config::ParseJson(reply.body, "reply").ok()) << reply.body;
    return reply.body;
  }

  base::SimulatedEnv env_{1};
  base::Registry registry_;
  ingest::LossCounters losses_{&registry_};
  store::MemoryEventStore store_;
  ingest::LogWriter writer_{&store_, &losses_, &registry_};
  ingest::ElasticBulkEndpoint bulk_{&writer_, &env_, &registry_};
  ElasticApi api_{{&store_, &store_, &env_.clock()}};
  net::Router router_;
};

TEST_F(ElasticApiTest, FindsNewestFirst) {
  const std::string json = Post(
      "/app-*/_search",
      R"({"size":2,"query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":1763632800000,)"
      R"("lte":1763636400000,"format":"epoch_millis"}}},{"query_string":{"analyze_wildcard":true,)"
      R"("query":"level:error OR level:info"}}]}},"sort":[{"@timestamp":{"order":"desc"}},)"
      R"({"_doc":{"order":"desc"}}]})");
  EXPECT_THAT(json, HasSubstr(R"("total":{"value":4,"relation":"eq"})"));
  EXPECT_THAT(json, HasSubstr("request 3 done"));
  EXPECT_THAT(json, HasSubstr("request 2 done"));
  EXPECT_LT(json.find("request 3"), json.find("request 2"));
  EXPECT_EQ(json.find("request 1"), std::string::npos);
  EXPECT_THAT(json, HasSubstr(R"("_index":"app-2025.11.20")"));
  EXPECT_THAT(json, HasSubstr(R"("durationMs":"30")"));
  EXPECT_THAT(json, HasSubstr(R"("sort":[1763632980000,)"));
}

TEST_F(ElasticApiTest, FindsIdsThatStandInMessages) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string create = "{\"index\":{\"_index\":\"ids\"}}\n";
  const std::string body =
      create + R"({"message":"in text trace_id=)" + trace + R"( span_id=00f067aa0ba902b7"})" +
      "\n" + create + R"({"message":"in a field","trace":{"id":")" + trace + "\"}}\n" + create +
      R"({"message":"of another trace_id=11111111111111111111111111111111"})" + "\n" + create +
      R"({"message":"of none"})" + "\n";
  ASSERT_EQ(bulk_.Bulk(body, "").status, 200);
  const auto is_right = [](const std::string& json) {
    EXPECT_THAT(json, HasSubstr("in text"));
    EXPECT_THAT(json, HasSubstr("in a field"));
    EXPECT_THAT(json, testing::Not(HasSubstr("of another")));
    EXPECT_THAT(json, testing::Not(HasSubstr("of none")));
  };
  is_right(Post("/ids/_search", R"({"query":{"term":{"trace_id":")" + trace + "\"}}}"));
  is_right(Post("/ids/_search", R"({"query":{"term":{"trace.id":{"value":")" + trace + "\"}}}}"));
  is_right(Post("/ids/_search", R"({"query":{"query_string":{"query":"trace_id:)" + trace +
                                    R"( AND message:in"}}})"));
  const std::string span =
      Post("/ids/_search", R"({"query":{"term":{"span_id":"00f067aa0ba902b7"}}})");
  EXPECT_THAT(span, HasSubstr("in text"));
  EXPECT_THAT(span, HasSubstr(R"("span_id":"00f067aa0ba902b7")"));
  EXPECT_THAT(span, testing::Not(HasSubstr("in a field")));
  EXPECT_THAT(Post("/ids/_count", R"({"query":{"exists":{"field":"trace_id"}}})"),
              HasSubstr(R"("count":3)"));
  EXPECT_THAT(Post("/ids/_search", R"({"size":0,"aggs":{"t":{"terms":{"field":"trace_id"}}}})"),
              HasSubstr(R"("key":")" + trace + R"(","doc_count":2)"));
}

TEST_F(ElasticApiTest, TimesBeyondAllDocumentsFindNone) {
  const auto found = [this](const std::string& range) {
    return Post("/_count", R"({"query":{"range":{"@timestamp":{)" + range + "}}}}");
  };
  EXPECT_THAT(found(R"("gte":17636232800000000)"), HasSubstr(R"("count":0)"));
  EXPECT_THAT(found(R"("lte":-9223372036854775808)"), HasSubstr(R"("count":0)"));
  EXPECT_THAT(found(R"("gt":-9223372036854775808,"lt":9223372036854775807)"),
              HasSubstr(R"("count":6)"));
  EXPECT_THAT(found(R"("gte":"9223372036854775807||/d")"), HasSubstr(R"("count":0)"));
  EXPECT_THAT(found(R"("gte":"now-100y")"), HasSubstr(R"("count":6)"));
  for (const char* math : {"now+9223372036854775807y", "now--9223372036854775808s"}) {
    const net::HttpResponse reply =
        Call("POST", "/_count", "",
             R"({"query":{"range":{"@timestamp":{"gte":")" + std::string(math) + "\"}}}}");
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.body, HasSubstr("date math"));
  }
}

TEST_F(ElasticApiTest, GoesOnAfterAHit) {
  const std::string json =
      Post("/_search", R"({"size":1,"sort":[{"@timestamp":"desc"},{"_doc":"desc"}],)"
                       R"("search_after":[1763633040000,0]})");
  EXPECT_THAT(json, HasSubstr("request 3 done"));
}

// A page may end between documents of one instant.
TEST_F(ElasticApiTest, PagesThroughDocumentsOfOneInstant) {
  std::string body;
  for (int i = 0; i < 25; ++i) {
    body +=
        "{\"index\":{\"_index\":\"burst\"}}\n{\"@timestamp\":\"2025-11-20T10:00:00.000Z\","
        "\"message\":\"same\",\"n\":" +
        std::to_string(i) + "}\n";
  }
  ASSERT_EQ(bulk_.Bulk(body, "").status, 200);
  for (const std::string order : {"asc", "desc"}) {
    std::set<std::string> seen;
    std::string after;
    for (int page = 0; page < 5; ++page) {
      const std::string json =
          Post("/burst/_search", R"({"size":7,"sort":[{"@timestamp":")" + order +
                                     R"("},{"_doc":")" + order + "\"}]" + after + "}");
      const auto parsed = config::ParseJson(json, "reply");
      for (const auto& hit : (*parsed)->Find("hits")->Find("hits")->items) {
        EXPECT_TRUE(seen.insert(hit->Find("_source")->Find("n")->text).second);
        const auto& sort = hit->Find("sort")->items;
        after = ",\"search_after\":[" + sort[0]->text + "," + sort[1]->text + "]";
      }
    }
    EXPECT_EQ(seen.size(), 25U);
  }
}

TEST_F(ElasticApiTest, AnswersEachItemOfAMultiSearchWithItsStatus) {
  const net::HttpResponse reply =
      Call("POST", "/_msearch", "",
           "{\"index\":\"app\"}\n{\"size\":0}\n{\"index\":\"none\"}\n{\"size\":0}\n"
           "{\"index\":\"none\",\"ignore_unavailable\":true}\n{\"size\":0}\n"
           "{}\n{\"aggs\":{\"a\":{\"nope\":{}}}}\n");
  EXPECT_EQ(reply.status, 200);
  const auto parsed = config::ParseJson(reply.body, "reply");
  std::string statuses;
  for (const auto& item : (*parsed)->Find("responses")->items) {
    statuses += item->Find("status")->text + " ";
  }
  EXPECT_EQ(statuses, "200 404 200 400 ");
  EXPECT_THAT(reply.body, HasSubstr("no such index [none]"));
  EXPECT_EQ(Call("POST", "/none/_search", "", "{}").status, 404);
  EXPECT_EQ(Call("POST", "/none/_search", "ignore_unavailable=true", "{}").status, 200);
  EXPECT_EQ(Call("POST", "/none-*/_search", "", "{}").status, 200);
}

TEST_F(ElasticApiTest, OrdersTermsByKeyCountAndMetric) {
  const auto keys = [this](const std::string& order) {
    const std::string json =
        Post("/_search",
             R"({"size":0,"aggs":{"t":{"terms":{"field":"durationMs","size":3,"order":)" + order +
                 R"(},"aggs":{"1":{"max":{"field":"@timestamp"}},)"
                 R"("2":{"percentiles":{"field":"durationMs"}},)"
                 R"("3":{"filter":{"term":{"level":"error"}}}}}}})");
    const auto parsed = config::ParseJson(json, "reply");
    std::string out;
    for (const auto& bucket : (*parsed)->Find("aggregations")->Find("t")->Find("buckets")->items) {
      out += bucket->Find("key")->text + " ";
    }
    return out;
  };
  EXPECT_EQ(keys(R"({"_key":"asc"})"), "0 10 20 ");
  EXPECT_EQ(keys(R"({"_key":"desc"})"), "50 40 30 ");
  EXPECT_EQ(keys(R"({"_count":"desc"})"), "0 10 20 ");
  EXPECT_EQ(keys(R"({"1":"desc"})"), "50 40 30 ");
  EXPECT_EQ(keys(R"({"2[95.0]":"desc"})"), "50 40 30 ");
  EXPECT_EQ(keys(R"([{"3>_count":"desc"},{"_key":"desc"}])"), "50 30 10 ");
  EXPECT_EQ(Call("POST", "/_search", "",
                 R"({"aggs":{"t":{"terms":{"field":"level","order":{"9":"asc"}}}}})")
                .status,
            400);
}

TEST_F(ElasticApiTest, SortsByAnyField) {
  const std::string json =
      Post("/_search", R"({"size":2,"sort":[{"durationMs":{"order":"asc"}}]})");
  EXPECT_LT(json.find("request 0"), json.find("request 1"));
}

TEST_F(ElasticApiTest, AggregatesAsGrafanaAsks) {
  const std::string header =
      R"({"search_type":"query_then_fetch","ignore_unavailable":true,"index":"app-2025.11.20"})";
  const std::string body =
      R"({"size":0,"query":{"match_all":{}},"aggs":{"3":{"terms":{"field":"level.keyword","size":500,)"
      R"("order":{"_key":"asc"},"min_doc_count":0},"aggs":{"2":{"date_histogram":{"field":"@timestamp",)"
      R"("fixed_interval":"1m","min_doc_count":0,"extended_bounds":{"min":1763632800000,)"
      R"("max":1763632980000}},"aggs":{"1":{"avg":{"field":"durationMs"}},"4":{"derivative":)"
      R"({"buckets_path":"_count"}}}}}}}})";
  const net::HttpResponse reply =
      Call("POST", "/_msearch", "max_concurrent_shard_requests=5", header + "\n" + body + "\n");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr(R"({"key":"error","doc_count":2,"2":{"buckets":[)"));
  EXPECT_THAT(reply.body,
              HasSubstr(R"({"key_as_string":"2025-11-20T10:01:00.000Z","key":1763632860000,)"
                        R"("doc_count":1,"1":{"value":10},"4":{"value":1}})"));
  EXPECT_THAT(reply.body, HasSubstr(R"("status":200}]})"));
}

TEST_F(ElasticApiTest, KnowsTheMetrics) {
  const std::string json = Post(
      "/_search", R"({"size":0,"aggs":{"s":{"extended_stats":{"field":"durationMs"}},)"
                  R"("p":{"percentiles":{"field":"durationMs","percents":[50,95]}},)"
                  R"("c":{"cardinality":{"field":"level"}},"n":{"value_count":{"field":"level"}},)"
                  R"("h":{"histogram":{"field":"durationMs","interval":20}},)"
                  R"("f":{"filters":{"filters":{"bad":{"query_string":{"query":"level:error"}}}}},)"
                  R"("t":{"top_hits":{"size":1}},"sum":{"sum":{"field":"durationMs"}}}})");
  EXPECT_THAT(json, HasSubstr(R"("count":6,"min":0,"max":50,"avg":25,"sum":150)"));
  EXPECT_THAT(json, HasSubstr(R"("values":{"50.0":25,"95.0":47.5})"));
  EXPECT_THAT(json, HasSubstr(R"("c":{"value":2})"));
  EXPECT_THAT(json, HasSubstr(R"("n":{"value":6})"));
  EXPECT_THAT(json, HasSubstr(R"({"key":40,"doc_count":2})"));
  EXPECT_THAT(json, HasSubstr(R"("f":{"buckets":{"bad":{"doc_count":3}}})"));
  EXPECT_THAT(json, HasSubstr("request 5 done"));
  EXPECT_THAT(json, HasSubstr(R"("sum":{"value":150})"));
}

TEST_F(ElasticApiTest, Highlights) {
  const std::string json =
      Post("/_search", R"({"size":1,"query":{"query_string":{"query":"request"}},)"
                       R"("highlight":{"fields":{"*":{}},"pre_tags":["@HIGHLIGHT@"],)"
                       R"("post_tags":["@/HIGHLIGHT@"]}})");
  EXPECT_THAT(json, HasSubstr("@HIGHLIGHT@request@/HIGHLIGHT@ 5 done"));
}

TEST_F(ElasticApiTest, UnderstandsTheQueryLanguage) {
  const std::pair<std::string, int> cases[] = {
      {R"({"term":{"level":"error"}})", 3},
      {R"({"term":{"level":{"value":"ERROR"}}})", 0},
      {R"({"terms":{"level":["error","info"]}})", 6},
      {R"({"match":{"message":"request 3"}})", 6},
      {R"({"match":{"message":{"query":"request 3","operator":"and"}}})", 1},
      {R"({"match_phrase":{"message":"3 done"}})", 1},
      {R"({"range":{"durationMs":{"gt":10,"lte":30}}})", 2},
      {R"({"exists":{"field":"durationMs"}})", 6},
      {R"({"wildcard":{"level":{"value":"err*"}}})", 3},
      {R"({"regexp":{"level":"e.+r"}})", 3},
      {R"({"prefix":{"level":"in"}})", 3},
      {R"({"bool":{"must":[{"term":{"level":"info"}}],"must_not":[{"match_phrase":{"message":"request 0"}}]}})",
       2},
      {R"({"bool":{"should":[{"term":{"durationMs":"0"}},{"term":{"durationMs":"50"}}]}})", 2},
      {R"({"constant_score":{"filter":{"term":{"level":"info"}}}})", 3},
      {R"({"match_none":{}})", 0}};
  for (const auto& [query, count] : cases) {
    EXPECT_THAT(Post("/_count", "{\"query\":" + query + "}"),
                HasSubstr("\"count\":" + std::to_string(count) + ","))
        << query;
  }
}

// A condition that is denied twice is not for the store: both ways must count the same.
TEST_F(ElasticApiTest, TheStoreLeavesOutNothingThatMatches) {
  EXPECT_EQ(bulk_
                .Bulk("{\"index\":{\"_index\":\"k8s-2025.11.20\"}}\n"
                      "{\"@timestamp\":\"2025-11-20T10:30:00Z\",\"log\":\"GET /A done ERROR\","
                      "\"kubernetes\":{\"namespace_name\":\"shop\",\"labels\":{\"app\":\"web\"}},"
                      "\"empty\":\"\",\"span.id\":\"x\"}\n"
                      "{\"index\":{\"_index\":\"app-2025.11.21\"}}\n"
                      "{\"@timestamp\":\"2025-11-21T10:30:00Z\",\"durationMs\":\"slow\"}\n",
                      "")
                .status,
            200);
  for (const std::string query :
       {R"({"term":{"level":"error"}})",
        R"({"term":{"level.keyword":"error"}})",
        R"({"term":{"level":"unknown"}})",
        R"({"term":{"kubernetes.namespace_name":"shop"}})",
        R"({"term":{"kubernetes.labels.app":"web"}})",
        R"({"term":{"app":"web"}})",
        R"({"term":{"message":"DONE"}})",
        R"({"match":{"message":"Done get"}})",
        R"({"match_phrase":{"log":"/a done"}})",
        R"({"terms":{"level":["info","error",""]}})",
        R"({"term":{"empty":""}})",
        R"({"exists":{"field":"empty"}})",
        R"({"exists":{"field":"kubernetes.namespace_name"}})",
        R"({"exists":{"field":"level"}})",
        R"({"exists":{"field":"@timestamp"}})",
        R"({"exists":{"field":"none"}})",
        R"({"range":{"durationMs":{"gte":20}}})",
        R"({"range":{"durationMs":{"gte":"a"}}})",
        R"({"wildcard":{"message":"*quest 3*"}})",
        R"({"wildcard":{"message":"get*DONE*rror"}})",
        R"({"wildcard":{"message":"*\\/A d*"}})",
        R"({"wildcard":{"kubernetes.labels.app":"*EB"}})",
        R"({"prefix":{"message":"requ"}})",
        R"({"regexp":{"span.id":"[x-z]"}})",
        R"({"regexp":{"message":"dones?"}})",
        R"({"regexp":{"message":"reque(st|x) 3.*"}})",
        R"({"query_string":{"query":"*QUES*"}})",
        R"({"query_string":{"query":"*ques* AND -message:*one"}})",
        R"({"query_string":{"query":"/requx*e.t/"}})",
        R"({"query_string":{"query":"/nothing.*here/ OR level:err*"}})",
        R"({"query_string":{"query":"shop"}})",
        R"({"query_string":{"query":"level:error -3"}})",
        R"x({"query_string":{"query":"web OR (request AND 4)"}})x",
        R"({"query_string":{"query":"_index:app OR empty:*"}})",
        R"({"ids":{"values":["1"]}})",
        R"({"bool":{"should":[{"term":{"level":"info"}},{"match_all":{}}]}})",
        R"({"bool":{"must_not":[{"term":{"level":"info"}}]}})",
        R"({"term":{"_index":"app"}})"}) {
    const std::string twice = R"({"bool":{"must_not":[{"bool":{"must_not":[)" + query + "]}}]}}";
    for (const std::string path : {"/_count", "/app-*/_count", "/app-2025.11.21,k8s-*/_count"}) {
      EXPECT_EQ(Post(path, "{\"query\":" + query + "}"), Post(path, "{\"query\":" + twice + "}"))
          << path << " " << query;
    }
  }
}

TEST_F(ElasticApiTest, HitsAndTotalsOfOneSearchAgree) {
  const std::string json =
      Post("/app-*/_search",
           R"({"size":1,"track_total_hits":true,"query":{"term":{"level":"error"}},)"
           R"("aggs":{"l":{"terms":{"field":"level"}},"i":{"terms":{"field":"_index"}},)"
           R"("m":{"cardinality":{"field":"message"}},"n":{"avg":{"field":"durationMs"}}}})");
  EXPECT_THAT(json, HasSubstr(R"("total":{"value":2,"relation":"eq"})"));
  EXPECT_THAT(json, HasSubstr("request 3 done"));
  EXPECT_EQ(json.find("request 1 done"), std::string::npos);
  EXPECT_THAT(json, HasSubstr(R"({"key":"error","doc_count":2})"));
  EXPECT_THAT(json, HasSubstr(R"({"key":"app-2025.11.20","doc_count":2})"));
  EXPECT_THAT(json, HasSubstr(R"("m":{"value":2})"));
  EXPECT_THAT(json, HasSubstr(R"("n":{"value":20})"));
}

TEST_F(ElasticApiTest, SaysWhatItDoesNotKnow) {
  for (const std::string body :
       {R"({"query":{"more_like_this":{}}})", R"({"aggs":{"a":{"geo_distance":{}}}})", "{",
        R"({"size":20000})", R"({"query":{"query_string":{"query":"(a"}}})",
        R"({"aggs":{"a":{"avg":{}}}})"}) {
    const net::HttpResponse reply = Call("POST", "/_search", "", body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_THAT(reply.body, HasSubstr("\"error\":")) << body;
  }
}

TEST_F(ElasticApiTest, ListsIndicesAndFields) {
  EXPECT_THAT(Call("GET", "/_cat/indices", "v", "").body, HasSubstr("green open app 1 0 4 "));
  EXPECT_THAT(Call("GET", "/_cat/indices", "format=json", "").body,
              HasSubstr(R"("index":"other")"));
  const std::string mapping = Call("GET", "/app-*/_mapping", "", "").body;
  EXPECT_THAT(mapping, HasSubstr(R"("durationMs":{"type":"long"})"));
  EXPECT_THAT(mapping, HasSubstr(R"("level":{"type":"keyword"})"));
  EXPECT_THAT(Call("GET", "/_field_caps", "fields=*", "").body,
              HasSubstr(R"("@timestamp":{"date":{"type":"date")"));
}

TEST_F(ElasticApiTest, DeletesByDayAndByPattern) {
  EXPECT_EQ(Call("DELETE", "/*", "", "").status, 400);
  EXPECT_EQ(Call("DELETE", "/nope-2025.11.20", "", "").status, 404);
  EXPECT_EQ(Call("DELETE", "/app-2025.11.19", "", "").status, 200);
  EXPECT_EQ(store_.row_count(), 6U);
  EXPECT_EQ(Call("DELETE", "/app-2025.11.20", "", "").status, 200);
  EXPECT_EQ(store_.row_count(), 2U);
  EXPECT_EQ(Call("DELETE", "/other-*", "", "").status, 200);
  EXPECT_EQ(store_.row_count(), 0U);
}

}  // namespace
}  // namespace sb::api
