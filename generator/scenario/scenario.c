/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/scenario/scenario.h"

#include "core/base/time-units.h"
#include "core/wire/gre.h"
#include "generator/scenario/keys.h"

/* 2023-11-14 22:13:20 UTC: no clock is read, so that the same scenario makes the same bytes. */
static const int64_t default_start_ns = 1700000000 * NS_PER_SECOND;

struct scenario *scenario_new(void)
{
    struct scenario *scenario = g_new0(struct scenario, 1);
    scenario->capture.start_ns = default_start_ns;
    scenario->capture.snap_length = AUTO;
    scenario->sessions = g_array_new(FALSE, FALSE, sizeof(struct session_plan));
    scenario->markers = g_array_new(FALSE, FALSE, sizeof(struct marker_plan));
    scenario->impairments = g_array_new(FALSE, FALSE, sizeof(struct impairment_plan));
    scenario->traffics = g_array_new(FALSE, FALSE, sizeof(struct traffic_plan));
    scenario->said = g_array_new(FALSE, FALSE, sizeof(struct said));
    scenario->numbers.sessions = g_hash_table_new(g_str_hash, g_str_equal);
    scenario->numbers.followers = g_hash_table_new(g_str_hash, g_str_equal);
    scenario->numbers.traffics = g_hash_table_new(g_str_hash, g_str_equal);
    scenario->numbers.mirrors = g_hash_table_new(g_str_hash, g_str_equal);
    return scenario;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL)
        return;
    g_array_free(scenario->sessions, TRUE);
    g_array_free(scenario->markers, TRUE);
    g_array_free(scenario->impairments, TRUE);
    g_array_free(scenario->traffics, TRUE);
    g_array_free(scenario->said, TRUE);
    g_hash_table_destroy(scenario->numbers.sessions);
    g_hash_table_destroy(scenario->numbers.followers);
    g_hash_table_destroy(scenario->numbers.traffics);
    g_hash_table_destroy(scenario->numbers.mirrors);
    g_free(scenario);
}

GArray *scenario_plans(const struct scenario *scenario, unsigned section)
{
    switch (section) {
    case SECTION_SESSION:
        return scenario->sessions;
    case SECTION_MARKER:
        return scenario->markers;
    case SECTION_TRAFFIC:
        return scenario->traffics;
    case SECTION_IMPAIRMENT:
        return scenario->impairments;
    default:
        return NULL;
    }
}

/* ---- names ---- */

/* Of two with one name, the first is found. */
static void note(GHashTable *numbers, char *name, guint number)
{
    if (!g_hash_table_contains(numbers, name))
        g_hash_table_insert(numbers, name, GUINT_TO_POINTER(number + 1));
}

static guint find(GHashTable *numbers, const char *name, const GArray *all)
{
    guint found = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, name));
    return found > 0 ? found - 1 : all->len;
}

guint scenario_find_traffic(const struct scenario *scenario, const char *name)
{
    return find(scenario->numbers.traffics, name, scenario->traffics);
}

guint scenario_find_session(const struct scenario *scenario, const char *name)
{
    return find(scenario->numbers.sessions, name, scenario->sessions);
}

guint scenario_find_mirror(const struct scenario *scenario, const char *traffic)
{
    return find(scenario->numbers.mirrors, traffic, scenario->sessions);
}

guint scenario_next_point(const struct scenario *scenario, guint number)
{
    const GArray *sessions = scenario->sessions;
    const char *name = g_array_index(sessions, struct session_plan, number).stream.group.name;
    return name[0] == '\0' ? sessions->len : find(scenario->numbers.followers, name, sessions);
}

static void note_names(struct scenario *scenario)
{
    for (guint i = 0; i < scenario->sessions->len; i++) {
        struct session_plan *plan = &g_array_index(scenario->sessions, struct session_plan, i);
        note(scenario->numbers.sessions, plan->stream.group.name, i);
        note(scenario->numbers.followers, plan->path.after, i);
    }
    for (guint i = 0; i < scenario->traffics->len; i++)
        note(scenario->numbers.traffics,
             g_array_index(scenario->traffics, struct traffic_plan, i).group.name, i);
}

/* ---- what is derived ---- */

/* A session behind others mirrors what the first of them does. A circle has no first, and it is
 * refused as a path of too many points is. */
static void derive_point(const struct scenario *scenario, struct session_plan *plan)
{
    const struct session_plan *first = plan;
    for (guint step = 0; step < PATH_POINTS_MAX && session_follows(first); step++) {
        guint number = scenario_find_session(scenario, first->path.after);
        if (number == scenario->sessions->len)
            return;
        first = &g_array_index(scenario->sessions, struct session_plan, number);
    }
    if (first != plan)
        g_strlcpy(plan->mirror, first->mirror, sizeof plan->mirror);
}

void scenario_derive(struct scenario *scenario)
{
    note_names(scenario);
    for (guint i = 0; i < scenario->sessions->len; i++)
        derive_point(scenario, &g_array_index(scenario->sessions, struct session_plan, i));
    for (guint i = 0; i < scenario->sessions->len; i++) {
        struct session_plan *plan = &g_array_index(scenario->sessions, struct session_plan, i);
        struct schedule *schedule = &plan->stream.schedule;
        bool mirrors = plan->mirror[0] != '\0';
        if (schedule->count == AUTO)
            schedule->count = mirrors ? INT64_MAX : 10;
        if (mirrors)
            schedule->interval_ns = AUTO;
        else if (schedule->interval_ns == AUTO)
            schedule->interval_ns = NS_PER_MS;
        note(scenario->numbers.mirrors, plan->mirror, i);
    }
}

bool session_may_have_copy(const struct session_plan *plan, uint64_t number)
{
    return plan->mirror[0] != '\0' || plan->fate.loop > 1 ||
           number <= (uint64_t)plan->stream.schedule.count;
}

bool session_has_sequence(const struct session_plan *plan)
{
    if (plan->gre.flags != AUTO)
        return plan->gre.flags & GRE_BIT_SEQUENCE;
    if (plan->gre.counter_scope == COUNTER_NONE)
        return false;
    if (plan->gre.sequence == SEQUENCE_MODE_AUTO)
        return plan->type != ERSPAN_TYPE_I;
    return plan->gre.sequence != SEQUENCE_MODE_NO;
}

bool session_counts_copies(const struct session_plan *plan)
{
    return session_has_sequence(plan) && plan->gre.sequence != SEQUENCE_MODE_CONSTANT &&
           plan->gre.counter_scope != COUNTER_CONSTANT;
}

bool session_has_subheader(const struct session_plan *plan)
{
    if (plan->type != ERSPAN_TYPE_III || plan->subheader == ANSWER_NO)
        return false;
    return plan->subheader == ANSWER_YES || plan->optional == ANSWER_YES || plan->platform != AUTO;
}

bool session_declares_subheader(const struct session_plan *plan)
{
    return plan->optional == ANSWER_AUTO ? session_has_subheader(plan)
                                         : plan->optional == ANSWER_YES;
}
