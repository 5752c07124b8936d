// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/db_scan.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace sb::events {
namespace {

constexpr size_t kFirstSliceRows = 256;
constexpr size_t kSliceRowsMax = 16384;

template <typename T>
void Permute(const std::vector<uint32_t>& order, std::vector<T>* values) {
  if (values->empty()) {
    return;
  }
  std::vector<T> permuted(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    permuted[i] = (*values)[order[i]];
  }
  *values = std::move(permuted);
}

void PermuteColumn(const std::vector<uint32_t>& order, store::EventColumn* column) {
  Permute(order, &column->integers);
  Permute(order, &column->numbers);
  Permute(order, &column->texts);
  Permute(order, &column->codes);
  if (!column->presence.empty()) {
    std::vector<uint64_t> presence(column->presence.size());
    for (size_t i = 0; i < order.size(); ++i) {
      presence[i / 64] |= static_cast<uint64_t>(column->Has(order[i])) << (i % 64);
    }
    column->presence = std::move(presence);
  }
}

}  // namespace

base::Status SelectRows(const ScanPiece& piece, const store::EventRange& range,
                        const std::vector<model::Matcher>& matchers, const ColumnFilter& filter,
                        Bitmap* selected, store::ScanStats* stats) {
  const RowSet& rows = *piece.rows;
  selected->Reset(rows.row_count());
  if (rows.last_ns() < range.start_ns || rows.first_ns() >= range.end_ns) {
    return base::OkStatus();
  }
  std::vector<uint8_t> matches(rows.stream_count());
  size_t matching = 0;
  for (uint32_t number = 0; number < rows.stream_count(); ++number) {
    matches[number] = rows.stream(number).Matches(matchers) ? 1 : 0;
    matching += matches[number];
  }
  if (matching == 0 || !filter.MayHold(rows)) {
    ++stats->pages_skipped;
    return base::OkStatus();
  }
  Bitmap candidates(rows.row_count(), true);
  if (piece.deleted != nullptr) {
    candidates.AndNot(*piece.deleted);
  }
  if (!range.Contains(rows.first_ns()) || !range.Contains(rows.last_ns())) {
    std::vector<int64_t> times;
    SB_RETURN_IF_ERROR(rows.ReadTimes(&times));
    for (size_t row = 0; row < times.size(); ++row) {
      if (!range.Contains(times[row])) {
        candidates.Clear(row);
      }
    }
  }
  if (matching < matches.size()) {
    std::vector<uint32_t> streams;
    SB_RETURN_IF_ERROR(rows.ReadStreams(&streams));
    for (size_t row = 0; row < streams.size(); ++row) {
      if (matches[streams[row]] == 0) {
        candidates.Clear(row);
      }
    }
  }
  if (!candidates.Any()) {
    return base::OkStatus();
  }
  stats->rows_inspected += candidates.Count();
  return filter.Evaluate(rows, candidates, selected);
}

class DbScan::Block final : public store::EventBlock {
 public:
  std::vector<int64_t>& times_to_fill() { return times_; }
  std::vector<uint32_t>& streams_to_fill() { return streams_; }
  std::vector<store::EventColumn>& columns_to_fill() { return columns_; }
  void set_bound_ns(int64_t bound) { bound_ns_ = bound; }

  std::shared_ptr<const RowSet> rows;  // keep what the values are views into
  ReadBuffers buffers;
};

struct DbScan::Cursor {
  ScanPiece piece;
  int64_t key = 0;  // no row of the rest is before (after) it in the scan's order
  bool opened = false;
  std::vector<int64_t> times;      // of all rows
  std::vector<uint32_t> streams;   // likewise, indexes of the scan
  std::vector<uint32_t> selected;  // in the order of the scan
  size_t next = 0;
  size_t slice = kFirstSliceRows;
};

DbScan::DbScan(const store::ReadContext& context, store::EventScanOptions options,
               ColumnFilter filter, std::vector<ScanPiece> pieces, uint64_t parts,
               std::vector<std::string> warnings)
    : context_(context),
      options_(std::move(options)),
      filter_(std::move(filter)),
      warnings_(std::move(warnings)) {
  stats_.parts = parts;
  for (ScanPiece& piece : pieces) {
    auto cursor = std::make_unique<Cursor>();
    cursor->key = newest_first() ? std::min(piece.rows->last_ns(), options_.range.end_ns - 1)
                                 : std::max(piece.rows->first_ns(), options_.range.start_ns);
    cursor->piece = std::move(piece);
    heap_.push_back(std::move(cursor));
  }
  if (options_.order != store::ScanOrder::kAny) {
    std::vector<std::unique_ptr<Cursor>> cursors;
    std::swap(cursors, heap_);
    for (auto& cursor : cursors) {
      Push(std::move(cursor));
    }
  } else {
    std::reverse(heap_.begin(), heap_.end());  // Pop takes from the end
  }
}

DbScan::~DbScan() = default;

void DbScan::Push(std::unique_ptr<Cursor> cursor) {
  heap_.push_back(std::move(cursor));
  if (options_.order != store::ScanOrder::kAny) {
    std::push_heap(heap_.begin(), heap_.end(), [this](const auto& a, const auto& b) {
      return newest_first() ? a->key < b->key : a->key > b->key;
    });
  }
}

std::unique_ptr<DbScan::Cursor> DbScan::Pop() {
  if (options_.order != store::ScanOrder::kAny) {
    std::pop_heap(heap_.begin(), heap_.end(), [this](const auto& a, const auto& b) {
      return newest_first() ? a->key < b->key : a->key > b->key;
    });
  }
  std::unique_ptr<Cursor> cursor = std::move(heap_.back());
  heap_.pop_back();
  return cursor;
}

int64_t DbScan::BoundAfter() const {
  if (heap_.empty()) {
    return newest_first() ? INT64_MIN : INT64_MAX;
  }
  if (options_.order == store::ScanOrder::kAny) {
    return INT64_MIN;
  }
  return heap_.front()->key;
}

uint32_t DbScan::StreamIndex(const store::EventStream& stream) {
  const auto [begin, end] = stream_by_hash_.equal_range(stream.Hash());
  for (auto it = begin; it != end; ++it) {
    if (*streams_[it->second] == stream) {
      return it->second;
    }
  }
  const auto index = static_cast<uint32_t>(streams_.size());
  streams_.push_back(std::make_unique<store::EventStream>(stream));
  stream_by_hash_.emplace(stream.Hash(), index);
  return index;
}

base::Status DbScan::Open(Cursor* cursor) {
  cursor->opened = true;
  Bitmap selected;
  SB_RETURN_IF_ERROR(
      SelectRows(cursor->piece, options_.range, options_.matchers, filter_, &selected, &stats_));
  if (!selected.Any()) {
    return base::OkStatus();
  }
  const RowSet& rows = *cursor->piece.rows;
  SB_RETURN_IF_ERROR(rows.ReadTimes(&cursor->times));
  SB_RETURN_IF_ERROR(rows.ReadStreams(&cursor->streams));
  std::vector<uint32_t> index_of(rows.stream_count(), UINT32_MAX);
  selected.ForEach([&](uint32_t row) {
    uint32_t& index = index_of[cursor->streams[row]];
    if (index == UINT32_MAX) {
      index = StreamIndex(rows.stream(cursor->streams[row]));
    }
    cursor->streams[row] = index;
    cursor->selected.push_back(row);
  });
  if (options_.order != store::ScanOrder::kAny) {
    std::sort(cursor->selected.begin(), cursor->selected.end(), [&](uint32_t a, uint32_t b) {
      const int64_t ta = cursor->times[a];
      const int64_t tb = cursor->times[b];
      return ta != tb ? (newest_first() ? ta > tb : ta < tb) : a < b;
    });
    cursor->key = cursor->times[cursor->selected[0]];
  }
  return base::OkStatus();
}

base::Result<const store::EventBlock*> DbScan::Next() {
  const bool ordered = options_.order != store::ScanOrder::kAny;
  block_.reset();
  while (!heap_.empty()) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    std::unique_ptr<Cursor> cursor = Pop();
    base::Status status;
    if (!cursor->opened) {
      status = Open(cursor.get());
      if (status.ok() && ordered && !cursor->selected.empty()) {
        Push(std::move(cursor));  // its first row may be later than was thought
        continue;
      }
    }
    if (status.ok() && cursor->next < cursor->selected.size()) {
      Cursor* const at = cursor.get();
      std::vector<uint32_t> rows;
      const size_t end =
          ordered ? std::min(at->selected.size(), at->next + at->slice) : at->selected.size();
      rows.assign(at->selected.begin() + static_cast<ptrdiff_t>(at->next),
                  at->selected.begin() + static_cast<ptrdiff_t>(end));
      at->next = end;
      at->slice = std::min(at->slice * 4, kSliceRowsMax);
      status = Emit(at, std::move(rows));
      if (status.ok() && at->next < at->selected.size()) {
        at->key = at->times[at->selected[at->next]];
        Push(std::move(cursor));
      }
      if (status.ok()) {
        block_->set_bound_ns(BoundAfter());
        return static_cast<const store::EventBlock*>(block_.get());
      }
    }
    if (!status.ok()) {
      if (status.code() != base::StatusCode::kDataLoss) {
        return status;
      }
      warnings_.push_back("rows are left out: " + std::string(status.message()));
    }
  }
  return static_cast<const store::EventBlock*>(nullptr);
}

std::vector<uint32_t> DbScan::OrderInBlock(const Cursor& cursor,
                                           const std::vector<uint32_t>& rows) const {
  std::vector<uint32_t> order;
  if (options_.block_order == store::BlockOrder::kAsStored) {
    return order;
  }
  const auto key = [&](uint32_t i) {
    return std::make_tuple(cursor.streams[rows[i]], cursor.times[rows[i]], i);
  };
  const auto before = [&](uint32_t a, uint32_t b) { return key(a) < key(b); };
  order.resize(rows.size());
  std::iota(order.begin(), order.end(), uint32_t{0});
  if (std::is_sorted(order.begin(), order.end(), before)) {
    order.clear();
  } else {
    std::sort(order.begin(), order.end(), before);
  }
  return order;
}

DbScan::Wish DbScan::WishFor(const RowSet& set, uint32_t column) const {
  Wish wish;
  const bool has_bytes = store::EventValue{.type = set.column_type(column)}.has_bytes();
  for (const store::ColumnRequest& request : options_.columns) {
    if (!request.Covers(set.column_name(column))) {
      continue;
    }
    if (request.lengths_only && has_bytes) {
      wish.lengths = true;
      continue;
    }
    // What two ask for is read as it is.
    const bool projects = has_bytes && !wish.full && request.projection.has_value();
    wish.projection = projects ? &*request.projection : nullptr;
    wish.full = true;
  }
  return wish;
}

base::Status DbScan::Emit(Cursor* cursor, std::vector<uint32_t> rows) {
  block_ = std::make_unique<Block>();
  block_->rows = cursor->piece.rows;
  if (!std::is_sorted(rows.begin(), rows.end())) {
    std::sort(rows.begin(), rows.end());  // columns are read in this order
  }
  const std::vector<uint32_t> order = OrderInBlock(*cursor, rows);
  const bool sorted = order.empty();
  block_->times_to_fill().reserve(rows.size());
  block_->streams_to_fill().reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint32_t row = rows[sorted ? i : order[i]];
    block_->times_to_fill().push_back(cursor->times[row]);
    block_->streams_to_fill().push_back(cursor->streams[row]);
  }
  const RowSet& set = *cursor->piece.rows;
  for (uint32_t c = 0; c < set.column_count(); ++c) {
    const Wish wish = WishFor(set, c);
    for (const bool want_lengths : {false, true}) {
      if (!(want_lengths ? wish.lengths : wish.full)) {
        continue;
      }
      store::EventColumn column;
      SB_RETURN_IF_ERROR(
          !want_lengths && wish.projection != nullptr
              ? set.ReadProjected(c, rows, *wish.projection, &column, &block_->buffers)
              : set.Read(c, rows, want_lengths, &column, &block_->buffers));
      const bool none =
          !column.presence.empty() && std::all_of(column.presence.begin(), column.presence.end(),
                                                  [](uint64_t word) { return word == 0; });
      if (none) {
        continue;
      }
      column.name = set.column_name(c);
      if (!sorted) {
        PermuteColumn(order, &column);
      }
      block_->columns_to_fill().push_back(std::move(column));
    }
  }
  stats_.rows_returned += rows.size();
  stats_.bytes_inspected += block_->buffers.bytes_decoded;
  return base::OkStatus();
}

}  // namespace sb::events
