/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/impairment-check.h"

#include "generator/policer.h"

/* The things that can go wrong; most have further keys, which mean nothing without. */
struct faults {
    bool restart;
    bool truncate;
    bool drop_above;
    bool police;
    bool runs;
    bool corrupt;
    bool duplicate;
    bool late;
};

static struct faults faults_of(const struct impairment_plan *plan)
{
    return (struct faults){
        .restart = plan->restart_copies.count > 0 || plan->restart_time_ns != AUTO,
        .truncate = plan->truncate != AUTO,
        .drop_above = plan->drop_above != AUTO,
        .police = plan->police_rate.per_second != AUTO,
        .runs = plan->run_start > 0,
        .corrupt = plan->corrupt > 0 || plan->corrupt_copies.count > 0,
        .duplicate = plan->duplicate > 0 || plan->duplicate_copies.count > 0,
        .late = plan->late > 0 || plan->late_copies.count > 0,
    };
}

bool impairment_does_something(const struct impairment_plan *plan)
{
    const struct faults faults = faults_of(plan);
    return faults.restart || faults.truncate || faults.drop_above || faults.police || faults.runs ||
           faults.corrupt || faults.duplicate || faults.late || plan->loss > 0 ||
           plan->drop_copies.count > 0 || plan->mirror_up_to != AUTO || plan->sample > 1 ||
           plan->snap != AUTO;
}

char **impairment_sessions(const struct impairment_plan *plan)
{
    char **names = g_strsplit(plan->sessions, ",", -1);
    for (char **name = names; *name != NULL; name++)
        g_strstrip(*name);
    return names;
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

static const char *check_lone_keys(const struct impairment_plan *plan)
{
    const struct impairment_plan plain = impairment_plan_default();
    const struct faults faults = faults_of(plan);
    const struct {
        bool lone;
        const char *wrong;
    } rules[] = {
        {!faults.restart && plan->restart_clock, "restart-clock needs restart-copies or -time"},
        {!faults.truncate && plan->truncate_flag != plain.truncate_flag,
         "truncate-flag needs truncate"},
        {!faults.drop_above && plan->drop_answer, "drop-answer needs drop-above"},
        {!faults.police && plan->police_burst != plain.police_burst,
         "police-burst needs police-rate"},
        {!faults.runs && (plan->run_end != plain.run_end || plan->run_loss != plain.run_loss),
         "run-end and run-loss need run-start"},
        {!faults.corrupt && (plan->corrupt_bits != plain.corrupt_bits ||
                             plan->corrupt_where != plain.corrupt_where),
         "corrupt-bits and corrupt-where need corrupt or corrupt-copies"},
        {!faults.duplicate && (plan->duplicate_after > 0 || plan->duplicate_delay_ns > 0),
         "duplicate-after and duplicate-delay need duplicate or duplicate-copies"},
        {plan->late == 0 && (plan->late_by > 0 || plan->late_delay_ns > 0),
         "late-by and late-delay need late"},
        {plan->late > 0 && plan->late_by == 0 && plan->late_delay_ns == 0,
         "late needs late-by or late-delay: how late?"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
        if (rules[i].lone)
            return rules[i].wrong;
    return NULL;
}

const char *impairment_check(const struct impairment_plan *plan)
{
    const char *wrong = check_times(plan);
    return wrong != NULL ? wrong : check_lone_keys(plan);
}
