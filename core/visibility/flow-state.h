/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a table of flows consists of. Private to core/visibility/.
 */
#ifndef CORE_VISIBILITY_FLOW_STATE_H
#define CORE_VISIBILITY_FLOW_STATE_H

#include <glib.h>

#include "core/base/hash.h"
#include "core/visibility/flow-direction.h"
#include "core/visibility/flow-union.h"
#include "core/visibility/flow.h"

/* A connection in a session; all bytes are set. Its end 0 is the one with the lower address, or
 * port. */
struct flow_key {
    uint8_t addresses[2][ADDRESS_MAX_LENGTH];
    uint16_t ports[2];
    uint32_t address_length;
    uint32_t connection_hash; /* of the above */
    uint32_t stream;
};

static inline uint32_t flow_host_hash(const struct flow_key *key, unsigned end)
{
    const struct bytes address = {key->addresses[end], sizeof key->addresses[end]};
    return (uint32_t)hash_bytes(hash_seed(), address);
}

/* Flows found last, by a part of their hash: most segments need no look in the table. */
enum { FLOW_RECENT = 512 };

/* What flow_key has of the connection alone. */
enum { CONNECTION_LENGTH = offsetof(struct flow_key, connection_hash) };

struct flow_session {
    GQueue flows;
    bool has_progress; /* closed has the times */
    struct frame_turns turns;
    struct flow_totals closed; /* sums of evicted connections; the times are of all */
};

struct flow {
    struct flow_key key;
    struct flow_direction directions[2]; /* by the end that sends */
    struct flow_session *session;
    GList in_session;
    GList sibling; /* among flows of the same connection in other sessions */
    GList in_eviction_order;
    uint32_t segments;
    uint32_t hosts[2]; /* hashes of the addresses */
    bool used;         /* since it was put at the end of the eviction order */
};

struct flow_table {
    GHashTable *flows;       /* struct flow, keyed by its key */
    GHashTable *connections; /* GList of siblings, keyed by the key of the first of them */
    GHashTable *sessions;    /* struct flow_session, by stream */
    GQueue eviction_order;   /* all flows: the first is evicted next, unless used */
    struct flow *last;       /* used */
    struct flow *recent[FLOW_RECENT];
    size_t memory;
    size_t memory_limit;
    uint64_t given_up;
    struct flow_union closed; /* of connections that gave way to others, over all sessions */
};

/** True if ACKs or a SYN make it a connection rather than stray segments. */
bool flow_is_connection(const struct flow *flow);

#endif
