// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/counting_writer.h"

#include <utility>
#include <vector>

namespace sb::ingest {

base::Status CountingWriter::Write(store::EventBatch batch) {
  // Streams share their encoding: keeping them costs a pointer each.
  const std::vector<store::EventStream> streams = batch.streams();
  std::vector<uint64_t> rows(streams.size());
  for (const uint32_t stream : batch.stream_indexes()) {
    ++rows[stream];
  }
  const base::Status status = next_.Write(std::move(batch));
  if (status.ok()) {
    for (size_t i = 0; i < streams.size(); ++i) {
      arrivals_.Count(signal_, "", streams[i].Label(label_), rows[i]);
    }
  }
  return status;
}

}  // namespace sb::ingest
