/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/path/path-chain.h"

#include "core/base/time-units.h"

static const struct session_plan *session_at(const struct scenario *scenario, guint number)
{
    return &g_array_index(scenario->sessions, struct session_plan, number);
}

GArray *path_chains_of(const struct scenario *scenario)
{
    GArray *chains = g_array_new(FALSE, FALSE, sizeof(struct path_chain));
    guint sessions = scenario->sessions->len;
    for (guint first = 0; first < sessions; first++) {
        struct path_chain chain = {.points = 0};
        if (session_follows(session_at(scenario, first)))
            continue;
        for (guint at = first; at < sessions && chain.points < PATH_POINTS_MAX;
             at = scenario_next_point(scenario, at))
            chain.sessions[chain.points++] = at;
        if (chain.points > 1)
            g_array_append_val(chains, chain);
    }
    return chains;
}

static const char *check_place(const struct session_plan *plan, const struct scenario *scenario)
{
    const struct session_plan *at = plan;
    for (guint points = 1; session_follows(at); points++) {
        guint before = scenario_find_session(scenario, at->path.after);
        if (before == scenario->sessions->len)
            return "after: the scenario has no [session NAME] of that name";
        if (session_at(scenario, scenario_next_point(scenario, before)) != at)
            return "after: another session comes after that one already";
        if (points == PATH_POINTS_MAX)
            return "after: a path has 16 points at most, and no circle";
        at = session_at(scenario, before);
    }
    if (at != plan && at->mirror[0] == '\0')
        return "after: the first session of a path needs mirror, a traffic that passes all its "
               "points";
    return NULL;
}

const char *path_check(const struct session_plan *plan, const struct scenario *scenario)
{
    const struct path_plan *path = &plan->path;
    if (MAX(path->delay_ns, MAX(path->jitter_ns, path->frames.late_delay_ns)) >
        SECONDS_PER_DAY * NS_PER_SECOND)
        return "path-delay, path-jitter, path-reorder-delay: a day at most";
    if (path->rate == 0)
        return "path-rate: nothing moves at 0";
    if (path->frames.late > 0 && path->frames.late_delay_ns == 0)
        return "path-reorder needs path-reorder-delay: how much later?";
    return check_place(plan, scenario);
}
