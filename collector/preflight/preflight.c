/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/preflight/preflight.h"

#include "collector/preflight/preflight-checks.h"
#include "common/preflight/link-checks.h"

static void check_ring(const struct check_subject *subject, struct check_report *report)
{
    link_checks_ring(subject, report, "receive");
}

static const struct check checks[] = {
    {"privileges", preflight_checks_privileges},
    {"state", link_checks_state},
    {"mtu", link_checks_mtu},
    {"ring", check_ring},
    {"offload", preflight_checks_offload},
    {"spread", preflight_checks_spread},
    {"interrupts", preflight_checks_interrupts},
    {"governor", link_checks_governor},
    {"backlog", preflight_checks_backlog},
    {"budget", preflight_checks_budget},
    {"xdp", preflight_checks_xdp},
    {"tunnel", preflight_checks_tunnel},
    {"rp_filter", preflight_checks_rp_filter},
    {"firewall", preflight_checks_firewall},
    {"answers", preflight_checks_answers},
    {"memory", preflight_checks_memory},
    {"disk", preflight_checks_disk},
    {"clock", preflight_checks_clock},
};

struct check_report *preflight_run(const char *root, const char *interface,
                                   const struct preflight_plan *plan, GError **error)
{
    return link_checks_run(checks, G_N_ELEMENTS(checks), root, interface, plan, error);
}
