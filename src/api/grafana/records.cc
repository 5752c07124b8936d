// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/records.h"

#include <algorithm>

#include "api/grafana/json.h"
#include "api/http/json_writer.h"

namespace sb::grafana {

namespace {

constexpr size_t kUidBytesMax = 40;
constexpr size_t kNewUidBytes = 14;

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

base::Result<Folder> ReadFolder(const catalog::Document& document) {
  SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
  Folder folder;
  folder.uid = document.id;
  folder.title = Text(json, "title");
  folder.parent_uid = document.key;
  folder.description = Text(json, "description");
  folder.document = document;
  return folder;
}

base::Result<DashboardInfo> ReadDashboardInfo(const catalog::Document& document) {
  SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
  DashboardInfo info;
  info.uid = document.id;
  info.folder_uid = document.key;
  info.title = Text(json, "title");
  info.tags = Texts(json, "tags");
  info.provider = Text(json, "provider");
  info.file = Text(json, "file");
  info.checksum = Text(json, "checksum");
  info.is_editable = Flag(json, "editable", true);
  info.number = Integer(json, "number");
  return info;
}

std::string ToJson(const DashboardInfo& info) {
  api::JsonWriter json;
  json.BeginObject().Key("title").String(info.title).Key("tags").BeginArray();
  for (const std::string& tag : info.tags) {
    json.String(tag);
  }
  json.EndArray().Key("provider").String(info.provider).Key("file").String(info.file);
  json.Key("checksum").String(info.checksum).Key("editable").Bool(info.is_editable);
  json.Key("number").Int(info.number).EndObject();
  return std::move(json).Take();
}

std::string Slug(std::string_view title) {
  std::string slug;
  for (const char c : title) {
    if (IsLetterOrDigit(c)) {
      slug += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  while (slug.ends_with('-')) {
    slug.pop_back();
  }
  return slug.empty() ? "dashboard" : slug;
}

std::string NewUid(base::Random& random) {
  static constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string uid;
  for (uint64_t bits = 0; uid.size() < kNewUidBytes; bits /= kAlphabet.size()) {
    if (bits < kAlphabet.size()) {
      bits = random.Next64();
    }
    uid += kAlphabet[bits % kAlphabet.size()];
  }
  return uid;
}

base::Status CheckUid(std::string_view uid) {
  if (uid.size() > kUidBytesMax) {
    return base::InvalidArgument("uid too long, max 40 characters: " + std::string(uid));
  }
  const bool legal = std::all_of(uid.begin(), uid.end(),
                                 [](char c) { return IsLetterOrDigit(c) || c == '-' || c == '_'; });
  return legal ? base::OkStatus()
               : base::InvalidArgument("uid contains illegal characters: " + std::string(uid));
}

}  // namespace sb::grafana
