// SPDX-License-Identifier: Apache-2.0
//
// The body of Elasticsearch's _bulk: an action line, then, but for a delete, a document line.
//
//   BulkRequest request;
//   SB_RETURN_IF_ERROR(ReadBulk(body, index_of_the_url, &request));
//   for (const BulkItem& item : request.items) …
//
// kInvalidArgument, for the request as a whole, for an empty body, an action line that is no object
// with one known action, and an item without index. Documents are not looked at; document_reader.h
// does. Keys of the action that are not known (_type, routing, pipeline, …) are ignored.
//
// All strings are views into the body, or into the request itself. Threads: values.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::wire {

enum class BulkAction : uint8_t { kIndex, kCreate, kUpdate, kDelete };

// "index", …
std::string_view BulkActionName(BulkAction action);

struct BulkItem {
  BulkAction action = BulkAction::kIndex;
  std::string_view index;
  std::string_view id;        // empty: the server makes one
  std::string_view document;  // the line, without its end; empty for a delete
};

struct BulkRequest {
  std::vector<BulkItem> items;
  std::deque<std::string> unescaped;
};

// Replaces `request`. `default_index` holds where an action names none; may be empty.
base::Status ReadBulk(std::string_view body, std::string_view default_index, BulkRequest* request);

}  // namespace sb::wire
