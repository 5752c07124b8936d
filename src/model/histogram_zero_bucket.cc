// SPDX-License-Identifier: Apache-2.0
#include "model/histogram_zero_bucket.h"

#include <cmath>

#include "model/histogram_buckets.h"
#include "model/histogram_layout.h"
#include "model/kahan.h"

namespace sb::model {
namespace {

BucketList Side(const Histogram& h, bool positive, const Histogram* maybe_compensation) {
  const Histogram& c = maybe_compensation != nullptr ? *maybe_compensation : h;
  if (positive) {
    return Unroll(h.positive_spans, h.positive_buckets,
                  maybe_compensation != nullptr ? &c.positive_buckets : nullptr);
  }
  return Unroll(h.negative_spans, h.negative_buckets,
                maybe_compensation != nullptr ? &c.negative_buckets : nullptr);
}

// Adds the side's buckets below the threshold to `*zero`. Returns true if the threshold cut a
// populated bucket and so was moved to its end.
bool Absorb(const Histogram& h, const BucketList& side, WiderZeroBucket* zero) {
  for (const IndexedBucket& bucket : side) {
    if (ExponentialBound(bucket.index - 1, h.schema) >= zero->threshold) {
      return false;
    }
    KahanAdd(bucket.count, &zero->count, &zero->compensation);
    if (bucket.compensation != 0) {
      KahanAdd(bucket.compensation, &zero->count, &zero->compensation);
    }
    const double end = ExponentialBound(bucket.index, h.schema);
    if (end > zero->threshold) {
      if (bucket.count == 0) {
        return false;
      }
      zero->threshold = end;
      return true;
    }
  }
  return false;
}

void DropAbsorbed(Histogram* h, Histogram* maybe_compensation, bool positive) {
  BucketList side = Side(*h, positive, maybe_compensation);
  for (IndexedBucket& bucket : side) {
    if (ExponentialBound(bucket.index - 1, h->schema) >= h->zero_threshold) {
      break;
    }
    bucket.count = 0;
    bucket.compensation = 0;
  }
  DropEmpty(&side);
  auto& spans = positive ? h->positive_spans : h->negative_spans;
  auto& counts = positive ? h->positive_buckets : h->negative_buckets;
  if (maybe_compensation == nullptr) {
    Roll(side, &spans, &counts);
    return;
  }
  auto& c_spans =
      positive ? maybe_compensation->positive_spans : maybe_compensation->negative_spans;
  Roll(side, &spans, &counts,
       positive ? &maybe_compensation->positive_buckets : &maybe_compensation->negative_buckets);
  c_spans = spans;
}

}  // namespace

WiderZeroBucket WidenZeroBucket(const Histogram& h, double threshold,
                                const Histogram* maybe_compensation) {
  WiderZeroBucket zero{h.zero_count, threshold,
                       maybe_compensation != nullptr ? maybe_compensation->zero_count : 0};
  if (threshold == h.zero_threshold) {
    return zero;
  }
  const BucketList positive = Side(h, true, maybe_compensation);
  const BucketList negative = Side(h, false, maybe_compensation);
  // A threshold moved by the negative side invalidates what the positive side has added. Each
  // round moves it to another bucket's end, so the number of buckets bounds the rounds.
  while (true) {
    zero.count = h.zero_count;
    Absorb(h, positive, &zero);
    if (!Absorb(h, negative, &zero)) {
      return zero;
    }
  }
}

WiderZeroBucket ReconcileZeroBuckets(Histogram* h, const Histogram& other,
                                     Histogram* maybe_compensation) {
  WiderZeroBucket theirs{other.zero_count, other.zero_threshold, 0};
  while (theirs.threshold != h->zero_threshold) {
    if (std::isnan(theirs.threshold) || std::isnan(h->zero_threshold)) {
      break;
    }
    if (h->zero_threshold > theirs.threshold) {
      theirs = WidenZeroBucket(other, h->zero_threshold);
    }
    if (theirs.threshold > h->zero_threshold) {
      const WiderZeroBucket ours = WidenZeroBucket(*h, theirs.threshold, maybe_compensation);
      h->zero_count = ours.count;
      h->zero_threshold = ours.threshold;
      if (maybe_compensation != nullptr) {
        maybe_compensation->zero_count = ours.compensation;
      }
      DropAbsorbed(h, maybe_compensation, true);
      DropAbsorbed(h, maybe_compensation, false);
    }
  }
  return theirs;
}

}  // namespace sb::model
