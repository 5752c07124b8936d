// SPDX-License-Identifier: Apache-2.0
//
// Sends remote write 1.0 to a server on this machine, as a fleet of scraped hosts would produce it,
// and prints what was sent as one JSON line.
//
//   remote_write_load --port 9090 [--path /api/v1/write] --series 100000 --scrapes 40
//       [--per-series 1] [--batch 2000] [--connections 2] [--start UNIX_S] [--step 15]
//
// Each series has ten labels. Of its values 60 % are constant, 25 % counters, 15 % gauges with two
// decimals, much as a node exporter's. `--per-series N` packs N consecutive samples of a series
// into one request (backfill); 1 is what a Prometheus sends. The same arguments give the same
// bytes.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <snappy.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Options {
  int port = 9090;
  std::string path = "/api/v1/write";
  int64_t series = 100'000;
  int64_t scrapes = 40;
  int64_t per_series = 1;
  int64_t batch = 2'000;
  int64_t connections = 2;
  int64_t start_s = 0;
  int64_t step_s = 15;
};

uint64_t Mix(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

void PutVarint(uint64_t n, std::string* out) {
  while (n >= 0x80) {
    out->push_back(static_cast<char>(n | 0x80));
    n >>= 7;
  }
  out->push_back(static_cast<char>(n));
}

void PutBytes(int field, const std::string& bytes, std::string* out) {
  PutVarint(static_cast<uint64_t>(field << 3 | 2), out);
  PutVarint(bytes.size(), out);
  out->append(bytes);
}

std::string LabelBytes(const std::string& name, const std::string& value) {
  std::string label;
  PutBytes(1, name, &label);
  PutBytes(2, value, &label);
  std::string out;
  PutBytes(1, label, &out);
  return out;
}

// The labels of series i: 764 series a host, some dozens of metric names.
std::string SeriesLabels(int64_t i) {
  const int64_t host = i / 764;
  const int64_t k = i % 764;
  const std::map<std::string, std::string> labels = {
      {"__name__", "bench_metric_" + std::to_string(k / 16) + "_total"},
      {"cluster", "eu-west-1"},
      {"device", "dev" + std::to_string(k % 16)},
      {"env", "production"},
      {"instance", "host-" + std::to_string(host) + ".example.internal:9100"},
      {"job", "node"},
      {"mode", "mode" + std::to_string(k % 8)},
      {"namespace", "team-" + std::to_string(host % 12)},
      {"pod", "node-exporter-" + std::to_string(Mix(static_cast<uint64_t>(host)) % 100'000)},
      {"zone", "zone-" + std::to_string(host % 3)}};
  std::string out;
  for (const auto& [name, value] : labels) {
    out += LabelBytes(name, value);
  }
  return out;
}

double ValueOf(int64_t series, int64_t scrape) {
  const uint64_t h = Mix(static_cast<uint64_t>(series) + 1);
  const uint64_t kind = h % 100;
  if (kind < 60) {
    return static_cast<double>(h % 4096);
  }
  const uint64_t noise = Mix(h ^ static_cast<uint64_t>(scrape));
  if (kind < 85) {
    return static_cast<double>(h % 1'000'000 + static_cast<uint64_t>(scrape) * (h % 500) +
                               noise % 20);
  }
  return static_cast<double>(h % 10'000 + noise % 2'000) / 100;
}

class Connection {
 public:
  explicit Connection(const Options& options) : options_(options) {
    fd_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(options.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      throw std::runtime_error("cannot connect to 127.0.0.1:" + std::to_string(options.port));
    }
    const int one = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  }
  ~Connection() { close(fd_); }

  int Post(const std::string& body) {
    const std::string head =
        "POST " + options_.path +
        " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\n"
        "Content-Encoding: snappy\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n";
    Send(head + body);
    return ReadReply();
  }

 private:
  void Send(const std::string& bytes) {
    for (size_t done = 0; done < bytes.size();) {
      const ssize_t n = send(fd_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (n <= 0) {
        throw std::runtime_error("connection lost while sending");
      }
      done += static_cast<size_t>(n);
    }
  }
  void Fill() {
    char buffer[16384];
    const ssize_t n = recv(fd_, buffer, sizeof(buffer), 0);
    if (n <= 0) {
      throw std::runtime_error("connection lost while waiting for an answer");
    }
    in_.append(buffer, static_cast<size_t>(n));
  }
  int ReadReply() {
    size_t end;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
      Fill();
    }
    const int status = std::atoi(in_.c_str() + 9);
    size_t length = 0;
    for (const char* name : {"Content-Length: ", "content-length: "}) {
      if (const size_t at = in_.find(name); at < end) {
        length = std::strtoull(in_.c_str() + at + 16, nullptr, 10);
      }
    }
    while (in_.size() < end + 4 + length) {
      Fill();
    }
    if (status / 100 != 2) {
      last_error_ = in_.substr(end + 4, std::min<size_t>(length, 300));
    }
    in_.erase(0, end + 4 + length);
    return status;
  }

 public:
  std::string last_error_;

 private:
  const Options& options_;
  int fd_ = -1;
  std::string in_;
};

struct Totals {
  std::atomic<int64_t> samples{0};
  std::atomic<int64_t> requests{0};
  std::atomic<int64_t> bytes{0};
  std::atomic<int64_t> retried{0};
  std::atomic<int64_t> failed{0};
};

void SendRequest(const std::string& raw, int64_t samples, Connection* connection, Totals* totals) {
  std::string body;
  snappy::Compress(raw.data(), raw.size(), &body);
  for (int attempt = 0; attempt < 50; ++attempt) {
    const int status = connection->Post(body);
    if (status / 100 == 2) {
      totals->samples += samples;
      totals->requests += 1;
      totals->bytes += static_cast<int64_t>(body.size());
      return;
    }
    if (status != 429 && status / 100 != 5) {
      std::fprintf(stderr, "status %d: %s\n", status, connection->last_error_.c_str());
      break;
    }
    totals->retried += 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  totals->failed += samples;
}

// Connection c sends the series c, c + connections, …; labels are made once.
void RunConnection(const Options& options, int64_t c, Totals* totals) {
  std::vector<std::string> labels;
  std::vector<int64_t> ids;
  for (int64_t i = c; i < options.series; i += options.connections) {
    labels.push_back(SeriesLabels(i));
    ids.push_back(i);
  }
  Connection connection(options);
  std::string raw;
  int64_t pending = 0;
  for (int64_t first = 0; first < options.scrapes; first += options.per_series) {
    const int64_t last = std::min(options.scrapes, first + options.per_series);
    for (size_t k = 0; k < labels.size(); ++k) {
      std::string series = labels[k];
      for (int64_t s = first; s < last; ++s) {
        std::string sample = "\x09";
        const double value = ValueOf(ids[k], s);
        sample.append(reinterpret_cast<const char*>(&value), 8);
        sample.push_back('\x10');
        PutVarint(static_cast<uint64_t>((options.start_s + s * options.step_s) * 1000), &sample);
        PutBytes(2, sample, &series);
      }
      PutBytes(1, series, &raw);
      pending += last - first;
      if (pending >= options.batch) {
        SendRequest(raw, pending, &connection, totals);
        raw.clear();
        pending = 0;
      }
    }
  }
  if (pending > 0) {
    SendRequest(raw, pending, &connection, totals);
  }
}

Options ParseOptions(int argc, char** argv) {
  Options options;
  options.start_s = static_cast<int64_t>(std::time(nullptr));
  const std::map<std::string, int64_t*> numbers = {{"--series", &options.series},
                                                   {"--scrapes", &options.scrapes},
                                                   {"--per-series", &options.per_series},
                                                   {"--batch", &options.batch},
                                                   {"--connections", &options.connections},
                                                   {"--start", &options.start_s},
                                                   {"--step", &options.step_s}};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--port") {
      options.port = std::atoi(argv[i + 1]);
    } else if (name == "--path") {
      options.path = argv[i + 1];
    } else if (numbers.contains(name)) {
      *numbers.at(name) = std::atoll(argv[i + 1]);
    } else {
      throw std::runtime_error("unknown flag " + name);
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = ParseOptions(argc, argv);
    Totals totals;
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (int64_t c = 0; c < options.connections; ++c) {
      threads.emplace_back([&options, c, &totals] {
        try {
          RunConnection(options, c, &totals);
        } catch (const std::exception& error) {
          std::fprintf(stderr, "%s\n", error.what());
          totals.failed += 1;
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    const double wall =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf(
        "{\"samples\":%lld,\"requests\":%lld,\"bytes\":%lld,\"retried\":%lld,"
        "\"failed\":%lld,\"wall_s\":%.3f}\n",
        static_cast<long long>(totals.samples), static_cast<long long>(totals.requests),
        static_cast<long long>(totals.bytes), static_cast<long long>(totals.retried),
        static_cast<long long>(totals.failed), wall);
    return totals.failed == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
