// SPDX-License-Identifier: Apache-2.0
#include "alert/anomaly/seasonal_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sb::anomaly {
namespace {

// Samples of the running hour that are held; of more, every second one goes.
constexpr size_t kOpenMax = 240;
constexpr int64_t kDaysBack = 14;
constexpr int64_t kRecentHours = 24;
constexpr int64_t kTrendHours = 48;
constexpr size_t kTrendHoursMin = 12;
// A trend explains no more than this.
constexpr double kTrendFactorMax = 5;
// Of a normal distribution, standard deviation over MAD.
constexpr double kDeviationOfMad = 1.4826;

double MedianOf(std::vector<double>* values) {
  const size_t middle = values->size() / 2;
  std::nth_element(values->begin(), values->begin() + static_cast<ptrdiff_t>(middle),
                   values->end());
  const double upper = (*values)[middle];
  if (values->size() % 2 == 1) {
    return upper;
  }
  const double lower =
      *std::max_element(values->begin(), values->begin() + static_cast<ptrdiff_t>(middle));
  return lower + (upper - lower) / 2;
}

// The MAD of few values is too small on average.
double SmallSampleFactor(size_t n) {
  static constexpr double kFactors[] = {1,     1,     1.196, 1.495, 1.363,
                                        1.206, 1.200, 1.140, 1.129, 1.107};
  return n < std::size(kFactors) ? kFactors[n]
                                 : static_cast<double>(n) / (static_cast<double>(n) - 0.8);
}

// Median and MAD; `values` is used up.
std::pair<double, double> MedianAndMad(std::vector<double>* values) {
  const double median = MedianOf(values);
  for (double& value : *values) {
    value = std::abs(value - median);
  }
  return {median, MedianOf(values) * SmallSampleFactor(values->size())};
}

// What an hour leaves behind. A series that climbs all hour long does not stray because of that:
// deviations are taken from the line through the medians of both halves.
std::pair<double, double> HourOf(const std::vector<double>& samples) {
  constexpr size_t kHalfMin = 3;
  const size_t half = samples.size() / 2;
  std::vector<double> all = samples;
  const double median = MedianOf(&all);
  if (half < kHalfMin) {
    all = samples;
    return MedianAndMad(&all);
  }
  std::vector<double> first(samples.begin(), samples.begin() + static_cast<ptrdiff_t>(half));
  std::vector<double> second(samples.end() - static_cast<ptrdiff_t>(half), samples.end());
  const double slope =
      (MedianOf(&second) - MedianOf(&first)) / static_cast<double>(samples.size() - half);
  const double middle = static_cast<double>(samples.size() - 1) / 2;
  for (size_t i = 0; i < samples.size(); ++i) {
    all[i] = std::abs(samples[i] - median - slope * (static_cast<double>(i) - middle));
  }
  return {median, MedianOf(&all) * SmallSampleFactor(all.size())};
}

}  // namespace

double Band::Score(double value) const {
  const double off = value - mid;
  return deviation > 0 ? off / deviation : off == 0 ? 0 : std::copysign(INFINITY, off);
}

const SeasonalModel::Hour* SeasonalModel::Find(int64_t hour) const {
  if (ring_.empty() || hour < 0) {
    return nullptr;
  }
  const Hour& at = ring_[static_cast<size_t>(hour % kHoursMax)];
  return at.hour == hour ? &at : nullptr;
}

void SeasonalModel::Keep(int64_t hour, double median, double deviation) {
  if (ring_.empty()) {
    ring_.resize(static_cast<size_t>(kHoursMax));
  }
  // What was skipped since is too old now, and must not count as known.
  for (int64_t gone = std::max(last_hour_ + 1, hour - kHoursMax + 1); gone < hour; ++gone) {
    Hour& at = ring_[static_cast<size_t>(gone % kHoursMax)];
    hours_ -= at.hour >= 0 ? 1 : 0;
    at.hour = -1;
  }
  Hour& at = ring_[static_cast<size_t>(hour % kHoursMax)];
  hours_ += at.hour >= 0 ? 0 : 1;
  at = {static_cast<int32_t>(hour), static_cast<float>(median), static_cast<float>(deviation)};
  last_hour_ = hour;
}

void SeasonalModel::CloseHour() {
  if (open_hour_ > last_hour_ && !open_.empty()) {
    const auto [median, mad] = HourOf(open_);
    Keep(open_hour_, median, mad);
  }
  open_.clear();
  stride_ = 1;
  skipped_ = 0;
}

void SeasonalModel::Observe(int64_t time_ms, double value) {
  if (!std::isfinite(value) || time_ms <= last_ms_ || time_ms < 0) {
    return;
  }
  last_ms_ = time_ms;
  was_negative_ = was_negative_ || value < 0;
  const int64_t hour = time_ms / kHourMs;
  if (hour != open_hour_) {
    CloseHour();
    open_hour_ = hour;
  }
  if (skipped_++ % stride_ != 0) {
    return;
  }
  open_.push_back(value);
  if (open_.size() > kOpenMax) {
    size_t kept = 0;
    for (size_t i = 0; i < open_.size(); i += 2) {
      open_[kept++] = open_[i];
    }
    open_.resize(kept);
    stride_ *= 2;
    skipped_ = 1;
  }
}

std::optional<SeasonalModel::Expected> SeasonalModel::Seasonal(int64_t hour, int64_t every,
                                                               int64_t times) const {
  std::vector<double> medians, within;
  for (int64_t back = 1; back <= times; ++back) {
    if (const Hour* known = Find(hour - back * every); known != nullptr) {
      medians.push_back(known->median);
      within.push_back(known->deviation);
    }
  }
  if (medians.size() < 2) {
    return std::nullopt;
  }
  const auto [mid, between] = MedianAndMad(&medians);
  return Expected{mid, kDeviationOfMad * std::hypot(between, MedianOf(&within)), every > 1};
}

std::optional<SeasonalModel::Expected> SeasonalModel::ExpectedOf(int64_t hour) const {
  if (options_.season == Season::kWeek) {
    if (const auto weekly = Seasonal(hour, kWeekHours, kWeeks)) {
      return weekly;
    }
  }
  if (options_.season != Season::kNone) {
    if (const auto daily = Seasonal(hour, 24, kDaysBack)) {
      return daily;
    }
  }
  return Seasonal(std::min(hour, last_hour_ + 1), 1, kRecentHours);
}

double SeasonalModel::Trend(bool* is_factor) const {
  *is_factor = !was_negative_;
  std::vector<double> moves;
  for (int64_t hour = last_hour_ - kTrendHours + 1; hour <= last_hour_; ++hour) {
    const Hour* was = Find(hour);
    const auto expected = was == nullptr ? std::nullopt : ExpectedOf(hour);
    if (!expected || !expected->is_seasonal) {
      continue;
    }
    if (!*is_factor) {
      moves.push_back(was->median - expected->mid);
    } else if (expected->mid > 0) {
      moves.push_back(was->median / expected->mid);
    }
  }
  if (moves.size() < kTrendHoursMin) {
    return *is_factor ? 1 : 0;
  }
  const double median = MedianOf(&moves);
  return *is_factor ? std::clamp(median, 1 / kTrendFactorMax, kTrendFactorMax) : median;
}

void SeasonalModel::FillCache(int64_t hour) const {
  cache_.hour = hour;
  cache_.last_hour = last_hour_;
  bool is_factor = false;
  const double trend = Trend(&is_factor);
  for (int64_t i = 0; i < 3; ++i) {
    std::optional<Expected>& expected = cache_.around[i];
    expected = ExpectedOf(hour - 1 + i);
    if (expected && expected->is_seasonal) {
      expected->mid = is_factor ? expected->mid * trend : expected->mid + trend;
      expected->deviation *= is_factor ? trend : 1;
    }
  }
}

std::optional<Band> SeasonalModel::At(int64_t time_ms) const {
  const int64_t hour = time_ms / kHourMs;
  // Some of the hours may be unknown: what counts is what the model has seen altogether.
  if (hours_ < std::max<int64_t>(options_.hours_min, 2) || time_ms < 0) {
    return std::nullopt;
  }
  if (cache_.hour != hour || cache_.last_hour != last_hour_) {
    FillCache(hour);
  }
  const std::optional<Expected>& here = cache_.around[1];
  if (!here) {
    return std::nullopt;
  }
  const double place = static_cast<double>(time_ms % kHourMs) / kHourMs - 0.5;
  const Expected& other = cache_.around[place < 0 ? 0 : 2].value_or(*here);
  const double share = std::abs(place);
  Band band;
  band.mid = here->mid * (1 - share) + other.mid * share;
  const double deviation = here->deviation * (1 - share) + other.deviation * share;
  const double half = std::max(
      {options_.sensitivity * deviation, options_.floor * std::abs(band.mid), options_.margin});
  band.deviation = half / options_.sensitivity;
  band.upper = band.mid + half;
  band.lower = was_negative_ ? band.mid - half : std::max(0.0, band.mid - half);
  return band;
}

std::string SeasonalModel::Save() const {
  std::string text = fmt::format("{}\n", was_negative_ ? "negative" : "positive");
  for (int64_t hour = std::max<int64_t>(0, last_hour_ - kHoursMax + 1); hour <= last_hour_;
       ++hour) {
    if (const Hour* known = Find(hour); known != nullptr) {
      text += fmt::format("{} {:.7g} {:.7g}\n", known->hour, known->median, known->deviation);
    }
  }
  return text;
}

base::Status SeasonalModel::Load(std::string_view text) {
  bool is_first = true;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (std::exchange(is_first, false)) {
      if (line != "negative" && line != "positive") {
        return base::DataLoss("not the hours of a series: " + std::string(line));
      }
      was_negative_ = line == "negative";
      continue;
    }
    int64_t hour = 0;
    double median = 0, deviation = 0;
    const char* const last = line.data() + line.size();
    auto read = std::from_chars(line.data(), last, hour);
    for (double* number : {&median, &deviation}) {
      if (read.ec == std::errc() && read.ptr < last && *read.ptr == ' ') {
        read = std::from_chars(read.ptr + 1, last, *number);
      } else {
        read.ec = std::errc::invalid_argument;
      }
    }
    if (read.ec != std::errc() || read.ptr != last || hour <= last_hour_ || hour > INT32_MAX ||
        !std::isfinite(median) || !(deviation >= 0)) {
      return base::DataLoss("broken line in the hours of a series: " + std::string(line));
    }
    Keep(hour, median, deviation);
    last_ms_ = (hour + 1) * kHourMs - 1;
  }
  return base::OkStatus();
}

}  // namespace sb::anomaly
