/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/impairment/impairment-check.h"

bool impairment_spoofs(const struct impairment_plan *plan)
{
    return plan->spoof > 0 || plan->spoof_copies.count > 0;
}

static bool spoofs_at_random(const struct impairment_plan *plan)
{
    return plan->spoof_number == SPOOF_NEAR || plan->spoof_number == SPOOF_RANDOM;
}

bool impairment_draws(const struct impairment_plan *plan)
{
    return plan->loss > 0 || plan->drops_only > 0 ||
           (plan->sample > 1 && plan->sample_by == SAMPLE_BY_CHANCE) || plan->run_start > 0 ||
           plan->corrupt > 0 || plan->corrupt_copies.count > 0 || plan->duplicate > 0 ||
           plan->late > 0 || plan->spoof > 0 || (impairment_spoofs(plan) && spoofs_at_random(plan));
}

bool impairment_does_something(const struct impairment_plan *plan)
{
    return impairment_draws(plan) || plan->mirror_up_to != AUTO || plan->sample > 1 ||
           plan->restart_copies.count > 0 || plan->restart_time_ns != AUTO ||
           plan->truncate != AUTO || plan->drop_above != AUTO ||
           plan->police_rate.per_second != AUTO || plan->drop_copies.count > 0 ||
           plan->snap != AUTO || plan->duplicate_copies.count > 0 || plan->late_copies.count > 0 ||
           plan->reorder_block != AUTO || impairment_spoofs(plan);
}

char **impairment_sessions(const struct impairment_plan *plan)
{
    char **names = g_strsplit(plan->sessions, ",", -1);
    for (char **name = names; *name != NULL; name++)
        g_strstrip(*name);
    return names;
}

bool impairment_is_for(const struct impairment_plan *plan, const struct session_plan *session)
{
    char **names = impairment_sessions(plan);
    bool found =
        names[0] == NULL || g_strv_contains((const char *const *)names, session->stream.group.name);
    g_strfreev(names);
    return found;
}

bool impairment_drops_only(const struct scenario *scenario, const struct session_plan *session)
{
    bool drops_only = session->impairment.drops_only > 0;
    for (guint i = 0; i < scenario->impairments->len && !drops_only; i++) {
        const struct impairment_plan *plan =
            &g_array_index(scenario->impairments, struct impairment_plan, i);
        drops_only = plan->drops_only > 0 && impairment_is_for(plan, session);
    }
    return drops_only;
}

/* Times count from the start of the capture, which lies before 2106: what stays below a quarter of
 * what 63 bits hold can be added to it and to each other. */
static bool is_too_long(int64_t ns)
{
    return ns > INT64_MAX / 4;
}

static const char *check_times(const struct impairment_plan *plan)
{
    if (is_too_long(plan->from_ns) || is_too_long(plan->to_ns) ||
        is_too_long(plan->restart_time_ns) || is_too_long(plan->late_delay_ns) ||
        is_too_long(plan->duplicate_delay_ns))
        return "from, to, restart-time, late-delay, duplicate-delay: 73 years are enough";
    if (plan->to_ns != AUTO && plan->to_ns <= plan->from_ns)
        return "to must be later than from";
    return NULL;
}

const char *impairment_check(const struct impairment_plan *plan)
{
    if (plan->late > 0 && plan->late_by == 0 && plan->late_delay_ns == 0)
        return "late needs late-by or late-delay: how late?";
    return check_times(plan);
}
