// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/elastic_search.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "api/elastic/aggregation_kind.h"
#include "api/elastic/elastic_aggregation.h"
#include "api/elastic/elastic_query.h"
#include "api/elastic/index_pattern.h"
#include "api/elastic/push_down.h"
#include "encoding/hash.h"
#include "store/interface/event_schema.h"

namespace sb::api {
namespace {

using config::Node;

constexpr int64_t kNsPerMs = 1'000'000;
constexpr uint64_t kTotalMax =
    10'000;  // hits are counted exactly up to here, unless asked for more
constexpr size_t kHitsMax = 10'000;
constexpr size_t kFieldSampleRows = 2'000;
constexpr std::string_view kShards =
    "\"_shards\":{\"total\":1,\"successful\":1,\"skipped\":0,\"failed\":0}";

// What a search asks for beside its query.
struct Wishes {
  size_t size = 10;
  size_t from = 0;
  std::string sort_field = "@timestamp";
  bool descending = true;
  size_t sort_keys = 1;
  bool has_after = false;
  std::string after;      // of the first key
  int64_t after_sub = 0;  // of the second
  uint64_t total_max = kTotalMax;
  bool wants_highlight = false;
  std::string pre_tag = "<em>";
  std::string post_tag = "</em>";
};

void ReadSort(const Node* sort, Wishes* wishes) {
  if (sort == nullptr) {
    return;
  }
  const Node* first = sort;
  if (sort->IsSequence()) {
    wishes->sort_keys = std::max<size_t>(1, std::min<size_t>(2, sort->items.size()));
    first = sort->items.empty() ? nullptr : sort->items[0].get();
  }
  if (first == nullptr) {
    return;
  }
  if (first->IsScalar()) {
    wishes->sort_field = first->text;
    wishes->descending = false;
    return;
  }
  if (first->IsMapping() && !first->entries.empty()) {
    wishes->sort_field = first->entries[0].key->text;
    const Node& order = *first->entries[0].value;
    wishes->descending = (order.IsMapping() ? MemberText(order, "order") : order.text) == "desc";
  }
}

std::string FirstText(const Node* node) {
  return node == nullptr                              ? ""
         : node->IsSequence() && !node->items.empty() ? node->items[0]->text
                                                      : node->text;
}

base::Result<Wishes> ReadWishes(const Node& body) {
  Wishes wishes;
  const double size = MemberNumber(body, "size", 10);
  const double from = MemberNumber(body, "from", 0);
  if (size < 0 || from < 0 || size + from > static_cast<double>(kHitsMax)) {
    return base::InvalidArgument("from + size must be between 0 and " + std::to_string(kHitsMax) +
                                 ": use search_after for more");
  }
  wishes.size = static_cast<size_t>(size);
  wishes.from = static_cast<size_t>(from);
  ReadSort(body.Find("sort"), &wishes);
  const Node* after = body.Find("search_after");
  if (after != nullptr && after->IsSequence() && !after->items.empty()) {
    wishes.has_after = true;
    wishes.after = after->items[0]->text;
    double sub = 0;
    if (after->items.size() > 1 && ParseNumberText(after->items[1]->text, &sub)) {
      wishes.after_sub = static_cast<int64_t>(sub);
    }
  }
  const std::string total = MemberText(body, "track_total_hits");
  double count = 0;
  if (total == "true") {
    wishes.total_max = UINT64_MAX;
  } else if (total == "false") {
    wishes.total_max = 0;
  } else if (ParseNumberText(total, &count)) {
    wishes.total_max = static_cast<uint64_t>(count);
  }
  if (const Node* highlight = body.Find("highlight"); highlight != nullptr) {
    wishes.wants_highlight = true;
    const std::string pre = FirstText(highlight->Find("pre_tags"));
    const std::string post = FirstText(highlight->Find("post_tags"));
    wishes.pre_tag = pre.empty() ? wishes.pre_tag : pre;
    wishes.post_tag = post.empty() ? wishes.post_tag : post;
  }
  return wishes;
}

// The key that a document is sorted by: times and numbers as numbers, after them texts.
struct SortKey {
  bool is_text = false;
  double number = 0;
  int64_t sub = 0;  // of times: see SubKeyOf
  std::string text;
  bool is_missing = false;

  int Compare(const SortKey& other) const {
    if (is_text != other.is_text) {
      return is_text ? 1 : -1;
    }
    if (is_text && text != other.text) {
      return text < other.text ? -1 : 1;
    }
    if (!is_text && number != other.number) {
      return number < other.number ? -1 : 1;
    }
    return sub < other.sub ? -1 : sub > other.sub ? 1 : 0;
  }
};

// Tells documents of one millisecond apart, so that search_after skips none: nanoseconds, then a
// hash. Below 2^53, which is what clients in JavaScript hand back unchanged.
int64_t SubKeyOf(const ElasticRow& row) {
  encoding::Hash128 hash =
      encoding::Hash128Of(row.line(), static_cast<uint64_t>(row.time_ns()) ^ row.stream().Hash());
  row.ForEach([&hash](std::string_view name, std::string_view value) {
    hash.low += encoding::Hash128Of(value, encoding::Hash128Of(name, 0).low).low;
  });
  return (row.time_ns() % kNsPerMs) << 32 | static_cast<int64_t>(hash.low & 0xffff'ffff);
}

SortKey KeyOf(const ElasticRow& row, const Wishes& wishes) {
  SortKey key;
  if (IsTimeField(wishes.sort_field) || wishes.sort_field == "_doc") {
    key.number = static_cast<double>(row.time_ns() / kNsPerMs);
    return key;
  }
  std::string_view text;
  if (!row.Get(wishes.sort_field, &text)) {
    key.is_missing = key.is_text = true;
    return key;
  }
  key.is_text = !ParseNumberText(text, &key.number);
  key.text = key.is_text ? std::string(text) : std::string();
  return key;
}

struct Hit {
  SortKey key;
  int64_t time_ns = 0;
  std::string json;
};

// Wraps the words that the query looked for.
std::string Highlight(std::string_view line, const std::vector<std::string>& words,
                      const Wishes& wishes) {
  std::string lower(line);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  std::string out;
  bool found_any = false;
  for (size_t at = 0; at < line.size();) {
    size_t length = 0;
    for (std::string word : words) {
      std::transform(word.begin(), word.end(), word.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
      if (word.size() > length && lower.compare(at, word.size(), word) == 0) {
        length = word.size();
      }
    }
    if (length == 0) {
      out.push_back(line[at++]);
      continue;
    }
    out.append(wishes.pre_tag).append(line.substr(at, length)).append(wishes.post_tag);
    at += length;
    found_any = true;
  }
  return found_any ? out : "";
}

// Keeps the best hits, best first.
class HitList {
 public:
  HitList(const Wishes& wishes, const ElasticQuery& query) : wishes_(wishes) {
    query.AddWords(&words_);
  }

  void Add(const ElasticRow& row) {
    const size_t wanted = wishes_.from + wishes_.size;
    if (wanted == 0) {
      return;
    }
    Hit hit;
    hit.key = KeyOf(row, wishes_);
    hit.time_ns = row.time_ns();
    if (hits_.size() >= wanted && IsWorse(hit.key, hits_.back().key)) {
      return;
    }
    if (wishes_.sort_keys > 1 && !hit.key.is_missing) {
      hit.key.sub = SubKeyOf(row);
    }
    if ((wishes_.has_after && !IsBehindAfter(hit.key)) ||
        (hits_.size() >= wanted && !Before(hit.key, hits_.back().key))) {
      return;
    }
    hit.json = JsonOf(row, hit.key);
    const auto place =
        std::upper_bound(hits_.begin(), hits_.end(), hit,
                         [this](const Hit& a, const Hit& b) { return Before(a.key, b.key); });
    hits_.insert(place, std::move(hit));
    if (hits_.size() > wanted) {
      hits_.pop_back();
    }
  }
  bool IsFull() const { return hits_.size() >= wishes_.from + wishes_.size; }
  int64_t WorstTime() const { return hits_.empty() ? 0 : hits_.back().time_ns; }
  void Write(JsonWriter* json) const {
    json->BeginArray();
    for (size_t i = wishes_.from; i < hits_.size(); ++i) {
      json->Raw(hits_[i].json);
    }
    json->EndArray();
  }

 private:
  bool Before(const SortKey& a, const SortKey& b) const {
    if (a.is_missing != b.is_missing) {
      return b.is_missing;  // what has no value stands last, either way
    }
    return wishes_.descending ? a.Compare(b) > 0 : a.Compare(b) < 0;
  }
  // By the first key alone.
  bool IsWorse(const SortKey& a, const SortKey& worst) const {
    SortKey first = worst;
    first.sub = 0;
    return Before(first, a);
  }
  bool IsBehindAfter(const SortKey& key) const {
    SortKey after;
    after.is_text = key.is_text;
    if (key.is_text) {
      after.text = wishes_.after;
    } else {
      ParseNumberText(wishes_.after, &after.number);
    }
    after.sub = wishes_.sort_keys > 1 ? wishes_.after_sub : 0;
    return Before(after, key);
  }
  std::string JsonOf(const ElasticRow& row, const SortKey& key) const {
    JsonWriter json;
    json.BeginObject();
    WriteHitMembers(row, &json);
    json.Key("sort").BeginArray();
    if (key.is_missing) {
      json.Null();
    } else if (key.is_text) {
      json.String(key.text);
    } else {
      json.Double(key.number);
    }
    if (wishes_.sort_keys > 1) {
      json.Int(key.sub);
    }
    json.EndArray();
    json.Key("fields").BeginObject().Key("@timestamp").BeginArray();
    json.Int(row.time_ns() / kNsPerMs).EndArray().EndObject();
    if (wishes_.wants_highlight && !words_.empty()) {
      const std::string marked = Highlight(row.line(), words_, wishes_);
      if (!marked.empty()) {
        json.Key("highlight").BeginObject().Key("message").BeginArray();
        json.String(marked).EndArray().EndObject();
      }
    }
    json.EndObject();
    return std::move(json).Take();
  }

  const Wishes& wishes_;
  std::vector<std::string> words_;
  std::vector<Hit> hits_;
};

// A matcher for the streams that the index expression may mean; false if there are none.
base::Result<bool> MatchIndices(const store::EventReader& reader, const store::ReadContext& context,
                                const IndexPattern& pattern, store::EventScanOptions* options) {
  if (pattern.is_everything()) {
    return true;
  }
  SB_ASSIGN_OR_RETURN(const auto streams, reader.Streams(context, options->range, {}));
  std::set<std::string> names;
  for (const store::StreamInfo& info : streams) {
    const std::string_view label = info.stream.Label("index");
    if (pattern.MayMatch(label.empty() ? kDefaultIndex : label)) {
      names.insert(re2::RE2::QuoteMeta(re2::StringPiece(label.data(), label.size())));
    }
  }
  std::string regex;
  for (const std::string& name : names) {
    regex += (&name == &*names.begin() ? "" : "|") + name;
  }
  SB_ASSIGN_OR_RETURN(model::Matcher matcher,
                      model::Matcher::Create(model::MatchType::kRegex, "index", regex));
  options->matchers.push_back(std::move(matcher));
  return !names.empty();
}

// Scans what the query and the index may mean; `sink` says when to stop. The store leaves out what
// it can tell, and reads `columns` only.
template <typename Sink>
base::Status ScanDocuments(const store::EventReader& reader, const store::ReadContext& context,
                           const IndexPattern& pattern, const ElasticQuery& query,
                           store::EventScanOptions options, Sink&& sink) {
  query.NarrowTime(&options.range);
  if (options.range.start_ns >= options.range.end_ns) {
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const bool has_streams, MatchIndices(reader, context, pattern, &options));
  if (!has_streams) {
    return base::OkStatus();
  }
  options.filter = query.Hint();
  SB_ASSIGN_OR_RETURN(const auto scan, reader.Scan(context, options));
  std::map<uint32_t, bool> may_match;
  for (;;) {
    SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
    if (block == nullptr) {
      return base::OkStatus();
    }
    const ElasticRows rows(*block);
    for (size_t i = 0; i < block->row_count(); ++i) {
      const uint32_t stream_index = block->streams()[i];
      const store::EventStream& stream = scan->stream(stream_index);
      const ElasticRow row = rows.At(i, stream);
      const auto [known, is_new] = may_match.try_emplace(stream_index, false);
      if (is_new) {
        known->second = pattern.MayMatch(row.index());
      }
      if (known->second && pattern.Matches(row) && query.Matches(row)) {
        sink(row);
      }
    }
    if (!sink.GoOn(*block)) {
      return base::OkStatus();
    }
  }
}

// Gathers hits, total and aggregations of one search.
struct SearchSink {
  HitList* hits;                    // may be null
  AggregationResult* aggregations;  // may be null
  uint64_t total_wanted;
  bool is_newest_first;
  uint64_t total = 0;

  void operator()(const ElasticRow& row) {
    ++total;
    if (hits != nullptr) {
      hits->Add(row);
    }
    if (aggregations != nullptr) {
      aggregations->Add(row);
    }
  }
  bool GoOn(const store::EventBlock& block) const {
    return aggregations != nullptr || !is_newest_first || hits == nullptr || !hits->IsFull() ||
           total < total_wanted || block.bound_ns() >= hits->WorstTime();
  }
};

bool IsByTime(const Wishes& wishes) {
  return IsTimeField(wishes.sort_field) && wishes.descending;
}

// The columns that a pass over all rows needs which prints none of them.
std::vector<store::ColumnRequest> CountingColumns(const ElasticQuery& query,
                                                  const AggregationPlan& plan) {
  std::vector<std::string> fields;
  return query.AddFields(&fields) && plan.AddFields(&fields) ? ColumnsOf(fields) : AllColumns();
}

// The newest hits need few rows, whole; totals and aggregations all rows, but little of each.
base::Status Gather(const store::EventReader& reader, const store::ReadContext& context,
                    const IndexPattern& pattern, const ElasticQuery& query,
                    const AggregationPlan& plan, const Wishes& wishes, SearchSink sink,
                    uint64_t* total) {
  const bool counts_all = sink.aggregations != nullptr || sink.total_wanted > kTotalMax;
  const bool wants_hits = wishes.from + wishes.size > 0;
  store::EventScanOptions options;
  if (sink.is_newest_first && (counts_all || !wants_hits)) {
    SearchSink counting{nullptr, sink.aggregations, 0, false};
    options.columns = CountingColumns(query, plan);
    SB_RETURN_IF_ERROR(ScanDocuments(reader, context, pattern, query, options, counting));
    *total = counting.total;
    if (!wants_hits) {
      return base::OkStatus();
    }
    sink.aggregations = nullptr;
    sink.total_wanted = 0;
  }
  options.columns = AllColumns();
  options.order = sink.is_newest_first ? store::ScanOrder::kNewestFirst : store::ScanOrder::kAny;
  SB_RETURN_IF_ERROR(ScanDocuments(reader, context, pattern, query, options, sink));
  *total = std::max(*total, sink.total);
  return base::OkStatus();
}

struct CountSink {
  uint64_t total = 0;
  void operator()(const ElasticRow&) { ++total; }
  bool GoOn(const store::EventBlock&) const { return true; }
};

}  // namespace

base::Result<std::string> ElasticSearcher::Search(const store::ReadContext& context,
                                                  std::string_view index, const Node* body) const {
  const int64_t began_ns = clock_->MonotonicNs();
  const int64_t now_ms = clock_->NowMs().Value();
  static const Node kEmpty;
  const Node& request = body == nullptr ? kEmpty : *body;
  SB_ASSIGN_OR_RETURN(const Wishes wishes, ReadWishes(request));
  SB_ASSIGN_OR_RETURN(const ElasticQueryPtr query,
                      ParseElasticQuery(request.Find("query"), now_ms));
  const Node* aggs = request.Find("aggs");
  SB_ASSIGN_OR_RETURN(
      const AggregationPlan plan,
      AggregationPlan::Parse(aggs != nullptr ? aggs : request.Find("aggregations"), now_ms));
  size_t buckets = 0;
  const auto aggregations = plan.empty() ? nullptr : plan.NewResult(&buckets);
  HitList hits(wishes, *query);
  uint64_t total = 0;
  SB_RETURN_IF_ERROR(Gather(*reader_, context, IndexPattern(index), *query, plan, wishes,
                            {&hits, aggregations.get(), wishes.total_max, IsByTime(wishes)},
                            &total));
  if (buckets > kBucketsMax) {
    return base::ResourceExhausted("more than " + std::to_string(kBucketsMax) +
                                   " buckets: use a longer interval or a smaller size");
  }
  JsonWriter json;
  json.BeginObject();
  json.Key("total").BeginObject().Key("value").Uint(std::min(total, wishes.total_max));
  json.Key("relation").String(total > wishes.total_max ? "gte" : "eq").EndObject();
  json.Key("max_score").Null().Key("hits");
  hits.Write(&json);
  json.EndObject();
  const int64_t took_ms = (clock_->MonotonicNs() - began_ns) / kNsPerMs;
  std::string out = "\"took\":" + std::to_string(took_ms) + ",\"timed_out\":false," +
                    std::string(kShards) + ",\"hits\":" + std::move(json).Take();
  if (aggregations != nullptr) {
    JsonWriter members;
    members.BeginObject();
    aggregations->Write(&members);
    members.EndObject();
    out += ",\"aggregations\":" + std::move(members).Take();
  }
  return out;
}

base::Result<uint64_t> ElasticSearcher::Count(const store::ReadContext& context,
                                              std::string_view index, const Node* query) const {
  SB_ASSIGN_OR_RETURN(const ElasticQueryPtr parsed,
                      ParseElasticQuery(query, clock_->NowMs().Value()));
  CountSink sink;
  store::EventScanOptions options;
  options.columns = CountingColumns(*parsed, AggregationPlan());
  SB_RETURN_IF_ERROR(ScanDocuments(*reader_, context, IndexPattern(index), *parsed, options, sink));
  return sink.total;
}

base::Result<std::vector<ElasticSearcher::IndexInfo>> ElasticSearcher::Indices(
    const store::ReadContext& context, std::string_view index) const {
  SB_ASSIGN_OR_RETURN(const auto streams, reader_->Streams(context, {}, {}));
  const IndexPattern pattern(index);
  std::map<std::string, IndexInfo> found;
  for (const store::StreamInfo& info : streams) {
    const std::string_view label = info.stream.Label("index");
    const std::string name(label.empty() ? kDefaultIndex : label);
    if (pattern.MayMatch(name)) {
      IndexInfo& entry = found[name];
      entry.name = name;
      entry.documents += info.rows;
      entry.bytes += info.bytes;
    }
  }
  std::vector<IndexInfo> out;
  for (auto& [name, info] : found) {
    out.push_back(std::move(info));
  }
  return out;
}

namespace {

// Of the newest rows: which fields there are, and whether their values are numbers.
struct FieldSink {
  struct Seen {
    bool all_numbers = true;
    bool all_whole = true;
  };
  std::map<std::string, Seen> fields;
  size_t rows = 0;

  void operator()(const ElasticRow& row) {
    ++rows;
    row.ForEach([this](std::string_view name, std::string_view value) {
      Seen& seen = fields[std::string(name)];
      double number = 0;
      seen.all_numbers = seen.all_numbers && ParseNumberText(value, &number);
      seen.all_whole = seen.all_whole && value.find_first_of(".eE") == std::string_view::npos;
    });
  }
  bool GoOn(const store::EventBlock&) const { return rows < kFieldSampleRows; }
};

}  // namespace

base::Result<std::vector<ElasticSearcher::Field>> ElasticSearcher::Fields(
    const store::ReadContext& context, std::string_view index) const {
  FieldSink sink;
  const ElasticQueryPtr all = QueryAll();
  store::EventScanOptions options;
  options.columns = AllColumns();
  options.order = store::ScanOrder::kNewestFirst;
  SB_RETURN_IF_ERROR(ScanDocuments(*reader_, context, IndexPattern(index), *all, options, sink));
  std::vector<Field> fields = {{"@timestamp", "date"}, {"message", "text"}};
  for (const auto& [name, seen] : sink.fields) {
    fields.push_back({name, !seen.all_numbers ? "keyword" : seen.all_whole ? "long" : "double"});
  }
  return fields;
}

}  // namespace sb::api
