// SPDX-License-Identifier: Apache-2.0
//
// ElasticSearcher answers _search, _count, _mapping, _field_caps and _cat/indices from the events
// store.
//
//   SB_ASSIGN_OR_RETURN(std::string json, searcher.Search(context, "app-*", body));
//
// kInvalidArgument: the request is malformed, with the reason; kResourceExhausted: too many
// buckets; the codes of the store's scan. Threads: safe for concurrent use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "config/node.h"
#include "store/interface/event_store.h"

namespace sb::api {

class ElasticSearcher {
 public:
  struct IndexInfo {
    std::string name;
    uint64_t documents = 0;
    uint64_t bytes = 0;
  };
  struct Field {
    std::string name;
    std::string type;  // date, text, keyword, long, double
  };

  // Both must outlive the searcher.
  ElasticSearcher(const store::EventReader* reader, const base::Clock* clock)
      : reader_(reader), clock_(clock) {}

  // The members "took" … "aggregations", without the outer braces. `body` may be null.
  base::Result<std::string> Search(const store::ReadContext& context, std::string_view index,
                                   const config::Node* body) const;
  base::Result<uint64_t> Count(const store::ReadContext& context, std::string_view index,
                               const config::Node* query) const;
  base::Result<std::vector<IndexInfo>> Indices(const store::ReadContext& context,
                                               std::string_view index) const;
  base::Result<std::vector<Field>> Fields(const store::ReadContext& context,
                                          std::string_view index) const;

 private:
  const store::EventReader* const reader_;
  const base::Clock* const clock_;
};

}  // namespace sb::api
