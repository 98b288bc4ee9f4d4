/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which sentences a live run ends with: those that hold, and none that may be false. */
#include "collector/output/text-report.h"

#include <stdlib.h>
#include <string.h>

#define COUNTING                                                                                   \
    {                                                                                              \
        .counts.copies = 10, .counts.outer_bytes = 1000, .state.loss_known = true, .sequence = {   \
            .copies = 10                                                                           \
        }                                                                                          \
    }
#define LOSING                                                                                     \
    {                                                                                              \
        .counts.copies = 8, .counts.outer_bytes = 800, .state.loss_known = true, .sequence = {     \
            .copies = 8,                                                                           \
            .lost = 2                                                                              \
        }                                                                                          \
    }
#define UNNUMBERED                                                                                 \
    {                                                                                              \
        .counts.copies = 5, .counts.outer_bytes = 500, .state.key = {.id = SESSION_NO_ID }         \
    }
#define SINGLE                                                                                     \
    {                                                                                              \
        .counts.copies = 1, .counts.outer_bytes = 100, .sequence = {.copies = 1 }                  \
    }

enum { SAYS_MAX = 3 };

static const struct {
    const char *what;
    struct report_session sessions[2];
    size_t count;
    uint64_t dropped; /* by the ring */
    uint64_t given_up;
    uint64_t unread; /* by --backend=count */
    struct reception reception;
    struct other_packets other;
    const char *filter;
    const char *says[SAYS_MAX];
    const char *says_not[SAYS_MAX];
} rows[] = {
    {.what = "all came",
     .sessions = {COUNTING},
     .count = 1,
     .says = {"Nothing was lost, and nothing dropped here."},
     .says_not = {"cannot be known", "No ERSPAN"}},
    {.what = "some lost",
     .sessions = {LOSING},
     .count = 1,
     .says = {"Where 2 copies were lost", "on the way"},
     .says_not = {"Nothing was lost", "cannot be known"}},
    {.what = "no numbers",
     .sessions = {UNNUMBERED},
     .count = 1,
     .says = {"Loss cannot be known: no copy", "This host dropped no packet."},
     .says_not = {"Nothing was lost", "No sequence gaps"}},
    {.what = "numbers in one of two",
     .sessions = {COUNTING, UNNUMBERED},
     .count = 2,
     .says = {"No sequence gaps.", "Loss cannot be known of 1 session"},
     .says_not = {"Nothing was lost"}},
    {.what = "loss in one, no numbers in the other",
     .sessions = {LOSING, UNNUMBERED},
     .count = 2,
     .says = {"Where 2 copies were lost", "Loss cannot be known of 1 session"},
     .says_not = {"Nothing was lost"}},
    {.what = "a number that never moved",
     .sessions = {SINGLE},
     .count = 1,
     .says = {"Loss cannot be known: no copy"},
     .says_not = {"Nothing was lost", "No sequence gaps"}},
    {.what = "memory ran out",
     .sessions = {COUNTING},
     .count = 1,
     .given_up = 3,
     .says = {"The memory limit was reached: loss cannot be known of all copies."},
     .says_not = {"Nothing was lost"}},
    {.what = "headers that XDP does not read",
     .sessions = {COUNTING},
     .count = 1,
     .unread = 9,
     .says = {"No sequence gaps.", "9 packets are behind other headers", "--backend=packet reads"},
     .says_not = {"Nothing was lost"}},
    {.what = "one such packet, and losses",
     .sessions = {LOSING},
     .count = 1,
     .unread = 1,
     .says = {"Where 2 copies were lost", "1 packet is behind", "which --backend=count does not"},
     .says_not = {"Nothing was lost"}},
    {.what = "dropped here, and no numbers",
     .sessions = {UNNUMBERED},
     .count = 1,
     .dropped = 7,
     .says = {"This host dropped packets", "ring 7", "Loss cannot be known"},
     .says_not = {"Nothing was lost", "No sequence gaps"}},
    {.what = "nothing at all",
     .says = {"No ERSPAN arrived in 8.00 s.", "No packet arrived at all"},
     .says_not = {"Nothing was lost", "Instead arrived"}},
    {.what = "another GRE",
     .other = {OTHER_GRE, 0x6558, 12},
     .says = {"No ERSPAN arrived", "12  GRE with protocol type 0x6558", "0x88be"},
     .says_not = {"Nothing was lost", "No packet arrived at all"}},
    {.what = "reasons on this host",
     .reception = {.interface_down = true, .foreign_xdp = true},
     .filter = "host 192.0.2.1",
     .says = {"The interface is down.", "XDP program", "host 192.0.2.1"},
     .says_not = {"Nothing was lost"}},
};

static void check(size_t row, const char *said)
{
    for (size_t i = 0; i < SAYS_MAX; i++) {
        if (rows[row].says[i] != NULL && strstr(said, rows[row].says[i]) == NULL)
            g_error("%s: \"%s\" is missing in\n%s", rows[row].what, rows[row].says[i], said);
        if (rows[row].says_not[i] != NULL && strstr(said, rows[row].says_not[i]) != NULL)
            g_error("%s: \"%s\" stands in\n%s", rows[row].what, rows[row].says_not[i], said);
    }
}

static void test_ends(void)
{
    for (size_t row = 0; row < G_N_ELEMENTS(rows); row++) {
        struct snapshot snapshot;
        snapshot_init(&snapshot);
        snapshot.live = true;
        snapshot.seconds = 8;
        snapshot_begin_part(&snapshot, NULL);
        for (size_t i = 0; i < rows[row].count; i++) {
            snapshot_put_session(&snapshot, &rows[row].sessions[i], NULL);
            snapshot_put_counter(&snapshot, &rows[row].sessions[i].sequence,
                                 rows[row].sessions[i].state.loss_known);
        }
        snapshot.source.dropped = rows[row].dropped;
        snapshot.source.unread = rows[row].unread;
        snapshot.source.unread_by = "count";
        snapshot.given_up = rows[row].given_up;
        snapshot.reception = rows[row].reception;
        snapshot.totals.not_erspan = rows[row].other.count;
        snapshot.totals.frames = snapshot.all.counts.copies + rows[row].other.count;
        if (rows[row].other.count > 0)
            other_traffic_add(&snapshot.others, &rows[row].other);
        char *said = NULL;
        size_t size;
        FILE *stream = open_memstream(&said, &size);
        struct text_report text;
        text_begin(&text, stream, 10, rows[row].filter);
        text_summary(&text, &snapshot, "eth1", "libpcap");
        fclose(stream);
        check(row, said);
        free(said);
        snapshot_clear(&snapshot);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text-report/ends", test_ends);
    return g_test_run();
}
