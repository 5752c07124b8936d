// SPDX-License-Identifier: Apache-2.0
//
// The events store under the load of ../shared/bench: what it costs to take events in, how small
// they are at rest, how fast they are found again. Decoding is not measured.
//
//   SIGNALBOX_BENCH_LOGS=logs.bin SIGNALBOX_BENCH_TRACES=traces.bin sb_store_events_db_bench
//
// The files are those of gen_logs (Loki push bodies, snappy) and gen_traces (OTLP).
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "base/log.h"
#include "encoding/bytes.h"
#include "encoding/compress.h"
#include "encoding/hex.h"
#include "encoding/protobuf.h"
#include "store/events/db/event_db.h"
#include "store/interface/event_schema.h"

namespace sb::events {
namespace {

using encoding::ProtoReader;
using store::EventFilter;
using store::EventValue;
using store::FilterOp;

class Patient final : public store::ReadContext {
 public:
  base::Status CheckAlive() const override { return base::OkStatus(); }
};

struct Load {
  std::vector<store::EventBatch> batches;
  uint64_t rows = 0;
  uint64_t raw_bytes = 0;
  std::string some_trace;
};

store::EventStream ParseLabels(std::string_view text) {
  store::EventStreamBuilder builder;
  size_t at = 1;
  while (at < text.size() && text[at] != '}') {
    const size_t equals = text.find('=', at);
    const size_t end = text.find('"', equals + 2);
    builder.Add(text.substr(at, equals - at),
                EventValue::Text(text.substr(equals + 2, end - equals - 2)));
    at = end + 1;
    while (at < text.size() && (text[at] == ',' || text[at] == ' ')) {
      ++at;
    }
  }
  return builder.Build();
}

// Ingest recognises ids in lines and puts them into columns.
void AddId(std::string_view line, std::string_view before, size_t bytes, std::string_view name,
           store::EventBatch* batch) {
  const size_t at = line.find(before);
  std::string id;
  if (at != std::string_view::npos &&
      encoding::HexDecode(line.substr(at + before.size(), 2 * bytes), &id)) {
    batch->Set(name, EventValue::Bytes(id));
  }
}

void AddLogEntry(std::string_view entry, uint32_t stream, store::EventBatch* batch, Load* load) {
  ProtoReader in(entry);
  int64_t time = 0;
  std::string_view line;
  while (in.Next()) {
    if (in.field() == 1) {
      ProtoReader stamp(in.Bytes());
      while (stamp.Next()) {
        time += static_cast<int64_t>(stamp.Varint()) * (stamp.field() == 1 ? 1'000'000'000 : 1);
      }
    } else if (in.field() == 2) {
      line = in.Bytes();
    }
  }
  batch->AddRow(stream, time);
  batch->SetText(batch->Column("line", store::ValueType::kText), line);
  load->raw_bytes += line.size() + 1;
  AddId(line, "\"trace_id\":\"", 16, "trace_id", batch);
  AddId(line, "\"span_id\":\"", 8, "span_id", batch);
}

void AddLogs(std::string_view body, store::EventBatch* batch, Load* load) {
  std::string raw;
  SB_CHECK(Decompress(encoding::Compression::kSnappyBlock, body, 64u << 20, &raw).ok());
  ProtoReader push(raw);
  while (push.Next()) {
    uint32_t stream = 0;
    ProtoReader in(push.Bytes());
    while (in.Next()) {
      if (in.field() == 1) {
        stream = batch->AddStream(ParseLabels(in.Bytes()));
      } else if (in.field() == 2) {
        AddLogEntry(in.Bytes(), stream, batch, load);
      }
    }
  }
}

template <typename F>
void ReadAttribute(std::string_view bytes, F&& sink) {
  ProtoReader in(bytes);
  std::string_view key;
  while (in.Next()) {
    if (in.field() == 1) {
      key = in.Bytes();
      continue;
    }
    ProtoReader value(in.Bytes());
    while (value.Next()) {
      sink(key, value.field() == 1 ? EventValue::Text(value.Bytes())
                                   : EventValue::Int(static_cast<int64_t>(value.Varint())));
    }
  }
}

void AddSpan(std::string_view bytes, uint32_t stream, store::EventBatch* batch, Load* load) {
  ProtoReader in(bytes);
  int64_t start = 0;
  batch->AddRow(stream, 0);
  std::vector<std::string_view> attributes;
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        batch->Set("trace_id", EventValue::Bytes(in.Bytes()));
        load->some_trace = in.Bytes();
        break;
      case 2:
        batch->Set("span_id", EventValue::Bytes(in.Bytes()));
        break;
      case 4:
        batch->Set("parent_span_id", EventValue::Bytes(in.Bytes()));
        break;
      case 5:
        batch->Set("name", EventValue::Text(in.Bytes()));
        break;
      case 6:
        batch->Set("kind", EventValue::Int(static_cast<int64_t>(in.Varint())));
        break;
      case 7:
        start = static_cast<int64_t>(in.Fixed64());
        batch->Set("start", EventValue::Int(start));
        break;
      case 8:
        batch->Set("duration", EventValue::Int(static_cast<int64_t>(in.Fixed64()) - start));
        break;
      case 9:
        ReadAttribute(in.Bytes(), [&](std::string_view key, const EventValue& value) {
          batch->Set("span." + std::string(key), value);
        });
        break;
      case 11:
        batch->Set("events", EventValue::Bytes(in.Bytes()));
        break;
      case 15:
        batch->Set("status", EventValue::Int(2));
        break;
      default:
        break;
    }
  }
}

// The rows of `from` with the column "start" as their time.
store::EventBatch WithTimes(const store::EventBatch& from) {
  std::deque<store::EventBatch::ColumnData> columns;
  std::vector<int64_t> times;
  for (const auto& column : from.columns()) {
    if (column.name == "start") {
      times = column.integers;
    } else {
      columns.push_back(column);
    }
  }
  return store::EventBatch::FromColumns(from.streams(), times, from.stream_indexes(), columns)
      .value();
}

void AddSpans(std::string_view body, store::EventBatch* batch, Load* load) {
  ProtoReader request(body);
  while (request.Next()) {
    store::EventStreamBuilder builder;
    uint32_t stream = 0;
    ProtoReader resource_spans(request.Bytes());
    while (resource_spans.Next()) {
      if (resource_spans.field() == 1) {
        ProtoReader resource(resource_spans.Bytes());
        while (resource.Next()) {
          ReadAttribute(resource.Bytes(), [&](std::string_view key, const EventValue& value) {
            builder.Add("resource." + std::string(key), value);
          });
        }
        stream = batch->AddStream(builder.Build());
      } else {
        ProtoReader scope(resource_spans.Bytes());
        while (scope.Next()) {
          if (scope.field() == 2) {
            AddSpan(scope.Bytes(), stream, batch, load);
          }
        }
      }
    }
  }
}

Load ReadLoad(const char* variable, bool logs) {
  Load load;
  const char* path = std::getenv(variable);
  if (path == nullptr) {
    return load;
  }
  const std::string file = base::Env::Real().files().ReadFile(path).value();
  encoding::ByteReader in(file);
  in.Bytes(8);
  while (!in.empty()) {
    in.Fixed32();
    const uint32_t size = in.Fixed32();
    in.Fixed32();
    in.Fixed32();
    const std::string_view body = in.Bytes(size);
    SB_CHECK(in.ok());
    store::EventBatch batch;
    if (logs) {
      AddLogs(body, &batch, &load);
    } else {
      AddSpans(body, &batch, &load);
      load.raw_bytes += body.size();
      batch = WithTimes(batch);
    }
    load.rows += batch.row_count();
    load.batches.push_back(std::move(batch));
  }
  return load;
}

const Load& Logs() {
  static const Load load = ReadLoad("SIGNALBOX_BENCH_LOGS", true);
  return load;
}
const Load& Spans() {
  static const Load load = ReadLoad("SIGNALBOX_BENCH_TRACES", false);
  return load;
}

// A store in a folder of its own.
struct Store {
  explicit Store(RowOrder order) {
    base::ConfigureLog({.level = base::LogLevel::kError, .sink = nullptr});
    options.folder = std::filesystem::temp_directory_path() / "sb_events_bench";
    std::filesystem::remove_all(options.folder);
    options.order = order;
    EventDb::OpenReport report;
    db = EventDb::Open(base::Env::Real(), options, registry, &report).value();
  }
  ~Store() {
    db.reset();
    std::filesystem::remove_all(options.folder);
  }
  EventDbOptions options;
  base::Registry registry;
  std::unique_ptr<EventDb> db;
};

void Ingest(benchmark::State& state, const Load& load, RowOrder order) {
  if (load.rows == 0) {
    state.SkipWithError("no data: see the head of event_db_bench.cc");
    return;
  }
  double bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Store store(order);
    std::vector<store::EventBatch> batches = load.batches;
    state.ResumeTiming();
    for (store::EventBatch& batch : batches) {
      SB_CHECK(store.db->Write(std::move(batch)).ok());
    }
    SB_CHECK(store.db->Flush().ok());
    state.PauseTiming();
    SB_CHECK(store.db->Stats().part_rows == load.rows);
    bytes = static_cast<double>(store.db->Stats().part_bytes);
    state.ResumeTiming();
  }
  state.counters["bytes_per_row"] = bytes / static_cast<double>(load.rows);
  state.counters["bytes_per_raw"] = bytes / static_cast<double>(load.raw_bytes);
  state.counters["rows_per_cpu_s"] =
      benchmark::Counter(static_cast<double>(load.rows * static_cast<uint64_t>(state.iterations())),
                         benchmark::Counter::kIsRate);
  state.SetBytesProcessed(static_cast<int64_t>(load.raw_bytes) * state.iterations());
}

void BM_IngestLogs(benchmark::State& state) {
  Ingest(state, Logs(), RowOrder::kByStream);
}
void BM_IngestSpans(benchmark::State& state) {
  Ingest(state, Spans(), RowOrder::kByTrace);
}
BENCHMARK(BM_IngestLogs)->Iterations(1)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_IngestSpans)->Iterations(1)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

Store& Loaded(const Load& load, RowOrder order) {
  static std::unique_ptr<Store> store;
  static const Load* loaded = nullptr;
  if (loaded != &load) {
    store.reset();
    store = std::make_unique<Store>(order);
    for (const store::EventBatch& batch : load.batches) {
      SB_CHECK(store->db->Write(batch).ok());
    }
    SB_CHECK(store->db->Flush().ok());
    loaded = &load;
  }
  return *store;
}

void ScanAll(benchmark::State& state, const Load& load, RowOrder order,
             const store::EventScanOptions& options) {
  if (load.rows == 0) {
    state.SkipWithError("no data: see the head of event_db_bench.cc");
    return;
  }
  const Patient context;
  Store& store = Loaded(load, order);
  uint64_t rows = 0;
  for (auto _ : state) {
    auto scan = store.db->Scan(context, options).value();
    rows = 0;
    while (const store::EventBlock* block = scan->Next().value()) {
      rows += block->row_count();
    }
  }
  state.counters["rows"] = static_cast<double>(rows);
  state.SetBytesProcessed(static_cast<int64_t>(load.raw_bytes) * state.iterations());
}

store::EventScanOptions Lines(EventFilter filter) {
  store::EventScanOptions options;
  options.filter = std::move(filter);
  options.columns = {{"line"}};
  return options;
}

EventFilter Line(FilterOp op, std::string_view text) {
  return EventFilter::Compare("line", op, EventValue::Text(text));
}

void BM_LogNeedle(benchmark::State& state) {
  ScanAll(state, Logs(), RowOrder::kByStream, Lines(Line(FilterOp::kContains, "needle-7f3a9c51")));
}
void BM_LogAbsent(benchmark::State& state) {
  ScanAll(state, Logs(), RowOrder::kByStream, Lines(Line(FilterOp::kContains, "zzqxabsent")));
}
void BM_LogTraceId(benchmark::State& state) {
  ScanAll(state, Logs(), RowOrder::kByStream,
          Lines(Line(FilterOp::kContains, "0123456789abcdef0123456789abcdef")));
}
void BM_LogErrorCount(benchmark::State& state) {
  store::EventScanOptions options;
  options.filter = Line(FilterOp::kContains, "error");
  ScanAll(state, Logs(), RowOrder::kByStream, options);
}
void BM_LogRegex(benchmark::State& state) {
  store::EventScanOptions options;
  options.filter = Line(FilterOp::kSearchRegex, "user_id\":4[0-9]7,");
  ScanAll(state, Logs(), RowOrder::kByStream, options);
}
void BM_LogFoldRegex(benchmark::State& state) {
  store::EventScanOptions options;
  options.filter = Line(FilterOp::kSearchRegex, "(?i)deadline +exceeded");
  ScanAll(state, Logs(), RowOrder::kByStream, options);
}
void BM_LogAllLines(benchmark::State& state) {
  ScanAll(state, Logs(), RowOrder::kByStream, Lines({}));
}
void BM_LogAllLengths(benchmark::State& state) {
  store::EventScanOptions options;
  options.columns = {{"line", true}};
  ScanAll(state, Logs(), RowOrder::kByStream, options);
}
BENCHMARK(BM_LogNeedle)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LogAbsent)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LogTraceId)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LogErrorCount)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LogRegex)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LogFoldRegex)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LogAllLines)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LogAllLengths)->Unit(benchmark::kMillisecond);

void BM_SpanSearch(benchmark::State& state) {
  store::EventScanOptions options;
  std::vector<EventFilter> both;
  both.push_back(
      EventFilter::Compare("duration", FilterOp::kGreater, EventValue::Int(200'000'000)));
  both.push_back(
      EventFilter::Compare("span.http.method", FilterOp::kEqual, EventValue::Text("POST")));
  options.filter = EventFilter::And(std::move(both));
  options.columns = {{"trace_id"}};
  ScanAll(state, Spans(), RowOrder::kByTrace, options);
}
void BM_TraceById(benchmark::State& state) {
  if (Spans().rows == 0) {
    state.SkipWithError("no data: see the head of event_db_bench.cc");
    return;
  }
  const Patient context;
  Store& store = Loaded(Spans(), RowOrder::kByTrace);
  store::EventScanOptions options;
  options.columns = {{"*"}};
  uint64_t rows = 0;
  for (auto _ : state) {
    auto scan = store.db->ScanTraces(context, {Spans().some_trace}, options).value();
    rows = 0;
    while (const store::EventBlock* block = scan->Next().value()) {
      rows += block->row_count();
    }
  }
  state.counters["rows"] = static_cast<double>(rows);
}
BENCHMARK(BM_SpanSearch)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_TraceById)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sb::events
