// SPDX-License-Identifier: Apache-2.0
//
// SwitchSink passes requests to a sink that can be exchanged while requests run, by a reload.
//
//   SwitchSink sink(first);
//   std::shared_ptr<SpanSink> old = sink.Set(next);    // requests under way still use the old one
//
// Threads: safe for concurrent use.
#pragma once

#include <memory>
#include <utility>

#include "base/mutex.h"
#include "ingest/pipeline/span_sink.h"

namespace sb::ingest {

class SwitchSink final : public SpanSink {
 public:
  explicit SwitchSink(std::shared_ptr<SpanSink> first) : current_(std::move(first)) {}

  SpanWriteResult Write(std::string_view request) override {
    std::shared_ptr<SpanSink> sink;
    {
      const base::MutexLock lock(mutex_);
      sink = current_;
    }
    return sink->Write(request);
  }
  std::shared_ptr<SpanSink> Set(std::shared_ptr<SpanSink> next) {
    const base::MutexLock lock(mutex_);
    std::swap(current_, next);
    return next;
  }

 private:
  base::Mutex mutex_;
  std::shared_ptr<SpanSink> current_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
