// SPDX-License-Identifier: Apache-2.0
#include "api/loki/loki_json.h"

#include "api/http/number_format.h"

namespace sb::api::loki {
namespace {

void WriteZeros(std::initializer_list<const char*> keys, JsonWriter* json) {
  for (const char* key : keys) {
    json->Key(key).Int(0);
  }
}

// The reference's store statistics; what has no counterpart here is 0.
void WriteStoreStats(const logql::ReadStats& stats, JsonWriter* json) {
  json->Key("store").BeginObject();
  WriteZeros({"chunksDownloadTime", "congestionControlLatency"}, json);
  json->Key("totalChunksRef").Uint(stats.parts);
  json->Key("totalChunksDownloaded").Uint(stats.parts);
  json->Key("chunkRefsFetchTime").Int(0);
  json->Key("queryReferencedStructuredMetadata").Bool(false);
  json->Key("queryUsedV2Engine").Bool(false);
  json->Key("pipelineWrapperFilteredLines").Int(0);
  json->Key("chunk").BeginObject();
  json->Key("compressedBytes").Int(0);
  json->Key("decompressedBytes").Uint(stats.bytes);
  json->Key("decompressedLines").Uint(stats.inspected);
  WriteZeros({"decompressedStructuredMetadataBytes", "headChunkBytes", "headChunkLines",
              "headChunkStructuredMetadataBytes"},
             json);
  json->Key("postFilterLines").Uint(stats.entries);
  json->Key("totalDuplicates").Int(0);
  json->EndObject();
  json->Key("dataobj").BeginObject();
  WriteZeros({"pageBatches", "pagesDownloaded", "pagesDownloadedBytes", "pagesScanned",
              "postFilterRows", "postPredicateRows", "postPredicateDecompressedBytes",
              "postPredicateStructuredMetadataBytes", "prePredicateDecompressedRows",
              "prePredicateDecompressedBytes", "prePredicateDecompressedStructuredMetadataBytes",
              "totalPageDownloadTime", "totalRowsAvailable", "wireBytesTransferred"},
             json);
  json->EndObject().EndObject();
}

void WriteCacheStats(JsonWriter* json) {
  json->Key("cache").BeginObject();
  for (const char* name : {"chunk", "index", "statsResult", "seriesResult", "labelResult",
                           "volumeResult", "instantMetricResult", "result", "logResult",
                           "taskResult"}) {
    json->Key(name).BeginObject();
    WriteZeros({"entriesFound", "entriesRequested", "entriesStored", "bytesReceived", "bytesSent",
                "requests", "downloadTime", "queryLengthServed"},
               json);
    json->EndObject();
  }
  json->EndObject();
}

void WriteSummary(const logql::ReadStats& stats, const StatsTimes& times, JsonWriter* json) {
  const double seconds = static_cast<double>(times.exec_ns) / 1e9;
  const auto per_second = [seconds](uint64_t count) {
    return seconds > 0 ? static_cast<int64_t>(static_cast<double>(count) / seconds) : 0;
  };
  json->Key("summary").BeginObject();
  json->Key("bytesProcessedPerSecond").Int(per_second(stats.bytes));
  json->Key("execTime").Double(seconds);
  json->Key("linesProcessedPerSecond").Int(per_second(stats.inspected));
  WriteZeros({"queueTime", "shards", "splits", "subqueries"}, json);
  json->Key("totalBytesProcessed").Uint(stats.bytes);
  json->Key("totalEntriesReturned").Uint(stats.entries);
  json->Key("totalLinesProcessed").Uint(stats.inspected);
  json->Key("totalStructuredMetadataBytesProcessed").Int(0);
  json->Key("totalPostFilterLines").Uint(stats.lines);
  json->EndObject();
}

void WritePairs(const char* key, const logql::LabelPairs& pairs, JsonWriter* json) {
  if (pairs.empty()) {
    return;
  }
  json->Key(key).BeginObject();
  for (const auto& [name, value] : pairs) {
    json->Key(name).String(value);
  }
  json->EndObject();
}

void WriteEntry(const logql::LogEntry& entry, LabelStyle style, JsonWriter* json) {
  json->BeginArray().String(std::to_string(entry.time_ns)).String(entry.line);
  if (style == LabelStyle::kCategorized) {
    json->BeginObject();
    WritePairs("structuredMetadata", entry.metadata, json);
    WritePairs("parsed", entry.parsed, json);
    json->EndObject();
  }
  json->EndArray();
}

void WritePoint(int64_t time_ms, double value, JsonWriter* json) {
  json->BeginArray();
  json->Element();
  AppendTimestamp(time_ms, &json->buffer());
  std::string text;
  AppendSampleValue(value, &text);
  json->String(text).EndArray();
}

void WriteVector(const query::InstantVector& vector, JsonWriter* json) {
  json->BeginArray();
  for (const query::VectorElement& element : vector) {
    json->BeginObject().Key("metric");
    WriteLabels(element.labels, json);
    json->Key("value");
    WritePoint(element.time_ms, element.value, json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteMatrix(const query::Matrix& matrix, JsonWriter* json) {
  json->BeginArray();
  for (const query::MatrixSeries& series : matrix) {
    json->BeginObject().Key("metric");
    WriteLabels(series.labels, json);
    json->Key("values").BeginArray();
    for (const query::FloatPoint& point : series.floats) {
      WritePoint(point.time_ms, point.value, json);
    }
    json->EndArray().EndObject();
  }
  json->EndArray();
}

void WriteFlags(LabelStyle style, JsonWriter* json) {
  if (style == LabelStyle::kCategorized) {
    json->Key("encodingFlags").BeginArray().String(kCategorizeLabels).EndArray();
  }
}

std::string Finish(const logql::ReadStats& stats, const StatsTimes& times, JsonWriter json) {
  json.Key("stats");
  WriteStats(stats, times, &json);
  json.EndObject();
  if (!stats.warnings.empty()) {
    json.Key("warnings").BeginArray();
    for (const std::string& warning : stats.warnings) {
      json.String(warning);
    }
    json.EndArray();
  }
  json.EndObject();
  return std::move(json).Take();
}

}  // namespace

void WriteLabels(const model::LabelSet& labels, JsonWriter* json) {
  json->BeginObject();
  for (const model::Label& label : labels) {
    json->Key(label.name).String(label.value);
  }
  json->EndObject();
}

void WriteStreams(const logql::LogAnswer& answer, LabelStyle style, JsonWriter* json) {
  json->BeginArray();
  for (const logql::LogStreamResult& stream : answer.streams) {
    json->BeginObject().Key("stream");
    WriteLabels(stream.labels, json);
    json->Key("values").BeginArray();
    for (const logql::LogEntry& entry : stream.entries) {
      WriteEntry(entry, style, json);
    }
    json->EndArray().EndObject();
  }
  json->EndArray();
}

void WriteStats(const logql::ReadStats& stats, const StatsTimes& times, JsonWriter* json) {
  json->BeginObject();
  WriteSummary(stats, times, json);
  json->Key("querier").BeginObject();
  json->Key("querierExecTime").Int(0);
  WriteStoreStats(stats, json);
  json->EndObject();
  json->Key("ingester").BeginObject();
  WriteStoreStats({}, json);
  WriteZeros({"totalBatches", "totalChunksMatched", "totalLinesSent", "totalReached"}, json);
  json->EndObject();
  json->Key("index").BeginObject();
  WriteZeros({"bloomFilterTime", "chunkRefsLookupTime", "postFilterChunks", "totalChunks",
              "totalStreams"},
             json);
  json->Key("usedBloomFilters").Bool(false).Key("shardsDuration").Int(0).EndObject();
  WriteCacheStats(json);
  json->EndObject();
}

std::string LogAnswerJson(const logql::LogAnswer& answer, LabelStyle style,
                          const logql::ReadStats& stats, const StatsTimes& times) {
  JsonWriter json;
  json.BeginObject().Key("status").String("success").Key("data").BeginObject();
  json.Key("resultType").String("streams");
  WriteFlags(style, &json);
  json.Key("result");
  WriteStreams(answer, style, &json);
  return Finish(stats, times, std::move(json));
}

std::string MetricAnswerJson(const query::QueryValue& value, const logql::ReadStats& stats,
                             const StatsTimes& times) {
  JsonWriter json;
  json.BeginObject().Key("status").String("success").Key("data").BeginObject();
  json.Key("resultType").String(query::QueryValueTypeName(value)).Key("result");
  if (const auto* scalar = std::get_if<query::ScalarValue>(&value)) {
    WritePoint(scalar->time_ms, scalar->value, &json);
  } else if (const auto* vector = std::get_if<query::InstantVector>(&value)) {
    WriteVector(*vector, &json);
  } else if (const auto* matrix = std::get_if<query::Matrix>(&value)) {
    WriteMatrix(*matrix, &json);
  }
  return Finish(stats, times, std::move(json));
}

std::string TailJson(const logql::LogAnswer& answer, LabelStyle style,
                     const std::vector<DroppedEntry>& dropped) {
  JsonWriter json;
  json.BeginObject().Key("streams").BeginArray();
  for (const logql::LogStreamResult& stream : answer.streams) {
    json.BeginObject().Key("stream");
    // With the flag the stream's own labels only: unlike in query_range.
    WriteLabels(style == LabelStyle::kCategorized ? stream.stream : stream.labels, &json);
    json.Key("values").BeginArray();
    for (const logql::LogEntry& entry : stream.entries) {
      WriteEntry(entry, style, &json);
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
  if (!dropped.empty()) {
    json.Key("dropped_entries").BeginArray();
    for (const DroppedEntry& entry : dropped) {
      json.BeginObject().Key("timestamp").String(std::to_string(entry.time_ns)).Key("labels");
      WriteLabels(entry.labels, &json);
      json.EndObject();
    }
    json.EndArray();
  }
  WriteFlags(style, &json);
  json.EndObject();
  return std::move(json).Take();
}

}  // namespace sb::api::loki
