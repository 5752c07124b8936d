// SPDX-License-Identifier: Apache-2.0
//
// Histogram points of OTLP as native histograms.
//
// An exponential histogram of scale s becomes schema s; scales above 8 are merged down to 8, scales
// below -4 are kOutOfRange. OTLP's bucket i covers (base^i, base^(i+1)], which is index i + 1 here.
// An explicit histogram becomes one with custom buckets. kInvalidArgument if buckets, bounds and
// count contradict each other.
//
// Source: Prometheus otlptranslator, histograms.go; the zero threshold is what the point says, or
// the reference's 1e-128. Threads: pure functions.
#pragma once

#include "base/status.h"
#include "model/histogram.h"
#include "wire/otlp/metrics_reader.h"

namespace sb::ingest {

// kInvalidArgument unless there is one bucket more than bounds, or neither, and the bounds ascend.
// A last bound of +Inf, which some senders write out, is merged into the implied one.
base::Status NormalizeBuckets(wire::OtlpHistogramPoint* point);

base::Result<model::Histogram> CustomBucketHistogram(const wire::OtlpHistogramPoint& point);
base::Result<model::Histogram> NativeHistogram(const wire::OtlpExponentialPoint& point);
// What ends a histogram series.
model::Histogram StaleHistogram();

}  // namespace sb::ingest
