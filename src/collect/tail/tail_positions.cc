// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/tail_positions.h"

#include <charconv>
#include <utility>
#include <vector>

#include "encoding/hash.h"

namespace sb::collect {
namespace {

constexpr uint64_t kRewriteBytes = 1 << 20;
constexpr size_t kPositionsMax = 20'000;

std::string_view TakeWord(std::string_view* rest) {
  const size_t end = rest->find(' ');
  const std::string_view word = rest->substr(0, end);
  rest->remove_prefix(end == std::string_view::npos ? rest->size() : end + 1);
  return word;
}

template <typename T>
bool TakeNumber(std::string_view* rest, T* value) {
  const std::string_view word = TakeWord(rest);
  const auto parsed = std::from_chars(word.data(), word.data() + word.size(), *value);
  return parsed.ec == std::errc() && parsed.ptr == word.data() + word.size();
}

std::string IdentityNote(uint64_t id, const TailPosition& position) {
  return "F " + std::to_string(id) + " " + std::to_string(position.inode) + " " +
         std::to_string(position.fingerprint) + " " + std::to_string(position.fingerprint_bytes) +
         " " + position.path + "\n";
}

std::string BeginNote(uint64_t id, uint64_t end, int64_t time_ns) {
  return "B " + std::to_string(id) + " " + std::to_string(end) + " " + std::to_string(time_ns) +
         "\n";
}

std::string LookedNote(base::TimestampMs since) {
  return "T " + std::to_string(since.Value()) + "\n";
}

std::string DoneNote(uint64_t id, uint64_t offset, int64_t time_ns, uint64_t hash) {
  return "D " + std::to_string(id) + " " + std::to_string(offset) + " " + std::to_string(time_ns) +
         " " + std::to_string(hash) + "\n";
}

}  // namespace

bool BeginsAs(const TailPosition& position, std::string_view head) {
  return head.size() >= position.fingerprint_bytes &&
         encoding::Hash64Of(head.substr(0, position.fingerprint_bytes)) == position.fingerprint;
}

// What makes no sense is passed over: a position that is missing costs reading a file again, which
// the store's own deduplication softens.
void TailPositions::Apply(std::string_view line) {
  const std::string_view kind = TakeWord(&line);
  uint64_t id = 0;
  if (int64_t looked_ms = 0; kind == "T") {
    if (TakeNumber(&line, &looked_ms) && looked_ms > 0) {
      looked_ = base::TimestampMs(looked_ms);
    }
    return;
  }
  if (!TakeNumber(&line, &id)) {
    return;
  }
  last_id_ = std::max(last_id_, id);
  TailPosition fresh;
  if (kind == "F" && TakeNumber(&line, &fresh.inode) && TakeNumber(&line, &fresh.fingerprint) &&
      TakeNumber(&line, &fresh.fingerprint_bytes)) {
    TailPosition& position = positions_[id];
    position.inode = fresh.inode;
    position.fingerprint = fresh.fingerprint;
    position.fingerprint_bytes = fresh.fingerprint_bytes;
    position.path = line;
    return;
  }
  const auto found = positions_.find(id);
  if (found == positions_.end()) {
    return;
  }
  TailPosition& position = found->second;
  if (kind == "B" && TakeNumber(&line, &fresh.begun_end) &&
      TakeNumber(&line, &fresh.begun_time_ns)) {
    position.begun_end = fresh.begun_end;
    position.begun_time_ns = fresh.begun_time_ns;
  } else if (kind == "D" && TakeNumber(&line, &fresh.offset) &&
             TakeNumber(&line, &fresh.last_time_ns) && TakeNumber(&line, &fresh.last_hash)) {
    position.offset = fresh.offset;
    position.last_time_ns = fresh.last_time_ns;
    position.last_hash = fresh.last_hash;
    position.begun_end = 0;
  } else if (kind == "G") {
    positions_.erase(found);
  }
}

base::Result<std::unique_ptr<TailPositions>> TailPositions::Open(base::Env& env,
                                                                 const std::string& folder) {
  SB_RETURN_IF_ERROR(env.files().CreateFolders(folder));
  std::unique_ptr<TailPositions> positions(
      new TailPositions(env, base::JoinPath(folder, "positions.log")));
  const auto text = env.files().ReadFile(positions->path_);
  if (!text.ok() && text.status().code() != base::StatusCode::kNotFound) {
    return text.status();
  }
  std::string_view rest = text.ok() ? std::string_view(*text) : std::string_view();
  for (size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    positions->Apply(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  // Of files that were renamed away nobody says when they are gone for good: the oldest go.
  while (positions->positions_.size() > kPositionsMax) {
    positions->positions_.erase(positions->positions_.begin());
  }
  SB_RETURN_IF_ERROR(positions->Rewrite());
  return positions;
}

base::Status TailPositions::Rewrite() {
  std::string text = looked_ == base::TimestampMs::Max() ? "" : LookedNote(looked_);
  for (const auto& [id, position] : positions_) {
    text += IdentityNote(id, position);
    text += DoneNote(id, position.offset, position.last_time_ns, position.last_hash);
    if (position.begun_end != 0) {
      text += BeginNote(id, position.begun_end, position.begun_time_ns);
    }
  }
  SB_RETURN_IF_ERROR(base::WriteFileAtomically(env_.files(), path_, text));
  SB_ASSIGN_OR_RETURN(file_, env_.files().OpenForAppend(path_));
  rewritten_bytes_ = text.size();
  return base::OkStatus();
}

base::Status TailPositions::Append(const std::string& line) {
  if (file_->size() > kRewriteBytes + 4 * rewritten_bytes_) {
    SB_RETURN_IF_ERROR(Rewrite());
  }
  SB_RETURN_IF_ERROR(file_->Append(line));
  Apply(std::string_view(line).substr(0, line.size() - 1));
  has_new_notes_ = true;
  return base::OkStatus();
}

uint64_t TailPositions::Find(uint64_t inode, uint64_t size_bytes, std::string_view head) const {
  for (auto it = positions_.rbegin(); it != positions_.rend(); ++it) {
    const TailPosition& position = it->second;
    if (position.inode == inode && position.offset <= size_bytes && BeginsAs(position, head)) {
      return it->first;
    }
  }
  return 0;
}

base::Result<uint64_t> TailPositions::Add(const TailPosition& position) {
  const uint64_t id = ++last_id_;
  SB_RETURN_IF_ERROR(Append(IdentityNote(id, position)));
  SB_RETURN_IF_ERROR(
      Append(DoneNote(id, position.offset, position.last_time_ns, position.last_hash)));
  return id;
}

base::Status TailPositions::Identify(uint64_t id, const TailPosition& position) {
  return Append(IdentityNote(id, position));
}

base::Status TailPositions::Begin(uint64_t id, uint64_t end, int64_t time_ns) {
  return Append(BeginNote(id, end, time_ns));
}

base::Status TailPositions::Done(uint64_t id, uint64_t offset, int64_t last_time_ns,
                                 uint64_t last_hash) {
  return Append(DoneNote(id, offset, last_time_ns, last_hash));
}

base::Status TailPositions::Forget(uint64_t id) {
  return Append("G " + std::to_string(id) + "\n");
}

base::Status TailPositions::Looked(base::TimestampMs since) {
  if (!has_new_notes_) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(Append(LookedNote(since)));
  has_new_notes_ = false;
  return base::OkStatus();
}

}  // namespace sb::collect
