// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/graphite_stream.h"

#include <string>

#include "base/log.h"

namespace sb::ingest {
namespace {

constexpr size_t kLineBytesMax = 64u << 10;

class GraphiteStream final : public net::StreamHandler {
 public:
  explicit GraphiteStream(MetricsImport* import) : import_(import) {}

  void OnBytes(std::string_view bytes) override {
    const size_t end = bytes.rfind('\n');
    if (end != std::string_view::npos) {
      rest_.append(bytes.substr(0, end + 1));
      TakeGraphiteDatagram(import_, rest_);
      rest_.assign(bytes.substr(end + 1));
    } else {
      rest_.append(bytes);
    }
    if (rest_.size() > kLineBytesMax) {
      TakeGraphiteDatagram(import_, rest_);  // which names and counts what it is not
      rest_.clear();
    }
  }
  void OnEnd() override {
    TakeGraphiteDatagram(import_, rest_);
    rest_.clear();
  }

 private:
  MetricsImport* const import_;
  std::string rest_;  // of a line whose end is not here yet
};

}  // namespace

std::unique_ptr<net::StreamHandler> NewGraphiteStream(MetricsImport* import) {
  return std::make_unique<GraphiteStream>(import);
}

void TakeGraphiteDatagram(MetricsImport* import, std::string_view datagram) {
  if (datagram.empty()) {
    return;
  }
  const auto session = import->Start(ImportFormat::kGraphite, 0, {});
  (void)session->Take(datagram);  // what went wrong is in the reply
  const MetricLinesReply reply = session->Finish();
  if (reply.status != 204) {
    SB_LOG_EVERY(60, kWarn, "Graphite lines are refused", {"refused", reply.refused},
                 {"reason", reply.message});
  }
}

}  // namespace sb::ingest
