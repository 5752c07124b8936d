// SPDX-License-Identifier: Apache-2.0
//
// The reference's silence cases through the API, on a simulated clock. Times of the cases are
// relative to the request.
#include <gtest/gtest.h>

#include <cstdio>

#include "alert/manager/testing/conformance.h"
#include "api/alertmanager/testing/api_of_manager.h"
#include "api/http/parameters.h"
#include "config/duration.h"
#include "config/json_reader.h"
#include "template/go_time.h"

namespace sb::api {
namespace {

using alert::TextOf;
using config::Node;

constexpr const char* kConfig = R"(
route: {receiver: r, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 4h}
receivers: [{name: r, webhook_configs: [{url: "http://hook.example/w"}]}]
)";
constexpr const char* kMatchers =
    R"([{"name":"alertname","value":"A","isRegex":false,"isEqual":true}])";

base::DurationNs OffsetOf(std::string text) {
  const bool back = text.starts_with('-');
  text.erase(0, back ? 1 : 0);
  const base::DurationNs offset = base::ToNs(*config::ParseDuration(text));
  return back ? base::DurationNs(-offset.Value()) : offset;
}

std::string JsonOf(const Node& node) {
  if (node.kind == Node::Kind::kScalar) {
    return node.plain ? node.text : "\"" + node.text + "\"";
  }
  std::string out;
  for (const config::NodePtr& item : node.items) {
    out += (out.empty() ? "" : ",") + JsonOf(*item);
  }
  for (const Node::Entry& entry : node.entries) {
    out += (out.empty() ? "" : ",") + ("\"" + entry.key->text + "\":") + JsonOf(*entry.value);
  }
  return node.kind == Node::Kind::kSequence ? "[" + out + "]" : "{" + out + "}";
}

// A fresh manager and its API; one for each case.
class Case : private ApiOfManager {
 public:
  Case() {
    OpenManager(kConfig);
    api_->AddRoutes(&router_);
  }

  bool Run(const Node& row) {
    const std::string kind = TextOf(row, "kind");
    return kind == "post"     ? Post(row)
           : kind == "update" ? Update(row)
           : kind == "expire" ? Expire(row)
           : kind == "list"   ? (row.Find("query") != nullptr ? ListStates(row) : ListOrder())
           : kind == "mute"   ? Mute()
                              : false;
  }

 private:
  std::string TimeText(base::DurationNs offset) const {
    return "\"" +
           gotemplate::FormatTime(gotemplate::GoTime::FromNs(manager_->now() + offset),
                                  gotemplate::kRfc3339Nano) +
           "\"";
  }
  net::HttpResponse Send(const std::string& id, const std::string& matchers,
                         const std::string& start, const std::string& end,
                         const std::string& comment = "c") {
    std::string body = "{\"createdBy\":\"me\",\"comment\":\"" + comment + "\",";
    body += id.empty() ? "" : "\"id\":\"" + id + "\",";
    body += "\"startsAt\":" + TimeText(OffsetOf(start)) + ",\"endsAt\":" + TimeText(OffsetOf(end)) +
            "," + matchers + "}";
    return Call("POST", "/api/v2/silences", body);
  }
  static std::string IdOf(const net::HttpResponse& reply) {
    const auto root = config::ParseJson(reply.body, "reply");
    return reply.status == 200 && root.ok() ? TextOf(**root, "silenceID") : "";
  }
  std::string StateOf(const std::string& id) {
    const auto root = config::ParseJson(Call("GET", "/api/v2/silence/" + id).body, "reply");
    return root.ok() && (*root)->Find("status") != nullptr
               ? TextOf(*(*root)->Find("status"), "state")
               : "";
  }
  // A silence as if it had been posted when it began.
  std::string Existing(const std::string& start, const std::string& end) {
    const base::DurationNs from = OffsetOf(start);
    const base::DurationNs length(OffsetOf(end).Value() - from.Value());
    const bool past = from.Value() < 0;
    const std::string text = std::to_string(length.Value() / 1'000'000) + "ms";
    const std::string id = IdOf(Send("", Matchers(), past ? "0s" : start, past ? text : end));
    if (past) {
      env_.manual_clock().Advance(base::DurationMs(-from.Value() / 1'000'000));
    }
    return id;
  }
  static std::string Matchers() { return "\"matchers\":" + std::string(kMatchers); }

  bool Post(const Node& row) {
    const Node* sets = row.Find("matcher_sets");
    const std::string matchers = sets != nullptr ? "\"matcherSets\":" + JsonOf(*sets)
                                                 : "\"matchers\":" + JsonOf(*row.Find("matchers"));
    const net::HttpResponse reply =
        Send("", matchers, TextOf(row, "startsAt"), TextOf(row, "endsAt"));
    if (const std::string error = TextOf(row, "error"); !error.empty()) {
      return reply.status == 400 && (error == "*" || reply.body.find(error) != std::string::npos);
    }
    const std::string id = IdOf(reply);
    const bool pending = TextOf(row, "startsAt") == "1h";
    bool good = StateOf(id) == (pending ? "pending" : "active");
    if (pending || sets != nullptr) {
      good = good && Silences("a", "b") == !pending && Silences("c", "d") == (sets != nullptr) &&
             !Silences("a", "d");
    }
    return good;
  }
  bool Silences(const std::string& name, const std::string& value) {
    notify::PostedAlert alert;
    alert.labels = model::LabelSet::FromPairs({{name, value}});
    EXPECT_TRUE(manager_->Put({alert}).ok());
    return !manager_->FindAlert(notify::Fingerprint(alert.labels))->silenced_by.empty();
  }

  bool Update(const Node& row) {
    const Node& old = *row.Find("old");
    const Node& young = *row.Find("new");
    const std::string id = Existing(TextOf(old, "startsAt"), TextOf(old, "endsAt"));
    const net::HttpResponse reply = Send(id, Matchers(), TextOf(young, "startsAt"),
                                         TextOf(young, "endsAt"), TextOf(young, "comment"));
    if (TextOf(young, "endsAt").starts_with('-')) {
      return reply.status == 400 && StateOf(id) == "active";
    }
    const std::string now_id = IdOf(reply);
    if (TextOf(row, "same_id") == "true") {
      return now_id == id;
    }
    return !now_id.empty() && now_id != id && StateOf(id) == "expired";
  }

  bool Expire(const Node& row) {
    const Node& times = *row.Find("silence");
    const std::string end = times.items[1]->text;
    const bool over = end.starts_with('-');
    const std::string id = Existing(times.items[0]->text, end);
    const std::string before = Call("GET", "/api/v2/silence/" + id).body;
    const bool deleted = Call("DELETE", "/api/v2/silence/" + id).status == 200;
    const auto silence = manager_->GetSilence(id);
    const int64_t off = (manager_->now() - silence->ends_at).Value();
    return deleted && StateOf(id) == "expired" &&
           (over ? Call("GET", "/api/v2/silence/" + id).body == before
                 : off >= 0 && off <= 1'000'000);
  }

  std::vector<std::string> Listed(const std::string& query) {
    std::vector<std::string> comments;
    const auto root = config::ParseJson(Call("GET", "/api/v2/silences" + query).body, "reply");
    for (const config::NodePtr& item : (*root)->items) {
      comments.push_back(TextOf(*item, "comment"));
    }
    return comments;
  }
  void Several() {
    for (const auto& [comment, start, end] : {std::tuple{"over early", "0s", "1h"},
                                              {"over late", "0s", "2h"},
                                              {"active late", "0s", "9h"},
                                              {"active early", "0s", "8h"},
                                              {"pending late", "7h", "9h"},
                                              {"pending early", "6h", "9h"}}) {
      EXPECT_EQ(Send("", Matchers(), start, end, comment).status, 200);
    }
    env_.manual_clock().Advance(base::Hours(3));
  }
  bool ListOrder() {
    Several();
    return Listed("") == std::vector<std::string>{"active early", "active late", "pending early",
                                                  "pending late", "over late",   "over early"};
  }
  bool ListStates(const Node& row) {
    Several();
    return Listed("?" + TextOf(row, "query")) ==
           std::vector<std::string>{"pending early", "pending late"};
  }

  void Put(const std::string& name, bool over) {
    notify::PostedAlert alert;
    alert.labels = model::LabelSet::FromPairs({{"alertname", "A"}, {"n", name}});
    alert.starts_at = start_;
    alert.ends_at = over ? manager_->now() : manager_->now() + base::ToNs(base::Hours(9));
    EXPECT_TRUE(manager_->Put({alert}).ok());
  }
  void Pass() {
    for (int i = 0; i < 60; ++i) {
      env_.manual_clock().Advance(base::Milliseconds(50));
      manager_->Tick();
    }
  }
  bool Mute() {
    start_ = manager_->now();
    Put("stays", false);
    Put("ends", false);
    Pass();
    const size_t before = recorder_.calls.size();
    const std::string id = IdOf(Send("", Matchers(), "0s", "1h"));
    const std::string list = Call("GET", "/api/v2/alerts").body;
    bool good = before == 1 && list.find("\"silencedBy\":[\"" + id + "\"]") != std::string::npos &&
                list.find("\"state\":\"suppressed\"") != std::string::npos;
    Put("ends", true);
    Put("late", false);
    Pass();
    good = good && recorder_.calls.size() == before;  // nothing, not the end of one either
    EXPECT_EQ(Call("DELETE", "/api/v2/silence/" + id).status, 200);
    Pass();
    if (recorder_.calls.size() != before + 1) {
      return false;
    }
    size_t firing = 0;
    for (const notify::Alert& alert : recorder_.calls.back().message.alerts) {
      firing += alert.ends_at.Value() == 0 ? 1 : 0;
    }
    return good && firing == 2;  // what still fires
  }

  base::TimestampNs start_;
};

TEST(SilenceConformanceTest, SilencesLiveAsInTheReference) {
  if (alert::ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const config::NodePtr rows = alert::ReadConformanceYaml("silences.yaml");
  size_t good = 0;
  for (const config::NodePtr& row : rows->items) {
    const bool ok = Case().Run(*row);
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << TextOf(*row, "kind") << ": " << TextOf(*row, "name");
  }
  std::printf("conformance: alertmanager/silences %zu of %zu\n", good, rows->items.size());
}

}  // namespace
}  // namespace sb::api
