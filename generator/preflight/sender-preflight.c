/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/preflight/sender-preflight.h"

#include <linux/capability.h>

#include "common/preflight/link-checks.h"

static void check_privileges(const struct check_subject *subject, struct check_report *report)
{
    (void)subject;
    if (!check_has_capability(CAP_NET_RAW))
        check_found(report, g_strdup("setcap cap_net_raw+ep $(command -v erspangen)"),
                    "this user may not send by an interface: CAP_NET_RAW or root is needed");
}

static void check_ring(const struct check_subject *subject, struct check_report *report)
{
    link_checks_ring(subject, report, "send");
}

/* These let all pass that the interface takes, and drop only what waits beyond their length. */
void sender_preflight_check_qdisc(const struct check_subject *subject, struct check_report *report)
{
    static const char *const plain[] = {"noqueue", "noop",     "mq", "pfifo_fast", "pfifo",
                                        "bfifo",   "fq_codel", "fq", "",           NULL};
    const char *qdisc = subject->own->qdisc;
    if (g_strv_contains(plain, qdisc))
        return;
    g_autofree char *name = check_shell_name(subject);
    check_found(report, g_strdup_printf("tc qdisc del dev %s root", name),
                "the queueing discipline %s may hold back, drop or reorder what is sent", qdisc);
}

static const struct check checks[] = {
    {"privileges", check_privileges},
    {"state", link_checks_state},
    {"mtu", link_checks_mtu},
    {"ring", check_ring},
    {"qdisc", sender_preflight_check_qdisc},
    {"governor", link_checks_governor},
};

struct check_report *sender_preflight_run(const char *interface, GError **error)
{
    return link_checks_run(checks, G_N_ELEMENTS(checks), "", interface, NULL, error);
}
