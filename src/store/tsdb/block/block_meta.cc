// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/block_meta.h"

#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>

namespace sb::tsdb {

namespace {

constexpr std::string_view kBase32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kBlockIdLength = 26;

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void WriteString(Writer& writer, const char* key, const std::string& value) {
  writer.Key(key);
  writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void WriteStrings(Writer& writer, const char* key, const std::vector<std::string>& values) {
  writer.Key(key);
  writer.StartArray();
  for (const std::string& value : values) {
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  }
  writer.EndArray();
}

// Takes members out of the document; remembers the first that is missing or of another type.
class MemberReader {
 public:
  explicit MemberReader(const rapidjson::Document& document) : document_(document) {}

  uint64_t Unsigned(const char* key) {
    const auto* value = Find(key);
    if (value == nullptr || !value->IsUint64()) {
      return Missing(key);
    }
    return value->GetUint64();
  }
  int64_t Signed(const char* key) {
    const auto* value = Find(key);
    if (value == nullptr || !value->IsInt64()) {
      return static_cast<int64_t>(Missing(key));
    }
    return value->GetInt64();
  }
  std::string String(const char* key) {
    const auto* value = Find(key);
    if (value == nullptr || !value->IsString()) {
      Missing(key);
      return "";
    }
    return {value->GetString(), value->GetStringLength()};
  }
  std::vector<std::string> Strings(const char* key) {
    const auto* value = Find(key);
    std::vector<std::string> strings;
    if (value == nullptr || !value->IsArray()) {
      Missing(key);
      return strings;
    }
    for (const auto& item : value->GetArray()) {
      if (!item.IsString()) {
        Missing(key);
        return strings;
      }
      strings.emplace_back(item.GetString(), item.GetStringLength());
    }
    return strings;
  }
  const std::string& missing() const { return missing_; }

 private:
  const rapidjson::Value* Find(const char* key) const {
    const auto member = document_.FindMember(key);
    return member == document_.MemberEnd() ? nullptr : &member->value;
  }
  uint64_t Missing(const char* key) {
    if (missing_.empty()) {
      missing_ = key;
    }
    return 0;
  }
  const rapidjson::Document& document_;
  std::string missing_;
};

}  // namespace

std::string BlockMeta::ToJson() const {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.SetIndent(' ', 2);
  writer.StartObject();
  WriteString(writer, "id", id);
  writer.Key("formatVersion");
  writer.Uint(format_version);
  writer.Key("minTime");
  writer.Int64(range.start.Value());
  writer.Key("maxTime");
  writer.Int64(range.end.Value());
  writer.Key("level");
  writer.Uint(level);
  for (const auto& [key, number] : {std::pair{"series", series},
                                    {"samples", samples},
                                    {"histogramSamples", histogram_samples},
                                    {"exemplars", exemplars},
                                    {"indexBytes", index_bytes},
                                    {"chunkBytes", chunk_bytes}}) {
    writer.Key(key);
    writer.Uint64(number);
  }
  if (spacing_ms > 0) {
    writer.Key("spacingMs");
    writer.Int64(spacing_ms);
  }
  WriteStrings(writer, "sources", sources);
  WriteStrings(writer, "notes", notes);
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

base::Result<BlockMeta> BlockMeta::FromJson(std::string_view json, const std::string& path) {
  rapidjson::Document document;
  // Iterative: a deeply nested file must not end the process.
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) {
    return base::DataLoss("not a block's description: " + path);
  }
  MemberReader in(document);
  BlockMeta meta;
  meta.id = in.String("id");
  meta.format_version = static_cast<uint32_t>(in.Unsigned("formatVersion"));
  meta.range.start = base::TimestampMs(in.Signed("minTime"));
  meta.range.end = base::TimestampMs(in.Signed("maxTime"));
  meta.level = static_cast<uint32_t>(in.Unsigned("level"));
  meta.series = in.Unsigned("series");
  meta.samples = in.Unsigned("samples");
  meta.histogram_samples = in.Unsigned("histogramSamples");
  meta.exemplars = in.Unsigned("exemplars");
  meta.index_bytes = in.Unsigned("indexBytes");
  meta.chunk_bytes = in.Unsigned("chunkBytes");
  meta.spacing_ms = document.HasMember("spacingMs") ? in.Signed("spacingMs") : 0;
  meta.sources = in.Strings("sources");
  meta.notes = in.Strings("notes");
  if (!in.missing().empty()) {
    return base::DataLoss("a block's description lacks \"" + in.missing() + "\": " + path);
  }
  if (meta.format_version < kBlockFormatVersionOldest ||
      meta.format_version > kBlockFormatVersion) {
    return base::FailedPrecondition("a block of format version " +
                                    std::to_string(meta.format_version) +
                                    ", which this program does not know: " + path);
  }
  return meta;
}

std::string NewBlockId(base::Env& env) {
  auto now = static_cast<uint64_t>(std::max<int64_t>(0, env.clock().NowMs().Value()));
  std::string id(kBlockIdLength, '0');
  for (size_t i = 10; i-- > 0; now >>= 5) {
    id[i] = kBase32[now & 31];
  }
  uint64_t random[2] = {env.random().Next64(), env.random().Next64()};
  for (size_t i = 10; i < kBlockIdLength; ++i) {
    uint64_t& source = random[i < 18 ? 0 : 1];
    id[i] = kBase32[source & 31];
    source >>= 5;
  }
  return id;
}

bool IsBlockId(std::string_view name) {
  return name.size() == kBlockIdLength && name.find_first_not_of(kBase32) == std::string_view::npos;
}

}  // namespace sb::tsdb
