// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/label_index.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "encoding/hash.h"

namespace sb::tsdb {

LabelIndex::~LabelIndex() {
  for (uint32_t id = 0; id < pair_extent_; ++id) {
    Pair& pair = pairs_.at(id);
    std::free(pair.value);
    if (pair.capacity > 0) {
      std::free(pair.slots);
    }
  }
}

uint32_t LabelIndex::NameId(std::string_view name) const {
  const auto found = name_ids_.find(name);
  return found == name_ids_.end() ? TagTable::kNone : found->second;
}

uint32_t LabelIndex::FindPair(uint32_t name, std::string_view value, uint32_t tag) const {
  return by_text_.Find(tag, [&](uint32_t id) {
    const Pair& pair = pairs_.at(id);
    return pair.name == name && pair.text() == value;
  });
}

uint32_t LabelIndex::Intern(const model::Label& label) {
  uint32_t name = NameId(label.name);
  if (name == TagTable::kNone) {
    name = static_cast<uint32_t>(names_.size());
    names_.push_back({std::string(label.name), {}});
    name_ids_.emplace(names_.back().text, name);
  }
  const uint32_t tag = TagTable::TagOf(encoding::Hash64Of(label.value, name));
  uint32_t id = FindPair(name, label.value, tag);
  if (id != TagTable::kNone) {
    ++pairs_.at(id).references;
    return id;
  }
  if (free_pairs_.empty()) {
    id = pair_extent_++;
    pairs_.Extend(pair_extent_);
  } else {
    id = free_pairs_.back();
    free_pairs_.pop_back();
  }
  Pair& pair = pairs_.at(id);
  pair.value = static_cast<char*>(std::malloc(std::max<size_t>(label.value.size(), 1)));
  SB_CHECK(pair.value != nullptr);
  std::memcpy(pair.value, label.value.data(), label.value.size());
  pair.value_bytes = static_cast<uint32_t>(label.value.size());
  pair.name = name;
  pair.references = 1;
  pair.tag = tag;
  pair.place = static_cast<uint32_t>(names_[name].pairs.size());
  names_[name].pairs.push_back(id);
  by_text_.Insert(tag, id);
  text_bytes_ += label.value.size();
  return id;
}

void LabelIndex::Release(uint32_t id) {
  Pair& pair = pairs_.at(id);
  SB_CHECK(pair.references > 0);
  if (--pair.references > 0) {
    return;
  }
  by_text_.Erase(pair.tag, id);
  std::vector<uint32_t>& siblings = names_[pair.name].pairs;
  siblings[pair.place] = siblings.back();
  pairs_.at(siblings[pair.place]).place = pair.place;
  siblings.pop_back();
  text_bytes_ -= pair.value_bytes;
  std::free(pair.value);
  if (pair.capacity > 0) {
    postings_bytes_ -= pair.capacity * sizeof(uint32_t);
    std::free(pair.slots);
  }
  pair = Pair();
  free_pairs_.push_back(id);
}

bool LabelIndex::Equals(uint32_t id, const model::Label& label) const {
  const Pair& pair = pairs_.at(id);
  return pair.text() == label.value && names_[pair.name].text == label.name;
}

model::Label LabelIndex::LabelOf(uint32_t id) const {
  const Pair& pair = pairs_.at(id);
  return {names_[pair.name].text, pair.text()};
}

bool LabelIndex::Less(std::span<const uint32_t> a, std::span<const uint32_t> b) const {
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_a == a.end() || at_b == b.end()) {
    return a.size() < b.size();
  }
  const Pair& pair_a = pairs_.at(*at_a);
  const Pair& pair_b = pairs_.at(*at_b);
  return pair_a.name == pair_b.name ? pair_a.text() < pair_b.text()
                                    : names_[pair_a.name].text < names_[pair_b.name].text;
}

void LabelIndex::AddPosting(uint32_t id, uint32_t slot) {
  Pair& pair = pairs_.at(id);
  if (pair.count == 0 && pair.capacity == 0) {
    pair.single = slot;
    pair.count = 1;
    return;
  }
  const uint32_t last = pair.data()[pair.count == 0 ? 0 : pair.count - 1];
  if (pair.capacity == 0 || pair.count == pair.capacity) {
    const uint32_t capacity = pair.capacity == 0 ? 4 : pair.capacity + pair.capacity / 2;
    uint32_t* slots = nullptr;
    if (pair.capacity == 0) {
      slots = static_cast<uint32_t*>(std::malloc(capacity * sizeof(uint32_t)));
      SB_CHECK(slots != nullptr);
      slots[0] = pair.single;
    } else {
      slots = static_cast<uint32_t*>(std::realloc(pair.slots, capacity * sizeof(uint32_t)));
      SB_CHECK(slots != nullptr);
    }
    postings_bytes_ += (capacity - pair.capacity) * sizeof(uint32_t);
    pair.slots = slots;
    pair.capacity = capacity;
  }
  pair.slots[pair.count++] = slot;
  if (pair.count > 1 && slot < last && !pair.unsorted) {
    pair.unsorted = true;
    unsorted_.push_back(id);
  }
}

void LabelIndex::AddToAll(uint32_t slot) {
  all_unsorted_ |= !all_.empty() && slot < all_.back();
  if (all_unsorted_ && unsorted_.empty()) {
    unsorted_.push_back(TagTable::kNone);
  }
  all_.push_back(slot);
}

void LabelIndex::SortPostings() {
  for (const uint32_t id : unsorted_) {
    if (id == TagTable::kNone) {
      continue;
    }
    Pair& pair = pairs_.at(id);
    if (pair.unsorted) {
      std::sort(pair.data(), pair.data() + pair.count);
      pair.unsorted = false;
    }
  }
  if (all_unsorted_) {
    std::sort(all_.begin(), all_.end());
    all_unsorted_ = false;
  }
  unsorted_.clear();
}

void LabelIndex::FilterPair(Pair* pair, const std::vector<bool>& dead) {
  uint32_t* data = pair->data();
  uint32_t* end = std::remove_if(data, data + pair->count,
                                 [&](uint32_t slot) { return slot < dead.size() && dead[slot]; });
  pair->count = static_cast<uint32_t>(end - data);
}

void LabelIndex::RemovePostings(std::span<const uint32_t> pairs, const std::vector<bool>& dead) {
  for (const uint32_t id : pairs) {
    FilterPair(&pairs_.at(id), dead);
  }
}

void LabelIndex::RemoveFromAll(const std::vector<bool>& dead) {
  std::erase_if(all_, [&](uint32_t slot) { return slot < dead.size() && dead[slot]; });
}

std::vector<std::string_view> LabelIndex::Names() const {
  std::vector<std::string_view> names;
  for (const Name& name : names_) {
    const bool used = std::any_of(name.pairs.begin(), name.pairs.end(),
                                  [&](uint32_t id) { return pairs_.at(id).count > 0; });
    if (used) {
      names.push_back(name.text);
    }
  }
  return names;
}

std::vector<std::string_view> LabelIndex::Values(std::string_view name) const {
  std::vector<std::string_view> values;
  const uint32_t id = NameId(name);
  if (id != TagTable::kNone) {
    for (const uint32_t pair : names_[id].pairs) {
      if (pairs_.at(pair).count > 0) {
        values.push_back(pairs_.at(pair).text());
      }
    }
  }
  return values;
}

std::vector<LabelIndex::ValueCount> LabelIndex::Pairs() const {
  std::vector<ValueCount> all;
  for (const Name& name : names_) {
    for (const uint32_t id : name.pairs) {
      const Pair& pair = pairs_.at(id);
      if (pair.count > 0) {
        all.push_back({name.text, pair.text(), pair.count});
      }
    }
  }
  return all;
}

std::vector<LabelIndex::PairText> LabelIndex::AllPairs() const {
  std::vector<PairText> all;
  all.reserve(pairs());
  for (const Name& name : names_) {
    for (const uint32_t id : name.pairs) {
      all.push_back({id, name.text, pairs_.at(id).text()});
    }
  }
  return all;
}

size_t LabelIndex::HeapBytes() const {
  // 16 bytes: what the allocator adds to each value.
  return pairs_.HeapBytes() + by_text_.HeapBytes() + text_bytes_ + by_text_.size() * 20 +
         postings_bytes_ + all_.capacity() * sizeof(uint32_t);
}

}  // namespace sb::tsdb
