// The C++ spdlog among the rivals: the same lines, in the same shares, timed in the same way.
//
//   spdlog async|sync FILE PRODUCERS LINES INTERVAL_NS TIMED FIRST_MID FIRST_ICID ADDRESSES...
//
// LINES are of each producer, whose addresses stand in a file of its own, a line each. An interval
// of 0 says that each line follows at once; then one call of TIMED is timed. Prints one JSON object.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

using Clock = std::chrono::steady_clock;

namespace {

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](timeval time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// A figure of this process, by the kernel's name for it; 0 where the kernel does not tell.
std::uint64_t figure(const char* file, const std::string& name) {
    std::ifstream lines(file);
    std::string word;
    while (lines >> word) {
        if (word == name) {
            std::uint64_t value = 0;
            lines >> value;
            return value;
        }
    }
    return 0;
}

void wait_until(Clock::time_point due) {
    for (;;) {
        auto left = due - Clock::now();
        if (left <= Clock::duration::zero()) {
            return;
        }
        if (left > std::chrono::microseconds(2)) {
            std::this_thread::yield();
        } else {
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        }
    }
}

struct Share {
    std::uint64_t producer, producers, lines, first_mid, first_icid;
    std::uint64_t timed;
    std::chrono::nanoseconds interval;
    std::vector<std::string> addresses;
    std::vector<std::uint32_t> latencies;
};

std::uint32_t nanos_since(Clock::time_point then) {
    auto nanos = std::chrono::nanoseconds(Clock::now() - then).count();
    return nanos > 0xffffffffLL ? 0xffffffffU : std::uint32_t(nanos);
}

void work(Share& share, spdlog::logger& logger) {
    auto due = Clock::now();
    for (std::uint64_t number = 0; number < share.lines; ++number) {
        std::uint64_t id = number * share.producers + share.producer;
        const std::string& to = share.addresses[number % share.addresses.size()];
        auto say = [&] {
            logger.info("MID {} ICID {} RID {} To: <{}>", share.first_mid + id,
                        share.first_icid + id / 3, std::uint32_t(number % 12), to);
        };
        if (share.interval.count() > 0) {
            due += share.interval;
            wait_until(due);
            say();
            share.latencies.push_back(nanos_since(due));
        } else if (number % share.timed == 0) {
            auto began = Clock::now();
            say();
            share.latencies.push_back(nanos_since(began));
        } else {
            say();
        }
    }
}

} // namespace

int main(int count, char** arguments) {
    if (count < 10) {
        std::fprintf(stderr, "spdlog: arguments are missing\n");
        return 2;
    }
    const bool is_async = std::string(arguments[1]) == "async";
    const std::string path = arguments[2];
    auto number = [&](int at) { return std::strtoull(arguments[at], nullptr, 10); };
    const std::uint64_t producers = number(3);
    std::vector<Share> shares;
    for (std::uint64_t producer = 0; producer < producers && int(9 + producer) < count; ++producer) {
        Share share{producer, producers, number(4), number(7), number(8),
                    number(6), std::chrono::nanoseconds(number(5)), {}, {}};
        std::ifstream lines(arguments[9 + producer]);
        for (std::string line; std::getline(lines, line);) {
            share.addresses.push_back(line);
        }
        if (share.addresses.empty() || share.timed == 0) {
            std::fprintf(stderr, "spdlog: no addresses\n");
            return 2;
        }
        share.latencies.reserve(share.interval.count() > 0 ? share.lines
                                                           : share.lines / share.timed + 1);
        shares.push_back(std::move(share));
    }

    std::shared_ptr<spdlog::logger> logger;
    try {
        // Its own default queue, 8,192 lines, and one thread; it waits when the queue is full.
        spdlog::init_thread_pool(8192, 1);
        logger = is_async ? spdlog::create_async<spdlog::sinks::basic_file_sink_mt>("mail", path)
                          : spdlog::basic_logger_mt("mail", path);
        logger->set_pattern("%a %b %d %H:%M:%S %Y Info: %v");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "spdlog: %s\n", error.what());
        return 1;
    }

    std::atomic<std::uint64_t> ready{0};
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    for (Share& share : shares) {
        threads.emplace_back([&] {
            ready.fetch_add(1);
            while (!go.load()) {
                std::this_thread::yield();
            }
            work(share, *logger);
        });
    }
    while (ready.load() < shares.size()) {
        std::this_thread::yield();
    }
    const std::uint64_t bytes_before = figure("/proc/self/io", "wchar:");
    const double cpu_before = cpu_seconds();
    const auto began = Clock::now();
    go.store(true);
    for (std::thread& thread : threads) {
        thread.join();
    }
    // Returns when the queue is empty and its thread has ended.
    if (!is_async) {
        logger->flush();
    }
    logger.reset();
    spdlog::shutdown();
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    const double cpu = cpu_seconds() - cpu_before;
    const std::uint64_t bytes = figure("/proc/self/io", "wchar:") - bytes_before;

    std::map<std::uint32_t, std::uint64_t> steps;
    for (const Share& share : shares) {
        for (std::uint32_t latency : share.latencies) {
            ++steps[latency];
        }
    }
    std::printf("{\"seconds\":%.9f,\"cpu_seconds\":%.6f,\"bytes\":%llu,\"peak_bytes\":%llu,"
                "\"latency\":[",
                seconds, cpu, (unsigned long long)bytes,
                (unsigned long long)figure("/proc/self/status", "VmHWM:") * 1024);
    const char* separator = "";
    for (const auto& [latency, times] : steps) {
        std::printf("%s[%u,%llu]", separator, latency, (unsigned long long)times);
        separator = ",";
    }
    std::printf("]}\n");
    return 0;
}
