// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/trace_chunks.h"

#include <utility>

#include "encoding/protobuf.h"

namespace sb::api::jaeger {
namespace {

using encoding::ProtoReader;
using encoding::ProtoWriter;

// A message taken apart: its repeated field, and the others as they are.
struct Parts {
  std::vector<std::string_view> items;
  std::vector<std::pair<uint32_t, std::string_view>> others;
};

Parts TakeApart(std::string_view message, uint32_t repeated) {
  Parts parts;
  ProtoReader in(message);
  while (in.Next()) {
    const uint32_t field = in.field();
    const std::string_view bytes = in.Bytes();
    if (field == repeated) {
      parts.items.push_back(bytes);
    } else {
      parts.others.emplace_back(field, bytes);
    }
  }
  return parts;
}

void WriteOthers(const Parts& parts, ProtoWriter* out) {
  for (const auto& [field, bytes] : parts.others) {
    out->Bytes(field, bytes);
  }
}

// Spans of one scope, with what stands around them.
std::string Wrap(const Parts& resource, const Parts& scope, size_t begin, size_t end) {
  std::string out;
  ProtoWriter writer(&out);
  const size_t group = writer.BeginMessage(1);
  WriteOthers(resource, &writer);
  const size_t inner = writer.BeginMessage(2);
  WriteOthers(scope, &writer);
  for (size_t i = begin; i < end; ++i) {
    writer.Bytes(2, scope.items[i]);
  }
  writer.EndMessage(inner);
  writer.EndMessage(group);
  return out;
}

}  // namespace

std::vector<std::string> ChunksOf(std::string_view traces_data, size_t chunk_bytes) {
  std::vector<std::string> chunks;
  const auto add = [&](std::string piece) {
    if (!chunks.empty() && chunks.back().size() + piece.size() <= chunk_bytes) {
      chunks.back() += piece;  // resource spans are a repeated field
    } else {
      chunks.push_back(std::move(piece));
    }
  };
  for (const std::string_view group : TakeApart(traces_data, 1).items) {
    const Parts resource = TakeApart(group, 2);
    for (const std::string_view inner : resource.items) {
      const Parts scope = TakeApart(inner, 2);
      size_t begin = 0;
      size_t bytes = 0;
      for (size_t i = 0; i < scope.items.size(); ++i) {
        if (bytes + scope.items[i].size() > chunk_bytes && i > begin) {
          add(Wrap(resource, scope, begin, i));
          begin = i;
          bytes = 0;
        }
        bytes += scope.items[i].size();
      }
      if (begin < scope.items.size()) {
        add(Wrap(resource, scope, begin, scope.items.size()));
      }
    }
  }
  return chunks;
}

}  // namespace sb::api::jaeger
