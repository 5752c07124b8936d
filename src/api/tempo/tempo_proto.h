// SPDX-License-Identifier: Apache-2.0
//
// Messages of tempopb, both ways, as far as tempopb.StreamingQuerier needs them. Reading:
// kInvalidArgument for malformed bytes. Threads: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/tempo/endpoints.h"

namespace sb::api::tempo {

base::Result<SearchRequest> SearchFromProto(std::string_view bytes);
// One message of a stream: traces, and whether the search is done.
std::string SearchToProto(std::span<const traceql::FoundTrace> traces,
                          const traceql::QueryNotes& notes, bool is_done);

struct TagsRequest {
  std::string scope;
  std::string tag;
  traceql::TagOptions options;
};
// SearchTagsRequest.
base::Result<TagsRequest> TagsFromProto(std::string_view bytes);
// SearchTagValuesRequest.
base::Result<TagsRequest> TagValuesFromProto(std::string_view bytes);
std::string TagsToProto(const traceql::TagScopes& scopes);
std::string TagScopesToProto(const traceql::TagScopes& scopes);
std::string TagValuesToProto(const std::vector<traceql::TagValue>& values);
std::string TagValuesV2ToProto(const std::vector<traceql::TagValue>& values);

// QueryRangeRequest and QueryInstantRequest.
base::Result<MetricsRequest> MetricsFromProto(std::string_view bytes, int64_t now_ns, bool instant);
std::string QueryRangeToProto(const traceql::MetricsResult& result);
std::string QueryInstantToProto(const traceql::MetricsResult& result);

}  // namespace sb::api::tempo
