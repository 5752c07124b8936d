// SPDX-License-Identifier: Apache-2.0
#include "query/logql/line_labels.h"

#include <algorithm>
#include <cstring>

namespace sb::logql {

void LineLabels::SetStream(const std::vector<model::Label>* labels) {
  stream_ = labels;
  is_changed_ = true;
}

void LineLabels::StartLine() {
  const size_t count = stream_ == nullptr ? 0 : stream_->size();
  if (is_changed_) {
    entries_.clear();
    for (size_t i = 0; i < count; ++i) {
      entries_.push_back({(*stream_)[i].name, (*stream_)[i].value, LabelOrigin::kStream});
    }
    is_changed_ = false;
  } else {
    entries_.resize(count);
  }
  error_ = {};
  details_ = {};
  large_.clear();
  block_ = 0;
  used_ = 0;
}

LineLabels::Entry* LineLabels::FindEntry(std::string_view name) {
  for (Entry& entry : entries_) {
    if (entry.name == name) {
      return &entry;
    }
  }
  return nullptr;
}

bool LineLabels::StreamHas(std::string_view name) const {
  if (stream_ == nullptr) {
    return false;
  }
  for (const model::Label& label : *stream_) {
    if (label.name == name) {
      return true;
    }
  }
  return false;
}

void LineLabels::AddMetadata(std::string_view name, std::string_view value) {
  if (StreamHas(name)) {
    std::string renamed(name);
    renamed += kExtractedSuffix;
    name = Store(renamed);
  }
  if (Entry* entry = FindEntry(name); entry == nullptr) {
    entries_.push_back({name, value, LabelOrigin::kMetadata});
  }
}

std::string_view LineLabels::ExtractedName(std::string_view name) {
  bool clashes = StreamHas(name);
  if (!clashes) {
    const Entry* entry = FindEntry(name);
    clashes = entry != nullptr && entry->origin == LabelOrigin::kMetadata;
  }
  if (!clashes) {
    return name;
  }
  std::string renamed(name);
  renamed += kExtractedSuffix;
  return Store(renamed);
}

void LineLabels::Put(std::string_view name, std::string_view value, bool again) {
  name = ExtractedName(name);
  Entry* entry = FindEntry(name);
  if (entry == nullptr) {
    entries_.push_back({name, value, LabelOrigin::kParsed});
    return;
  }
  if (entry->origin == LabelOrigin::kParsed && !again) {
    return;
  }
  is_changed_ = is_changed_ || entry->origin == LabelOrigin::kStream;
  entry->value = value;
  entry->origin = LabelOrigin::kParsed;
}

void LineLabels::Set(std::string_view name, std::string_view value) {
  if (Entry* entry = FindEntry(name); entry != nullptr) {
    is_changed_ = is_changed_ || entry->origin == LabelOrigin::kStream;
    entry->value = value;
    entry->origin = LabelOrigin::kParsed;
    return;
  }
  entries_.push_back({name, value, LabelOrigin::kParsed});
}

void LineLabels::Remove(std::string_view name) {
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].name == name) {
      is_changed_ = is_changed_ || entries_[i].origin == LabelOrigin::kStream;
      entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }
}

const std::string_view* LineLabels::Find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.name == name) {
      return &entry.value;
    }
  }
  if (name == kErrorLabel) {
    return error_.empty() ? nullptr : &error_;
  }
  if (name == kErrorDetailsLabel) {
    return details_.empty() ? nullptr : &details_;
  }
  return nullptr;
}

std::string_view LineLabels::Get(std::string_view name) const {
  const std::string_view* value = Find(name);
  return value == nullptr ? std::string_view() : *value;
}

void LineLabels::SetError(std::string_view error, std::string_view details) {
  error_ = error;
  details_ = details;
}

void LineLabels::AppendSorted(std::vector<model::Label>* out) const {
  const auto first = static_cast<std::ptrdiff_t>(out->size());
  for (const Entry& entry : entries_) {
    if (!entry.value.empty()) {
      out->push_back({entry.name, entry.value});
    }
  }
  if (!error_.empty()) {
    out->push_back({kErrorLabel, error_});
  }
  if (!details_.empty()) {
    out->push_back({kErrorDetailsLabel, details_});
  }
  std::sort(out->begin() + first, out->end(),
            [](const model::Label& a, const model::Label& b) { return a.name < b.name; });
}

std::string_view LineLabels::Store(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  if (text.size() > kBlockBytes / 4) {
    large_.push_back(std::make_unique<char[]>(text.size()));
    std::memcpy(large_.back().get(), text.data(), text.size());
    return {large_.back().get(), text.size()};
  }
  if (used_ + text.size() > kBlockBytes) {
    ++block_;
    used_ = 0;
  }
  if (block_ >= blocks_.size()) {
    blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
  }
  char* at = blocks_[block_].get() + used_;
  std::memcpy(at, text.data(), text.size());
  used_ += text.size();
  return {at, text.size()};
}

}  // namespace sb::logql
