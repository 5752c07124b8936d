// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/fresh_rows.h"

#include <utility>

namespace sb::events {
namespace {

// A joined batch is at most this long: what a scan filters at once.
constexpr size_t kJoinedBytesMax = 4u << 20;
constexpr size_t kJoinedRowsMax = 32768;

bool Joins(const store::EventBatch& older, const store::EventBatch& newer) {
  const size_t bytes = newer.SizeBytes();
  return older.SizeBytes() < 2 * bytes && older.SizeBytes() + bytes <= kJoinedBytesMax &&
         older.row_count() + newer.row_count() <= kJoinedRowsMax;
}

}  // namespace

void FreshRows::Add(store::EventBatch batch, std::span<const RowHash> hashes) {
  for (const RowHash& hash : hashes) {
    hashes_.Insert(hash);
  }
  row_count_ += batch.row_count();
  auto list = std::make_shared<List>(*list_);
  auto newest = std::make_shared<const store::EventBatch>(std::move(batch));
  bytes_ += newest->SizeBytes();
  while (!list->empty() && Joins(list->back()->batch(), *newest)) {
    auto joined = std::make_shared<store::EventBatch>();
    joined->AppendRows(list->back()->batch());
    joined->AppendRows(*newest);
    bytes_ -= list->back()->batch().SizeBytes() + newest->SizeBytes();
    bytes_ += joined->SizeBytes();
    list->pop_back();
    newest = std::move(joined);
  }
  list->push_back(std::make_shared<const BatchRows>(std::move(newest)));
  list_ = std::move(list);
}

}  // namespace sb::events
