// SPDX-License-Identifier: Apache-2.0
//
// Silences mute alerts that match from a start to an end. A silence may hold several sets of
// matchers; any of them is enough.
//
// Updates are in place only while that rewrites no history (equal matchers; an active one keeps its
// start); otherwise the old silence expires and a new one with another id takes its place.
// Expired ones are kept for `retention`.
//
// Failures: kInvalidArgument and kNotFound in the reference's words, kResourceExhausted at the
// limit.
//
// Threads: the owner's lock.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "alert/manager/matcher.h"
#include "base/env.h"
#include "base/status.h"
#include "base/time.h"
#include "model/label_set.h"

namespace sb::alert {

enum class SilenceState : uint8_t { kActive, kPending, kExpired };

struct Silence {
  std::string id;
  std::vector<AlertMatchers> matcher_sets;
  base::TimestampNs starts_at;
  base::TimestampNs ends_at;
  base::TimestampNs updated_at;
  std::string created_by;
  std::string comment;
  std::map<std::string, std::string> annotations = {};

  SilenceState StateAt(base::TimestampNs now) const;
  bool Matches(const model::LabelSet& labels) const;
};

std::string_view SilenceStateText(SilenceState state);

class Silences {
 public:
  struct Options {
    size_t silences_max = 10'000;
    base::DurationNs retention{120LL * 3600 * 1'000'000'000};
  };
  Silences(Options options, base::Random& random) : options_(options), random_(random) {}

  // What changed, for the journal: one silence, or two when the old one expired.
  struct Change {
    std::string id;
    std::vector<Silence> changed;
  };
  // New when `silence.id` is empty.
  base::Result<Change> Set(Silence silence, base::TimestampNs now);
  base::Result<Change> Expire(std::string_view id, base::TimestampNs now);
  // As read from the journal.
  void Restore(Silence silence);

  const Silence* Find(std::string_view id) const;
  // Ids of active silences that match, sorted.
  std::vector<std::string> SilencedBy(const model::LabelSet& labels, base::TimestampNs now) const;
  // Active by end, pending by start, expired by end downwards.
  std::vector<Silence> List(base::TimestampNs now) const;
  // Forgets those that expired long ago.
  void Collect(base::TimestampNs now);
  size_t size() const { return silences_.size(); }

 private:
  static base::Status Check(const Silence& silence, base::TimestampNs now);
  std::string NewId();

  Options options_;
  base::Random& random_;
  std::map<std::string, Silence, std::less<>> silences_;
};

}  // namespace sb::alert
