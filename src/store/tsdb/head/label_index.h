// SPDX-License-Identifier: Apache-2.0
//
// LabelIndex keeps every label pair (name=value) of the head once, under a 32-bit id, together with
// the slots of the series that carry it (its postings). A series is then an array of pair ids: 4
// bytes a label instead of the text.
//
//   uint32_t pair = index.Intern(label);              // one more reference to the pair
//   index.AddPosting(pair, slot);                     // once the series may be found
//   std::vector<uint32_t> slots = index.Match(matchers);
//
// A pair lives while it has references; ids of dead pairs are used again. Postings are kept sorted:
// slots mostly come in increasing order, a list that got one out of order is sorted before its
// next use.
//
// Threads: as a std container; the head guards it with one shared mutex. SortPostings needs the
// exclusive lock, Match and the views only the shared one and no unsorted list (has_unsorted()).
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/label_set.h"
#include "model/matcher.h"
#include "store/tsdb/head/paged_array.h"
#include "store/tsdb/head/tag_table.h"

namespace sb::tsdb {

class LabelIndex {
 public:
  struct ValueCount {
    std::string_view name;
    std::string_view value;
    uint64_t series = 0;
  };

  LabelIndex() = default;
  ~LabelIndex();

  uint32_t Intern(const model::Label& label);
  // Gives back one reference.
  void Release(uint32_t pair);
  // True if `pair` is exactly this label.
  bool Equals(uint32_t pair, const model::Label& label) const;
  // Order of LabelSets, given as pair ids in label order. Equal labels have equal ids, so that at
  // most one label is compared as text.
  bool Less(std::span<const uint32_t> a, std::span<const uint32_t> b) const;
  // Valid while the pair has references.
  model::Label LabelOf(uint32_t pair) const;

  void AddPosting(uint32_t pair, uint32_t slot);
  // Drops all slots for which `dead[slot]` holds from the lists of `pairs`.
  void RemovePostings(std::span<const uint32_t> pairs, const std::vector<bool>& dead);
  void AddToAll(uint32_t slot);
  void RemoveFromAll(const std::vector<bool>& dead);

  bool has_unsorted() const { return !unsorted_.empty(); }
  void SortPostings();

  // Slots of the series that fit all matchers, sorted.
  std::vector<uint32_t> Match(std::span<const model::Matcher> matchers) const;
  const std::vector<uint32_t>& all() const { return all_; }

  std::vector<std::string_view> Names() const;                        // with postings; any order
  std::vector<std::string_view> Values(std::string_view name) const;  // with postings; any order
  // One more reference to a known pair.
  void AddReference(uint32_t pair) { ++pairs_.at(pair).references; }
  struct PairText {
    uint32_t pair = 0;
    std::string_view name;
    std::string_view value;
  };
  // Every pair, any order; views as LabelOf.
  std::vector<PairText> AllPairs() const;
  uint32_t pair_extent() const { return pair_extent_; }
  // Every pair with postings.
  std::vector<ValueCount> Pairs() const;

  size_t pairs() const { return by_text_.size(); }
  size_t HeapBytes() const;

 private:
  struct Pair {
    char* value = nullptr;
    uint32_t value_bytes = 0;
    uint32_t name = 0;  // index in names_
    uint32_t references = 0;
    uint32_t tag = 0;
    uint32_t place = 0;     // in the name's list of pairs
    uint32_t count = 0;     // postings
    uint32_t capacity = 0;  // 0: at most one posting, kept in `single`
    union {
      uint32_t single;
      uint32_t* slots;
    };
    bool unsorted = false;

    Pair() : slots(nullptr) {}
    std::span<const uint32_t> postings() const { return {capacity == 0 ? &single : slots, count}; }
    uint32_t* data() { return capacity == 0 ? &single : slots; }
    std::string_view text() const { return {value, value_bytes}; }
  };
  struct Name {
    std::string text;
    std::vector<uint32_t> pairs;
  };

  uint32_t NameId(std::string_view name) const;
  uint32_t FindPair(uint32_t name, std::string_view value, uint32_t tag) const;
  void FilterPair(Pair* pair, const std::vector<bool>& dead);
  // Slots of the values that the matcher accepts / refuses, absent labels aside; sorted.
  std::vector<uint32_t> Accepted(const model::Matcher& matcher) const;
  std::vector<uint32_t> Refused(const model::Matcher& matcher) const;
  void CollectValues(uint32_t name, const std::vector<std::string>& values,
                     std::vector<std::span<const uint32_t>>* lists) const;
  void Collect(const Name& name, const model::Matcher& matcher, bool negate,
               std::vector<std::span<const uint32_t>>* lists) const;

  PagedArray<Pair> pairs_;
  uint32_t pair_extent_ = 0;
  std::vector<uint32_t> free_pairs_;
  TagTable by_text_;
  std::deque<Name> names_;                                   // names are few and stay, in place
  std::unordered_map<std::string_view, uint32_t> name_ids_;  // views into names_
  std::vector<uint32_t> unsorted_;
  std::vector<uint32_t> all_;
  bool all_unsorted_ = false;
  size_t text_bytes_ = 0;
  size_t postings_bytes_ = 0;
};

// Slots that are in both, or in `from` but not in `what`; all sorted.
std::vector<uint32_t> IntersectSlots(std::vector<uint32_t> a, std::span<const uint32_t> b);
std::vector<uint32_t> SubtractSlots(std::vector<uint32_t> from, std::span<const uint32_t> what);
// Union of sorted lists.
std::vector<uint32_t> UniteSlots(std::vector<std::span<const uint32_t>> lists);

}  // namespace sb::tsdb
