// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/label_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace sb::tsdb {
namespace {

using model::LabelSet;
using model::Matcher;
using model::MatchType;

// An index and, beside it, the plain list of what is in it.
class LabelIndexTest : public testing::Test {
 protected:
  void Add(uint32_t slot, const LabelSet& labels) {
    std::vector<uint32_t> pairs;
    for (const model::Label& label : labels) {
      pairs.push_back(index_.Intern(label));
      index_.AddPosting(pairs.back(), slot);
    }
    index_.AddToAll(slot);
    series_[slot] = {labels, pairs};
  }
  void Remove(uint32_t slot) {
    std::vector<bool> dead(slot + 1, false);
    dead[slot] = true;
    index_.RemovePostings(series_[slot].pairs, dead);
    index_.RemoveFromAll(dead);
    for (const uint32_t pair : series_[slot].pairs) {
      index_.Release(pair);
    }
    series_.erase(slot);
  }
  // The obvious answer.
  std::vector<uint32_t> Expected(const std::vector<Matcher>& matchers) const {
    std::vector<uint32_t> slots;
    for (const auto& [slot, entry] : series_) {
      bool all = true;
      for (const Matcher& matcher : matchers) {
        all = all && matcher.Matches(entry.labels.Get(matcher.name()));
      }
      if (all) {
        slots.push_back(slot);
      }
    }
    return slots;
  }
  std::vector<uint32_t> Found(const std::vector<Matcher>& matchers) {
    index_.SortPostings();
    return index_.Match(matchers);
  }
  static Matcher M(MatchType type, const std::string& name, const std::string& value) {
    return *Matcher::Create(type, name, value);
  }

  struct Entry {
    LabelSet labels;
    std::vector<uint32_t> pairs;
  };
  LabelIndex index_;
  std::map<uint32_t, Entry> series_;
};

TEST_F(LabelIndexTest, EveryKindOfMatcherAgreesWithTheObviousAnswer) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::vector<uint32_t> slots(300);
  for (uint32_t i = 0; i < slots.size(); ++i) {
    slots[i] = i;
  }
  std::shuffle(slots.begin(), slots.end(), random);  // reused slots come in any order
  for (const uint32_t slot : slots) {
    std::vector<std::string> texts;
    model::LabelSetBuilder labels;
    labels.Set("__name__", "m" + std::to_string(random() % 5));
    for (const char* name : {"a", "b", "c"}) {
      if (random() % 3 != 0) {
        labels.Set(name, std::string(1, static_cast<char>('x' + random() % 3)) +
                             std::to_string(random() % 4));
      }
    }
    labels.Set("slot", std::to_string(slot));
    Add(slot, labels.Build());
  }
  for (uint32_t slot = 0; slot < 300; slot += 7) {
    Remove(slot);
  }
  const std::vector<std::string> values = {"",        "x0",    "x.*",    "x0|y1|z9", "x0|",
                                           ".*",      ".+",    "(?i)X1", "[xy].",    "m1",
                                           "nothing", "m.|x.", "|"};
  const std::vector<std::string> names = {"__name__", "a", "b", "c", "absent"};
  const MatchType types[] = {MatchType::kEqual, MatchType::kNotEqual, MatchType::kRegex,
                             MatchType::kNotRegex};
  for (int round = 0; round < 1000; ++round) {
    std::vector<Matcher> matchers;
    std::string text;
    for (uint64_t i = 0; i < 1 + random() % 3; ++i) {
      matchers.push_back(
          M(types[random() % 4], names[random() % names.size()], values[random() % values.size()]));
      text += matchers.back().ToString() + " ";
    }
    ASSERT_EQ(Found(matchers), Expected(matchers)) << text;
  }
}

TEST_F(LabelIndexTest, PairsAreSharedAndDieWithTheirLastReference) {
  Add(1, LabelSet::FromPairs({{"a", "1"}, {"b", "x"}}));
  Add(2, LabelSet::FromPairs({{"a", "1"}, {"b", "y"}}));
  EXPECT_EQ(index_.pairs(), 3u);
  EXPECT_EQ(series_[1].pairs[0], series_[2].pairs[0]);
  const uint32_t freed = series_[1].pairs[1];
  Remove(1);
  EXPECT_EQ(index_.pairs(), 2u);
  Add(3, LabelSet::FromPairs({{"c", "new"}}));
  EXPECT_EQ(series_[3].pairs[0], freed) << "the id of a dead pair is used again";
  EXPECT_EQ(index_.LabelOf(freed), (model::Label{"c", "new"}));
  std::vector<std::string_view> values = index_.Values("b");
  EXPECT_EQ(values, (std::vector<std::string_view>{"y"}));
}

TEST(TagTableTest, ErasedEntriesDoNotHideOthers) {
  std::mt19937_64 random(7);
  TagTable table;
  std::map<uint32_t, uint32_t> expected;  // id -> tag
  for (int i = 0; i < 20'000; ++i) {
    const auto id = static_cast<uint32_t>(random() % 500);
    const auto found = expected.find(id);
    if (found == expected.end()) {
      const auto tag = static_cast<uint32_t>(random() % 64);  // many collisions
      table.Insert(tag, id);
      expected[id] = tag;
    } else {
      table.Erase(found->second, id);
      expected.erase(found);
    }
    ASSERT_EQ(table.size(), expected.size());
  }
  for (uint32_t id = 0; id < 500; ++id) {
    const auto found = expected.find(id);
    for (uint32_t tag = 0; tag < 64; ++tag) {
      const uint32_t result = table.Find(tag, [&](uint32_t candidate) { return candidate == id; });
      EXPECT_EQ(result != TagTable::kNone, found != expected.end() && found->second == tag);
    }
  }
}

TEST(SlotsTest, SetOperationsAgreeWithTheStandardOnes) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 500; ++round) {
    std::vector<uint32_t> a;
    std::vector<uint32_t> b;
    for (uint32_t i = 0; i < 200; ++i) {
      if (random() % (1 + static_cast<uint64_t>(round) % 20) == 0) {
        a.push_back(i);
      }
      if (random() % (1 + static_cast<uint64_t>(round) % 7) == 0) {
        b.push_back(i);
      }
    }
    std::vector<uint32_t> expected;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(expected));
    EXPECT_EQ(IntersectSlots(a, b), expected);
    expected.clear();
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(expected));
    EXPECT_EQ(SubtractSlots(a, b), expected);
    expected.clear();
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(expected));
    EXPECT_EQ(UniteSlots({a, b}), expected);
  }
}

}  // namespace
}  // namespace sb::tsdb
