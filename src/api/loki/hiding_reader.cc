// SPDX-License-Identifier: Apache-2.0
#include "api/loki/hiding_reader.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "store/interface/event_schema.h"

namespace sb::api::loki {
namespace {

using store::EventFilter;
using store::EventScanOptions;
using store::EventValue;
using store::FilterOp;

EventFilter MatcherFilter(const model::Matcher& matcher) {
  const bool is_equal =
      matcher.type() == model::MatchType::kEqual || matcher.type() == model::MatchType::kNotEqual;
  const bool is_negative = matcher.type() == model::MatchType::kNotEqual ||
                           matcher.type() == model::MatchType::kNotRegex;
  EventFilter positive =
      EventFilter::Compare(matcher.name(), is_equal ? FilterOp::kEqual : FilterOp::kMatchRegex,
                           EventValue::Text(matcher.value()));
  // An absent label is "" to a matcher, but false to a condition.
  if (matcher.MatchesEmpty() != is_negative) {
    std::vector<EventFilter> either;
    either.push_back(std::move(positive));
    either.push_back(EventFilter::Not(EventFilter::Exists(matcher.name())));
    positive = EventFilter::Or(std::move(either));
  }
  return is_negative ? EventFilter::Not(std::move(positive)) : std::move(positive);
}

// A block whose streams are told apart over several scans.
class RenumberedBlock final : public store::EventBlock {
 public:
  void Assign(const store::EventBlock& block, int64_t bound_ns, std::vector<uint32_t>* numbers,
              const std::function<uint32_t(uint32_t)>& new_number) {
    times_.assign(block.times().begin(), block.times().end());
    columns_ = block.columns();
    bound_ns_ = bound_ns;
    streams_.clear();
    streams_.reserve(block.row_count());
    for (const uint32_t stream : block.streams()) {
      if (stream >= numbers->size()) {
        numbers->resize(stream + size_t{1}, kNoNumber);
      }
      uint32_t& number = (*numbers)[stream];
      if (number == kNoNumber) {
        number = new_number(stream);
      }
      streams_.push_back(number);
    }
  }

 private:
  static constexpr uint32_t kNoNumber = UINT32_MAX;
};

// One scan after the other; each is opened when its turn comes.
class ScanChain final : public store::EventScan {
 public:
  using Open = std::function<base::Result<std::unique_ptr<store::EventScan>>(EventScanOptions)>;

  ScanChain(std::vector<EventScanOptions> pieces, Open open)
      : pieces_(std::move(pieces)), open_(std::move(open)) {}

  // The first piece at once, so that what is wrong with the request is said before Next().
  base::Status Start() { return OpenNext(); }

  base::Result<const store::EventBlock*> Next() override {
    for (;;) {
      SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scans_.back()->Next());
      if (block != nullptr) {
        const size_t scan = scans_.size() - 1;
        block_.Assign(*block, BoundOf(*block), &numbers_, [this, scan](uint32_t stream) {
          streams_.emplace_back(scan, stream);
          return static_cast<uint32_t>(streams_.size() - 1);
        });
        return &block_;
      }
      if (scans_.size() == pieces_.size()) {
        return nullptr;
      }
      SB_RETURN_IF_ERROR(OpenNext());
    }
  }

  const store::EventStream& stream(uint32_t index) const override {
    const auto& [scan, stream] = streams_[index];
    return scans_[scan]->stream(stream);
  }

  store::ScanStats stats() const override {
    store::ScanStats sum;
    for (const auto& scan : scans_) {
      const store::ScanStats one = scan->stats();
      sum.rows_inspected += one.rows_inspected;
      sum.rows_returned += one.rows_returned;
      sum.bytes_inspected += one.bytes_inspected;
      sum.parts += one.parts;
      sum.pages_skipped += one.pages_skipped;
    }
    return sum;
  }

  std::vector<std::string> warnings() const override {
    std::set<std::string> all;
    for (const auto& scan : scans_) {
      for (std::string& warning : scan->warnings()) {
        all.insert(std::move(warning));
      }
    }
    return {all.begin(), all.end()};
  }

 private:
  // The block's own bound knows nothing of the pieces to come.
  int64_t BoundOf(const store::EventBlock& block) const {
    const EventScanOptions& piece = pieces_[scans_.size() - 1];
    if (scans_.size() == pieces_.size()) {
      return block.bound_ns();
    }
    return piece.order == store::ScanOrder::kNewestFirst
               ? std::max(block.bound_ns(), piece.range.start_ns)
               : std::min(block.bound_ns(), piece.range.end_ns);
  }
  base::Status OpenNext() {
    SB_ASSIGN_OR_RETURN(auto scan, open_(pieces_[scans_.size()]));
    scans_.push_back(std::move(scan));
    numbers_.clear();
    return base::OkStatus();
  }

  std::vector<EventScanOptions> pieces_;
  const Open open_;
  std::vector<std::unique_ptr<store::EventScan>> scans_;
  std::vector<uint32_t> numbers_;                     // of the streams of the scan under way
  std::vector<std::pair<size_t, uint32_t>> streams_;  // scan and its own number
  RenumberedBlock block_;
};

base::Result<std::unique_ptr<store::EventScan>> Chain(std::vector<EventScanOptions> pieces,
                                                      ScanChain::Open open) {
  if (pieces.size() == 1) {
    return open(std::move(pieces[0]));
  }
  auto chain = std::make_unique<ScanChain>(std::move(pieces), std::move(open));
  SB_RETURN_IF_ERROR(chain->Start());
  return std::unique_ptr<store::EventScan>(std::move(chain));
}

bool Overlap(const store::EventRange& a, const store::EventRange& b) {
  return a.start_ns < b.end_ns && b.start_ns < a.end_ns;
}

}  // namespace

bool CanHide(const std::vector<model::Matcher>& matchers) {
  return std::none_of(matchers.begin(), matchers.end(), [](const model::Matcher& matcher) {
    const std::string& name = matcher.name();
    return name == store::kLineColumn || name == store::kObservedTimeColumn ||
           name == store::kSeverityNumberColumn || name == store::kTraceIdColumn ||
           name == store::kSpanIdColumn || name.starts_with(store::kMetadataPrefix);
  });
}

HidingReader::HidingReader(store::EventReader* store)
    : store_(store), hidden_(std::make_shared<const HiddenList>()) {}

HidingReader::~HidingReader() = default;

void HidingReader::Hide(std::vector<HiddenRows> rows) {
  auto hidden = std::make_shared<HiddenList>();
  for (HiddenRows& one : rows) {
    std::vector<EventFilter> all;
    for (const model::Matcher& matcher : one.matchers) {
      all.push_back(MatcherFilter(matcher));
    }
    all.push_back(std::move(one.filter));
    hidden->push_back({one.range, EventFilter::And(std::move(all))});
  }
  const base::MutexLock lock(mutex_);
  hidden_ = std::move(hidden);
}

std::vector<EventScanOptions> HidingReader::Cut(const EventScanOptions& options) const {
  std::shared_ptr<const HiddenList> hidden;
  {
    const base::MutexLock lock(mutex_);
    hidden = hidden_;
  }
  std::set<int64_t> cuts = {options.range.start_ns, options.range.end_ns};
  bool is_any = false;
  for (const Hidden& one : *hidden) {
    if (Overlap(one.range, options.range)) {
      is_any = true;
      cuts.insert(std::max(one.range.start_ns, options.range.start_ns));
      cuts.insert(std::min(one.range.end_ns, options.range.end_ns));
    }
  }
  std::vector<EventScanOptions> pieces;
  if (!is_any) {
    return pieces;
  }
  for (auto cut = cuts.begin(); std::next(cut) != cuts.end(); ++cut) {
    EventScanOptions piece = options;
    piece.range = {*cut, *std::next(cut)};
    std::vector<EventFilter> all;
    all.push_back(options.filter);
    for (const Hidden& one : *hidden) {
      if (Overlap(one.range, piece.range)) {
        all.push_back(EventFilter::Not(one.filter));
      }
    }
    piece.filter = EventFilter::And(std::move(all));
    pieces.push_back(std::move(piece));
  }
  if (options.order == store::ScanOrder::kNewestFirst) {
    std::reverse(pieces.begin(), pieces.end());
  }
  return pieces;
}

base::Result<std::unique_ptr<store::EventScan>> HidingReader::Scan(
    const store::ReadContext& context, EventScanOptions options) const {
  std::vector<EventScanOptions> pieces = Cut(options);
  if (pieces.empty()) {
    return store_->Scan(context, std::move(options));
  }
  return Chain(std::move(pieces), [this, &context](EventScanOptions piece) {
    return store_->Scan(context, std::move(piece));
  });
}

base::Result<std::unique_ptr<store::EventScan>> HidingReader::ScanTraces(
    const store::ReadContext& context, std::vector<std::string> ids,
    EventScanOptions options) const {
  std::vector<EventScanOptions> pieces = Cut(options);
  if (pieces.empty()) {
    return store_->ScanTraces(context, std::move(ids), std::move(options));
  }
  return Chain(std::move(pieces), [this, &context, ids = std::move(ids)](EventScanOptions piece) {
    return store_->ScanTraces(context, ids, std::move(piece));
  });
}

base::Result<std::vector<store::StreamInfo>> HidingReader::Streams(
    const store::ReadContext& context, store::EventRange range,
    const std::vector<model::Matcher>& matchers) const {
  return store_->Streams(context, range, matchers);
}

base::Result<std::vector<store::FieldName>> HidingReader::FieldNames(
    const store::ReadContext& context, store::EventRange range) const {
  return store_->FieldNames(context, range);
}

std::unique_ptr<store::EventReader::Subscription> HidingReader::Subscribe(
    std::function<void(const store::EventBatch&)> callback) {
  return store_->Subscribe(std::move(callback));
}

}  // namespace sb::api::loki
