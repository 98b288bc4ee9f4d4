/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times that tags of Arista's state: the bytes, the arrival of the copy, and the time in UTC. */
#include "core/clock/stamp-clock.h"

#include "tests/unit/support/support.h"

/* 2023-11-14 22:13:20 UTC = 0x6553f100; TAI was 37 s ahead: 0x6553f125. */
#define ARRIVAL INT64_C(1700000000000000000)

static const struct {
    const char *name;
    const char *bytes; /* behind the EtherType */
    int64_t arrival_ns;
    int64_t want_ns; /* 0: no time */
} rows[] = {
    {"utc-64", "0001 0110 6553f100 00000005 0800", ARRIVAL + 50, ARRIVAL + 5},
    {"tai-64", "0001 0010 6553f125 00000005 0800", ARRIVAL + 50, ARRIVAL + 5},
    {"utc-48", "0001 0120 f100 00000005 0800", ARRIVAL + 50, ARRIVAL + 5},
    {"tai-48", "0001 0020 f125 00000005 0800", ARRIVAL + 50, ARRIVAL + 5},
    /* the arrival tells against the word of the tag */
    {"tai-that-is-utc", "0001 0010 6553f100 00000005 0800", ARRIVAL + 50, ARRIVAL + 5},
    {"utc-that-is-tai", "0001 0110 6553f125 00000005 0800", ARRIVAL + 50, ARRIVAL + 5},
    /* the collector's clock is a minute ahead: the word of the tag counts */
    {"utc-slow", "0001 0110 6553f100 00000000 0800", ARRIVAL + 60000000000, ARRIVAL},
    {"tai-slow", "0001 0010 6553f125 00000000 0800", ARRIVAL + 60000000000, ARRIVAL},
    /* 16 bits of seconds turn over between the frame and the arrival: 0x65540000 is 3840 s later */
    {"turn-48", "0001 0120 ffff 3b9ac9ff 0800", ARRIVAL + 3840000000100, ARRIVAL + 3839999999999},
    {"billion", "0001 0110 6553f100 3b9aca00 0800", ARRIVAL, 0},
    {"a-day-and-more", "0001 0110 6553f100 00000000 0800", ARRIVAL + 86401000000000, 0},
    {"other-subtype", "0002 0110 6553f100 00000005 0800", ARRIVAL, 0},
    {"other-version", "0001 0130 6553f100 00000005 0800", ARRIVAL, 0},
    {"cut", "0001 0110 6553f100 000000", ARRIVAL, 0},
    {"nothing", "", ARRIVAL, 0},
};

static void test_rows(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct bytes bytes = bytes_from_hex(rows[i].bytes);
        const struct frame_stamp stamp = frame_stamp_read(bytes, 0);
        bytes_free(bytes);
        struct clock_time time = stamp_clock_time(&stamp, rows[i].arrival_ns);
        if (time.method != (rows[i].want_ns != 0 ? CLOCK_STAMP : CLOCK_UNKNOWN) ||
            (rows[i].want_ns != 0 && time.time_ns != rows[i].want_ns))
            g_error("%s: method %d, time %" G_GINT64_FORMAT, rows[i].name, time.method,
                    time.time_ns);
        g_assert_cmpint(time.absolute, ==, rows[i].want_ns != 0);
    }
}

/* No arrival overflows. */
static void test_extremes(void)
{
    const int64_t arrivals[] = {INT64_MIN, -1, 0, INT64_MAX};
    for (size_t i = 0; i < G_N_ELEMENTS(arrivals); i++)
        for (uint8_t bits = 16; bits <= 32; bits += 16) {
            const struct frame_stamp stamp = {UINT32_MAX >> (32 - bits), 999999999, bits, true};
            stamp_clock_time(&stamp, arrivals[i]);
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stamp-clock/rows", test_rows);
    g_test_add_func("/stamp-clock/extremes", test_extremes);
    return g_test_run();
}
