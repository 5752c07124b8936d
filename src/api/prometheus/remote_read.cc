// SPDX-License-Identifier: Apache-2.0
//
// POST /api/v1/read: raw samples for another server. A sender that prefers streamed chunks gets
// them, series by series, so that memory is that of one series; any other gets one message, bounded
// by the sample limit. External labels are added to what has no label of that name, and matchers
// that ask for just them are dropped, because stored series do not carry them.
//
// Source: web/api/v1/api.go and storage/remote/read_handler.go of the reference, also for statuses.
#include "wire/prometheus/remote_read.h"

#include <algorithm>
#include <limits>

#include "api/prometheus/endpoints.h"
#include "encoding/compress.h"
#include "query/promql/engine.h"
#include "wire/prometheus/remote_read_stream.h"

namespace sb::api {

namespace {

constexpr size_t kRequestBytesMax = 32U << 20;

struct ReadSeries {
  model::LabelSet labels;  // with the external ones
  store::Series* series;
};

// Answers one query of a request; what it selects stays readable while it lives.
class QueryReader {
 public:
  base::Status Select(const ApiContext& api, const model::LabelSet& external,
                      const query::QueryContext& context, const wire::ReadQuery& query);
  const std::vector<ReadSeries>& series() const { return series_; }
  base::Status Read(const ReadSeries& one, model::SampleColumns* columns) const {
    columns->Clear();
    return one.series->Read(range_, columns);
  }

 private:
  base::TimeRange range_;
  std::unique_ptr<store::Querier> querier_;
  std::vector<std::unique_ptr<store::Series>> selected_;
  std::vector<ReadSeries> series_;
};

model::LabelSet WithExternalLabels(const model::LabelSet& labels, const model::LabelSet& external) {
  if (external.empty()) {
    return labels;
  }
  std::vector<model::Label> all(external.begin(), external.end());
  all.insert(all.end(), labels.begin(), labels.end());  // of two with one name the later one wins
  return model::LabelSet::FromLabels(std::move(all));
}

base::Status QueryReader::Select(const ApiContext& api, const model::LabelSet& external,
                                 const query::QueryContext& context, const wire::ReadQuery& query) {
  const int64_t end = std::min(query.end_ms, std::numeric_limits<int64_t>::max() - 1) + 1;
  range_ = {base::TimestampMs(query.start_ms), base::TimestampMs(std::max(end, query.start_ms))};
  std::vector<model::Matcher> matchers;
  for (const model::Matcher& matcher : query.matchers) {
    const bool is_external = matcher.type() == model::MatchType::kEqual &&
                             external.Has(matcher.name()) &&
                             external.Get(matcher.name()) == matcher.value();
    if (!is_external) {
      matchers.push_back(matcher);
    }
  }
  SB_ASSIGN_OR_RETURN(querier_, api.with.store.NewQuerier(range_));
  store::SelectHints hints;
  hints.range = range_;
  SB_ASSIGN_OR_RETURN(selected_, querier_->Select(context, hints, matchers));
  for (const std::unique_ptr<store::Series>& one : selected_) {
    series_.push_back({WithExternalLabels(one->labels(), external), one.get()});
  }
  // An added label may come before those that told two series apart.
  std::sort(series_.begin(), series_.end(),
            [](const ReadSeries& a, const ReadSeries& b) { return a.labels < b.labels; });
  return base::OkStatus();
}

base::Result<wire::ReadRequest> ReadBody(const net::HttpRequest& request) {
  std::string bytes;
  SB_RETURN_IF_ERROR(encoding::Decompress(encoding::Compression::kSnappyBlock, request.body,
                                          kRequestBytesMax, &bytes));
  return wire::ParseReadRequest(bytes);
}

base::Status CollectSamples(const ApiContext& api, const wire::ReadRequest& wanted,
                            const query::QueryContext& context, std::string* message) {
  const model::LabelSet external = api.with.status.ExternalLabels();
  const auto limit = static_cast<uint64_t>(api.with.engine.options().samples_max);
  uint64_t samples = 0;
  model::SampleColumns columns;
  wire::ReadResponseWriter out(message);
  for (const wire::ReadQuery& query : wanted.queries) {
    QueryReader reader;
    SB_RETURN_IF_ERROR(reader.Select(api, external, context, query));
    out.BeginQuery();
    for (const ReadSeries& one : reader.series()) {
      SB_RETURN_IF_ERROR(context.CheckAlive());
      SB_RETURN_IF_ERROR(reader.Read(one, &columns));
      samples += columns.size();
      if (limit > 0 && samples > limit) {
        return base::ResourceExhausted("exceeded sample limit (" + std::to_string(limit) + ")");
      }
      if (!columns.empty()) {
        out.AddSeries(one.labels, columns);
      }
    }
    out.EndQuery();
  }
  return base::OkStatus();
}

void SendStatusText(net::ResponseWriter& writer, const base::Status& status) {
  const bool is_theirs = status.code() == base::StatusCode::kInvalidArgument ||
                         status.code() == base::StatusCode::kResourceExhausted;
  writer.Send(net::PlainTextResponse(is_theirs ? 400 : 500, status.message()));
}

void SendSamples(const ApiContext& api, const wire::ReadRequest& wanted,
                 const query::QueryContext& context, net::ResponseWriter& writer) {
  std::string message;
  const base::Status status = CollectSamples(api, wanted, context, &message);
  if (!status.ok()) {
    return SendStatusText(writer, status);
  }
  net::HttpResponse reply(200);
  reply.headers.Set("Content-Type", "application/x-protobuf");
  reply.headers.Set("Content-Encoding", "snappy");
  encoding::Compress(encoding::Compression::kSnappyBlock, message, &reply.body);
  writer.Send(std::move(reply));
}

base::Status StreamQuery(const QueryReader& reader, uint64_t index,
                         const query::QueryContext& context, net::ResponseWriter& writer) {
  wire::ChunkedReadWriter frames(index,
                                 [&writer](std::string_view frame) { return writer.Write(frame); });
  model::SampleColumns columns;
  for (const ReadSeries& one : reader.series()) {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    SB_RETURN_IF_ERROR(reader.Read(one, &columns));
    if (!frames.AddSeries(one.labels, columns)) {
      return base::Cancelled("the reader went away");
    }
  }
  return base::OkStatus();
}

void SendStream(const ApiContext& api, const wire::ReadRequest& wanted,
                const query::QueryContext& context, net::ResponseWriter& writer) {
  const model::LabelSet external = api.with.status.ExternalLabels();
  bool started = false;
  for (size_t i = 0; i < wanted.queries.size(); ++i) {
    QueryReader reader;
    base::Status status = reader.Select(api, external, context, wanted.queries[i]);
    if (!status.ok() && !started) {
      return SendStatusText(writer, status);
    }
    if (!started) {
      net::HttpResponse head(200);
      head.headers.Set("Content-Type", std::string(wire::kChunkedReadContentType));
      writer.Start(std::move(head));
      started = true;
    }
    if (status.ok()) {
      status = StreamQuery(reader, i, context, writer);
    }
    if (!status.ok()) {
      return;  // without Finish the peer sees a body that was cut, not a short answer
    }
  }
  if (!started) {
    net::HttpResponse empty(200);
    empty.headers.Set("Content-Type", std::string(wire::kChunkedReadContentType));
    return writer.Send(std::move(empty));
  }
  writer.Finish();
}

}  // namespace

void HandleRemoteRead(const ApiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer) {
  const auto wanted = ReadBody(request);
  if (!wanted.ok()) {
    return SendStatusText(writer, wanted.status());
  }
  const auto context = StartQuery(api, 0, writer);
  if (wanted->accepts_streamed_chunks) {
    return SendStream(api, *wanted, *context, writer);
  }
  SendSamples(api, *wanted, *context, writer);
}

}  // namespace sb::api
