/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The connections of each session: finds the one of a segment, adds the segment, and evicts idle
 * connections into sums. */
#include "core/visibility/flow.h"

#include <glib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/visibility/flow-implied.h"
#include "core/visibility/flow-state.h"

enum {
    EVICTION_TRIES_MAX = 64,
    TALKING_LEAST = 4, /* segments of a connection; of fewer all may be of one end by chance */
    /* The same where most of what the end that is heard sent did not come either: bytes of payload,
     * of which GRO acknowledges up to 64 KiB at once, or segments that acknowledge. */
    SPARSE_PAYLOAD_LEAST = 8 << 16,
    SPARSE_ACKS_LEAST = 16,
    PER_ACK_MOST = 6144,   /* bytes: two segments (RFC 9293, section 3.8.6.3), and some more */
    SIBLINGS_MAX = 16,     /* other sessions that are searched for what one has missed */
    TABLE_ENTRY_COST = 64, /* bytes of hash tables and of the heap for each flow, about */
};

static guint connection_hash(gconstpointer pointer)
{
    const struct flow_key *key = pointer;
    return key->connection_hash;
}

static gboolean connection_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, CONNECTION_LENGTH) == 0;
}

static guint key_hash(gconstpointer pointer)
{
    const struct flow_key *key = pointer;
    return (guint)hash_word(key->connection_hash, key->stream);
}

static gboolean key_equal(gconstpointer a_pointer, gconstpointer b_pointer)
{
    const struct flow_key *a = a_pointer;
    const struct flow_key *b = b_pointer;
    return a->stream == b->stream && connection_equal(a, b);
}

static struct flow **recent_place(struct flow_table *table, const struct flow_key *key)
{
    return &table->recent[key_hash(key) % FLOW_RECENT];
}

static void free_flow(gpointer pointer)
{
    struct flow *flow = pointer;
    flow_direction_clear(&flow->directions[0]);
    flow_direction_clear(&flow->directions[1]);
    g_free(flow);
}

struct flow_table *flow_table_new(size_t memory_limit)
{
    struct flow_table *table = g_new0(struct flow_table, 1);
    table->flows = g_hash_table_new_full(key_hash, key_equal, NULL, free_flow);
    table->connections = g_hash_table_new(connection_hash, connection_equal);
    table->sessions = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    table->memory_limit = memory_limit;
    return table;
}

void flow_table_free(struct flow_table *table)
{
    if (table == NULL)
        return;
    g_hash_table_destroy(table->connections);
    g_hash_table_destroy(table->flows);
    g_hash_table_destroy(table->sessions);
    g_free(table);
}

/* Fills the key but for its hash; returns which of its ends sent the segment. */
static unsigned make_key(uint32_t stream, const struct tcp_segment *segment, struct flow_key *key)
{
    int order = memcmp(segment->source.bytes, segment->destination.bytes, ADDRESS_MAX_LENGTH);
    if (order == 0)
        order = segment->source_port - segment->destination_port;
    unsigned source = order > 0 ? 1 : 0;
    *key = (struct flow_key){.stream = stream, .address_length = segment->source.len};
    memcpy(key->addresses[source], segment->source.bytes, ADDRESS_MAX_LENGTH);
    memcpy(key->addresses[!source], segment->destination.bytes, ADDRESS_MAX_LENGTH);
    key->ports[source] = segment->source_port;
    key->ports[!source] = segment->destination_port;
    return source;
}

static struct flow_session *get_session(struct flow_table *table, uint32_t stream)
{
    gpointer key = GUINT_TO_POINTER(stream);
    struct flow_session *session = g_hash_table_lookup(table->sessions, key);
    if (session == NULL) {
        session = g_new0(struct flow_session, 1);
        g_hash_table_insert(table->sessions, key, session);
        table->memory += sizeof *session + TABLE_ENTRY_COST;
    }
    return session;
}

static uint64_t captured_by(const struct flow *flow, unsigned from, const struct flow *sibling)
{
    return flow_direction_captured_by(&flow->directions[from], &sibling->directions[from]);
}

/* The same connection in other sessions, as far as it is searched. Returns how many. */
static unsigned find_siblings(const struct flow *flow, const struct flow *siblings[SIBLINGS_MAX])
{
    unsigned found = 0;
    for (const GList *i = flow->sibling.next; i != NULL && found < SIBLINGS_MAX; i = i->next)
        siblings[found++] = i->data;
    for (const GList *i = flow->sibling.prev; i != NULL && found < SIBLINGS_MAX; i = i->prev)
        siblings[found++] = i->data;
    return found;
}

static uint64_t find_elsewhere(const struct flow *flow, unsigned from, uint64_t missing)
{
    const struct flow *siblings[SIBLINGS_MAX];
    unsigned found = find_siblings(flow, siblings);
    uint64_t elsewhere = 0;
    for (unsigned i = 0; i < found; i++)
        elsewhere += captured_by(flow, from, siblings[i]);
    return MIN(elsewhere, missing);
}

/* Adds the direction; returns true if all of its data stayed unseen. */
static bool add_direction(const struct flow *flow, unsigned from, struct flow_totals *totals)
{
    const struct flow_direction *sender = &flow->directions[from];
    uint64_t delivered = flow_direction_delivered(sender);
    uint64_t captured = flow_direction_captured(sender);
    totals->delivered += delivered;
    totals->captured += captured;
    totals->unheard += sender->sends ? 0 : delivered;
    totals->joined += sender->joined;
    totals->parted += sender->parted;
    if (captured < delivered)
        totals->elsewhere += find_elsewhere(flow, from, delivered - captured);
    flow_add_implied(sender, &flow->directions[!from], delivered, captured, totals);
    return delivered > 0 && captured == 0;
}

/* True if an end without segments in this session has segments in another one. */
static bool is_heard_elsewhere(const struct flow *flow)
{
    unsigned silent = flow->directions[0].sends ? 1 : 0;
    const struct flow *siblings[SIBLINGS_MAX];
    unsigned found = find_siblings(flow, siblings);
    for (unsigned i = 0; i < found; i++)
        if (siblings[i]->directions[silent].sends)
            return true;
    return false;
}

/* True if at least half of what that end sent came: between what came first and last, and since its
 * SYN, up to the last number that it said. */
static bool most_came(const struct flow_direction *heard, uint64_t came)
{
    uint64_t last = MAX(heard->fin, heard->front);
    uint64_t sent = last > heard->delivered.base ? last - heard->delivered.base : 0;
    return interval_set_is_dense(&heard->captured) &&
           (!heard->delivered.has_syn || came >= sent / 2);
}

/* True if one end alone is heard, and so little of what it sent that the other may be silent for
 * the same reason: a source that samples. */
static bool may_be_silent_by_chance(const struct flow *flow)
{
    const struct flow_direction *ends = flow->directions;
    const struct flow_direction *heard = ends[0].sends ? &ends[0] : &ends[1];
    const struct flow_direction *silent = ends[0].sends ? &ends[1] : &ends[0];
    if (ends[0].sends && ends[1].sends)
        return false;
    if (heard->payload_max > 0) {
        uint64_t came = interval_set_sum(&heard->captured, (struct interval){0, UINT64_MAX});
        return came < SPARSE_PAYLOAD_LEAST && !most_came(heard, came);
    }
    return flow->segments < SPARSE_ACKS_LEAST && !heard->delivered.has_syn &&
           flow_direction_delivered(silent) > (uint64_t)flow->segments * PER_ACK_MOST;
}

/* True if it carried payload, and enough of it came that segments of each end would be among it. */
static bool is_talking(const struct flow *flow)
{
    const struct flow_direction *ends = flow->directions;
    return flow->segments >= TALKING_LEAST && !may_be_silent_by_chance(flow) &&
           (ends[0].payload_max > 0 || ends[1].payload_max > 0 ||
            flow_direction_delivered(&ends[0]) > 0 || flow_direction_delivered(&ends[1]) > 0);
}

static void add_frames(const struct flow *flow, struct flow_totals *totals)
{
    const struct flow_direction *ends = flow->directions;
    const struct frame_count *const counts[] = {&ends[0].frames, &ends[1].frames};
    bool second = flow_direction_payload(&ends[1]) > flow_direction_payload(&ends[0]);
    frame_totals_add(&totals->frames, counts, second ? 1 : 0,
                     flow_direction_progress(&ends[0]) + flow_direction_progress(&ends[1]));
}

static void add_flow(const struct flow *flow, struct flow_totals *totals)
{
    bool one_sided = !flow->directions[0].sends || !flow->directions[1].sends;
    bool blind_0 = add_direction(flow, 0, totals);
    bool blind_1 = add_direction(flow, 1, totals);
    add_frames(flow, totals);
    totals->flows++;
    totals->blind_flows += blind_0 || blind_1 ? 1 : 0;
    totals->one_sided_flows += one_sided ? 1 : 0;
    bool elsewhere = one_sided && is_heard_elsewhere(flow);
    bool talking = is_talking(flow);
    totals->sides_elsewhere += elsewhere ? 1 : 0;
    totals->whole_starts +=
        flow->directions[0].delivered.has_syn && flow->directions[1].delivered.has_syn ? 1 : 0;
    totals->segments += flow->segments;
    totals->talking_flows += talking ? 1 : 0;
    totals->one_sided_talks += talking && one_sided ? 1 : 0;
    totals->talks_elsewhere += talking && elsewhere ? 1 : 0;
}

/* The head of the list may have changed. */
static void set_siblings(struct flow_table *table, GList *siblings)
{
    struct flow *first = siblings->data;
    g_hash_table_replace(table->connections, &first->key, siblings);
}

static struct flow *new_flow(struct flow_table *table, const struct flow_key *key)
{
    struct flow *flow = g_new0(struct flow, 1);
    flow->key = *key;
    flow->in_session.data = flow->sibling.data = flow->in_eviction_order.data = flow;
    for (unsigned end = 0; end < 2; end++)
        flow->hosts[end] = flow_host_hash(key, end);
    flow->session = get_session(table, key->stream);
    g_queue_push_tail_link(&flow->session->flows, &flow->in_session);
    g_queue_push_tail_link(&table->eviction_order, &flow->in_eviction_order);
    GList *siblings = g_hash_table_lookup(table->connections, key);
    set_siblings(table, g_list_concat(&flow->sibling, siblings));
    g_hash_table_add(table->flows, flow);
    table->memory += sizeof *flow + TABLE_ENTRY_COST;
    return flow;
}

bool flow_is_connection(const struct flow *flow)
{
    const struct flow_direction *ends = flow->directions;
    return ends[0].delivered.has_syn || ends[1].delivered.has_syn ||
           flow_direction_delivered(&ends[0]) > 0 || flow_direction_delivered(&ends[1]) > 0;
}

/* Keeps the sums of a connection that gives way to another one. One that never carried anything is
 * no connection but stray segments. */
static void close_connection(struct flow_table *table, struct flow *flow)
{
    struct flow_direction *ends = flow->directions;
    if (flow_is_connection(flow)) {
        add_flow(flow, &flow->session->closed);
        flow_union_close(&table->closed, flow, g_hash_table_lookup(table->connections, &flow->key));
    }
    flow_direction_clear(&ends[0]);
    flow_direction_clear(&ends[1]);
    flow->segments = 0;
}

static size_t ranges_memory(const struct flow *flow)
{
    return interval_set_memory(&flow->directions[0].captured) +
           interval_set_memory(&flow->directions[1].captured);
}

static void remove_flow(struct flow_table *table, struct flow *flow)
{
    table->memory -= sizeof *flow + TABLE_ENTRY_COST + ranges_memory(flow);
    close_connection(table, flow);
    g_queue_unlink(&flow->session->flows, &flow->in_session);
    g_queue_unlink(&table->eviction_order, &flow->in_eviction_order);
    GList *siblings = g_hash_table_lookup(table->connections, &flow->key);
    siblings = g_list_remove_link(siblings, &flow->sibling);
    if (siblings != NULL)
        set_siblings(table, siblings);
    else
        g_hash_table_remove(table->connections, &flow->key);
    if (table->last == flow)
        table->last = NULL;
    struct flow **recent = recent_place(table, &flow->key);
    if (*recent == flow)
        *recent = NULL;
    g_hash_table_remove(table->flows, &flow->key);
}

/* Evicts a flow (second-chance algorithm): the first in the order that was not used since it was
 * put at the end. */
static void make_room(struct flow_table *table)
{
    for (int tries = 0; tries < EVICTION_TRIES_MAX; tries++) {
        struct flow *flow = g_queue_peek_head(&table->eviction_order);
        if (flow == NULL || !flow->used)
            break;
        flow->used = false;
        g_queue_push_tail_link(&table->eviction_order,
                               g_queue_pop_head_link(&table->eviction_order));
    }
    struct flow *flow = g_queue_peek_head(&table->eviction_order);
    if (flow != NULL)
        remove_flow(table, flow);
    table->given_up++;
}

static struct flow *find_flow(struct flow_table *table, const struct flow_key *key)
{
    struct flow **recent = recent_place(table, key);
    if (*recent == NULL || !key_equal(&(*recent)->key, key)) {
        struct flow *flow = g_hash_table_lookup(table->flows, key);
        if (flow == NULL)
            return NULL;
        *recent = flow;
    }
    return *recent;
}

/* NULL if there is no room for it. */
static struct flow *get_flow(struct flow_table *table, struct flow_key *key)
{
    if (table->last != NULL && key_equal(&table->last->key, key))
        return table->last;
    struct bytes connection = {(const uint8_t *)key, CONNECTION_LENGTH};
    key->connection_hash = (uint32_t)(hash_bytes(hash_seed(), connection) >> 32);
    struct flow *flow = find_flow(table, key);
    if (flow == NULL && table->memory >= table->memory_limit)
        make_room(table);
    if (flow == NULL && table->memory < table->memory_limit)
        flow = new_flow(table, key);
    if (flow != NULL) {
        flow->used = true;
        table->last = flow;
    }
    return flow;
}

static void note_progress(struct flow_session *session, int64_t time_ns)
{
    struct flow_totals *times = &session->closed;
    if (!session->has_progress)
        times->first_ns = times->last_ns = time_ns;
    session->has_progress = true;
    times->first_ns = MIN(times->first_ns, time_ns);
    times->last_ns = MAX(times->last_ns, time_ns);
}

/* What a sender may put into a segment is up to the SYN of the other end (RFC 9293, 3.7.1). */
static void note_mss(struct flow_session *session, const struct tcp_segment *segment,
                     const struct flow_direction *receiver)
{
    if (receiver->mss == 0 || segment->payload <= receiver->mss)
        return;
    session->closed.above_mss++;
    session->closed.mss = MAX(session->closed.mss, receiver->mss);
}

/* Hosts may give a SYN's packet another identification than those behind it. */
static void count_frame(struct flow *flow, unsigned from, const struct tcp_segment *segment)
{
    const struct frame_sight sight = {
        .connection = flow->key.connection_hash,
        .source = flow->hosts[from],
        .destination = flow->hosts[!from],
        .sequence = segment->sequence,
        .acknowledgement = segment->acknowledgement,
        .identification = segment->identification,
        .has_identification = segment->is_ipv4,
        .has_payload = segment->payload > 0,
    };
    frame_count_take(&flow->directions[from].frames, &flow->session->turns, &sight);
}

/* False if the segment must belong to another connection. */
static bool take(struct flow *flow, unsigned from, const struct tcp_segment *segment,
                 int64_t time_ns, bool may_grow)
{
    bool moved = false;
    struct flow_direction *ends = flow->directions;
    bool acknowledges = segment->ack && !segment->rst;
    if (!flow_direction_take(&ends[from], segment, time_ns, may_grow) ||
        (acknowledges &&
         !flow_direction_take_ack(&ends[!from], segment->acknowledgement, time_ns, &moved)))
        return false;
    ends[from].sends = true;
    if (!segment->syn)
        count_frame(flow, from, segment);
    flow->segments += flow->segments < UINT32_MAX ? 1 : 0;
    note_mss(flow->session, segment, &ends[!from]);
    if (moved)
        note_progress(flow->session, time_ns);
    return true;
}

void flow_take(struct flow_table *table, uint32_t stream, const struct tcp_segment *segment,
               int64_t time_ns)
{
    struct flow_key key;
    unsigned from = make_key(stream, segment, &key);
    struct flow *flow = get_flow(table, &key);
    if (flow == NULL)
        return;
    bool may_grow = table->memory < table->memory_limit;
    size_t before = ranges_memory(flow);
    if (!take(flow, from, segment, time_ns, may_grow)) {
        close_connection(table, flow);
        take(flow, from, segment, time_ns, may_grow);
    }
    table->memory += ranges_memory(flow) - before;
}

struct flow_totals flow_totals(struct flow_table *table, uint32_t stream)
{
    const struct flow_session *session =
        g_hash_table_lookup(table->sessions, GUINT_TO_POINTER(stream));
    if (session == NULL)
        return (struct flow_totals){0};
    struct flow_totals totals = session->closed;
    for (const GList *i = session->flows.head; i != NULL; i = i->next)
        add_flow(i->data, &totals);
    frame_totals_add_turns(&totals.frames, &session->turns);
    return totals;
}

size_t flow_table_memory(const struct flow_table *table)
{
    return table->memory;
}

uint64_t flow_table_given_up(const struct flow_table *table)
{
    return table->given_up;
}
