// Times an engine of the public harness without the harness's second thread.
//
//   clang++ -O2 -std=c++20 -I HARNESS/api drive.cpp -o drive -ldl
//   taskset -c 1 ./drive ENGINE.so HARNESS/orders_normal_s23_n1000000.bin 3
//
// Messages go in slices of 4,096; reports are taken out between them with the clock stopped. The whole
// is repeated, and the best time of each slice counts, so that what other processes steal falls out.

#include "matching_engine_api.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <vector>

static uint64_t reports, digest;

static void count(const me_report_t& report) {
    ++reports;
    digest = digest * 31 + report.quantity + report.type;
}

// For engines without a queue of their own: reports are counted where they are pushed.
static void* create(uint32_t) { return &reports; }
static int push(void*, const me_report_t* report) { return count(*report), 1; }
static uint32_t drain(void*, me_report_t*, uint32_t) { return 0; }
static void nothing(void*) {}
static const me_transport_t COUNTED = {create, push, drain, nothing, nothing};

// A line of the harness's file of messages.
struct Line {
    uint8_t type, side, ioc, reserved;
    uint32_t quantity;
    uint64_t sequence, order;
    int64_t price, reserved_2;
};

static std::vector<me_msg_t> read(const char* path) {
    FILE* file = fopen(path, "rb");
    uint32_t head[4];
    if (!file || fread(head, sizeof head, 1, file) != 1) exit((perror(path), 1));
    std::vector<me_msg_t> messages(head[3]);
    for (auto& to : messages) {
        Line line;
        if (fread(&line, sizeof line, 1, file) != 1) exit((perror(path), 1));
        const auto& [type, side, ioc, r, quantity, sequence, order, price, r2] = line;
        memset(&to, 0, sizeof to);
        to.type = type;
        if (type == 0) to.no = {order, sequence, price, quantity, side, ioc, {}};
        else if (type == 1) to.c = {order, sequence};
        else to.md = {order, sequence, price, quantity, side, {}};
    }
    fclose(file);
    return messages;
}

int main(int, char** argv) {
    void* library = dlopen(argv[1], RTLD_NOW);
    if (!library) return puts(dlerror()), 1;
#define ENGINE(name) auto name = reinterpret_cast<decltype(&engine_##name)>(dlsym(library, "engine_" #name))
    ENGINE(init); ENGINE(shutdown); ENGINE(flush); ENGINE(prebuild); ENGINE(get_transport);
    ENGINE(on_new_order); ENGINE(on_cancel); ENGINE(on_modify); ENGINE(on_batch);
    const auto messages = read(argv[2]);
    constexpr size_t SLICE = 4096;
    std::vector<double> best((messages.size() + SLICE - 1) / SLICE, 1e18);
    std::vector<me_report_t> out(1 << 16);
    for (int repeat = atoi(argv[3]); repeat > 0; --repeat) {
        reports = digest = 0;
        const me_transport_t* transport = get_transport ? get_transport() : &COUNTED;
        void* queue = transport->create(1 << 15);
        init(1, transport, queue);
        if (prebuild) for (const auto& message : messages) prebuild(message.type, &message.no);
        for (size_t at = 0; at < messages.size(); at += SLICE) {
            const size_t end = std::min(at + SLICE, messages.size());
            const auto start = std::chrono::steady_clock::now();
            if (on_batch) on_batch(&messages[at], uint32_t(end - at));
            else for (size_t i = at; i < end; ++i) {
                const me_msg_t& message = messages[i];
                if (message.type == 0) on_new_order(&message.no);
                else if (message.type == 1) on_cancel(&message.c);
                else on_modify(&message.md);
            }
            if (end == messages.size()) flush();
            const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
            best[at / SLICE] = std::min(best[at / SLICE], took.count());
            transport->flush(queue);
            while (uint32_t got = transport->drain(queue, out.data(), uint32_t(out.size())))
                for (uint32_t i = 0; i < got; ++i) count(out[i]);
        }
        shutdown();
        transport->destroy(queue);
    }
    double nanoseconds = 0;
    for (double slice : best) nanoseconds += slice;
    printf("%.2f million messages/s, %.1f ns each; %lu reports, digest %016lx\n",
           double(messages.size()) / nanoseconds * 1e3, nanoseconds / double(messages.size()), reports, digest);
}
