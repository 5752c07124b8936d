// SPDX-License-Identifier: Apache-2.0
#include "store/file/manifest.h"

#include <charconv>

#include "base/check.h"
#include "encoding/crc32c.h"

namespace sb::store {

namespace {

constexpr std::string_view kHeadLine = "signalbox manifest 1\n";
constexpr std::string_view kChecksumKey = "crc32c ";

base::Status Damaged(const char* what, const std::string& path) {
  return base::DataLoss(std::string("manifest: ") + what + ": " + path);
}

std::string Hex(uint32_t number) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (int shift = 28; shift >= 0; shift -= 4) {
    hex.push_back(kDigits[(number >> shift) & 15]);
  }
  return hex;
}

bool OneLine(std::string_view text) {
  return text.find('\n') == std::string_view::npos;
}

// Cuts the first line, without its end, off `text`; false if there is no whole line.
bool TakeLine(std::string_view* text, std::string_view* line) {
  const size_t end = text->find('\n');
  if (end == std::string_view::npos) {
    return false;
  }
  *line = text->substr(0, end);
  text->remove_prefix(end + 1);
  return true;
}

}  // namespace

std::string Manifest::Encode() const {
  std::string text(kHeadLine);
  text += "generation " + std::to_string(generation) + "\n";
  for (const std::string& name : names) {
    SB_CHECK(OneLine(name));
    text += "name " + name + "\n";
  }
  for (const auto& [key, value] : properties) {
    SB_CHECK(OneLine(key) && OneLine(value) && key.find('=') == std::string::npos);
    text += "property " + key + "=" + value + "\n";
  }
  text += std::string(kChecksumKey) + Hex(encoding::Crc32c(text)) + "\n";
  return text;
}

base::Result<Manifest> Manifest::Decode(std::string_view text, const std::string& path) {
  const size_t checksum_bytes = kChecksumKey.size() + 9;
  if (text.size() < kHeadLine.size() + checksum_bytes || !text.starts_with(kHeadLine)) {
    return Damaged("not a manifest of a known version", path);
  }
  std::string_view body = text.substr(0, text.size() - checksum_bytes);
  const std::string checksum = std::string(kChecksumKey) + Hex(encoding::Crc32c(body)) + "\n";
  if (text.substr(body.size()) != checksum) {
    return Damaged("wrong checksum", path);
  }
  body.remove_prefix(kHeadLine.size());
  Manifest manifest;
  std::string_view line;
  while (TakeLine(&body, &line)) {
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) {
      return Damaged("a line without a value", path);
    }
    const std::string_view key = line.substr(0, space);
    const std::string_view value = line.substr(space + 1);
    if (key == "generation") {
      std::from_chars(value.data(), value.data() + value.size(), manifest.generation);
    } else if (key == "name") {
      manifest.names.emplace_back(value);
    } else if (key == "property") {
      const size_t equals = value.find('=');
      if (equals == std::string_view::npos) {
        return Damaged("a property without a value", path);
      }
      manifest.properties.emplace(value.substr(0, equals), value.substr(equals + 1));
    } else {
      return Damaged("an unknown line", path);
    }
  }
  return manifest;
}

base::Result<Manifest> Manifest::Load(base::FileSystem& files, const std::string& path) {
  SB_ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  return Decode(text, path);
}

base::Status Manifest::Save(base::FileSystem& files, const std::string& path) {
  Manifest next = *this;
  ++next.generation;
  SB_RETURN_IF_ERROR(base::WriteFileAtomically(files, path, next.Encode()));
  generation = next.generation;
  return base::OkStatus();
}

}  // namespace sb::store
