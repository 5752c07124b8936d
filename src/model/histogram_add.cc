// SPDX-License-Identifier: Apache-2.0
//
// Sum and difference. Both sides are unrolled into (index, count) lists that are merged by index.
#include <algorithm>
#include <optional>

#include "model/histogram_buckets.h"
#include "model/histogram_layout.h"
#include "model/histogram_math.h"
#include "model/histogram_zero_bucket.h"
#include "model/kahan.h"

namespace sb::model {
namespace {

enum class Sign : uint8_t { kPlus, kMinus };

base::Status IncompatibleSchemas() {
  return base::InvalidArgument(
      "cannot apply this operation on histograms with a mix of exponential and custom bucket "
      "schemas");
}

// Returns true on a direct collision of "reset" and "not reset".
bool MergeHints(Histogram* h, CounterResetHint other) {
  CounterResetHint& hint = h->counter_reset_hint;
  if (hint == other || hint == CounterResetHint::kGauge) {
    return false;
  }
  if (other == CounterResetHint::kGauge) {
    hint = CounterResetHint::kGauge;
    return false;
  }
  const bool collision = hint != CounterResetHint::kUnknown && other != CounterResetHint::kUnknown;
  hint = CounterResetHint::kUnknown;
  return collision;
}

void AddInto(IndexedBucket* into, const IndexedBucket& bucket, bool kahan) {
  if (!kahan) {
    into->count += bucket.count;
    return;
  }
  KahanAdd(bucket.count, &into->count, &into->compensation);
  if (bucket.compensation != 0) {
    KahanAdd(bucket.compensation, &into->count, &into->compensation);
  }
}

// `b` into `a`, both by ascending index; every index of either is in the result.
BucketList Merge(const BucketList& a, const BucketList& b, bool kahan) {
  BucketList out;
  out.reserve(a.size() + b.size());
  size_t i = 0;
  for (const IndexedBucket& bucket : b) {
    while (i < a.size() && a[i].index < bucket.index) {
      out.push_back(a[i++]);
    }
    if (i < a.size() && a[i].index == bucket.index) {
      out.push_back(a[i++]);
      AddInto(&out.back(), bucket, kahan);
    } else {
      out.push_back(bucket);
    }
  }
  out.insert(out.end(), a.begin() + static_cast<ptrdiff_t>(i), a.end());
  return out;
}

void Negate(BucketList* list) {
  for (IndexedBucket& bucket : *list) {
    bucket.count *= -1;
    bucket.compensation *= -1;
  }
}

// Buckets within the zero bucket are already part of its count.
void DropBelow(BucketList* list, double threshold, int32_t schema) {
  auto first = std::find_if(list->begin(), list->end(), [&](const IndexedBucket& bucket) {
    return ExponentialBound(bucket.index, schema) > threshold;
  });
  list->erase(list->begin(), first);
}

struct SideRefs {
  std::vector<HistogramSpan>* spans;
  std::vector<double>* counts;
};
SideRefs SideOf(Histogram* h, bool positive) {
  return positive ? SideRefs{&h->positive_spans, &h->positive_buckets}
                  : SideRefs{&h->negative_spans, &h->negative_buckets};
}

// One side of exponential histograms. `compensation` is null for plain addition.
void AddSide(Histogram* h, int32_t h_schema, const Histogram& other, bool positive, Sign sign,
             Histogram* compensation) {
  const SideRefs mine = SideOf(h, positive);
  const auto& their_spans = positive ? other.positive_spans : other.negative_spans;
  const auto& their_counts = positive ? other.positive_buckets : other.negative_buckets;
  const bool kahan = compensation != nullptr;
  if (!kahan && h_schema == h->schema && other.schema == h->schema && *mine.spans == their_spans &&
      h->zero_threshold == 0 && mine.counts->size() == their_counts.size()) {
    for (size_t i = 0; i < their_counts.size(); ++i) {  // the common case: same layout
      (*mine.counts)[i] += sign == Sign::kPlus ? their_counts[i] : -their_counts[i];
    }
    return;
  }
  SideRefs lost{};
  if (kahan) {
    lost = SideOf(compensation, positive);
  }
  BucketList ours = Unroll(*mine.spans, *mine.counts, lost.counts);
  BucketList theirs = Unroll(their_spans, their_counts);
  if (h_schema > h->schema) {
    ours = kahan ? CoarsenKahan(ours, h_schema, h->schema) : Coarsen(ours, h_schema, h->schema);
  }
  if (other.schema > h->schema) {
    theirs = kahan ? CoarsenKahan(theirs, other.schema, h->schema)
                   : Coarsen(theirs, other.schema, h->schema);
  }
  DropBelow(&theirs, h->zero_threshold, h->schema);
  if (sign == Sign::kMinus) {
    Negate(&theirs);
  }
  Roll(Merge(ours, theirs, kahan), mine.spans, mine.counts, lost.counts);
  if (kahan) {
    *lost.spans = *mine.spans;
  }
}

std::vector<double> SharedBounds(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

// Adds the buckets of a side with `bounds` to `*target`, which has one slot per shared bound and
// one for +Inf.
void MapToBounds(const BucketList& list, const std::vector<double>& bounds,
                 const std::vector<double>& shared, Sign sign, BucketList* target) {
  size_t slot = 0;
  for (const IndexedBucket& bucket : list) {
    size_t at = shared.size();
    const auto index = static_cast<size_t>(bucket.index);
    if (bucket.index >= 0 && index < bounds.size()) {
      while (slot < shared.size() && shared[slot] < bounds[index]) {
        ++slot;
      }
      at = slot;
    }
    IndexedBucket& into = (*target)[at];
    KahanAdd(sign == Sign::kPlus ? bucket.count : -bucket.count, &into.count, &into.compensation);
    if (bucket.compensation != 0 && sign == Sign::kPlus) {
      KahanAdd(bucket.compensation, &into.count, &into.compensation);
    }
  }
}

// Custom buckets. Returns true if the bounds had to be reconciled.
bool AddCustom(Histogram* h, const Histogram& other, Sign sign, Histogram* compensation) {
  const bool kahan = compensation != nullptr;
  std::vector<double>* lost = kahan ? &compensation->positive_buckets : nullptr;
  BucketList ours = Unroll(h->positive_spans, h->positive_buckets, lost);
  BucketList theirs = Unroll(other.positive_spans, other.positive_buckets);
  const bool reconcile = !SameBounds(h->custom_values, other.custom_values);
  if (reconcile) {
    std::vector<double> shared = SharedBounds(h->custom_values, other.custom_values);
    BucketList target(shared.size() + 1);
    for (size_t i = 0; i < target.size(); ++i) {
      target[i].index = static_cast<int32_t>(i);
    }
    MapToBounds(ours, h->custom_values, shared, Sign::kPlus, &target);
    MapToBounds(theirs, other.custom_values, shared, sign, &target);
    DropEmpty(&target);
    Roll(target, &h->positive_spans, &h->positive_buckets, lost);
    h->custom_values = std::move(shared);
  } else {
    if (sign == Sign::kMinus) {
      Negate(&theirs);
    }
    Roll(Merge(ours, theirs, kahan), &h->positive_spans, &h->positive_buckets, lost);
  }
  if (kahan) {
    compensation->custom_values = h->custom_values;
    compensation->positive_spans = h->positive_spans;
  }
  return reconcile;
}

base::Result<HistogramOutcome> Combine(Histogram* h, const Histogram& other, Sign sign) {
  if (h->UsesCustomBuckets() != other.UsesCustomBuckets()) {
    return IncompatibleSchemas();
  }
  HistogramOutcome outcome;
  h->integer_counts = false;
  outcome.reset_collision = MergeHints(h, other.counter_reset_hint);
  const double factor = sign == Sign::kPlus ? 1 : -1;
  if (h->UsesCustomBuckets()) {
    h->count += factor * other.count;
    h->sum += factor * other.sum;
    outcome.bounds_reconciled = AddCustom(h, other, sign, nullptr);
    return outcome;
  }
  h->zero_count += factor * ReconcileZeroBuckets(h, other, nullptr).count;
  h->count += factor * other.count;
  h->sum += factor * other.sum;
  const int32_t schema = h->schema;
  h->schema = std::min(h->schema, other.schema);
  AddSide(h, schema, other, true, sign, nullptr);
  AddSide(h, schema, other, false, sign, nullptr);
  return outcome;
}

}  // namespace

base::Result<HistogramOutcome> Add(Histogram* h, const Histogram& other) {
  return Combine(h, other, Sign::kPlus);
}

base::Result<HistogramOutcome> Subtract(Histogram* h, const Histogram& other) {
  return Combine(h, other, Sign::kMinus);
}

Histogram CompensationFor(const Histogram& h) {
  Histogram c = h;
  c.integer_counts = false;
  c.zero_count = 0;
  c.count = 0;
  c.sum = 0;
  std::fill(c.positive_buckets.begin(), c.positive_buckets.end(), 0.0);
  std::fill(c.negative_buckets.begin(), c.negative_buckets.end(), 0.0);
  return c;
}

base::Result<HistogramOutcome> KahanAdd(Histogram* h, const Histogram& other,
                                        Histogram* compensation) {
  if (h->UsesCustomBuckets() != other.UsesCustomBuckets()) {
    return IncompatibleSchemas();
  }
  HistogramOutcome outcome;
  h->integer_counts = false;
  outcome.reset_collision = MergeHints(h, other.counter_reset_hint);
  Histogram& c = *compensation;
  if (!h->UsesCustomBuckets()) {
    const WiderZeroBucket theirs = ReconcileZeroBuckets(h, other, &c);
    KahanAdd(theirs.count, &h->zero_count, &c.zero_count);
    KahanAdd(theirs.compensation, &h->zero_count, &c.zero_count);
  }
  KahanAdd(other.count, &h->count, &c.count);
  KahanAdd(other.sum, &h->sum, &c.sum);
  if (h->UsesCustomBuckets()) {
    outcome.bounds_reconciled = AddCustom(h, other, Sign::kPlus, &c);
    return outcome;
  }
  const int32_t schema = h->schema;
  h->schema = std::min(h->schema, other.schema);
  AddSide(h, schema, other, true, Sign::kPlus, &c);
  AddSide(h, schema, other, false, Sign::kPlus, &c);
  c.schema = h->schema;
  c.zero_threshold = h->zero_threshold;
  return outcome;
}

}  // namespace sb::model
