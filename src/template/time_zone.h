// SPDX-License-Identifier: Apache-2.0
//
// TimeZone is one zone of the IANA database: offset and abbreviation at any instant.
//
//   auto zone = TimeZone::Load(env.files(), "Europe/Berlin");
//
// Zones are read from /usr/share/zoneinfo (TZif, RFC 8536, with its rule for years to come); "",
// "UTC" and "Local" need no file. kNotFound "unknown time zone NAME"; kDataLoss for a broken file.
//
// Threads: immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"

namespace sb::gotemplate {

class TimeZone {
 public:
  struct Offset {
    int32_t seconds = 0;  // east of Greenwich
    std::string abbreviation;
  };

  static std::shared_ptr<const TimeZone> Utc();
  // A constant offset; `name` may be empty.
  static std::shared_ptr<const TimeZone> Fixed(std::string name, int32_t seconds);
  // The zone of this machine, UTC when it cannot be read.
  static std::shared_ptr<const TimeZone> Local();
  static base::Result<std::shared_ptr<const TimeZone>> Load(base::FileSystem& files,
                                                            std::string_view name);
  static base::Result<std::shared_ptr<const TimeZone>> FromTzif(std::string name,
                                                                std::string_view bytes);

  const std::string& name() const { return name_; }
  Offset At(int64_t unix_seconds) const;
  // The instant of a wall clock reading, given as seconds as if it were UTC. Readings that do not
  // exist or exist twice are taken as Go takes them.
  int64_t ToUnix(int64_t wall_seconds) const;

 private:
  struct Rule {  // "M3.5.0/2": the fifth (last) Sunday of March at 2:00
    int month = 0;
    int week = 0;
    int weekday = 0;
    int day = 0;  // for the forms "J60" and "59"
    char form = 'M';
    int32_t seconds = 7200;
  };
  struct Footer {
    bool present = false;
    bool has_dst = false;
    Offset standard;
    Offset daylight;
    Rule start;
    Rule end;
  };

  explicit TimeZone(std::string name) : name_(std::move(name)) {}
  base::Status Read(std::string_view bytes);
  bool ReadFooter(std::string_view text);
  static bool ReadRule(std::string_view* text, Rule* rule);
  Offset FromFooter(int64_t unix_seconds) const;
  static int64_t RuleSeconds(const Rule& rule, int year);

  std::string name_;
  std::vector<int64_t> transitions_;
  std::vector<uint8_t> types_at_;  // index into types_ after each transition
  std::vector<Offset> types_;
  Footer footer_;
};

}  // namespace sb::gotemplate
