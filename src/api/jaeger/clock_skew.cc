// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/clock_skew.h"

#include <cstdlib>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "encoding/hex.h"
#include "query/traceql/slots.h"
#include "query/traceql/value.h"

namespace sb::api::jaeger {
namespace {

constexpr size_t kNone = SIZE_MAX;

std::string_view HostOf(const UiProcess& process) {
  for (const std::string_view key : {"host.id", "host.ip", "host.name"}) {
    for (const UiTag& tag : process.tags) {
      if (tag.key == key && tag.type == UiTag::Type::kString) {
        return tag.text;
      }
    }
  }
  return "";
}

std::string_view ParentOf(const UiSpan& span) {
  for (const UiReference& reference : span.references) {
    if (reference.is_child_of && reference.trace_id == span.trace_id) {
      return reference.span_id;
    }
  }
  return "";
}

// By how much a child of another host's clock has to move to lie within its parent.
int64_t SkewOf(const UiSpan& child, const UiSpan& parent) {
  const auto child_start = static_cast<int64_t>(child.start_ns);
  const auto parent_start = static_cast<int64_t>(parent.start_ns);
  const auto child_ns = static_cast<int64_t>(child.duration_ns);
  const auto parent_ns = static_cast<int64_t>(parent.duration_ns);
  if (child_ns > parent_ns) {
    return child_start < parent_start ? parent_start - child_start : 0;
  }
  if (child_start >= parent_start && child_start - parent_start <= parent_ns - child_ns) {
    return 0;
  }
  // The network is taken to be as slow one way as the other.
  return parent_start + (parent_ns - child_ns) / 2 - child_start;
}

class Adjuster {
 public:
  Adjuster(int64_t skew_max_ns, UiTrace* trace)
      : skew_max_ns_(skew_max_ns),
        trace_(*trace),
        parents_(trace->spans.size(), kNone),
        children_(trace->spans.size()) {}

  void Run() {
    Link();
    for (size_t i = 0; i < parents_.size(); ++i) {
      if (parents_[i] == kNone) {
        Walk(i);
      }
    }
  }

 private:
  struct Step {
    size_t span;
    int64_t delta_ns;  // of the parent's host
  };

  void Link() {
    std::unordered_map<std::string_view, size_t> by_id;
    for (size_t i = 0; i < trace_.spans.size(); ++i) {
      if (!by_id.emplace(trace_.spans[i].span_id, i).second) {
        trace_.spans[i].warnings.emplace_back("duplicate span IDs; skipping clock skew adjustment");
      }
    }
    for (size_t i = 0; i < trace_.spans.size(); ++i) {
      const std::string_view parent = ParentOf(trace_.spans[i]);
      const auto found = by_id.find(parent);
      if (found != by_id.end() && found->second != i) {
        parents_[i] = found->second;
        children_[found->second].push_back(i);
      } else if (!parent.empty()) {
        trace_.spans[i].warnings.push_back("invalid parent span IDs=" + encoding::HexOf(parent) +
                                           "; skipping clock skew adjustment");
      }
    }
  }

  // Cycles have no root, so they are never walked.
  void Walk(size_t root) {
    std::vector<Step> steps{{root, 0}};
    while (!steps.empty()) {
      Step step = steps.back();
      steps.pop_back();
      UiSpan& span = trace_.spans[step.span];
      if (const size_t parent = parents_[step.span]; parent != kNone) {
        const std::string_view host = HostOf(trace_.processes[span.process]);
        if (host.empty() || host != HostOf(trace_.processes[trace_.spans[parent].process])) {
          step.delta_ns = SkewOf(span, trace_.spans[parent]);
        }
      }
      Move(step.delta_ns, &span);
      for (const size_t child : children_[step.span]) {
        steps.push_back({child, step.delta_ns});
      }
    }
  }

  void Move(int64_t delta_ns, UiSpan* span) const {
    if (delta_ns == 0) {
      return;
    }
    const std::string delta = traceql::DurationText(delta_ns);
    if (skew_max_ns_ == 0) {
      span->warnings.push_back(
          "clock skew adjustment disabled; not applying calculated delta of " + delta);
      return;
    }
    if (std::llabs(delta_ns) > skew_max_ns_) {
      span->warnings.push_back("max clock skew adjustment delta of " +
                               traceql::DurationText(skew_max_ns_) +
                               " exceeded; not applying calculated delta of " + delta);
      return;
    }
    span->start_ns += static_cast<uint64_t>(delta_ns);
    for (UiLog& log : span->logs) {
      log.time_ns += static_cast<uint64_t>(delta_ns);
    }
    span->warnings.push_back("This span's timestamps were adjusted by " + delta);
  }

  const int64_t skew_max_ns_;
  UiTrace& trace_;
  std::vector<size_t> parents_;
  std::vector<std::vector<size_t>> children_;
};

}  // namespace

void AdjustClocks(int64_t skew_max_ns, UiTrace* trace) { Adjuster(skew_max_ns, trace).Run(); }

}  // namespace sb::api::jaeger
