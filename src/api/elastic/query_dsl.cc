// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "api/elastic/elastic_query.h"

namespace sb::api {
namespace {

using config::Node;
using config::NodePtr;

constexpr int kDepthMax = 64;

// The value of {"field": v} or {"field": {"<key>": v}}.
const Node* ValueOf(const Node& value, std::initializer_list<std::string_view> keys) {
  if (!value.IsMapping()) {
    return &value;
  }
  for (const std::string_view key : keys) {
    if (const Node* found = value.Find(key); found != nullptr) {
      return found;
    }
  }
  return nullptr;
}

std::string TextOf(const Node* node) {
  return node == nullptr || node->IsNull() ? "" : node->text;
}

class DslParser {
 public:
  explicit DslParser(int64_t now_ms) : now_ms_(now_ms) {}

  base::Result<ElasticQueryPtr> Parse(const Node& query, int depth) {
    if (depth > kDepthMax) {
      return base::InvalidArgument("the query is nested too deep");
    }
    if (!query.IsMapping() || query.entries.size() != 1) {
      return base::InvalidArgument("a query is an object with one key, its kind");
    }
    const std::string& kind = query.entries[0].key->text;
    const Node& body = *query.entries[0].value;
    if (kind == "match_all") {
      return QueryAll();
    }
    if (kind == "match_none") {
      return QueryNot(QueryAll());
    }
    if (kind == "bool") {
      return Bool(body, depth);
    }
    if (kind == "query_string" || kind == "simple_query_string") {
      const std::string text = TextOf(body.Find("query"));
      const std::string op = TextOf(body.Find("default_operator"));
      return ParseQueryString(text, op == "AND" || op == "and", now_ms_);
    }
    if (kind == "constant_score") {
      const Node* filter = body.Find("filter");
      return filter == nullptr ? base::InvalidArgument("constant_score needs a filter")
                               : Parse(*filter, depth + 1);
    }
    if (kind == "exists") {
      return QueryExists(TextOf(body.Find("field")));
    }
    if (kind == "multi_match") {
      return MultiMatch(body);
    }
    if (kind == "ids") {
      return QueryTerms("_id", TextsOf(body.Find("values")));
    }
    return OneField(kind, body);
  }

 private:
  static std::vector<std::string> TextsOf(const Node* node) {
    std::vector<std::string> texts;
    if (node != nullptr && node->IsSequence()) {
      for (const NodePtr& item : node->items) {
        texts.push_back(item->text);
      }
    } else if (node != nullptr) {
      texts.push_back(node->text);
    }
    return texts;
  }

  base::Status Clauses(const Node* node, int depth, bool negate,
                       std::vector<ElasticQueryPtr>* out) {
    if (node == nullptr) {
      return base::OkStatus();
    }
    const auto add = [&](const Node& clause) -> base::Status {
      SB_ASSIGN_OR_RETURN(ElasticQueryPtr query, Parse(clause, depth + 1));
      out->push_back(negate ? QueryNot(std::move(query)) : std::move(query));
      return base::OkStatus();
    };
    if (!node->IsSequence()) {
      return add(*node);
    }
    for (const NodePtr& clause : node->items) {
      SB_RETURN_IF_ERROR(add(*clause));
    }
    return base::OkStatus();
  }

  base::Result<ElasticQueryPtr> Bool(const Node& body, int depth) {
    std::vector<ElasticQueryPtr> all;
    SB_RETURN_IF_ERROR(Clauses(body.Find("must"), depth, false, &all));
    SB_RETURN_IF_ERROR(Clauses(body.Find("filter"), depth, false, &all));
    const bool has_must = !all.empty();
    SB_RETURN_IF_ERROR(Clauses(body.Find("must_not"), depth, true, &all));
    std::vector<ElasticQueryPtr> any;
    SB_RETURN_IF_ERROR(Clauses(body.Find("should"), depth, false, &any));
    const std::string minimum = TextOf(body.Find("minimum_should_match"));
    const bool needs_one = minimum.empty() ? !has_must : minimum != "0";
    if (!any.empty() && needs_one) {
      all.push_back(QueryOr(std::move(any)));
    }
    return QueryAnd(std::move(all));
  }

  base::Result<ElasticQueryPtr> MultiMatch(const Node& body) {
    const std::string text = TextOf(body.Find("query"));
    std::vector<ElasticQueryPtr> any;
    for (const std::string& field : TextsOf(body.Find("fields"))) {
      any.push_back(
          Words(field.find('*') == std::string::npos ? field.substr(0, field.find('^')) : "", text,
                false));
    }
    return any.empty() ? Words("", text, false) : QueryOr(std::move(any));
  }

  // Each word on its own: any of them, or all.
  static ElasticQueryPtr Words(const std::string& field, std::string_view text, bool all) {
    std::vector<ElasticQueryPtr> words;
    while (!text.empty()) {
      const size_t begin = text.find_first_not_of(" \t\n");
      if (begin == std::string_view::npos) {
        break;
      }
      text.remove_prefix(begin);
      const size_t end = std::min(text.find_first_of(" \t\n"), text.size());
      words.push_back(QueryPhrase(field, std::string(text.substr(0, end))));
      text.remove_prefix(end);
    }
    return all || words.empty() ? QueryAnd(std::move(words)) : QueryOr(std::move(words));
  }

  base::Result<ElasticQueryPtr> OneField(const std::string& kind, const Node& body) {
    if (!body.IsMapping() || body.entries.empty()) {
      return base::InvalidArgument("no field in query: " + kind);
    }
    const std::string& field = body.entries[0].key->text;
    const Node& value = *body.entries[0].value;
    if (kind == "term") {
      return QueryTerms(field, {TextOf(ValueOf(value, {"value", "term"}))});
    }
    if (kind == "terms") {
      return QueryTerms(field, TextsOf(&value));
    }
    if (kind == "match") {
      const Node* op = value.IsMapping() ? value.Find("operator") : nullptr;
      const std::string text = TextOf(ValueOf(value, {"query"}));
      return Words(field, text, TextOf(op) == "and" || TextOf(op) == "AND");
    }
    if (kind == "match_phrase" || kind == "match_phrase_prefix") {
      return QueryPhrase(field, TextOf(ValueOf(value, {"query"})));
    }
    if (kind == "prefix") {
      return QueryWildcard(field, TextOf(ValueOf(value, {"value"})) + "*");
    }
    if (kind == "wildcard") {
      return QueryWildcard(field, TextOf(ValueOf(value, {"value", "wildcard"})));
    }
    if (kind == "regexp") {
      return QueryRegex(field, "(?s)" + TextOf(ValueOf(value, {"value"})));
    }
    if (kind == "range") {
      return Range(field, value);
    }
    return base::InvalidArgument("unknown query [" + kind + "]");
  }

  base::Result<ElasticQueryPtr> Range(const std::string& field, const Node& value) {
    RangeLimits limits;
    for (const Node::Entry& entry : value.entries) {
      const std::string& key = entry.key->text;
      const std::string text = TextOf(entry.value.get());
      if (key == "gte" || key == "gt" || key == "from") {
        limits.low = text;
        limits.includes_low = key != "gt";
      } else if (key == "lte" || key == "lt" || key == "to") {
        limits.high = text;
        limits.includes_high = key != "lt";
      }
    }
    return QueryRange(field, limits, now_ms_);
  }

  const int64_t now_ms_;
};

}  // namespace

base::Result<ElasticQueryPtr> ParseElasticQuery(const Node* query, int64_t now_ms) {
  if (query == nullptr || query->IsNull() || (query->IsMapping() && query->entries.empty())) {
    return QueryAll();
  }
  return DslParser(now_ms).Parse(*query, 0);
}

}  // namespace sb::api
