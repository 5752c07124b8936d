// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "alert/rules/memory_store.h"
#include "store/interface/sample_spacing.h"

namespace sb::rules {
namespace {

std::vector<std::string> Union(std::vector<std::string> a, const std::vector<std::string>& b) {
  std::vector<std::string> out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

class OverlayQuerier final : public store::Querier, public store::SampleSpacing {
 public:
  OverlayQuerier(std::unique_ptr<store::Querier> below, std::unique_ptr<store::Querier> above)
      : below_(std::move(below)), above_(std::move(above)) {}

  base::Result<std::vector<std::unique_ptr<store::Series>>> Select(
      const store::ReadContext& context, const store::SelectHints& hints,
      std::span<const model::Matcher> matchers) override {
    SB_ASSIGN_OR_RETURN(auto low, below_->Select(context, hints, matchers));
    SB_ASSIGN_OR_RETURN(auto high, above_->Select(context, hints, matchers));
    std::vector<std::unique_ptr<store::Series>> out;
    out.reserve(low.size() + high.size());
    auto l = low.begin();
    for (auto& series : high) {
      while (l != low.end() && (*l)->labels() < series->labels()) {
        out.push_back(std::move(*l++));
      }
      if (l != low.end() && (*l)->labels() == series->labels()) {
        ++l;
      }
      out.push_back(std::move(series));
    }
    std::move(l, low.end(), std::back_inserter(out));
    return out;
  }

  int64_t SpacingMs() const override {
    return store::SpacingOf(*below_);
  }

  base::Result<std::vector<std::string>> LabelNames(
      const store::ReadContext& context, std::span<const model::Matcher> matchers) override {
    SB_ASSIGN_OR_RETURN(auto low, below_->LabelNames(context, matchers));
    SB_ASSIGN_OR_RETURN(const auto high, above_->LabelNames(context, matchers));
    return Union(std::move(low), high);
  }

  base::Result<std::vector<std::string>> LabelValues(
      const store::ReadContext& context, const std::string& name,
      std::span<const model::Matcher> matchers) override {
    SB_ASSIGN_OR_RETURN(auto low, below_->LabelValues(context, name, matchers));
    SB_ASSIGN_OR_RETURN(const auto high, above_->LabelValues(context, name, matchers));
    return Union(std::move(low), high);
  }

  base::Result<std::vector<store::ExemplarSeries>> Exemplars(
      const store::ReadContext& context,
      std::span<const std::vector<model::Matcher>> selectors) override {
    return below_->Exemplars(context, selectors);
  }

  std::vector<std::string> Warnings() const override { return below_->Warnings(); }

 private:
  const std::unique_ptr<store::Querier> below_;
  const std::unique_ptr<store::Querier> above_;
};

}  // namespace

base::Result<std::unique_ptr<store::Querier>> OverlayStore::NewQuerier(base::TimeRange range) {
  SB_ASSIGN_OR_RETURN(auto below, below_->NewQuerier(range));
  SB_ASSIGN_OR_RETURN(auto above, above_->NewQuerier(range));
  return std::unique_ptr<store::Querier>(
      std::make_unique<OverlayQuerier>(std::move(below), std::move(above)));
}

}  // namespace sb::rules
