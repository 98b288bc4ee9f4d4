/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of a host that is a directory, and of links that are made up. */
#include <glib.h>
#include <glib/gstdio.h>
#include <linux/ethtool.h>
#include <string.h>

#include "collector/preflight/preflight-checks.h"
#include "collector/preflight/preflight.h"
#include "common/preflight/link-checks.h"
#include "common/preflight/link-table.h"

/* Writes files of a host: path, text, ... and NULL. Returns its root. */
static char *host(const char *path, ...)
{
    va_list rest;
    char *root = g_dir_make_tmp("erspan-XXXXXX", NULL);
    va_start(rest, path);
    for (; path != NULL; path = va_arg(rest, const char *)) {
        g_autofree char *name = g_strconcat(root, path, NULL);
        g_autofree char *directory = g_path_get_dirname(name);
        g_assert_cmpint(g_mkdir_with_parents(directory, 0755), ==, 0);
        g_assert_true(g_file_set_contents(name, va_arg(rest, const char *), -1, NULL));
    }
    va_end(rest);
    return root;
}

static void remove_tree(const char *path)
{
    GDir *directory = g_dir_open(path, 0, NULL);
    const char *name;
    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *below = g_build_filename(path, name, NULL);
        remove_tree(below);
    }
    if (directory != NULL)
        g_dir_close(directory);
    g_remove(path);
}

static const struct link card = {.name = "eth1",
                                 .up = true,
                                 .carrier = true,
                                 .ethernet = true,
                                 .mtu = 1600,
                                 .receive_queues = 4};

/* What a check finds of a link on that host, joined; "" for nothing. Removes the host. */
static char *look(void (*check)(const struct check_subject *, struct check_report *), char *root,
                  const struct link *own, const struct link *second,
                  const struct preflight_plan *plan)
{
    static const struct preflight_plan usual = {.memory_left = SIZE_MAX};
    const struct check checks[] = {{"one", check}};
    GArray *links = g_array_new(FALSE, FALSE, sizeof(struct link));
    g_array_append_vals(links, own, 1);
    if (second != NULL)
        g_array_append_vals(links, second, 1);
    const struct check_subject subject = {root, own, links, plan != NULL ? plan : &usual};
    struct check_report *report = check_report_new();
    GString *found = g_string_new(NULL);
    check_run(checks, 1, &subject, report);
    for (guint i = 0; i < report->findings->len; i++) {
        const struct check_finding *one = &g_array_index(report->findings, struct check_finding, i);
        g_assert_cmpstr(one->check, ==, "one");
        g_string_append_printf(found, "%s|%s", one->found, one->mend != NULL ? one->mend : "");
    }
    g_assert_cmpuint(report->gaps->len, ==, 0);
    check_report_free(report);
    g_array_free(links, TRUE);
    remove_tree(root);
    g_free(root);
    return g_string_free(found, FALSE);
}

static void expect(char *found, const char *part)
{
    if (part == NULL)
        g_assert_cmpstr(found, ==, "");
    else if (strstr(found, part) == NULL)
        g_error("\"%s\" is not in \"%s\"", part, found);
    g_free(found);
}

static void test_mtu(void)
{
    /* IPv4 20 or IPv6 40, GRE 4 or 8, ERSPAN 8 or 12, sub-header 8, the frame 1514 and its tag 4 */
    static const struct {
        uint32_t mtu;
        const char *found;
    } cases[] = {
        {1500, "Type I needs 1538 (IPv6: 1558), Type II needs 1550 (IPv6: 1570), "},
        {1549, "Type II needs 1550 (IPv6: 1570)"},
        {1562, "Type II over IPv6 needs 1570, Type III over IPv6 needs 1574, "
               "Type III with a sub-header over IPv6 needs 1582"},
        {1585, "with a VLAN tag, Type III over IPv6 needs 1586"},
        {1586, NULL},
        {9000, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct link link = card;
        link.mtu = cases[i].mtu;
        expect(look(link_checks_mtu, host(NULL), &link, NULL, NULL), cases[i].found);
    }
    struct link link = card;
    link.mtu = link.mtu_max = 1500;
    expect(look(link_checks_mtu, host(NULL), &link, NULL, NULL), "the driver allows no more");
    link.mtu_max = 9000;
    g_strlcpy(link.name, "a;reboot", sizeof link.name);
    expect(look(link_checks_mtu, host(NULL), &link, NULL, NULL),
           "|ip link set dev 'a;reboot' mtu 1600");
}

static void test_state(void)
{
    struct link link = card;
    expect(look(link_checks_state, host(NULL), &link, NULL, NULL), NULL);
    link.carrier = false;
    expect(look(link_checks_state, host(NULL), &link, NULL, NULL), "no carrier");
    link.up = false;
    expect(look(link_checks_state, host(NULL), &link, NULL, NULL), "|ip link set dev eth1 up");
}

static void test_spread(void)
{
    static const struct {
        struct ethtool_spread spread;
        const char *found;
    } cases[] = {
        {{.queues = 1}, NULL},
        {{.queues = 4, .slots = 128, .used = 4, .hash_known = true, .hash_fields = RXH_IP_SRC},
         NULL},
        {{.queues = 4, .slots = 128, .used = 1, .only = 2}, "to queue 2 of 4"},
        {{.queues = 4, .hash_known = true}, "|ethtool -N eth1 rx-flow-hash ip4 sd"},
        {{.queues = 4}, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct check_subject subject = {.own = &card};
        struct check_report *report = check_report_new();
        preflight_checks_judge_spread(&subject, &cases[i].spread, report);
        g_assert_cmpuint(report->findings->len, ==, cases[i].found != NULL);
        if (cases[i].found != NULL) {
            const struct check_finding *one =
                &g_array_index(report->findings, struct check_finding, 0);
            g_autofree char *text = g_strconcat(one->found, "|", one->mend, NULL);
            g_assert_nonnull(strstr(text, cases[i].found));
        }
        check_report_free(report);
    }
}

static void test_interrupts(void)
{
    if (g_get_num_processors() < 2) {
        g_test_skip("one processor alone");
        return;
    }
    const char *const one = "/sys/class/net/eth1/device/msi_irqs/31";
    const char *const two = "/sys/class/net/eth1/device/msi_irqs/32";
    struct link link = card;
    expect(look(preflight_checks_interrupts,
                host(one, "", two, "", "/proc/irq/31/effective_affinity_list", "1\n",
                     "/proc/irq/32/smp_affinity_list", "1\n", NULL),
                &link, NULL, NULL),
           "all 2 interrupts of eth1 go to processor 1");
    expect(look(preflight_checks_interrupts,
                host(one, "", two, "", "/proc/irq/31/effective_affinity_list", "1\n",
                     "/proc/irq/32/effective_affinity_list", "0\n", NULL),
                &link, NULL, NULL),
           NULL);
    expect(look(preflight_checks_interrupts,
                host(one, "", two, "", "/proc/irq/31/smp_affinity_list", "0-3\n",
                     "/proc/irq/32/smp_affinity_list", "0-3\n", NULL),
                &link, NULL, NULL),
           NULL);
    expect(look(preflight_checks_interrupts, host(NULL), &link, NULL, NULL), NULL);
}

static void test_backlog(void)
{
    const char *const setting = "/proc/sys/net/core/netdev_max_backlog";
    const char *const mask = "/sys/class/net/eth1/queues/rx-2/rps_cpus";
    static const char *const mend = "|sysctl -w net.core.netdev_max_backlog=10000";
    struct link link = card;
    expect(look(preflight_checks_backlog, host(setting, "1000\n", mask, "0f\n", NULL), &link, NULL,
                NULL),
           mend);
    expect(look(preflight_checks_backlog, host(setting, "10000\n", mask, "0f\n", NULL), &link, NULL,
                NULL),
           NULL);
    expect(look(preflight_checks_backlog, host(setting, "1000\n", mask, "00\n", NULL), &link, NULL,
                NULL),
           NULL);
    expect(look(preflight_checks_backlog, host(mask, "0f\n", NULL), &link, NULL, NULL), NULL);
}

static void test_budget(void)
{
    const char *const packets = "/proc/sys/net/core/netdev_budget";
    const char *const time_us = "/proc/sys/net/core/netdev_budget_usecs";
    struct link link = card;
    expect(look(preflight_checks_budget, host(packets, "300\n", time_us, "8000\n", NULL), &link,
                NULL, NULL),
           NULL);
    expect(look(preflight_checks_budget, host(packets, "64\n", time_us, "8000\n", NULL), &link,
                NULL, NULL),
           "|sysctl -w net.core.netdev_budget=300");
    expect(look(preflight_checks_budget, host(packets, "300\n", time_us, "500\n", NULL), &link,
                NULL, NULL),
           "|sysctl -w net.core.netdev_budget_usecs=2000");
}

static void test_governor(void)
{
    const char *const path = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
    struct link link = card;
    expect(look(link_checks_governor, host(path, "performance\n", NULL), &link, NULL, NULL), NULL);
    expect(look(link_checks_governor, host(path, "powersave\n", NULL), &link, NULL, NULL),
           "the governor powersave slows down 1 of");
    expect(look(link_checks_governor, host(NULL), &link, NULL, NULL), NULL);
}

static void test_tunnels(void)
{
    const char *const all = "/proc/sys/net/ipv4/conf/all/rp_filter";
    const char *const own = "/proc/sys/net/ipv4/conf/eth1/rp_filter";
    struct link link = card;
    struct link sink = {.name = "erspan1", .up = true, .kind = "erspan", .numbered = true};
    expect(look(preflight_checks_tunnel, host(NULL), &link, &sink, NULL),
           "the device erspan1 (erspan) drops each copy whose number is not above the last");
    expect(look(preflight_checks_tunnel, host(NULL), &sink, &link, NULL),
           "erspan1 is a device of kind erspan");
    expect(look(preflight_checks_rp_filter, host(all, "0\n", own, "1\n", NULL), &link, &sink, NULL),
           "|sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth1.rp_filter=0");
    expect(look(preflight_checks_rp_filter, host(all, "2\n", own, "1\n", NULL), &link, &sink, NULL),
           NULL);
    expect(look(preflight_checks_rp_filter, host(all, "1\n", own, "1\n", NULL), &link, NULL, NULL),
           NULL);
    sink.numbered = false;
    expect(look(preflight_checks_tunnel, host(NULL), &link, &sink, NULL), NULL);
    sink.up = false;
    sink.numbered = true;
    expect(look(preflight_checks_tunnel, host(NULL), &link, &sink, NULL), NULL);
}

static void test_xdp(void)
{
    const struct preflight_plan by_xdp = {.by_xdp = true};
    struct link link = card;
    expect(look(preflight_checks_xdp, host(NULL), &link, NULL, NULL), NULL);
    link.xdp = LINK_XDP_GENERIC;
    link.xdp_id = 12;
    expect(look(preflight_checks_xdp, host(NULL), &link, NULL, NULL),
           "an XDP program (ID 12) runs in generic mode: it sees copies first");
    expect(look(preflight_checks_xdp, host(NULL), &link, NULL, &by_xdp),
           "may not be able to attach");
}

static void test_memory(void)
{
    const struct preflight_plan little = {.memory_wanted = 2000000, .memory_left = 1000000};
    const struct preflight_plan enough = {.memory_wanted = 2000000, .memory_left = 2000000};
    struct link link = card;
    expect(look(preflight_checks_memory, host(NULL), &link, NULL, &little),
           "leaves it 1.0 MB, and the run may need 2.0 MB");
    expect(look(preflight_checks_memory, host(NULL), &link, NULL, &enough), NULL);
}

/* No disk takes 400 terabits a second, and each takes a megabit. */
static void test_disk(void)
{
    static const char speed[] = "/sys/class/net/eth1/speed";
    g_autofree char *file = g_build_filename(g_get_tmp_dir(), "preflight.pcap", NULL);
    const struct preflight_plan writes = {.capture = file, .memory_left = SIZE_MAX};
    const struct preflight_plan hands_on = {.capture = "-", .memory_left = SIZE_MAX};
    const struct {
        const char *megabits;
        const struct preflight_plan *plan;
        const char *found;
    } cases[] = {
        {"400000000\n", &writes, "the link brings up to 400.0 Tbit/s"},
        {"1\n", &writes, NULL},
        {"-1\n", &writes, NULL},
        {"400000000\n", NULL, NULL},
        {"400000000\n", &hands_on, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        expect(look(preflight_checks_disk, host(speed, cases[i].megabits, NULL), &card, NULL,
                    cases[i].plan),
               cases[i].found);
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/preflight/mtu", test_mtu);
    g_test_add_func("/preflight/state", test_state);
    g_test_add_func("/preflight/spread", test_spread);
    g_test_add_func("/preflight/interrupts", test_interrupts);
    g_test_add_func("/preflight/backlog", test_backlog);
    g_test_add_func("/preflight/budget", test_budget);
    g_test_add_func("/preflight/governor", test_governor);
    g_test_add_func("/preflight/tunnels", test_tunnels);
    g_test_add_func("/preflight/xdp", test_xdp);
    g_test_add_func("/preflight/memory", test_memory);
    g_test_add_func("/preflight/disk", test_disk);
    return g_test_run();
}
