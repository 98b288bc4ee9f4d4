/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/preflight/preflight-checks.h"
#include "collector/preflight/preflight.h"
#include "common/preflight/kernel-text.h"
#include "common/preflight/link-table.h"

void preflight_checks_offload(const struct check_subject *subject, struct check_report *report)
{
    const struct preflight_plan *plan = subject->plan;
    g_autofree char *name = check_shell_name(subject);
    bool on;
    if (ethtool_query_lro(subject->own->name, &on) && on)
        check_found(report, g_strdup_printf("ethtool -K %s lro off", name),
                    "large receive offload (LRO) may join copies: lengths and counts are then "
                    "wrong");
    /* ERSPAN is no protocol that GRO knows, but Ethernet and IP in GRE are. */
    if (plan->other_gre && !plan->by_xdp && ethtool_query_gro(subject->own->name, &on) && on)
        check_found(report, g_strdup_printf("ethtool -K %s gro off", name),
                    "GRO joins TCP segments in GRE that is not ERSPAN: lengths and counts are "
                    "then wrong");
}

void preflight_checks_xdp(const struct check_subject *subject, struct check_report *report)
{
    static const char *const modes[] = {
        [LINK_XDP_NATIVE] = "in the driver",
        [LINK_XDP_GENERIC] = "in generic mode",
        [LINK_XDP_CARD] = "in the card",
        [LINK_XDP_SEVERAL] = "in several places",
    };
    const struct preflight_plan *plan = subject->plan;
    const struct link *own = subject->own;
    if (own->xdp == LINK_XDP_NONE)
        return;
    g_autofree char *name = check_shell_name(subject);
    check_found(report, g_strdup_printf("ip link set dev %s xdp off", name),
                "an XDP program (ID %u) runs %s: it sees copies first, and may drop or take them%s",
                own->xdp_id, modes[own->xdp],
                plan->by_xdp ? "; --backend=xdp, count and strip may not be able to attach theirs"
                             : "");
}

void preflight_checks_tunnel(const struct check_subject *subject, struct check_report *report)
{
    const struct link *own = subject->own;
    if (link_takes_gre(own)) {
        check_found(report, NULL,
                    "%s is a device of kind %s, which takes copies apart: what comes out of it has "
                    "no ERSPAN header; receive from the interface that it stands on",
                    own->name, own->kind);
        return;
    }
    for (guint i = 0; i < subject->links->len; i++) {
        const struct link *link = &g_array_index(subject->links, struct link, i);
        if (!link_takes_gre(link) || !link->up || !link->numbered)
            continue;
        const struct check_subject other = {.own = link};
        g_autofree char *name = check_shell_name(&other);
        check_found(report, g_strdup_printf("ip link set dev %s down", name),
                    "the device %s (%s) drops each copy whose number is not above the last: what "
                    "reads from it misses late copies; erspanrate on %s counts them",
                    link->name, link->kind, own->name);
    }
}

void preflight_checks_rp_filter(const struct check_subject *subject, struct check_report *report)
{
    enum { STRICT = 1 };
    int64_t all = 0;
    int64_t one = 0;
    bool taken = false;
    for (guint i = 0; i < subject->links->len; i++) {
        const struct link *link = &g_array_index(subject->links, struct link, i);
        taken |= link_takes_gre(link) && link->up;
    }
    if (!taken) /* erspanrate receives before the filter */
        return;
    g_autofree char *path =
        g_strdup_printf("/proc/sys/net/ipv4/conf/%s/rp_filter", subject->own->name);
    if (!kernel_text_number(subject->root, "/proc/sys/net/ipv4/conf/all/rp_filter", &all) ||
        !kernel_text_number(subject->root, path, &one)) {
        check_could_not(report, "%s is not to be read", path);
        return;
    }
    g_autofree char *name = check_shell_name(subject);
    if (MAX(all, one) == STRICT) /* the kernel takes the larger of both */
        check_found(report,
                    g_strdup_printf("sysctl -w net.ipv4.conf.all.rp_filter=0 "
                                    "net.ipv4.conf.%s.rp_filter=0",
                                    name),
                    "rp_filter is strict: copies of sources that are not routed back by %s do not "
                    "reach the tunnel devices; erspanrate receives before that",
                    subject->own->name);
}
