// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/dns_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "encoding/hex.h"
#include "net/address_filter.h"

namespace sb::probe {
namespace {

constexpr size_t kHeaderBytes = 12;
constexpr size_t kNameBytesMax = 255;
constexpr int kPointersMax = 64;

struct Named {
  std::string_view name;
  uint16_t value;
};
constexpr Named kTypes[] = {
    {"A", 1},       {"NS", 2},     {"CNAME", 5},  {"SOA", 6},     {"PTR", 12},   {"HINFO", 13},
    {"MX", 15},     {"TXT", 16},   {"RP", 17},    {"AFSDB", 18},  {"AAAA", 28},  {"LOC", 29},
    {"SRV", 33},    {"NAPTR", 35}, {"DNAME", 39}, {"OPT", 41},    {"DS", 43},    {"SSHFP", 44},
    {"RRSIG", 46},  {"NSEC", 47},  {"DNSKEY", 48}, {"NSEC3", 50}, {"TLSA", 52},  {"SVCB", 64},
    {"HTTPS", 65},  {"SPF", 99},   {"ANY", 255},  {"URI", 256},   {"CAA", 257}};
constexpr Named kClasses[] = {{"IN", 1}, {"CS", 2}, {"CH", 3}, {"HS", 4}, {"NONE", 254},
                              {"ANY", 255}};
constexpr std::string_view kRcodes[] = {"NOERROR",  "FORMERR",  "SERVFAIL", "NXDOMAIN",
                                        "NOTIMP",   "REFUSED",  "YXDOMAIN", "YXRRSET",
                                        "NXRRSET",  "NOTAUTH",  "NOTZONE"};

template <size_t N>
bool ValueOf(const Named (&table)[N], std::string_view name, std::string_view prefix,
             uint16_t* value) {
  for (const Named& row : table) {
    if (row.name == name) {
      *value = row.value;
      return true;
    }
  }
  if (!name.starts_with(prefix)) {
    return false;
  }
  name.remove_prefix(prefix.size());
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), *value);
  return error == std::errc() && end == name.data() + name.size();
}

template <size_t N>
std::string NameOf(const Named (&table)[N], uint16_t value, std::string_view prefix) {
  for (const Named& row : table) {
    if (row.value == value) {
      return std::string(row.name);
    }
  }
  return fmt::format("{}{}", prefix, value);
}

void Put16(uint16_t value, std::string* out) {
  out->push_back(static_cast<char>(value >> 8));
  out->push_back(static_cast<char>(value & 0xFF));
}

// Reads with bounds; once it failed every value is zero.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  size_t at() const { return at_; }
  void Seek(size_t at) {
    ok_ = ok_ && at <= bytes_.size();
    at_ = ok_ ? at : at_;
  }
  uint8_t U8() {
    if (!ok_ || at_ >= bytes_.size()) {
      ok_ = false;
      return 0;
    }
    return static_cast<uint8_t>(bytes_[at_++]);
  }
  uint16_t U16() {
    const uint16_t high = U8();
    return static_cast<uint16_t>(high << 8 | U8());
  }
  uint32_t U32() {
    const uint32_t high = U16();
    return high << 16 | U16();
  }
  std::string_view Take(size_t size) {
    if (!ok_ || size > bytes_.size() - at_) {
      ok_ = false;
      return {};
    }
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }

  // "a.example."; pointers are followed, at most kPointersMax of them.
  std::string Name() {
    std::string name;
    size_t back = 0;
    int pointers = 0;
    while (ok_) {
      const uint8_t length = U8();
      if (length == 0) {
        break;
      }
      if ((length & 0xC0) == 0xC0) {
        const size_t target = static_cast<size_t>(length & 0x3F) << 8 | U8();
        back = pointers == 0 ? at_ : back;
        ok_ = ok_ && ++pointers <= kPointersMax && target < bytes_.size();
        at_ = ok_ ? target : at_;
        continue;
      }
      ok_ = ok_ && (length & 0xC0) == 0;
      AppendLabel(Take(length), &name);
      name += '.';
      ok_ = ok_ && name.size() <= 4 * kNameBytesMax;
    }
    if (pointers > 0 && ok_) {
      at_ = back;
    }
    return name.empty() ? "." : name;
  }

 private:
  static void AppendLabel(std::string_view label, std::string* name) {
    for (const char c : label) {
      if (c < '!' || c > '~') {
        *name += fmt::format("\\{:03}", static_cast<uint8_t>(c));
      } else {
        if (std::strchr(".;\\\"()@$", c) != nullptr) {
          *name += '\\';
        }
        *name += c;
      }
    }
  }

  std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c < ' ' || c > '~') {
      out += fmt::format("\\{:03}", static_cast<uint8_t>(c));
    } else {
      if (c == '"' || c == '\\') {
        out += '\\';
      }
      out += c;
    }
  }
  return out + "\"";
}

// What is not known is shown as RFC 3597 has it.
std::string Raw(std::string_view data) {
  return fmt::format("\\# {} {}", data.size(), encoding::HexOf(data));
}

std::string Address(std::string_view data) {
  net::IpAddress ip;
  if (data.size() == 4) {
    std::array<uint8_t, 4> v4{};
    std::copy(data.begin(), data.end(), v4.begin());
    ip = net::IpAddress::FromV4(v4);
  } else if (data.size() == 16) {
    std::copy(data.begin(), data.end(), ip.bytes.begin());
  } else {
    return Raw(data);
  }
  return ip.ToString();
}

std::string Strings(Reader* reader, size_t end) {
  std::string out;
  while (reader->ok() && reader->at() < end) {
    const uint8_t length = reader->U8();
    out += (out.empty() ? "" : " ") + Quoted(reader->Take(length));
  }
  return out;
}

// The data of a record of `size` bytes, from the reader's place.
std::string Data(uint16_t type, size_t size, Reader* reader, DnsRecord* record) {
  const size_t end = reader->at() + size;
  switch (type) {
    case 1:
    case 28:
      return Address(reader->Take(size));
    case 2:
    case 5:
    case 12:
    case 39:
      return reader->Name();
    case 15: {
      const uint16_t preference = reader->U16();
      return fmt::format("{} {}", preference, reader->Name());
    }
    case 16:
    case 99:
    case 13:
      return Strings(reader, end);
    case 33: {
      const uint16_t priority = reader->U16();
      const uint16_t weight = reader->U16();
      const uint16_t port = reader->U16();
      return fmt::format("{} {} {} {}", priority, weight, port, reader->Name());
    }
    case 6: {
      std::string text = reader->Name();
      text += " " + reader->Name();
      record->is_soa = true;
      record->serial = reader->U32();
      text += fmt::format(" {}", record->serial);
      for (int i = 0; i < 4; ++i) {
        text += fmt::format(" {}", reader->U32());
      }
      return text;
    }
    case 257: {
      const uint8_t flag = reader->U8();
      const uint8_t length = reader->U8();
      const std::string tag(reader->Take(length));
      return fmt::format("{} {} {}", flag, tag,
                         Quoted(reader->Take(end - std::min(end, reader->at()))));
    }
    default:
      return Raw(reader->Take(size));
  }
}

DnsRecord Record(Reader* reader) {
  DnsRecord record;
  const std::string name = reader->Name();
  const uint16_t type = reader->U16();
  const uint16_t query_class = reader->U16();
  const uint32_t ttl = reader->U32();
  const uint16_t size = reader->U16();
  const size_t end = reader->at() + size;
  const std::string data = Data(type, size, reader, &record);
  reader->Seek(end);
  record.text = fmt::format("{}\t{}\t{}\t{}\t{}", name, ttl, NameOf(kClasses, query_class, "CLASS"),
                            NameOf(kTypes, type, "TYPE"), data);
  return record;
}

}  // namespace

base::Result<std::string> DnsQuery(uint16_t id, std::string_view name, std::string_view type,
                                   std::string_view query_class, bool recursion_desired) {
  uint16_t type_value = 0;
  uint16_t class_value = 0;
  if (!ValueOf(kTypes, type, "TYPE", &type_value)) {
    return base::InvalidArgument("unknown query type: " + std::string(type));
  }
  if (!ValueOf(kClasses, query_class, "CLASS", &class_value)) {
    return base::InvalidArgument("unknown query class: " + std::string(query_class));
  }
  std::string out;
  Put16(id, &out);
  Put16(recursion_desired ? 0x0100 : 0, &out);
  Put16(1, &out);  // questions
  out.append(6, '\0');
  const std::string original(name);
  while (!name.empty() && name != ".") {
    const size_t dot = std::min(name.find('.'), name.size());
    if (dot == 0 || dot > 63) {
      return base::InvalidArgument("not a domain name: " + original);
    }
    out.push_back(static_cast<char>(dot));
    out += name.substr(0, dot);
    name.remove_prefix(std::min(name.size(), dot + 1));
  }
  out.push_back('\0');
  if (out.size() - kHeaderBytes > kNameBytesMax) {
    return base::InvalidArgument("not a domain name: " + original);
  }
  Put16(type_value, &out);
  Put16(class_value, &out);
  return out;
}

base::Result<DnsReply> ParseDnsReply(std::string_view bytes) {
  Reader reader(bytes);
  DnsReply reply;
  reply.id = reader.U16();
  const uint16_t flags = reader.U16();
  const uint16_t rcode = flags & 0xF;
  reply.rcode = rcode < std::size(kRcodes) ? std::string(kRcodes[rcode]) : std::to_string(rcode);
  const uint16_t questions = reader.U16();
  const uint16_t counts[] = {reader.U16(), reader.U16(), reader.U16()};
  if (reader.ok() && (flags & 0x8000) == 0) {
    return base::InvalidArgument("a question came back instead of a reply");
  }
  for (uint16_t i = 0; i < questions && reader.ok(); ++i) {
    reader.Name();
    reader.U32();
  }
  std::vector<DnsRecord>* const sections[] = {&reply.answers, &reply.authorities,
                                              &reply.additionals};
  for (size_t section = 0; section < 3; ++section) {
    for (uint16_t i = 0; i < counts[section] && reader.ok(); ++i) {
      sections[section]->push_back(Record(&reader));
    }
  }
  return reader.ok() ? base::Result<DnsReply>(std::move(reply))
                     : base::Result<DnsReply>(
                           base::InvalidArgument("the reply is no DNS message, or was cut off"));
}

}  // namespace sb::probe
