// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/remote_read.h"

#include <array>

#include "encoding/protobuf.h"
#include "wire/prometheus/write_request.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;
using encoding::ProtoWriter;

// ReadRequest.ResponseType
constexpr uint64_t kSamples = 0;
constexpr uint64_t kStreamedChunks = 1;

// In the order of LabelMatcher.Type.
constexpr std::array<model::MatchType, 4> kMatchTypes = {
    model::MatchType::kEqual, model::MatchType::kNotEqual, model::MatchType::kRegex,
    model::MatchType::kNotRegex};

base::Status ReadMatcher(std::string_view bytes, std::vector<model::Matcher>* matchers) {
  if (matchers->size() == ReadRequest::kMatchersMax) {
    return base::ResourceExhausted("remote read query has too many matchers, more than " +
                                   std::to_string(ReadRequest::kMatchersMax));
  }
  uint64_t type = 0;
  std::string_view name;
  std::string_view value;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        type = in.Varint();
        break;
      case 2:
        name = in.Bytes();
        break;
      case 3:
        value = in.Bytes();
        break;
      default:
        break;
    }
  }
  SB_RETURN_IF_ERROR(in.status());
  if (type >= kMatchTypes.size()) {
    return base::InvalidArgument("invalid matcher type " + std::to_string(type));
  }
  SB_ASSIGN_OR_RETURN(
      model::Matcher matcher,
      model::Matcher::Create(kMatchTypes[type], std::string(name), std::string(value)));
  matchers->push_back(std::move(matcher));
  return base::OkStatus();
}

base::Status ReadOneQuery(std::string_view bytes, ReadQuery* query) {
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        query->start_ms = in.Int64();
        break;
      case 2:
        query->end_ms = in.Int64();
        break;
      case 3:
        SB_RETURN_IF_ERROR(ReadMatcher(in.Bytes(), &query->matchers));
        break;
      default:
        break;
    }
  }
  return in.status();
}

}  // namespace

base::Result<ReadRequest> ParseReadRequest(std::string_view bytes) {
  ReadRequest request;
  bool names_types = false;
  bool knows_type = false;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        if (request.queries.size() == ReadRequest::kQueriesMax) {
          return base::ResourceExhausted("remote read request has too many queries, more than " +
                                         std::to_string(ReadRequest::kQueriesMax));
        }
        SB_RETURN_IF_ERROR(ReadOneQuery(in.Bytes(), &request.queries.emplace_back()));
        break;
      case 2:
        in.ForEachVarint([&](uint64_t type) {
          names_types = true;
          if (!knows_type && (type == kSamples || type == kStreamedChunks)) {
            knows_type = true;
            request.accepts_streamed_chunks = type == kStreamedChunks;
          }
        });
        break;
      default:
        break;
    }
  }
  SB_RETURN_IF_ERROR(in.status());
  if (names_types && !knows_type) {
    return base::InvalidArgument("server does not support any of the requested response types");
  }
  return request;
}

void AppendReadRequest(const ReadRequest& request, std::string* out) {
  ProtoWriter writer(out);
  for (const ReadQuery& query : request.queries) {
    const size_t mark = writer.BeginMessage(1);
    writer.Int64(1, query.start_ms);
    writer.Int64(2, query.end_ms);
    for (const model::Matcher& matcher : query.matchers) {
      const size_t matcher_mark = writer.BeginMessage(3);
      for (size_t type = 0; type < kMatchTypes.size(); ++type) {
        if (kMatchTypes[type] == matcher.type()) {
          writer.Varint(1, type);
        }
      }
      writer.Bytes(2, matcher.name());
      writer.Bytes(3, matcher.value());
      writer.EndMessage(matcher_mark);
    }
    writer.EndMessage(mark);
  }
  if (request.accepts_streamed_chunks) {
    writer.Varint(2, kStreamedChunks);
  }
}

void ReadResponseWriter::BeginQuery() {
  mark_ = ProtoWriter(out_).BeginMessage(1);
}

void ReadResponseWriter::AddSeries(const model::LabelSet& labels,
                                   const model::SampleColumns& samples) {
  ProtoWriter writer(out_);
  const size_t mark = writer.BeginMessage(1);
  for (const model::Label& label : labels) {
    const size_t label_mark = writer.BeginMessage(1);
    writer.Bytes(1, label.name);
    writer.Bytes(2, label.value);
    writer.EndMessage(label_mark);
  }
  const auto histogram_at = [&samples](size_t i) {
    return samples.histograms.empty() ? nullptr : samples.histograms[i].get();
  };
  for (size_t i = 0; i < samples.size(); ++i) {
    if (histogram_at(i) == nullptr) {
      AppendWriteSample(2, {samples.times[i], samples.values[i], 0}, out_);
    }
  }
  for (size_t i = 0; i < samples.size(); ++i) {
    if (const model::Histogram* histogram = histogram_at(i)) {
      AppendWriteHistogram(4, {samples.times[i], 0, *histogram}, out_);
    }
  }
  writer.EndMessage(mark);
}

void ReadResponseWriter::EndQuery() {
  ProtoWriter(out_).EndMessage(mark_);
}

}  // namespace sb::wire
