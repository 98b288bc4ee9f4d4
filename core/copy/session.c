/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/copy/session.h"

#include <glib.h>

enum { RECENT = 64 };

struct session_table {
    GHashTable *sessions; /* struct session, keyed by its own key */
    /* Cache of the sessions found last, indexed by the last address byte and the session ID.
     * Most copies need no hash over the addresses. */
    struct session *recent[RECENT];
    size_t limit;
    uint32_t streams;
    struct session_eviction eviction; /* all zero: no session is evicted */
    struct idle_queue idle;
};

uint32_t session_key_hash(const struct session_key *key)
{
    uint64_t hash =
        address_mix(hash_word(hash_seed(), (uint64_t)key->id << 4 | key->mirror), &key->source);
    return (uint32_t)(address_mix(hash, &key->destination) >> 32);
}

bool session_key_equal(const struct session_key *a, const struct session_key *b)
{
    return a->id == b->id && a->mirror == b->mirror && address_equal(&a->source, &b->source) &&
           address_equal(&a->destination, &b->destination);
}

static guint key_hash(gconstpointer key)
{
    return session_key_hash(key);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    return session_key_equal(a, b);
}

static void free_session(gpointer pointer)
{
    struct session *session = pointer;
    g_free(session->timing);
    g_free(session);
}

struct session_table *session_table_new(size_t limit)
{
    struct session_table *table = g_new0(struct session_table, 1);
    table->sessions = g_hash_table_new_full(key_hash, key_equal, NULL, free_session);
    table->limit = limit;
    return table;
}

void session_table_free(struct session_table *table)
{
    if (table == NULL)
        return;
    g_hash_table_destroy(table->sessions);
    g_free(table);
}

static struct session **recent_place(struct session_table *table, const struct session_key *key)
{
    uint8_t last = key->source.bytes[key->source.len == 4 ? 3 : ADDRESS_MAX_LENGTH - 1];
    return &table->recent[(last ^ (unsigned)key->id) % RECENT];
}

struct session *session_find(struct session_table *table, const struct session_key *key)
{
    struct session **recent = recent_place(table, key);
    if (*recent != NULL && session_key_equal(&(*recent)->key, key))
        return *recent;
    struct session *session = g_hash_table_lookup(table->sessions, key);
    if (session != NULL)
        *recent = session;
    return session;
}

void session_table_set_eviction(struct session_table *table, struct session_eviction eviction)
{
    table->eviction = eviction;
}

static struct session *session_of_link(const struct idle_link *link)
{
    return (struct session *)((char *)link - offsetof(struct session, idle));
}

static uint64_t uses_of(const struct idle_link *link)
{
    return session_of_link(link)->uses;
}

/* Frees one session. False if none can go. */
static bool make_room(struct session_table *table)
{
    struct idle_link *link =
        table->eviction.evict != NULL ? idle_queue_evict(&table->idle, uses_of) : NULL;
    if (link == NULL)
        return false;
    struct session *session = session_of_link(link);
    struct session **recent = recent_place(table, &session->key);
    if (*recent == session)
        *recent = NULL;
    table->eviction.evict(table->eviction.context, session);
    g_hash_table_remove(table->sessions, session);
    return true;
}

struct session *session_get(struct session_table *table, const struct session_key *key)
{
    struct session *session = session_find(table, key);
    if (session != NULL) {
        session->uses++;
        return session;
    }
    if (g_hash_table_size(table->sessions) >= table->limit && !make_room(table))
        return NULL;
    session = g_new0(struct session, 1);
    session->key = *key;
    session->stream = SESSION_NO_STREAM;
    session->uses = 1;
    g_hash_table_add(table->sessions, session);
    idle_queue_add(&table->idle, &session->idle);
    return session;
}

uint32_t session_appear(struct session_table *table, struct session *session)
{
    if (session->stream == SESSION_NO_STREAM)
        session->stream = table->streams++;
    return session->stream;
}
