/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/check-host.h"

#include "collector/cli/memory.h"
#include "collector/preflight/preflight.h"
#include "common/preflight/check-print.h"

static bool has_gre_rule(const struct mirror_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        if (mirror_is_in_gre(rules->rules[i].kind))
            return true;
    return false;
}

gboolean check_host(const struct options *options, GError **error)
{
    const struct preflight_plan plan = {
        .by_xdp = options->backend != RECEIVE_PCAP && options->backend != RECEIVE_PACKET,
        .other_gre = has_gre_rule(&options->mirrors),
        .capture = options->write,
        .memory_wanted = memory_wanted(options->memory_mib, options->threads),
        .memory_left = memory_left(),
    };
    struct check_report *report = preflight_run("", options->interface, &plan, error);
    if (report == NULL)
        return FALSE;
    gboolean good = check_print(report, options->interface, options->report.json, error);
    check_report_free(report);
    return good;
}
