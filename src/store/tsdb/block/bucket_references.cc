// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/bucket_references.h"

#include <charconv>
#include <limits>

namespace sb::tsdb {

namespace {

bool ParseBound(std::string_view text, double* bound) {
  if (text == "+Inf") {
    *bound = std::numeric_limits<double>::infinity();
    return true;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *bound);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool BucketReferences::FamilyOf(const model::LabelSet& labels, uint32_t time_column,
                                encoding::Hash128* family, double* le) {
  const std::string_view bound = labels.Get("le");
  if (bound.empty() || !ParseBound(bound, le)) {
    return false;
  }
  std::string key(reinterpret_cast<const char*>(&time_column), sizeof(time_column));
  for (const model::Label& label : labels) {
    if (label.name != "le") {
      key.append(label.name).push_back('\xff');
      key.append(label.value).push_back('\xff');
    }
  }
  *family = encoding::Hash128Of(key);
  return true;
}

std::vector<const BucketColumn*> BucketReferences::Neighbours(const encoding::Hash128& family,
                                                              double le, uint32_t depth_max) const {
  const BucketColumn* below = nullptr;
  const BucketColumn* above = nullptr;
  if (const auto it = by_hash_.find(family); it != by_hash_.end()) {
    for (const BucketColumn& column : it->second->columns) {
      if (column.depth >= depth_max) {
        continue;
      }
      if (column.le <= le && (below == nullptr || column.le > below->le)) {
        below = &column;
      }
      if (column.le >= le && (above == nullptr || column.le < above->le)) {
        above = &column;
      }
    }
  }
  std::vector<const BucketColumn*> neighbours;
  for (const BucketColumn* column : {below, above}) {
    if (column != nullptr) {
      neighbours.push_back(column);
    }
  }
  return neighbours;
}

void BucketReferences::Add(const encoding::Hash128& family, BucketColumn column) {
  const size_t bytes = column.counts.size() * sizeof(int64_t) + sizeof(BucketColumn);
  auto it = by_hash_.find(family);
  if (it == by_hash_.end()) {
    families_.push_front({.hash = family, .columns = {}, .bytes = 0});
    it = by_hash_.emplace(family, families_.begin()).first;
  } else {
    families_.splice(families_.begin(), families_, it->second);
  }
  it->second->columns.push_back(std::move(column));
  it->second->bytes += bytes;
  bytes_ += bytes;
  while (bytes_ > bytes_max_ && !families_.empty()) {
    bytes_ -= families_.back().bytes;
    by_hash_.erase(families_.back().hash);
    families_.pop_back();
  }
}

}  // namespace sb::tsdb
