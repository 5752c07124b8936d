// SPDX-License-Identifier: Apache-2.0
//
// Which attributes there are, and which values they have: what completion in query editors asks.
//
//   SB_ASSIGN_OR_RETURN(auto scopes, TagNames(reader, context, {.range = range}));
//   SB_ASSIGN_OR_RETURN(auto values, TagValues(reader, context, attribute, options));
//
// `query` may be unfinished (`{ resource.cluster = }`): its equality conditions that can be read
// count, the rest is ignored, never an error. Names of span attributes come from directories, those
// of events and links from the newest kRowsMax rows that have some; so do values. Values are sorted
// by type and value. Threads: functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/traceql/attribute.h"
#include "store/interface/event_store.h"

namespace sb::traceql {

struct TagOptions {
  store::EventRange range;
  std::string query;
  size_t limit = 5000;  // names per scope, or values
};

// Scope ("resource", "span", "event", "link", "instrumentation", "intrinsic") -> names, sorted.
using TagScopes = std::map<std::string, std::vector<std::string>>;
// `scope` "" or "none": all.
base::Result<TagScopes> TagNames(const store::EventReader& reader,
                                 const store::ReadContext& context, std::string_view scope,
                                 const TagOptions& options);

struct TagValue {
  std::string type;  // string, int, float, bool, keyword, duration
  std::string text;
  friend auto operator<=>(const TagValue&, const TagValue&) = default;
};
base::Result<std::vector<TagValue>> TagValues(const store::EventReader& reader,
                                              const store::ReadContext& context,
                                              const Attribute& attribute,
                                              const TagOptions& options);

}  // namespace sb::traceql
