/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/preflight/link-checks.h"

#include <net/if.h>
#include <string.h>

#include "common/errors.h"
#include "common/preflight/ethtool-query.h"
#include "common/preflight/kernel-text.h"

/* Bytes of a mirrored frame without its frame check sequence: an IP packet of 1500 bytes behind an
 * Ethernet header, with one VLAN tag more. */
enum { FULL_FRAME = 1514, TAG = 4 };

/* Bytes that stand before the mirrored frame in the outer IP packet. */
enum { IPV4 = 20, IPV6 = 40, GRE = 4, SEQUENCE = 4, TYPE_II = 8, TYPE_III = 12, SUBHEADER = 8 };

static const struct {
    const char *name;
    unsigned bytes; /* behind the IP header */
} forms[] = {
    {"Type I", GRE},
    {"Type II", GRE + SEQUENCE + TYPE_II},
    {"Type III", GRE + SEQUENCE + TYPE_III},
    {"Type III with a sub-header", GRE + SEQUENCE + TYPE_III + SUBHEADER},
};

/* What holds every form, over IPv6, of a frame with a VLAN tag; and the round number above it. */
enum {
    MTU_FOR_ALL = IPV6 + GRE + SEQUENCE + TYPE_III + SUBHEADER + FULL_FRAME + TAG,
    MTU_ADVISED = 1600
};

void link_checks_state(const struct check_subject *subject, struct check_report *report)
{
    const struct link *own = subject->own;
    g_autofree char *name = check_shell_name(subject);
    if (!own->up)
        check_found(report, g_strdup_printf("ip link set dev %s up", name),
                    "the interface is down");
    else if (!own->carrier)
        check_found(report, NULL,
                    "the interface has no carrier: no cable, or its other end is down");
    if (!own->ethernet && !link_takes_gre(own))
        check_found(report, NULL, "the interface is not of Ethernet");
}

void link_checks_mtu(const struct check_subject *subject, struct check_report *report)
{
    const struct link *own = subject->own;
    if (own->mtu >= MTU_FOR_ALL)
        return;
    g_autofree char *name = check_shell_name(subject);
    GString *short_of = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        unsigned v4 = IPV4 + forms[i].bytes + FULL_FRAME;
        unsigned v6 = IPV6 + forms[i].bytes + FULL_FRAME;
        const char *comma = short_of->len > 0 ? ", " : "";
        if (own->mtu < v4)
            g_string_append_printf(short_of, "%s%s needs %u (IPv6: %u)", comma, forms[i].name, v4,
                                   v6);
        else if (own->mtu < v6)
            g_string_append_printf(short_of, "%s%s over IPv6 needs %u", comma, forms[i].name, v6);
    }
    if (short_of->len == 0)
        g_string_append_printf(short_of, "with a VLAN tag, Type III over IPv6 needs %d",
                               MTU_FOR_ALL);
    bool possible = own->mtu_max == 0 || own->mtu_max >= MTU_ADVISED;
    check_found(report,
                possible ? g_strdup_printf("ip link set dev %s mtu %d", name, MTU_ADVISED) : NULL,
                "the MTU is %u, and copies of full-size frames (%d bytes) are longer: %s%s",
                own->mtu, FULL_FRAME, short_of->str,
                possible ? "" : "; the driver allows no more, so the source must cut the frames");
    g_string_free(short_of, TRUE);
}

void link_checks_ring(const struct check_subject *subject, struct check_report *report,
                      const char *direction)
{
    struct ethtool_rings rings;
    if (!ethtool_query_rings(subject->own->name, &rings))
        return;
    bool receives = strcmp(direction, "receive") == 0;
    uint32_t now = receives ? rings.receive : rings.send;
    uint32_t most = receives ? rings.receive_max : rings.send_max;
    g_autofree char *name = check_shell_name(subject);
    if (now < most)
        check_found(report,
                    g_strdup_printf("ethtool -G %s %s %u", name, receives ? "rx" : "tx", most),
                    "the %s ring of each queue holds %u packets, and the driver allows %u",
                    direction, now, most);
}

void link_checks_governor(const struct check_subject *subject, struct check_report *report)
{
    static const char *const slow[] = {"powersave", "conservative", "ondemand", NULL};
    int64_t processors = g_get_num_processors();
    unsigned found = 0;
    g_autofree char *first = NULL;
    for (int64_t i = 0; i < processors; i++) {
        g_autofree char *path = g_strdup_printf(
            "/sys/devices/system/cpu/cpu%" G_GINT64_FORMAT "/cpufreq/scaling_governor", i);
        g_autofree char *governor = kernel_text_read(subject->root, path);
        if (governor == NULL || !g_strv_contains(slow, governor))
            continue;
        if (found++ == 0)
            first = g_steal_pointer(&governor);
    }
    if (found > 0)
        check_found(report, g_strdup("cpupower frequency-set -g performance"),
                    "the governor %s slows down %u of %" G_GINT64_FORMAT
                    " processors between packets: a burst meets a slow processor",
                    first, found, processors);
}

struct check_report *link_checks_run(const struct check *checks, size_t count, const char *root,
                                     const char *interface, const void *plan, GError **error)
{
    int status;
    char name[IF_NAMESIZE];
    GArray *links = link_table_list(&status);
    if (links == NULL) {
        fail(error, STATUS_FAILED, "asking the kernel for its interfaces: %s", g_strerror(status));
        return NULL;
    }
    /* An interface may have several names (altname): one of them is its own. */
    unsigned number = if_nametoindex(interface);
    const struct link *own = link_table_find(
        links, number != 0 && if_indextoname(number, name) != NULL ? name : interface);
    struct check_report *report = NULL;
    if (own == NULL) {
        fail(error, STATUS_FAILED, "%s: there is no such interface", interface);
    } else {
        const struct check_subject subject = {root, own, links, plan};
        report = check_report_new();
        check_run(checks, count, &subject, report);
    }
    g_array_free(links, TRUE);
    return report;
}
