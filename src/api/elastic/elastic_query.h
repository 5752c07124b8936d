// SPDX-License-Identifier: Apache-2.0
//
// Conditions of Elasticsearch's query language as a tree that is asked about one document at a
// time.
//
//   SB_ASSIGN_OR_RETURN(ElasticQueryPtr query, ParseElasticQuery(body.Find("query"), now_ms));
//   if (query->Matches(row)) …
//
// Known: match_all, match_none, bool, term, terms, match, match_phrase, multi_match, query_string,
// simple_query_string, range, exists, wildcard, regexp, prefix, ids, constant_score, nested filters
// of these. kInvalidArgument names what is not.
//
// Words compare without regard to case, in any part of a value that stands alone between signs;
// `term` wants the whole value (of a message: a word). `range` compares numbers as numbers and
// times as times. Threads: immutable once parsed.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/elastic/elastic_row.h"
#include "base/status.h"
#include "config/node.h"

namespace sb::api {

class ElasticQuery {
 public:
  virtual ~ElasticQuery() = default;
  virtual bool Matches(const ElasticRow& row) const = 0;
  // Narrows [start, end) to the times that can match; nothing to say by default.
  virtual void NarrowTime(store::EventRange* /*range*/) const {}
  // What every matching row passes, for the store to decide: maybe more rows, never fewer.
  virtual store::EventFilter Hint() const { return store::EventFilter::All(); }
  // Adds the fields that Matches looks at; false: at any.
  virtual bool AddFields(std::vector<std::string>* /*fields*/) const { return true; }
  // Texts that a message must contain for a match, for highlighting.
  virtual void AddWords(std::vector<std::string>* /*words*/) const {}
};
using ElasticQueryPtr = std::unique_ptr<const ElasticQuery>;

// Null node: everything.
base::Result<ElasticQueryPtr> ParseElasticQuery(const config::Node* query, int64_t now_ms);
// Lucene's syntax: field:term "phrase" AND OR NOT ( ) + - wildcards [a TO b] >= _exists_:f /regex/.
base::Result<ElasticQueryPtr> ParseQueryString(std::string_view text, bool default_and,
                                               int64_t now_ms);

// The building blocks. An empty field means every field.
ElasticQueryPtr QueryAll();
ElasticQueryPtr QueryAnd(std::vector<ElasticQueryPtr> all);
ElasticQueryPtr QueryOr(std::vector<ElasticQueryPtr> any);
ElasticQueryPtr QueryNot(ElasticQueryPtr query);
ElasticQueryPtr QueryExists(std::string field);
ElasticQueryPtr QueryPhrase(std::string field, std::string text);
ElasticQueryPtr QueryTerms(std::string field, std::vector<std::string> values);
// kInvalidArgument for a broken expression. `whole`: anchored at both ends.
base::Result<ElasticQueryPtr> QueryRegex(std::string field, const std::string& regex);
base::Result<ElasticQueryPtr> QueryWildcard(std::string field, std::string_view pattern);

struct RangeLimits {
  std::string low;   // empty: none
  std::string high;  // empty: none
  bool includes_low = true;
  bool includes_high = true;
};
base::Result<ElasticQueryPtr> QueryRange(std::string field, const RangeLimits& limits,
                                         int64_t now_ms);

// A time of a range: epoch milliseconds, ISO, a date, "now-15m", with rounding "/d".
base::Result<int64_t> ParseElasticTime(std::string_view text, int64_t now_ms, bool round_up);
// Whether the words of `phrase` stand in `text`, one after another.
bool ContainsPhrase(std::string_view text, std::string_view phrase);

}  // namespace sb::api
