/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a table of copies says to a few of them, written by hand: which show a frame that was
 * mirrored before, which one that was sent again, and which are duplicates. */
#include "core/analysis/fingerprint-table.h"

#include "core/base/time-units.h"
#include "tests/unit/support/support.h"

#define MACS       "020000000002 020000000001"
#define OTHER_MACS "020000000004 020000000003"
#define ADDRESSES  "c0000201 c0000202"
#define V6         "20010db8000000000000000000000001 20010db8000000000000000000000002"
#define ZEROS_8    "0000000000000000"
#define ZEROS_40   ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8
/* UDP in IPv4: 12 bytes of payload, all alike. */
#define UDP           "c000 0ec8 0014 0000 0102 0304 0506 0708 090a 0b0c"
#define IPV4(id, ttl) MACS "0800 4500 0028" id "4000" ttl "11 0000" ADDRESSES UDP
#define BFD           IPV4("0000", "ff")
#define ROUTED        OTHER_MACS "0800 4500 0028 0000 4000 fe11 0000" ADDRESSES UDP
#define TAGGED        MACS "8100 0064 0800 4500 0028 0000 4000 ff11 0000" ADDRESSES UDP
/* VXLAN without checksums: what is inside differs behind the 60th byte only. */
#define VXLAN_TO_60(ttl)                                                                           \
    MACS "0800 4500 0060 0000 4000" ttl "11 0000" ADDRESSES                                        \
         "c738 12b5 004c 0000 08000000 00138800" OTHER_MACS "0800 4500" ZEROS_8 ZEROS_8 ZEROS_8
#define VXLAN(ttl, end) VXLAN_TO_60(ttl) end "0000000000"
/* The BPDU of a bridge. */
#define BPDU                                                                                       \
    "0180c2000000 02ac00000001 0026 424203 0000000000 8000 02ac00000001 00000000 "                 \
    "8000 02ac00000001 8001 0000 1400 0200 0f00"
#define RST MACS "86dd 60000000 0014 06 40" V6 "c000 0050 00000001 00000000 5004 0000 1234 0000"

enum { NO_NUMBER = -1 };

/* One copy, captured in the frame of its ordinal number, from 1. */
struct sight {
    const char *hex;
    int64_t time_us;
    uint32_t stream;
    uint64_t port;
    int64_t number;
    uint64_t copy_of; /* expected; 0: none */
    bool repeats;     /* likewise */
};

static const struct {
    const char *name;
    struct sight sights[8];
} cases[] = {
    /* A hello comes every 50 ms: never a copy at its one point, whatever the time between. */
    {"sent-again",
     {{BFD, 0, 0, 0, 1, 0, false},
      {BFD, 20, 0, 0, 2, 0, false},
      {BFD, 50000, 0, 0, 3, 0, false},
      {BPDU, 60000, 0, 0, 4, 0, false},
      {BPDU, 160000, 0, 0, 5, 0, false}}},
    {"at-two-ports",
     {{BFD, 0, 0, 1, 1, 0, false},
      {BFD, 20, 0, 2, 2, 1, false},
      {BFD, 50000, 0, 1, 3, 0, false},
      {BFD, 50020, 0, 2, 4, 3, false}}},
    {"at-two-sessions", {{BPDU, 0, 0, 0, 1, 0, false}, {BPDU, 20, 1, 0, 1, 1, false}}},
    {"behind-a-router",
     {{BFD, 0, 0, 0, 1, 0, false},
      {ROUTED, 20, 0, 0, 2, 1, false},
      {BFD, 50000, 0, 0, 3, 0, false},
      {ROUTED, 50020, 0, 0, 4, 3, false}}},
    {"in-a-vlan", {{BFD, 0, 0, 0, 1, 0, false}, {TAGGED, 20, 0, 0, 2, 1, false}}},
    /* A burst of three passes one point, then the other: the n-th is the n-th. */
    {"burst",
     {{RST, 0, 0, 0, 1, 0, false},
      {RST, 10, 0, 0, 2, 0, false},
      {RST, 20, 0, 0, 3, 0, false},
      {RST, 100, 1, 0, 1, 1, false},
      {RST, 110, 1, 0, 2, 2, false},
      {RST, 120, 1, 0, 3, 3, false},
      {RST, 130, 1, 0, 4, 0, false}}},
    {"three-points",
     {{RST, 0, 0, 0, 1, 0, false}, {RST, 10, 1, 0, 1, 1, false}, {RST, 20, 2, 0, 1, 1, false}}},
    /* Of the second hello the copy at the first point is lost; the third is a frame of its own. */
    {"first-copy-lost",
     {{BFD, 0, 0, 1, 1, 0, false},
      {BFD, 20, 0, 2, 2, 1, false},
      {BFD, 10020, 0, 2, 3, 0, false},
      {BFD, 20000, 0, 1, 5, 0, false},
      {BFD, 20020, 0, 2, 6, 4, false}}},
    /* The second copy of the second hello is lost, and the first of the third: each is a frame. */
    {"both-lost",
     {{BFD, 0, 0, 1, 1, 0, false},
      {BFD, 20, 0, 2, 2, 1, false},
      {BFD, 10000, 0, 1, 3, 0, false},
      {BFD, 20020, 0, 2, 6, 0, false}}},
    /* Behind a router it cannot have been before: also where nothing is known yet. */
    {"wrong-way", {{ROUTED, 0, 0, 0, 1, 0, false}, {BFD, 9000, 0, 0, 2, 0, false}}},
    {"deep",
     {{VXLAN("40", "000001"), 0, 0, 0, 1, 0, false},
      {VXLAN("3f", "000002"), 20, 0, 0, 2, 0, false},
      {VXLAN("3f", "000001"), 30, 0, 0, 3, 1, false},
      {VXLAN("3f", "000003"), 40, 1, 0, 1, 0, false},
      {VXLAN("3e", "000002"), 50, 1, 0, 2, 2, false}}},
    /* Cut before they differ, and carried so: the order tells. */
    {"cut",
     {{VXLAN("40", "000001"), 0, 0, 0, 1, 0, false},
      {VXLAN("40", "000002"), 10, 0, 0, 2, 0, false},
      {VXLAN_TO_60("3f"), 20, 1, 0, 1, 1, false},
      {VXLAN_TO_60("3f"), 30, 1, 0, 2, 2, false}}},
    {"padded", {{BPDU, 0, 0, 0, 1, 0, false}, {BPDU ZEROS_8, 10, 0, 0, 2, 1, false}}},
    {"longer", {{BPDU, 0, 0, 0, 1, 0, false}, {BPDU "0000000000000001", 10, 1, 0, 2, 0, false}}},
    /* The ID of a sender that counts shows that a frame was mirrored again at an unnamed point. */
    {"id-counts",
     {{IPV4("0007", "40"), 0, 0, 0, 1, 0, false},
      {IPV4("0007", "40"), 10, 0, 0, 2, 0, false},
      {IPV4("0008", "40"), 1000, 0, 0, 3, 0, false},
      {IPV4("0008", "40"), 1010, 0, 0, 4, 3, false}}},
    {"number-again",
     {{BFD, 0, 0, 0, 1, 0, false},
      {RST, 10, 0, 0, 2, 0, false},
      {BFD, 20, 0, 0, 1, 0, true},
      {RST, 900000, 0, 0, 2, 0, true}}},
    {"number-of-another",
     {{BFD, 0, 0, 0, 1, 0, false},
      {BFD, 10, 1, 0, 1, 1, false},
      {BFD, 20, 1, 0, NO_NUMBER, 0, false}}},
    /* The number stands still: it makes no duplicates. */
    {"constant-number",
     {{RST, 0, 0, 0, 0, 0, false},
      {BFD, 0, 0, 0, 0, 0, false},
      {ROUTED, 20, 0, 0, 0, 2, false},
      {BFD, 50000, 0, 0, 0, 0, false}}},
    {"old", {{BFD, 0, 0, 0, 1, 0, false}, {BFD, 20001, 1, 0, 1, 0, false}}},
    {"old-id",
     {{IPV4("0007", "40"), 0, 0, 0, 1, 0, false},
      {IPV4("0007", "40"), 100000, 1, 0, 1, 1, false},
      {IPV4("0007", "40"), 200001, 2, 0, 1, 0, false}}},
    {"time-extremes",
     {{BFD, INT64_MAX / 1000, 0, 0, 1, 0, false}, {BFD, INT64_MIN / 1000, 1, 0, 2, 0, false}}},
};

static struct fingerprint_match take(struct fingerprint_table *table, const struct sight *sight,
                                     uint64_t frame, uint32_t timestamp)
{
    struct bytes bytes = bytes_from_hex(sight->hex);
    const struct fingerprint_frame content =
        fingerprint_table_keep(table, bytes, frame_probe_find_ip(bytes, FRAME_ETHERNET));
    *fingerprint_table_next(table) = (struct fingerprint_entry){
        .content = content,
        .frame = frame,
        .time_ns = sight->time_us * NS_PER_US,
        .header_fields = sight->port,
        .length = (uint32_t)bytes.len,
        .stream = sight->stream,
        .sequence = sight->number == NO_NUMBER ? 0 : (uint32_t)sight->number,
        .timestamp = timestamp,
        .has_sequence = sight->number != NO_NUMBER,
        .whole = frame_probe_ethernet(bytes, bytes.len).own_length <= bytes.len,
    };
    bytes_free(bytes);
    return fingerprint_table_take(table);
}

static void check(struct fingerprint_table *table, const struct sight *sight, uint64_t frame)
{
    struct fingerprint_match match = take(table, sight, frame, 0);
    g_assert_cmpuint(match.mirrored_before ? match.frame : 0, ==, sight->copy_of);
    g_assert_cmpint(match.is_duplicate, ==, sight->repeats);
}

static void test_case(gconstpointer data)
{
    const struct sight *sights = data;
    struct fingerprint_table *table = fingerprint_table_new(64);
    for (size_t i = 0; i < G_N_ELEMENTS(cases[0].sights) && sights[i].hex != NULL; i++)
        check(table, &sights[i], i + 1);
    fingerprint_table_free(table);
}

/* Type III: what was stamped at another time is no duplicate. */
static void test_timestamp(void)
{
    const struct sight sight = {.hex = BFD, .number = 1};
    for (uint32_t timestamp = 7; timestamp <= 8; timestamp++) {
        struct fingerprint_table *table = fingerprint_table_new(64);
        take(table, &sight, 1, 7);
        struct fingerprint_match match = take(table, &sight, 2, timestamp);
        g_assert_cmpint(match.is_duplicate, ==, timestamp == 7);
        g_assert_false(match.mirrored_before);
        fingerprint_table_free(table);
    }
}

/* What is forgotten is not found; and what is remembered, is, however many came between. */
static void test_forgotten(void)
{
    enum { COPIES = 64 };
    for (unsigned between = COPIES - 4; between < COPIES + 4; between++) {
        struct fingerprint_table *table = fingerprint_table_new(COPIES);
        check(table, &(struct sight){.hex = BFD}, 1);
        for (unsigned i = 0; i < between; i++) {
            g_autofree char *other = g_strdup_printf(MACS "88b5 01020304050607 %08x", i + 1);
            check(table, &(struct sight){.hex = other}, i + 2);
        }
        bool remembered = between < COPIES - 1;
        check(table, &(struct sight){.hex = BFD, .stream = 1, .copy_of = remembered ? 1 : 0},
              between + 2);
        fingerprint_table_free(table);
    }
}

/* What fits into so many bytes takes no more than them, and twice as many copies would. */
static void test_bytes(void)
{
    for (size_t bytes = 8192; bytes < 64 << 20; bytes = bytes * 3 / 2) {
        size_t copies = fingerprint_table_fit(bytes);
        struct fingerprint_table *fits = fingerprint_table_new(copies);
        struct fingerprint_table *more = fingerprint_table_new(copies * 2);
        g_assert_cmpuint(fingerprint_table_bytes(fits), <=, bytes);
        g_assert_cmpuint(fingerprint_table_bytes(more), >, bytes);
        fingerprint_table_free(fits);
        fingerprint_table_free(more);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/fingerprint-table/%s", cases[i].name);
        g_test_add_data_func(path, cases[i].sights, test_case);
    }
    g_test_add_func("/fingerprint-table/timestamp", test_timestamp);
    g_test_add_func("/fingerprint-table/forgotten", test_forgotten);
    g_test_add_func("/fingerprint-table/bytes", test_bytes);
    return g_test_run();
}
