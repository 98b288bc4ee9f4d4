/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links as the kernel lists them. */
#include <glib.h>
#include <net/if.h> /* before Linux's own */

#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>

#include "common/preflight/link-table.h"
#include "tests/unit/support/netlink-answer.h"

static void begin(struct netlink_answer *answer, const char *name, unsigned flags)
{
    const struct ifinfomsg own = {.ifi_index = 7, .ifi_type = ARPHRD_ETHER, .ifi_flags = flags};
    netlink_answer_begin(answer, RTM_NEWLINK, &own, sizeof own);
    netlink_answer_add_text(answer, IFLA_IFNAME, name);
}

static void test_hardware(void)
{
    static const struct {
        uint8_t code;
        enum link_xdp mode;
    } modes[] = {{XDP_ATTACHED_DRV, LINK_XDP_NATIVE},
                 {XDP_ATTACHED_SKB, LINK_XDP_GENERIC},
                 {XDP_ATTACHED_HW, LINK_XDP_CARD},
                 {XDP_ATTACHED_MULTI, LINK_XDP_SEVERAL},
                 {XDP_ATTACHED_NONE, LINK_XDP_NONE}};
    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        struct netlink_answer answer;
        struct link link;
        const uint8_t carrier = 1;
        begin(&answer, "eth1", IFF_UP);
        netlink_answer_add_u32(&answer, IFLA_MTU, 9000);
        netlink_answer_add_u32(&answer, IFLA_MAX_MTU, 9702);
        netlink_answer_add_u32(&answer, IFLA_NUM_RX_QUEUES, 8);
        netlink_answer_add(&answer, IFLA_CARRIER, &carrier, 1);
        netlink_answer_add_text(&answer, IFLA_QDISC, "mq");
        netlink_answer_open(&answer, IFLA_XDP);
        netlink_answer_add(&answer, IFLA_XDP_ATTACHED, &modes[i].code, 1);
        netlink_answer_add_u32(&answer, IFLA_XDP_PROG_ID, 42);
        netlink_answer_close(&answer);
        g_assert_true(link_table_read(netlink_answer_end(&answer), &link));
        g_assert_cmpstr(link.name, ==, "eth1");
        g_assert_cmpint(link.number, ==, 7);
        g_assert_true(link.up && link.carrier && link.ethernet);
        g_assert_cmpuint(link.mtu, ==, 9000);
        g_assert_cmpuint(link.mtu_max, ==, 9702);
        g_assert_cmpuint(link.receive_queues, ==, 8);
        g_assert_cmpstr(link.qdisc, ==, "mq");
        g_assert_cmpstr(link.kind, ==, "");
        g_assert_cmpint(link.xdp, ==, modes[i].mode);
        g_assert_cmpuint(link.xdp_id, ==, 42);
    }
}

static void test_tunnel(void)
{
    static const struct {
        const char *kind;
        uint8_t flags[2]; /* in network order */
        bool takes, numbered;
    } tunnels[] = {
        {"erspan", {0x10, 0x00}, true, true},  {"ip6erspan", {0x30, 0x00}, true, true},
        {"gretap", {0x20, 0x00}, true, false}, {"ip6gre", {0x00, 0x10}, true, false},
        {"vxlan", {0x10, 0x00}, false, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tunnels); i++) {
        struct netlink_answer answer;
        struct link link;
        begin(&answer, "tunnel", 0);
        netlink_answer_open(&answer, IFLA_LINKINFO);
        netlink_answer_add_text(&answer, IFLA_INFO_KIND, tunnels[i].kind);
        netlink_answer_open(&answer, IFLA_INFO_DATA);
        netlink_answer_add(&answer, IFLA_GRE_IFLAGS, tunnels[i].flags, 2);
        netlink_answer_close(&answer);
        netlink_answer_close(&answer);
        g_assert_true(link_table_read(netlink_answer_end(&answer), &link));
        g_assert_false(link.up);
        g_assert_cmpstr(link.kind, ==, tunnels[i].kind);
        g_assert_cmpint(link_takes_gre(&link), ==, tunnels[i].takes);
        g_assert_cmpint(link.numbered, ==, tunnels[i].numbered);
    }
}

/* What is no link, or is cut, is not read beyond its end. */
static void test_others(void)
{
    struct netlink_answer answer;
    struct link link;
    begin(&answer, "", IFF_UP);
    g_assert_false(link_table_read(netlink_answer_end(&answer), &link));
    const struct ifinfomsg own = {0};
    netlink_answer_begin(&answer, RTM_NEWADDR, &own, sizeof own);
    g_assert_false(link_table_read(netlink_answer_end(&answer), &link));
    netlink_answer_begin(&answer, RTM_NEWLINK, &own, 4);
    g_assert_false(link_table_read(netlink_answer_end(&answer), &link));
    begin(&answer, "eth1", IFF_UP);
    netlink_answer_add(&answer, IFLA_MTU, "12", 2);
    netlink_answer_add(&answer, IFLA_QDISC, "mq", 2); /* without its end */
    netlink_answer_add(&answer, IFLA_XDP, "1", 1);
    g_assert_true(link_table_read(netlink_answer_end(&answer), &link));
    g_assert_cmpuint(link.mtu, ==, 0);
    g_assert_cmpstr(link.qdisc, ==, "");
}

static void test_this_host(void)
{
    int status;
    GArray *links = link_table_list(&status);
    g_assert_cmpint(status, ==, 0);
    const struct link *loopback = link_table_find(links, "lo");
    if (loopback != NULL)
        g_assert_true(loopback->ethernet);
    g_assert_null(link_table_find(links, "no such one"));
    g_array_free(links, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link-table/hardware", test_hardware);
    g_test_add_func("/link-table/tunnel", test_tunnel);
    g_test_add_func("/link-table/others", test_others);
    g_test_add_func("/link-table/this-host", test_this_host);
    return g_test_run();
}
