// SPDX-License-Identifier: Apache-2.0
//
// LabelSet is the identity of a metric series or a log stream: name/value pairs, sorted by name,
// names unique, no empty values (an empty value is the same as an absent label). The metric name is
// the label "__name__".
//
//   LabelSet labels = LabelSetBuilder().Set("__name__", "up").Set("job", "node").Build();
//   for (const Label& l : labels) { … }           // sorted by name
//   labels.Get("job")                             // "node"; "" when absent
//
// A LabelSet is one pointer to an immutable, reference-counted buffer: copies are cheap and safe
// across threads. Order and equality compare the sorted pairs bytewise. Hash() depends only on the
// pairs and is stable over processes and versions (it is stored on disk and seen by limit_ratio).
//
// Buffer: u32 count, then per label varint name length, name, varint value length, value.
#pragma once

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sb::model {

inline constexpr std::string_view kMetricName = "__name__";

// Views into the LabelSet they came from.
struct Label {
  std::string_view name;
  std::string_view value;
  friend bool operator==(const Label&, const Label&) = default;
  friend auto operator<=>(const Label&, const Label&) = default;
};

class LabelSet {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Label;
    using difference_type = std::ptrdiff_t;
    using pointer = const Label*;
    using reference = const Label&;

    Iterator() = default;
    reference operator*() const { return label_; }
    pointer operator->() const { return &label_; }
    Iterator& operator++() {
      --left_;
      Read();
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++*this;
      return old;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

   private:
    friend class LabelSet;
    Iterator(const char* at, uint32_t left) : at_(at), left_(left) { Read(); }
    void Read();
    const char* at_ = nullptr;
    uint32_t left_ = 0;
    Label label_;
  };

  LabelSet() = default;  // the empty set
  // `sorted` must be sorted by name with unique names; labels with empty values are left out.
  static LabelSet FromSorted(const Label* sorted, size_t count);
  // Any order; the last of several labels with one name wins; empty values are left out.
  static LabelSet FromLabels(std::vector<Label> labels);
  static LabelSet FromPairs(
      std::initializer_list<std::pair<std::string_view, std::string_view>> pairs);

  LabelSet(const LabelSet& other) noexcept : rep_(other.rep_) { Ref(); }
  LabelSet(LabelSet&& other) noexcept : rep_(std::exchange(other.rep_, nullptr)) {}
  LabelSet& operator=(const LabelSet& other) noexcept {
    LabelSet copy(other);
    std::swap(rep_, copy.rep_);
    return *this;
  }
  LabelSet& operator=(LabelSet&& other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }
  ~LabelSet() { Unref(); }

  size_t size() const { return rep_ ? rep_->count : 0; }
  bool empty() const { return rep_ == nullptr; }
  Iterator begin() const { return Iterator(rep_ ? rep_->bytes : nullptr, Count()); }
  Iterator end() const { return Iterator(nullptr, 0); }

  std::string_view Get(std::string_view name) const;  // "" when absent
  bool Has(std::string_view name) const;
  std::string_view metric_name() const { return Get(kMetricName); }

  // XXH3-64 of the buffer; 0 for the empty set is not special-cased.
  uint64_t Hash() const;
  // The buffer's label bytes (without the count): equal sets have equal bytes.
  std::string_view Encoded() const {
    return rep_ ? std::string_view(rep_->bytes, rep_->size_bytes) : std::string_view();
  }
  // Heap bytes held by this set (shared between copies).
  size_t HeapBytes() const;

  // `name{a="b",c="d"}` as PromQL writes it: names quoted only where needed.
  std::string ToString() const;

  // Copies without / with only the given names (which need not be sorted), and without __name__.
  LabelSet Without(const std::vector<std::string>& names) const;
  LabelSet Keep(const std::vector<std::string>& names) const;
  LabelSet WithoutMetricName() const;

  friend bool operator==(const LabelSet& a, const LabelSet& b) {
    return a.rep_ == b.rep_ || a.Encoded() == b.Encoded();
  }
  friend std::strong_ordering operator<=>(const LabelSet& a, const LabelSet& b);

 private:
  struct Rep {
    std::atomic<uint32_t> refs;
    uint32_t count;
    uint32_t size_bytes;
    std::atomic<uint64_t> hash;  // 0: not computed yet
    char bytes[1];
  };
  uint32_t Count() const { return rep_ ? rep_->count : 0; }
  void Ref() const {
    if (rep_ != nullptr) {
      rep_->refs.fetch_add(1, std::memory_order_relaxed);
    }
  }
  void Unref();
  Rep* rep_ = nullptr;
};

struct LabelSetHash {
  size_t operator()(const LabelSet& labels) const { return static_cast<size_t>(labels.Hash()); }
};

// Changes to a LabelSet, applied at Build(). Cheap for a few changes.
class LabelSetBuilder {
 public:
  LabelSetBuilder() = default;
  explicit LabelSetBuilder(const LabelSet& base) : base_(base) {}
  void Reset(const LabelSet& base);

  LabelSetBuilder& Set(std::string_view name, std::string_view value);  // "" deletes
  LabelSetBuilder& Delete(std::string_view name);
  // Current value, changes included; valid until the next Set.
  std::string_view Get(std::string_view name) const;
  LabelSet Build() const;

 private:
  struct Change {
    std::string name;
    std::string value;  // empty: deleted
  };
  LabelSet base_;
  std::vector<Change> changes_;
};

}  // namespace sb::model
