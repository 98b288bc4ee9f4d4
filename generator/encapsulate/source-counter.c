/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/encapsulate/source-counter.h"

#include "core/base/hash.h"

static bool same_address(struct address a, struct address b)
{
    return a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0;
}

bool sessions_share_counter(const struct session_plan *a, const struct session_plan *b)
{
    enum counter_scope domain = a->gre.counter_scope;
    if (domain != b->gre.counter_scope ||
        !same_address(a->stream.outer.source, b->stream.outer.source))
        return false;
    bool same_session = a->header.session == b->header.session;
    switch (domain) {
    case COUNTER_PER_SOURCE:
        return true;
    case COUNTER_PER_SESSION_ID:
        return same_session;
    case COUNTER_PER_HW_ID:
        return same_session && a->header.hardware_id == b->header.hardware_id;
    case COUNTER_PER_SESSION:
    case COUNTER_NONE:
    case COUNTER_CONSTANT:
        break;
    }
    return false;
}

static guint hash_plan(gconstpointer data)
{
    const struct session_plan *plan = data;
    enum counter_scope scope = plan->gre.counter_scope;
    const struct address *source = &plan->stream.outer.source;
    uint64_t hash = hash_bytes((uint64_t)scope, (struct bytes){source->bytes, source->len});
    if (scope != COUNTER_PER_SOURCE)
        hash = hash_word(hash, (uint64_t)plan->header.session);
    if (scope == COUNTER_PER_HW_ID)
        hash = hash_word(hash, (uint64_t)plan->header.hardware_id);
    return (guint)hash;
}

static gboolean equal_plans(gconstpointer a, gconstpointer b)
{
    return sessions_share_counter(a, b);
}

static struct source_counter *add(struct source_counters *counters, const struct session_plan *plan)
{
    struct source_counter *counter = &counters->counters[counters->count++];
    *counter = (struct source_counter){
        .first = plan, .next = plan->gre.sequence_start, .restart_ns = AUTO};
    arrivals_init(&counter->arrivals);
    return counter;
}

struct source_counters source_counters_of(const struct scenario *scenario)
{
    guint sessions = scenario->sessions->len;
    struct source_counters counters = {
        .counters = g_new(struct source_counter, sessions),
        .of_session = g_new(struct source_counter *, sessions),
    };
    GHashTable *shared = g_hash_table_new(hash_plan, equal_plans); /* by the first plan of each */
    for (guint i = 0; i < sessions; i++) {
        struct session_plan *plan = &g_array_index(scenario->sessions, struct session_plan, i);
        bool may_share = sessions_share_counter(plan, plan);
        struct source_counter *counter = may_share ? g_hash_table_lookup(shared, plan) : NULL;
        if (counter == NULL) {
            counter = add(&counters, plan);
            if (may_share)
                g_hash_table_insert(shared, plan, counter);
        }
        counters.of_session[i] = counter;
    }
    g_hash_table_destroy(shared);
    return counters;
}

void source_counters_clear(struct source_counters *counters)
{
    for (size_t i = 0; i < counters->count; i++)
        arrivals_clear(&counters->counters[i].arrivals);
    g_free(counters->counters);
    g_free(counters->of_session);
}

uint32_t source_counter_mask(const struct source_counter *counter)
{
    return counter->first->gre.sequence_bits == 30 ? 0x3fffffff : UINT32_MAX;
}

void source_counter_restart(struct source_counter *counter, int64_t now_ns)
{
    if (counter->restart_ns == now_ns)
        return;
    counter->restart_ns = now_ns;
    counter->restarts++;
    counter->next = 0;
}
