/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times of copies that real sources stamped. The captures are not part of the tree;
 * ERSPAN_THIRD_PARTY_CAPTURES names their directory.
 */
#include <pcap/pcap.h>

#include "core/clock/clock.h"
#include "core/copy/copy.h"
#include "core/wire/outer.h"
#include "tests/unit/support/support.h"

#define US INT64_C(1000)
#define S  INT64_C(1000000000)

static const struct capture {
    const char *file;
    unsigned copies;
    unsigned known_after;
    enum clock_method method;
    uint64_t tick_ps;
    bool lies;
    int64_t delay_spread_ns; /* between the copy with the least delay and the one with the most */
    int64_t delay_max_ns;    /* of an absolute time */
} captures[] = {
    /* The hidden sub-header's time, declared as 100 us, keeps within 125 us of its line. */
    {"peers/tcpdump__erspan-type-iii-ft-7.pcap", 58, 4, CLOCK_COUNTER_64, 100, true, 250 * US, 0},
    {"peers/zeek__erspanIII.pcap", 2, 3, CLOCK_UNKNOWN, 0, false, 0, 0},
    {"ovs/ovs31-v2-ipv4-s200-dir0-hw7.pcapng", 9, 0, CLOCK_UNIX_100US, 100000000, false, 200 * US,
     1000 * US},
    {"ovs/ovs31-v2-ipv6-s513-dir1-hw16.pcapng", 18, 0, CLOCK_UNIX_100US, 100000000, false, 200 * US,
     1000 * US},
};

struct reader {
    pcap_t *pcap;
    uint32_t link_type;
    uint64_t frame;
    struct session_table *sessions;
    struct clock_table *clocks;
};

/* The next Type III copy's time; false at the end. */
static bool next_time(struct reader *reader, struct clock_time *time, int64_t *arrival_ns)
{
    struct pcap_pkthdr *packet;
    const u_char *data;
    while (pcap_next_ex(reader->pcap, &packet, &data) == 1) {
        reader->frame++;
        struct outer outer;
        struct bytes bytes = {data, packet->caplen};
        if (outer_parse(reader->link_type, bytes, &outer).kind != FAILURE_NONE)
            continue;
        const struct copy_policy policy = {0};
        const struct copy_input input = {
            .payload = outer.payload,
            .carried = outer.payload_claimed,
            .claimed = outer.payload_claimed,
            .has_gre = outer.has_gre,
            .has_sequence = (outer.gre.flags & GRE_BIT_SEQUENCE) != 0,
            .gre = outer.gre,
            .source = outer.source,
            .destination = outer.destination,
        };
        struct copy copy;
        copy_read(&input, &policy, reader->sessions, &copy);
        if (copy.failure.kind != FAILURE_NONE || copy.header.type != ERSPAN_TYPE_III)
            continue;
        *arrival_ns = packet->ts.tv_sec * S + packet->ts.tv_usec;
        *time = clock_take(reader->clocks, &outer.source, &copy.header, *arrival_ns, reader->frame);
        return true;
    }
    return false;
}

static void check(const struct capture *c, struct reader *reader)
{
    struct clock_time time;
    int64_t arrival_ns;
    int64_t delay_min = INT64_MAX;
    int64_t delay_max = INT64_MIN;
    unsigned copies = 0;
    unsigned unknown = 0;
    while (next_time(reader, &time, &arrival_ns)) {
        copies++;
        if (time.method == CLOCK_UNKNOWN) {
            unknown++;
            continue;
        }
        g_assert_cmpstr(clock_method_text(time.method), ==, clock_method_text(c->method));
        g_assert_cmpuint(time.tick_ps, ==, c->tick_ps);
        g_assert_true(time.granularity_contradicted == c->lies);
        delay_min = MIN(delay_min, arrival_ns - time.time_ns);
        delay_max = MAX(delay_max, arrival_ns - time.time_ns);
        if (time.absolute)
            g_assert_true(delay_min >= 0 && delay_max <= c->delay_max_ns);
    }
    g_assert_cmpuint(copies, ==, c->copies);
    g_assert_cmpuint(unknown, <=, c->known_after);
    if (copies > unknown)
        g_assert_cmpint(delay_max - delay_min, <=, c->delay_spread_ns);
}

static void test_capture(gconstpointer data)
{
    const struct capture *c = data;
    const char *directory = g_getenv("ERSPAN_THIRD_PARTY_CAPTURES");
    if (directory == NULL) {
        g_test_skip("ERSPAN_THIRD_PARTY_CAPTURES names no directory");
        return;
    }
    char error[PCAP_ERRBUF_SIZE];
    g_autofree char *path = g_build_filename(directory, c->file, NULL);
    struct reader reader = {
        .pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error)};
    if (reader.pcap == NULL)
        g_error("%s", error);
    reader.link_type = (uint32_t)pcap_datalink(reader.pcap);
    reader.sessions = session_table_new(10);
    reader.clocks = clock_table_new(10);
    check(c, &reader);
    clock_table_free(reader.clocks);
    session_table_free(reader.sessions);
    pcap_close(reader.pcap);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(captures); i++) {
        g_autofree char *path = g_strdup_printf("/clock/captures/%s", captures[i].file);
        g_test_add_data_func(path, &captures[i], test_capture);
    }
    return g_test_run();
}
