// SPDX-License-Identifier: Apache-2.0
#include "model/label_set.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "model/label_name.h"

namespace sb::model {

namespace {

size_t VarintLength(size_t n) {
  size_t length = 1;
  while (n >= 0x80) {
    n >>= 7;
    ++length;
  }
  return length;
}

char* PutString(char* out, std::string_view s) {
  size_t n = s.size();
  while (n >= 0x80) {
    *out++ = static_cast<char>(n | 0x80);
    n >>= 7;
  }
  *out++ = static_cast<char>(n);
  std::memcpy(out, s.data(), s.size());
  return out + s.size();
}

std::string_view ReadString(const char** at) {
  const char* p = *at;
  size_t n = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*p++);
    n |= static_cast<size_t>(byte & 0x7f) << shift;
    if (byte < 0x80) {
      break;
    }
  }
  *at = p + n;
  return {p, n};
}

bool ByName(const Label& a, const Label& b) {
  return a.name < b.name;
}

}  // namespace

void LabelSet::Iterator::Read() {
  if (left_ == 0) {
    return;
  }
  label_.name = ReadString(&at_);
  label_.value = ReadString(&at_);
}

LabelSet LabelSet::FromSorted(const Label* sorted, size_t count) {
  size_t bytes = 0;
  uint32_t used = 0;
  for (size_t i = 0; i < count; ++i) {
    SB_DCHECK(i == 0 || sorted[i - 1].name < sorted[i].name);
    if (sorted[i].value.empty()) {
      continue;
    }
    ++used;
    bytes += VarintLength(sorted[i].name.size()) + sorted[i].name.size() +
             VarintLength(sorted[i].value.size()) + sorted[i].value.size();
  }
  LabelSet set;
  if (used == 0) {
    return set;
  }
  void* memory = std::malloc(offsetof(Rep, bytes) + bytes);
  SB_CHECK(memory != nullptr);
  set.rep_ = new (memory) Rep{1, used, static_cast<uint32_t>(bytes), 0, {0}};
  char* out = set.rep_->bytes;
  for (size_t i = 0; i < count; ++i) {
    if (!sorted[i].value.empty()) {
      out = PutString(out, sorted[i].name);
      out = PutString(out, sorted[i].value);
    }
  }
  return set;
}

LabelSet LabelSet::FromLabels(std::vector<Label> labels) {
  std::stable_sort(labels.begin(), labels.end(), ByName);
  // Of equal names the last one stays.
  size_t out = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (out > 0 && labels[out - 1].name == labels[i].name) {
      labels[out - 1] = labels[i];
    } else {
      labels[out++] = labels[i];
    }
  }
  return FromSorted(labels.data(), out);
}

LabelSet LabelSet::FromPairs(
    std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
  std::vector<Label> labels;
  labels.reserve(pairs.size());
  for (const auto& [name, value] : pairs) {
    labels.push_back({name, value});
  }
  return FromLabels(std::move(labels));
}

void LabelSet::Unref() {
  if (rep_ != nullptr && rep_->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    rep_->~Rep();
    std::free(rep_);
  }
}

std::string_view LabelSet::Get(std::string_view name) const {
  for (const Label& label : *this) {
    if (label.name >= name) {
      return label.name == name ? label.value : std::string_view();
    }
  }
  return {};
}

bool LabelSet::Has(std::string_view name) const {
  return !Get(name).empty();
}

uint64_t LabelSet::Hash() const {
  if (rep_ == nullptr) {
    return XXH3_64bits("", 0);
  }
  uint64_t hash = rep_->hash.load(std::memory_order_relaxed);
  if (hash == 0) {
    hash = XXH3_64bits(rep_->bytes, rep_->size_bytes);
    rep_->hash.store(hash, std::memory_order_relaxed);
  }
  return hash;
}

size_t LabelSet::HeapBytes() const {
  return rep_ ? offsetof(Rep, bytes) + rep_->size_bytes : 0;
}

std::strong_ordering operator<=>(const LabelSet& a, const LabelSet& b) {
  auto x = a.begin();
  auto y = b.begin();
  for (; x != a.end() && y != b.end(); ++x, ++y) {
    if (auto order = *x <=> *y; order != 0) {
      return order;
    }
  }
  return a.size() <=> b.size();
}

std::string LabelSet::ToString() const {
  std::string out;
  const std::string_view metric = metric_name();
  const bool plain_metric = IsLegacyMetricName(metric);
  if (plain_metric) {
    out.append(metric);
  }
  if (plain_metric && size() == 1) {
    return out;
  }
  out.push_back('{');
  bool first = true;
  if (!metric.empty() && !plain_metric) {
    out.append(QuoteString(metric));
    first = false;
  }
  for (const Label& label : *this) {
    if (label.name == kMetricName) {
      continue;
    }
    if (!first) {
      out.append(", ");
    }
    first = false;
    out.append(IsLegacyLabelName(label.name) ? std::string(label.name) : QuoteString(label.name));
    out.push_back('=');
    out.append(QuoteString(label.value));
  }
  out.push_back('}');
  return out;
}

LabelSet LabelSet::Without(const std::vector<std::string>& names) const {
  std::vector<Label> kept;
  kept.reserve(size());
  for (const Label& label : *this) {
    if (std::find(names.begin(), names.end(), label.name) == names.end()) {
      kept.push_back(label);
    }
  }
  return kept.size() == size() ? *this : FromSorted(kept.data(), kept.size());
}

LabelSet LabelSet::Keep(const std::vector<std::string>& names) const {
  std::vector<Label> kept;
  for (const Label& label : *this) {
    if (std::find(names.begin(), names.end(), label.name) != names.end()) {
      kept.push_back(label);
    }
  }
  return kept.size() == size() ? *this : FromSorted(kept.data(), kept.size());
}

LabelSet LabelSet::WithoutMetricName() const {
  std::vector<Label> kept;
  kept.reserve(size());
  for (const Label& label : *this) {
    if (label.name != kMetricName) {
      kept.push_back(label);
    }
  }
  return kept.size() == size() ? *this : FromSorted(kept.data(), kept.size());
}

void LabelSetBuilder::Reset(const LabelSet& base) {
  base_ = base;
  changes_.clear();
}

LabelSetBuilder& LabelSetBuilder::Set(std::string_view name, std::string_view value) {
  for (Change& change : changes_) {
    if (change.name == name) {
      change.value = value;
      return *this;
    }
  }
  changes_.push_back({std::string(name), std::string(value)});
  return *this;
}

LabelSetBuilder& LabelSetBuilder::Delete(std::string_view name) {
  return Set(name, "");
}

std::string_view LabelSetBuilder::Get(std::string_view name) const {
  for (const Change& change : changes_) {
    if (change.name == name) {
      return change.value;
    }
  }
  return base_.Get(name);
}

LabelSet LabelSetBuilder::Build() const {
  if (changes_.empty()) {
    return base_;
  }
  std::vector<Label> labels(base_.begin(), base_.end());
  for (const Change& change : changes_) {
    labels.push_back({change.name, change.value});
  }
  return LabelSet::FromLabels(std::move(labels));
}

}  // namespace sb::model
