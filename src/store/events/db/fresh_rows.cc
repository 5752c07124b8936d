// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/fresh_rows.h"

#include <algorithm>
#include <utility>

namespace sb::events {
namespace {

// A joined batch is at most this long. A batch of half of it stays as it is: to copy it costs more
// than a scan gains.
constexpr size_t kJoinedBytesMax = 1u << 20;
constexpr size_t kJoinedRowsMax = 32768;

bool Joins(const store::EventBatch& older, const store::EventBatch& newer) {
  const size_t bytes = newer.SizeBytes();
  return older.SizeBytes() < 2 * bytes && older.SizeBytes() + bytes <= kJoinedBytesMax &&
         older.row_count() + newer.row_count() <= kJoinedRowsMax;
}

}  // namespace

void FreshRows::Add(std::shared_ptr<const store::EventBatch> batch,
                    std::span<const RowHash> hashes) {
  for (size_t i = 0; i < hashes.size(); ++i) {
    hashes_.Prefetch(hashes[std::min(i + kHashesAhead, hashes.size() - 1)]);
    hashes_.Insert(hashes[i]);
  }
  row_count_ += batch->row_count();
  auto list = std::make_shared<List>(*list_);
  std::shared_ptr<const store::EventBatch> newest = std::move(batch);
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
