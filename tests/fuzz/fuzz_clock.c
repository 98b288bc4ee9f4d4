/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any history of a few clocks. Input: runs of copies or markers, each with its first arrival and
 * count (or what is added to the last), and the steps between them. Every copy is asked for again
 * and must get the same time.
 */
#include "core/clock/clock.h"
#include "tests/fuzz/fuzz.h"

enum { RUN_LENGTH = 24, RUN_STEPS_MAX = 512, COPIES_MAX = 2048, CLOCKS_MAX = 6 };

enum { RUN_OF_MARKERS = 0x80, RUN_GOES_ON = 0x40, RUN_HAS_SUBHEADER = 0x20 };

static const struct address source = {4, {192, 0, 2, 1}};

struct moment {
    uint64_t arrival;
    uint64_t ticks;
};

struct asked {
    struct erspan_header header;
    int64_t arrival_ns;
    uint64_t frame;
    struct clock_time time;
};

struct history {
    struct clock_table *table;
    struct moment now;
    uint64_t frame;
    size_t count;
    struct asked asked[COPIES_MAX];
};

static void take_copy(struct history *history, uint8_t kind, uint8_t platform)
{
    struct asked *asked = &history->asked[history->count++];
    *asked = (struct asked){
        .header = {.type = ERSPAN_TYPE_III,
                   .granularity = kind & 3,
                   .hardware_id = kind >> 2 & 3,
                   .timestamp = (uint32_t)history->now.ticks,
                   .has_subheader = (kind & RUN_HAS_SUBHEADER) != 0,
                   .subheader = {.platform = platform,
                                 .time = (uint32_t)(history->now.ticks >> 32)}},
        .arrival_ns = (int64_t)history->now.arrival,
        .frame = ++history->frame,
    };
    asked->time =
        clock_take(history->table, &source, &asked->header, asked->arrival_ns, asked->frame);
    REQUIRE(asked->time.method < CLOCK_METHODS);
    REQUIRE(asked->time.method == CLOCK_UNKNOWN || asked->time.tick_ps > 0);
}

static void take_marker(struct history *history, uint8_t kind, uint8_t granularity)
{
    uint64_t utc_us = history->now.arrival / 1000;
    const struct marker marker = {
        .ssid = kind >> 2 & 3,
        .granularity = granularity,
        .asic_time = history->now.ticks & 0xffffffffffff,
        .tai_seconds = (uint32_t)(utc_us / 1000000),
        .microseconds = (uint32_t)(utc_us % 1000000),
    };
    clock_take_marker(history->table, &source, &marker, (int64_t)history->now.arrival,
                      ++history->frame);
}

static void take_run(struct history *history, struct bytes run)
{
    uint8_t kind = bytes_u8(run, 0);
    uint8_t detail = bytes_u8(run, 1) & 0xf; /* platform, or a marker's granularity */
    unsigned ticks_shift = bytes_u8(run, 1) >> 4;
    uint16_t length = bytes_u16(run, 2) % RUN_STEPS_MAX;
    struct moment start = {bytes_u64(run, 4), bytes_u64(run, 12)};
    struct moment step = {bytes_u16(run, 20) * UINT64_C(100000), bytes_u16(run, 22)};
    if ((kind & RUN_GOES_ON) != 0)
        start = (struct moment){history->now.arrival + (uint32_t)start.arrival,
                                history->now.ticks + (uint32_t)start.ticks};
    history->now = start;
    bool of_markers = (kind & RUN_OF_MARKERS) != 0;
    for (unsigned i = 0; i <= length && history->count < COPIES_MAX; i++) {
        if (of_markers)
            take_marker(history, kind, detail);
        else
            take_copy(history, kind, detail);
        history->now.arrival += step.arrival;
        history->now.ticks += step.ticks << ticks_shift;
    }
}

static void ask_again(const struct history *history)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct asked *asked = &history->asked[i];
        struct clock_time again =
            clock_take(history->table, &source, &asked->header, asked->arrival_ns, asked->frame);
        REQUIRE(again.method == asked->time.method);
        REQUIRE(again.method == CLOCK_UNKNOWN || again.time_ns == asked->time.time_ns);
        REQUIRE(again.absolute == asked->time.absolute && again.tick_ps == asked->time.tick_ps);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct history history;
    struct bytes input = {data, size};
    history = (struct history){.table = clock_table_new(CLOCKS_MAX)};
    for (size_t at = 0; bytes_has(input, at, RUN_LENGTH); at += RUN_LENGTH)
        take_run(&history, bytes_from(input, at));
    ask_again(&history);
    REQUIRE(clock_table_memory(history.table) < 1 << 16);
    clock_table_free(history.table);
    return 0;
}
