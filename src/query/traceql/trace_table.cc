// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/trace_table.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace sb::traceql {
namespace {

constexpr int64_t kServerKind = 2;

// The two halves of a shared id.
struct IdOwner {
  int32_t upper = -1;  // what the halves' own parent is the parent of
  int32_t lower = -1;  // the parent of the children
};

}  // namespace

void TraceTable::Sort() {
  std::vector<uint32_t> order(spans.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
    const TraceSpan& x = spans[a];
    const TraceSpan& y = spans[b];
    return x.start_ns != y.start_ns ? x.start_ns < y.start_ns
           : x.span_id != y.span_id ? x.span_id < y.span_id
                                    : x.kind < y.kind;
  });
  std::vector<TraceSpan> sorted;
  std::vector<Value> sorted_values;
  sorted.reserve(spans.size());
  sorted_values.reserve(values.size());
  for (const uint32_t i : order) {
    sorted.push_back(spans[i]);
    sorted_values.insert(sorted_values.end(), row(i), row(i) + slot_count);
  }
  spans = std::move(sorted);
  values = std::move(sorted_values);
}

void TraceTable::LinkParents() {
  std::unordered_map<std::string_view, IdOwner> owners;
  for (size_t i = 0; i < spans.size(); ++i) {
    const auto index = static_cast<int32_t>(i);
    IdOwner& owner = owners[spans[i].span_id];
    if (owner.upper < 0) {
      owner = {index, index};
    } else if (spans[i].kind == kServerKind &&
               spans[static_cast<size_t>(owner.lower)].kind != kServerKind) {
      owner.lower = index;
    } else if (spans[i].kind != kServerKind &&
               spans[static_cast<size_t>(owner.upper)].kind == kServerKind) {
      owner.upper = index;
    }
  }
  for (size_t i = 0; i < spans.size(); ++i) {
    TraceSpan& span = spans[i];
    const auto index = static_cast<int32_t>(i);
    const IdOwner& own = owners[span.span_id];
    if (own.lower == index && own.upper != index) {
      span.parent = own.upper;
      continue;
    }
    const auto found = span.parent_id.empty() ? owners.end() : owners.find(span.parent_id);
    span.parent = found == owners.end() || found->second.lower == index ? -1 : found->second.lower;
  }
}

void TraceTable::CutCycles() {
  // 0 unseen, 1 on the path that is followed now, 2 known to end at a root.
  std::vector<uint8_t> state(spans.size(), 0);
  std::vector<size_t> path;
  for (size_t i = 0; i < spans.size(); ++i) {
    path.clear();
    auto at = static_cast<int32_t>(i);
    while (at >= 0 && state[static_cast<size_t>(at)] == 0) {
      state[static_cast<size_t>(at)] = 1;
      path.push_back(static_cast<size_t>(at));
      at = spans[static_cast<size_t>(at)].parent;
    }
    if (at >= 0 && state[static_cast<size_t>(at)] == 1) {
      // The cycle is the path from `at` on; its first span in order becomes the orphan.
      const auto begin = std::find(path.begin(), path.end(), static_cast<size_t>(at));
      spans[*std::min_element(begin, path.end())].parent = -1;
    }
    for (const size_t span : path) {
      state[span] = 2;
    }
  }
}

void TraceTable::Walk() {
  std::vector<std::vector<uint32_t>> children(spans.size());
  std::vector<uint32_t> tops;
  for (size_t i = 0; i < spans.size(); ++i) {
    const auto index = static_cast<uint32_t>(i);
    if (spans[i].parent >= 0) {
      children[static_cast<size_t>(spans[i].parent)].push_back(index);
    } else {
      tops.push_back(index);
    }
  }
  std::stable_partition(tops.begin(), tops.end(),
                        [this](uint32_t i) { return spans[i].parent_id.empty(); });
  int32_t number = 1;
  walk.reserve(spans.size());
  std::vector<std::pair<uint32_t, size_t>> stack;  // span, next child
  const auto enter = [&](uint32_t span) {
    spans[span].left = number++;
    spans[span].child_count = static_cast<int32_t>(children[span].size());
    walk.push_back(span);
    stack.emplace_back(span, 0);
  };
  for (const uint32_t top : tops) {
    enter(top);
    while (!stack.empty()) {
      auto& [span, next] = stack.back();
      if (next < children[span].size()) {
        enter(children[span][next++]);
        continue;
      }
      spans[span].right = number++;
      stack.pop_back();
    }
  }
}

void TraceTable::FillTraceSlots(const SlotPlan& plan) {
  for (size_t slot = 0; slot < plan.size(); ++slot) {
    const SlotPlan::Slot& info = plan.slots()[slot];
    if (!info.attribute.NeedsTrace() || info.parent_slot >= 0) {
      continue;
    }
    for (size_t i = 0; i < spans.size(); ++i) {
      const TraceSpan& span = spans[i];
      Value& value = values[i * slot_count + slot];
      switch (info.attribute.intrinsic) {
        case Intrinsic::kChildCount:
          value = Value::Int(span.child_count);
          break;
        case Intrinsic::kTraceDuration:
          value = Value::Duration(end_ns - start_ns);
          break;
        case Intrinsic::kTraceRootName:
          value = root >= 0 ? Value::Text(spans[static_cast<size_t>(root)].name) : Value::Nil();
          break;
        case Intrinsic::kTraceRootService:
          value = root >= 0 ? Value::Text(spans[static_cast<size_t>(root)].service) : Value::Nil();
          break;
        case Intrinsic::kNestedSetLeft:
          value = Value::Int(span.left);
          break;
        case Intrinsic::kNestedSetRight:
          value = Value::Int(span.right);
          break;
        default:
          value = Value::Int(span.parent >= 0         ? spans[static_cast<size_t>(span.parent)].left
                             : span.parent_id.empty() ? -1
                                                      : 0);
          break;
      }
    }
  }
  for (size_t slot = 0; slot < plan.size(); ++slot) {
    const int own = plan.slots()[slot].parent_slot;
    for (size_t i = 0; own >= 0 && i < spans.size(); ++i) {
      if (spans[i].parent >= 0) {
        values[i * slot_count + slot] =
            row(static_cast<size_t>(spans[i].parent))[static_cast<size_t>(own)];
      }
    }
  }
}

void TraceTable::Finish(const SlotPlan& plan) {
  Sort();
  LinkParents();
  CutCycles();
  Walk();
  start_ns = spans.empty() ? 0 : spans.front().start_ns;
  end_ns = start_ns;
  for (size_t i = 0; i < spans.size(); ++i) {
    end_ns = std::max(end_ns, spans[i].start_ns + spans[i].duration_ns);
    if (root < 0 && spans[i].parent_id.empty()) {
      root = static_cast<int>(i);
    }
  }
  FillTraceSlots(plan);
}

}  // namespace sb::traceql
