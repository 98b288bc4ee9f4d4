/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/key-use.h"

#include <string.h>

#include "generator/impairment/impairment-check.h"
#include "generator/load/key-use-rules.h"

static bool is_about(const struct key_rule *rule, const struct key *key)
{
    if (rule->keys == NULL)
        return rule->topic == key->topic;
    const char *const *name = rule->keys;
    while (*name != NULL && strcmp(*name, key->name) != 0)
        name++;
    return *name != NULL;
}

const char *key_use_rules_reason(const struct key_rule *rules, const struct key_place *at)
{
    for (const struct key_rule *rule = rules; rule->holds != NULL; rule++)
        if (is_about(rule, at->key) && !rule->holds(at))
            return rule->needs != NULL ? rule->needs : rule->needs_of(at);
    return NULL;
}

static const char *session_lacks(const struct key *key, const struct session_plan *plan,
                                 const struct scenario *scenario)
{
    const struct key_place at = {key, plan, scenario, &plan->stream, plan, &plan->impairment};
    const char *lacks = key_use_rules_reason(outer_rules, &at);
    if (lacks == NULL)
        lacks = key_use_rules_reason(session_rules, &at);
    if (lacks == NULL)
        lacks = key_use_rules_reason(path_rules, &at);
    return lacks != NULL ? lacks : key_use_rules_reason(impairment_rules, &at);
}

static const char *marker_lacks(const struct key *key, const struct marker_plan *plan,
                                const struct scenario *scenario)
{
    const struct key_place at = {key, plan, scenario, &plan->stream, NULL, NULL};
    const char *lacks = key_use_rules_reason(outer_rules, &at);
    return lacks != NULL ? lacks : key_use_rules_reason(marker_rules, &at);
}

/* It is enough if the key means something to one of the sessions that the group is for. */
static const char *impairment_lacks(const struct key *key, const struct impairment_plan *plan,
                                    const struct scenario *scenario)
{
    const char *lacks = NULL;
    for (guint i = 0; i < scenario->sessions->len; i++) {
        const struct session_plan *session =
            &g_array_index(scenario->sessions, struct session_plan, i);
        const struct key_place at = {key, plan, scenario, NULL, session, plan};
        if (!impairment_is_for(plan, session))
            continue;
        if ((lacks = key_use_rules_reason(impairment_rules, &at)) == NULL)
            return NULL;
    }
    return lacks;
}

static const char *traffic_lacks(const struct key *key, const struct traffic_plan *plan,
                                 const struct scenario *scenario)
{
    const struct key_place at = {key, plan, scenario, NULL, NULL, NULL};
    return key_use_rules_reason(traffic_rules, &at);
}

static const char *plan_lacks(const struct key *key, enum section section, guint number,
                              const struct scenario *scenario)
{
    switch (section) {
    case SECTION_SESSION:
        return session_lacks(key, &g_array_index(scenario->sessions, struct session_plan, number),
                             scenario);
    case SECTION_MARKER:
        return marker_lacks(key, &g_array_index(scenario->markers, struct marker_plan, number),
                            scenario);
    case SECTION_IMPAIRMENT:
        return impairment_lacks(
            key, &g_array_index(scenario->impairments, struct impairment_plan, number), scenario);
    case SECTION_TRAFFIC:
        return traffic_lacks(key, &g_array_index(scenario->traffics, struct traffic_plan, number),
                             scenario);
    default:
        return NULL; /* the capture's keys hold for any file */
    }
}

const char *key_unused_reason(const struct key *key, enum section section, int plan,
                              const struct scenario *scenario)
{
    const GArray *plans = scenario_plans(scenario, section);
    if (plans == NULL || plan != EVERY_PLAN)
        return plan_lacks(key, section, (guint)plan, scenario);
    const char *lacks = "a group in which it holds";
    for (guint i = 0; i < plans->len && lacks != NULL; i++)
        lacks = plan_lacks(key, section, i, scenario);
    return lacks;
}

const char *option_unused_reason(const struct key *key, const struct scenario *scenario)
{
    static const enum section sections[] = {SECTION_CAPTURE, SECTION_TRAFFIC, SECTION_MARKER,
                                            SECTION_SESSION, SECTION_IMPAIRMENT};
    const char *lacks = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        const struct key *here = key_of_option(key, sections[i]);
        const GArray *plans = scenario_plans(scenario, sections[i]);
        if (here == NULL || (plans != NULL && plans->len == 0))
            continue;
        if ((lacks = key_unused_reason(here, sections[i], EVERY_PLAN, scenario)) == NULL)
            return NULL;
    }
    return lacks;
}
