// SPDX-License-Identifier: Apache-2.0
#include "api/alertmanager/alert_json.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include "template/go_time.h"

namespace sb::api {
namespace {

using JsonValue = rapidjson::Value;
constexpr int64_t kSecondNs = 1'000'000'000;
constexpr unsigned kParseFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag;

std::string_view View(const JsonValue& value) {
  return {value.GetString(), value.GetStringLength()};
}

base::Status BadBody(std::string_view what, std::string_view why) {
  return base::InvalidArgument("parsing " + std::string(what) + " body from \"\" failed, because " +
                               std::string(why));
}

bool Digits(std::string_view text, size_t at, size_t count, int* value) {
  if (at + count > text.size()) {
    return false;
  }
  *value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return false;
    }
    *value = *value * 10 + (text[i] - '0');
  }
  return true;
}

// "" and "Z" or "+hh:mm" at the end, in seconds.
bool ParseOffset(std::string_view text, int64_t* seconds) {
  if (text == "Z" || text == "z") {
    *seconds = 0;
    return true;
  }
  int hours = 0;
  int minutes = 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' ||
      !Digits(text, 1, 2, &hours) || !Digits(text, 4, 2, &minutes)) {
    return false;
  }
  *seconds = (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

base::Status ReadLabels(const JsonValue& object, std::vector<model::Label>* labels) {
  if (!object.IsObject()) {
    return base::InvalidArgument("json: cannot unmarshal into Go struct field of type LabelSet");
  }
  labels->clear();
  for (const auto& member : object.GetObject()) {
    if (!member.value.IsString()) {
      return base::InvalidArgument("json: cannot unmarshal into Go value of type string");
    }
    labels->push_back({View(member.name), View(member.value)});
  }
  return base::OkStatus();
}

base::Status ReadTime(const JsonValue& value, base::TimestampNs* time) {
  if (value.IsNull()) {
    return base::OkStatus();
  }
  if (!value.IsString()) {
    return base::InvalidArgument("json: cannot unmarshal into a time");
  }
  const std::string text(View(value));
  if (text.empty() || text.starts_with("0001-01-01T00:00:00")) {
    return base::OkStatus();
  }
  if (!ParseRfc3339Ns(text, time)) {
    return base::InvalidArgument("parsing time \"" + text +
                                 "\" as \"2006-01-02\": cannot parse \"" + text + "\" as \"2006\"");
  }
  return base::OkStatus();
}

base::Status ReadAlert(const JsonValue& object, std::vector<model::Label>* scratch,
                       notify::PostedAlert* alert) {
  if (!object.IsObject()) {
    return base::InvalidArgument(
        "json: cannot unmarshal into Go value of type models.PostableAlert");
  }
  for (const auto& member : object.GetObject()) {
    const std::string_view name = View(member.name);
    if (name == "labels" && !member.value.IsNull()) {
      SB_RETURN_IF_ERROR(ReadLabels(member.value, scratch));
      alert->labels = model::LabelSet::FromLabels(*scratch);
    } else if (name == "annotations" && !member.value.IsNull()) {
      SB_RETURN_IF_ERROR(ReadLabels(member.value, scratch));
      alert->annotations = model::LabelSet::FromLabels(*scratch);
    } else if (name == "startsAt") {
      SB_RETURN_IF_ERROR(ReadTime(member.value, &alert->starts_at));
    } else if (name == "endsAt") {
      SB_RETURN_IF_ERROR(ReadTime(member.value, &alert->ends_at));
    } else if (name == "generatorURL" && member.value.IsString()) {
      alert->generator_url = View(member.value);
    }
  }
  return base::OkStatus();
}

std::string ParseError(const rapidjson::Document& document) {
  switch (document.GetParseError()) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "EOF";
    case rapidjson::kParseErrorValueInvalid:
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
    case rapidjson::kParseErrorObjectMissName:
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "unexpected EOF";
    default:
      return rapidjson::GetParseError_En(document.GetParseError());
  }
}

base::Status ReadMatchers(const JsonValue& list, alert::AlertMatchers* out) {
  size_t index = 0;
  for (const JsonValue& item : list.GetArray()) {
    const auto text = [&](const char* key) {
      const auto member = item.FindMember(key);
      return member != item.MemberEnd() && member->value.IsString()
                 ? std::string(View(member->value))
                 : std::string();
    };
    const auto flag = [&](const char* key, bool fallback) {
      const auto member = item.FindMember(key);
      return member != item.MemberEnd() && member->value.IsBool() ? member->value.GetBool()
                                                                  : fallback;
    };
    if (!item.IsObject()) {
      return base::InvalidArgument("matcher is no object");
    }
    const bool regex = flag("isRegex", false);
    const bool equal = flag("isEqual", true);
    const alert::MatcherOp op =
        regex ? (equal ? alert::MatcherOp::kRegex : alert::MatcherOp::kNotRegex)
              : (equal ? alert::MatcherOp::kEqual : alert::MatcherOp::kNotEqual);
    const std::string name = text("name");
    const std::string value = text("value");
    if (!alert::IsLabelName(name, alert::MatcherMode::kUtf8)) {
      return base::InvalidArgument("invalid silence: invalid label matcher " +
                                   std::to_string(index) + ": invalid label name \"" + name + "\"");
    }
    auto matcher = alert::AlertMatcher::Create(op, name, value);
    if (!matcher.ok()) {
      std::string why(matcher.status().message());
      // The reference reports the pattern without its anchors.
      for (const auto& [from, to] : {std::pair<std::string, std::string>{"^(?:", ""}, {")$", ""}}) {
        const size_t at = why.find(from);
        if (at != std::string::npos) {
          why.replace(at, from.size(), to);
        }
      }
      return base::InvalidArgument("invalid silence: invalid label matcher " +
                                   std::to_string(index) + ": invalid regular expression \"" +
                                   value + "\": " + why);
    }
    out->push_back(std::move(matcher).value());
    ++index;
  }
  return base::OkStatus();
}

base::Status ReadMatcherSets(const JsonValue& root, SilenceBody* body) {
  const auto matchers = root.FindMember("matchers");
  if (matchers != root.MemberEnd() && matchers->value.IsArray() && !matchers->value.Empty()) {
    alert::AlertMatchers set;
    SB_RETURN_IF_ERROR(ReadMatchers(matchers->value, &set));
    body->silence.matcher_sets.push_back(std::move(set));
  }
  for (const char* key : {"matcherSets", "matcher_sets"}) {
    const auto sets = root.FindMember(key);
    if (sets == root.MemberEnd() || !sets->value.IsArray()) {
      continue;
    }
    for (const JsonValue& list : sets->value.GetArray()) {
      alert::AlertMatchers set;
      if (list.IsArray()) {
        SB_RETURN_IF_ERROR(ReadMatchers(list, &set));
      } else if (list.IsObject() && list.HasMember("matchers") && list["matchers"].IsArray()) {
        SB_RETURN_IF_ERROR(ReadMatchers(list["matchers"], &set));
      }
      body->silence.matcher_sets.push_back(std::move(set));
    }
  }
  return base::OkStatus();
}

void WriteStrings(const std::vector<std::string>& texts, JsonWriter* json) {
  json->BeginArray();
  for (const std::string& text : texts) {
    json->String(text);
  }
  json->EndArray();
}

void WriteLabels(const model::LabelSet& labels, JsonWriter* json) {
  json->BeginObject();
  for (const model::Label& label : labels) {
    json->Key(label.name).String(label.value);
  }
  json->EndObject();
}

void WriteMatchers(const alert::AlertMatchers& matchers, JsonWriter* json) {
  json->BeginArray();
  for (const alert::AlertMatcher& matcher : matchers) {
    json->BeginObject()
        .Key("name")
        .String(matcher.name())
        .Key("value")
        .String(matcher.value())
        .Key("isRegex")
        .Bool(matcher.is_regex())
        .Key("isEqual")
        .Bool(matcher.is_equal())
        .EndObject();
  }
  json->EndArray();
}

}  // namespace

bool ParseRfc3339Ns(std::string_view text, base::TimestampNs* time) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) != 't' ||
      text[13] != ':' || text[16] != ':' || !Digits(text, 0, 4, &year) ||
      !Digits(text, 5, 2, &month) || !Digits(text, 8, 2, &day) || !Digits(text, 11, 2, &hour) ||
      !Digits(text, 14, 2, &minute) || !Digits(text, 17, 2, &second) || month < 1 || month > 12 ||
      day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 || year < 1678 ||
      year > 2261) {
    return false;
  }
  size_t at = 19;
  int64_t nanos = 0;
  if (text[at] == '.') {
    int64_t scale = 100'000'000;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      nanos += (text[at] - '0') * scale;
      scale /= 10;
    }
  }
  int64_t offset = 0;
  if (!ParseOffset(text.substr(at), &offset)) {
    return false;
  }
  const int64_t seconds = gotemplate::DaysFromCivil(year, month, day) * 86'400 + hour * 3600 +
                          minute * 60 + second - offset;
  *time = base::TimestampNs(seconds * kSecondNs + nanos);
  return true;
}

std::string FormatApiTime(base::TimestampNs time) {
  return gotemplate::FormatTime(gotemplate::GoTime::FromNs(time), "2006-01-02T15:04:05.000Z07:00");
}

base::Result<std::vector<notify::PostedAlert>> ParsePostedAlerts(const std::string& body) {
  rapidjson::Document document;
  document.Parse<kParseFlags>(body.data(), body.size());
  if (document.HasParseError()) {
    return BadBody("alerts", ParseError(document));
  }
  if (!document.IsArray()) {
    return BadBody("alerts", std::string("json: cannot unmarshal ") +
                                 (document.IsObject()   ? "object"
                                  : document.IsString() ? "string"
                                                        : "value") +
                                 " into Go value of type models.PostableAlerts");
  }
  std::vector<notify::PostedAlert> alerts(document.Size());
  std::vector<model::Label> scratch;
  for (rapidjson::SizeType i = 0; i < document.Size(); ++i) {
    if (const base::Status status = ReadAlert(document[i], &scratch, &alerts[i]); !status.ok()) {
      return BadBody("alerts", status.message());
    }
  }
  return alerts;
}

namespace {

base::Status ReadAnnotations(const JsonValue& value, std::map<std::string, std::string>* out) {
  if (!value.IsObject()) {
    return BadBody("silence", "json: annotations is not an object");
  }
  for (const auto& member : value.GetObject()) {
    if (!member.value.IsString()) {
      return BadBody("silence", "json: annotations must be strings");
    }
    (*out)[std::string(View(member.name))] = View(member.value);
  }
  return base::OkStatus();
}

}  // namespace

base::Result<SilenceBody> ParseSilence(const std::string& body) {
  rapidjson::Document root;
  root.Parse<kParseFlags>(body.data(), body.size());
  if (root.HasParseError() || !root.IsObject()) {
    return BadBody("silence", root.HasParseError() ? ParseError(root) : "json: not an object");
  }
  SilenceBody out;
  const auto text = [&](const char* key) {
    const auto member = root.FindMember(key);
    return member != root.MemberEnd() && member->value.IsString() ? std::string(View(member->value))
                                                                  : std::string();
  };
  for (const auto& [key, time] :
       {std::pair{"startsAt", &out.silence.starts_at}, {"endsAt", &out.silence.ends_at}}) {
    const auto member = root.FindMember(key);
    if (member != root.MemberEnd()) {
      if (const base::Status status = ReadTime(member->value, time); !status.ok()) {
        return BadBody("silence", status.message());
      }
    }
  }
  const auto require = [&](const char* key, bool present) {
    if (!present && out.schema_code == 0) {
      out.schema_code = 602;
      out.schema_message = std::string(key) + " in body is required";
    }
  };
  require("comment", root.HasMember("comment"));
  require("createdBy", root.HasMember("createdBy"));
  require("endsAt", root.HasMember("endsAt"));
  require("startsAt", root.HasMember("startsAt"));
  const bool sets = root.HasMember("matcherSets") || root.HasMember("matcher_sets");
  require("matchers", sets || (root.HasMember("matchers") && root["matchers"].IsArray()));
  if (!sets && out.schema_code == 0 && root["matchers"].Empty()) {
    out.schema_code = 612;
    out.schema_message = "matchers in body should have at least 1 items";
  }
  out.silence.id = text("id");
  out.silence.created_by = text("createdBy");
  out.silence.comment = text("comment");
  if (const auto member = root.FindMember("annotations");
      member != root.MemberEnd() && !member->value.IsNull()) {
    SB_RETURN_IF_ERROR(ReadAnnotations(member->value, &out.silence.annotations));
  }
  if (out.schema_code == 0) {
    SB_RETURN_IF_ERROR(ReadMatcherSets(root, &out));
  }
  return out;
}

void WriteAlert(const alert::AlertView& view, JsonWriter* json) {
  const notify::Alert& alert = *view.alert;
  json->BeginObject().Key("annotations");
  WriteLabels(alert.annotations, json);
  json->Key("endsAt").String(FormatApiTime(alert.ends_at));
  json->Key("fingerprint").String(notify::FingerprintText(alert.fingerprint));
  json->Key("receivers").BeginArray();
  for (const std::string& receiver : view.receivers) {
    json->BeginObject().Key("name").String(receiver).EndObject();
  }
  json->EndArray();
  json->Key("startsAt").String(FormatApiTime(alert.starts_at));
  json->Key("status").BeginObject().Key("inhibitedBy");
  WriteStrings(view.inhibited_by, json);
  json->Key("mutedBy");
  WriteStrings(view.muted_by, json);
  json->Key("silencedBy");
  WriteStrings(view.silenced_by, json);
  json->Key("state").String(view.suppressed() ? "suppressed" : "active").EndObject();
  json->Key("updatedAt").String(FormatApiTime(alert.updated_at));
  if (!alert.generator_url.empty()) {
    json->Key("generatorURL").String(alert.generator_url);
  }
  json->Key("labels");
  WriteLabels(alert.labels, json);
  if (!view.acknowledged_by.empty()) {
    json->Key("acknowledgedBy").String(view.acknowledged_by);
    json->Key("acknowledgedComment").String(view.acknowledged_comment);
  }
  json->EndObject();
}

void WriteSilence(const alert::Silence& silence, base::TimestampNs now, JsonWriter* json) {
  json->BeginObject().Key("id").String(silence.id);
  if (!silence.annotations.empty()) {
    json->Key("annotations").BeginObject();
    for (const auto& [name, value] : silence.annotations) {
      json->Key(name).String(value);
    }
    json->EndObject();
  }
  json->Key("status")
      .BeginObject()
      .Key("state")
      .String(alert::SilenceStateText(silence.StateAt(now)))
      .EndObject();
  json->Key("updatedAt").String(FormatApiTime(silence.updated_at));
  json->Key("comment").String(silence.comment);
  json->Key("createdBy").String(silence.created_by);
  json->Key("endsAt").String(FormatApiTime(silence.ends_at));
  json->Key("matchers");
  WriteMatchers(
      silence.matcher_sets.empty() ? alert::AlertMatchers{} : silence.matcher_sets.front(), json);
  if (silence.matcher_sets.size() > 1) {
    json->Key("matcherSets").BeginArray();
    for (const alert::AlertMatchers& set : silence.matcher_sets) {
      WriteMatchers(set, json);
    }
    json->EndArray();
  }
  json->Key("startsAt").String(FormatApiTime(silence.starts_at)).EndObject();
}

}  // namespace sb::api
