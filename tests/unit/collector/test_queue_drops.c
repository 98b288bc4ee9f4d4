/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a driver's counters are a receive queue's drops: names as the drivers in Linux have
 * them. */
#include <glib.h>
#include <string.h>

#include "collector/drops/queue-drops.h"

enum { NONE = -1 };

static const struct {
    const char *name;
    int queue;
} cases[] = {
    /* veth, virtio_net, mlx5, bnxt_en, bnx2x, ena, nfp, gve */
    {"rx_queue_0_drops", 0},
    {"rx_queue_17_drops", 17},
    {"rx3_drops", 3},
    {"rx12_wqe_err", 12},
    {"rx5_buff_alloc_err", 5},
    {"[3]: rx_discards", 3},
    {"[0]: rx_skb_alloc_discard", 0},
    {"queue_3_rx_page_alloc_fail", 3},
    {"rx_dropped_pkt[7]", 7},
    {"Rx Queue 2 No_Buf", 2},
    /* no queue's, or of more than one number */
    {"rx_missed_errors", NONE},
    {"rx_no_dma_resources", NONE},
    {"rx_out_of_buffer", NONE},
    {"rx_prio3_queue_2_discards", NONE},
    {"rx_queue_128_drops", NONE},
    {"rx_queue_99999999999999999999_drops", NONE},
    /* sent, counted, or dropped by an XDP program that was told to */
    {"tx_queue_0_drops", NONE},
    {"rx_queue_0_packets", NONE},
    {"rx_queue_0_bytes", NONE},
    {"rx_queue_0_xdp_drops", NONE},
    {"rx0_xdp_drop", NONE},
    {"", NONE},
};

static void test_names(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        unsigned queue = 0;
        g_test_message("%s", cases[i].name);
        g_assert_cmpint(queue_drops_is_counter(cases[i].name, &queue), ==, cases[i].queue != NONE);
        if (cases[i].queue != NONE)
            g_assert_cmpint((int)queue, ==, cases[i].queue);
    }
}

static void test_difference(void)
{
    const struct queue_drops before = {{5, 0, 7}};
    const struct queue_drops now = {{5, 3, 9}};
    const struct queue_drops want = {{0, 3, 2}};
    struct queue_drops difference = queue_drops_between(&before, &now);
    g_assert_true(memcmp(&difference, &want, sizeof want) == 0);
}

/* The loopback interface has no driver that counts, another does not exist. */
static void test_untold(void)
{
    static const struct queue_drops none;
    const char *const interfaces[] = {"lo", "no such one"};
    for (size_t i = 0; i < G_N_ELEMENTS(interfaces); i++) {
        struct queue_drops drops = {{1}};
        queue_drops_read(interfaces[i], &drops);
        g_assert_true(memcmp(&drops, &none, sizeof none) == 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/queue-drops/names", test_names);
    g_test_add_func("/queue-drops/difference", test_difference);
    g_test_add_func("/queue-drops/untold", test_untold);
    return g_test_run();
}
