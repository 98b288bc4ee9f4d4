/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <linux/capability.h>
#include <sys/timex.h>

#include "collector/preflight/preflight-checks.h"
#include "collector/preflight/preflight.h"
#include "core/base/quantity.h"

void preflight_checks_clock(const struct check_subject *subject, struct check_report *report)
{
    struct timex state = {0};
    (void)subject;
    if (adjtimex(&state) < 0)
        check_could_not(report, "asking for the state of the clock: %s", g_strerror(errno));
    else if ((state.status & STA_UNSYNC) != 0)
        check_found(
            report, g_strdup("timedatectl set-ntp true"),
            "nothing keeps this host's clock right: the delay of copies from a source whose clock "
            "is right has this clock's error");
}

void preflight_checks_privileges(const struct check_subject *subject, struct check_report *report)
{
    const struct preflight_plan *plan = subject->plan;
    if (plan->by_xdp) {
        if (!check_has_capability(CAP_NET_ADMIN) ||
            !(check_has_capability(CAP_BPF) || check_has_capability(CAP_SYS_ADMIN)))
            check_found(
                report, NULL,
                "--backend=xdp, count and strip need root, or CAP_NET_ADMIN, CAP_NET_RAW and "
                "CAP_BPF");
    } else if (!check_has_capability(CAP_NET_RAW)) {
        check_found(report, g_strdup("setcap cap_net_raw+ep $(command -v erspanrate)"),
                    "this user may not receive from an interface: CAP_NET_RAW or root is needed");
    }
}

void preflight_checks_memory(const struct check_subject *subject, struct check_report *report)
{
    const struct preflight_plan *plan = subject->plan;
    if (plan->memory_left < plan->memory_wanted)
        check_found(report, NULL,
                    "a limit of this process (ulimit -v or -d, or its cgroup) leaves it %s, and "
                    "the run may need %s: with many sessions, idle ones will give way early",
                    quantity_bytes(plan->memory_left).text,
                    quantity_bytes(plan->memory_wanted).text);
}
