/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the clock of a copy among those of all sources, evicts idle ones, and passes markers on to
 * the clocks that they map. */
#include "core/clock/clock.h"

#include <glib.h>

#include "core/base/idle-queue.h"
#include "core/clock/clock-engine.h"
#include "core/clock/clock-marker.h"

/* Room for models, beyond the first of each clock. */
enum { MODELS_PER_CLOCK = 4 };

struct clock_key {
    struct address source;
    uint8_t hardware_id;
    uint8_t granularity;
    enum clock_form form;
};

/* What is known of one source address. */
struct clock_source {
    struct address address;
    struct clock *clocks; /* a list of all, by their `next` */
    size_t clock_count;
    struct idle_link idle;
    uint64_t uses;                        /* copies and markers */
    GArray *marker_clocks;                /* struct marker_clock, in order of appearance */
    struct timescale_reference reference; /* by its last marker */
};

struct clock {
    struct clock_key key;
    struct clock_source *source;
    struct clock *next; /* of the source */
    struct engine_clock engine;
};

struct clock_table {
    GHashTable *clocks;     /* struct clock, keyed by its own key */
    GHashTable *sources;    /* struct clock_source, keyed by its own address */
    struct clock *last;     /* found: most often the next copy's, too */
    struct idle_queue idle; /* of all sources */
    size_t count;           /* of clocks and marker clocks */
    size_t limit;
    size_t room; /* for models */
    uint64_t last_frame;
    uint64_t given_up;
};

/* A clock or a sender of markers with its source, what finds them, and the arrays' own needs. */
#define BYTES_PER_CLOCK                                                                            \
    (sizeof(struct clock) + sizeof(struct rate_samples) + sizeof(struct clock_source) +            \
     2 * sizeof(struct marker_clock) + 4 * sizeof(void *) + 3 * sizeof(GArray))

static guint address_hash(gconstpointer address)
{
    return (guint)(address_mix(hash_seed(), address) >> 32);
}

static gboolean address_same(gconstpointer a, gconstpointer b)
{
    return address_equal(a, b);
}

static guint key_hash(gconstpointer pointer)
{
    const struct clock_key *key = pointer;
    guint kind = (guint)key->hardware_id << 4 | (guint)key->granularity << 2 | (guint)key->form;
    return (guint)(address_mix(hash_word(hash_seed(), kind), &key->source) >> 32);
}

static gboolean key_same(gconstpointer a_pointer, gconstpointer b_pointer)
{
    const struct clock_key *a = a_pointer;
    const struct clock_key *b = b_pointer;
    return a->hardware_id == b->hardware_id && a->granularity == b->granularity &&
           a->form == b->form && address_equal(&a->source, &b->source);
}

static void clock_free(gpointer pointer)
{
    struct clock *clock = pointer;
    engine_clock_clear(&clock->engine);
    g_free(clock);
}

static void marker_clock_clear(gpointer pointer)
{
    struct marker_clock *clock = pointer;
    clock_history_clear(&clock->mappings);
}

static void source_free(gpointer pointer)
{
    struct clock_source *source = pointer;
    g_array_free(source->marker_clocks, TRUE);
    g_free(source);
}

struct clock_table *clock_table_new(size_t limit)
{
    struct clock_table *table = g_new0(struct clock_table, 1);
    table->clocks = g_hash_table_new_full(key_hash, key_same, NULL, clock_free);
    table->sources = g_hash_table_new_full(address_hash, address_same, NULL, source_free);
    table->limit = limit;
    table->room = limit * MODELS_PER_CLOCK;
    return table;
}

void clock_table_free(struct clock_table *table)
{
    if (table == NULL)
        return;
    g_hash_table_destroy(table->clocks);
    g_hash_table_destroy(table->sources);
    g_free(table);
}

/* An array of models takes up to twice what it holds. */
static size_t memory_of(size_t clocks, size_t models)
{
    return sizeof(struct clock_table) + clocks * BYTES_PER_CLOCK +
           2 * models * sizeof(struct clock_model);
}

size_t clock_table_fit(size_t bytes)
{
    size_t clock = memory_of(1, 1 + MODELS_PER_CLOCK) - memory_of(0, 0);
    return bytes > memory_of(0, 0) ? (bytes - memory_of(0, 0)) / clock : 0;
}

size_t clock_table_memory(const struct clock_table *table)
{
    size_t models = table->count + table->limit * MODELS_PER_CLOCK - table->room;
    return memory_of(table->count, models);
}

uint64_t clock_table_given_up(const struct clock_table *table)
{
    return table->given_up;
}

/* ---- room ---- */

static struct clock_source *source_of_link(const struct idle_link *link)
{
    return (struct clock_source *)((char *)link - offsetof(struct clock_source, idle));
}

static uint64_t uses_of(const struct idle_link *link)
{
    return source_of_link(link)->uses;
}

/* Models beyond the first, which each history has room for anyway. */
static size_t extra_models(const struct clock_history *history)
{
    size_t count = clock_history_count(history);
    return count > 0 ? count - 1 : 0;
}

static struct marker_clock *marker_clock_at(const struct clock_source *source, size_t i)
{
    return &g_array_index(source->marker_clocks, struct marker_clock, i);
}

/* Forgets all that is known of a source. */
static void forget(struct clock_table *table, struct clock_source *source)
{
    struct clock *next;
    for (struct clock *clock = source->clocks; clock != NULL; clock = next) {
        next = clock->next;
        table->room += extra_models(&clock->engine.history);
        g_hash_table_remove(table->clocks, clock);
    }
    for (size_t i = 0; i < source->marker_clocks->len; i++)
        table->room += extra_models(&marker_clock_at(source, i)->mappings);
    table->count -= source->clock_count + source->marker_clocks->len;
    table->last = NULL;
    g_hash_table_remove(table->sources, source);
}

/* Makes room for one clock by a source that is idle, never @p kept. False if there is none. */
static bool make_room(struct clock_table *table, struct clock_source *kept)
{
    bool kept_is_out = false;
    while (table->count >= table->limit) {
        struct idle_link *link = idle_queue_evict(&table->idle, uses_of);
        if (link == NULL)
            break;
        if (source_of_link(link) == kept)
            kept_is_out = true;
        else
            forget(table, source_of_link(link));
    }
    if (kept_is_out)
        idle_queue_add(&table->idle, &kept->idle);
    return table->count < table->limit;
}

/* ---- sources and clocks ---- */

/* Only for what is then counted in the table, so that its limit bounds the sources, too. */
static struct clock_source *source_get(struct clock_table *table, const struct address *address)
{
    struct clock_source *source = g_hash_table_lookup(table->sources, address);
    if (source != NULL)
        return source;
    source = g_new0(struct clock_source, 1);
    source->address = *address;
    source->marker_clocks = g_array_new(FALSE, FALSE, sizeof(struct marker_clock));
    g_array_set_clear_func(source->marker_clocks, marker_clock_clear);
    g_hash_table_add(table->sources, source);
    idle_queue_add(&table->idle, &source->idle);
    return source;
}

static struct clock *clock_find(struct clock_table *table, const struct clock_key *key)
{
    if (table->last != NULL && key_same(&table->last->key, key))
        return table->last;
    struct clock *clock = g_hash_table_lookup(table->clocks, key);
    if (clock != NULL)
        table->last = clock;
    return clock;
}

static struct clock *clock_add(struct clock_table *table, const struct clock_key *key)
{
    if (!make_room(table, g_hash_table_lookup(table->sources, &key->source)))
        return NULL;
    table->count++;
    struct clock *clock = g_new0(struct clock, 1);
    clock->key = *key;
    clock->source = source_get(table, &key->source);
    clock->next = clock->source->clocks;
    clock->source->clocks = clock;
    clock->source->clock_count++;
    g_hash_table_add(table->clocks, clock);
    return clock;
}

static struct marker_clock *marker_clock_find(struct clock_table *table,
                                              const struct address *address, uint8_t ssid)
{
    struct clock_source *source = g_hash_table_lookup(table->sources, address);
    if (source != NULL)
        source->uses++;
    for (size_t i = 0; source != NULL && i < source->marker_clocks->len; i++)
        if (marker_clock_at(source, i)->ssid == ssid)
            return marker_clock_at(source, i);
    return NULL;
}

static struct marker_clock *marker_clock_add(struct clock_table *table,
                                             const struct address *address, uint8_t ssid)
{
    if (!make_room(table, g_hash_table_lookup(table->sources, address)))
        return NULL;
    table->count++;
    struct clock_source *source = source_get(table, address);
    const struct marker_clock clock = {.ssid = ssid};
    g_array_append_val(source->marker_clocks, clock);
    return marker_clock_at(source, source->marker_clocks->len - 1);
}

/* What a marker says of the time of day holds with an ASIC time of 0, too. A source that is not
 * known yet has the next marker to learn from. */
static void learn_reference(struct clock_table *table, const struct address *address,
                            const struct marker *marker, int64_t arrival_ns)
{
    struct clock_source *source = g_hash_table_lookup(table->sources, address);
    if (source == NULL || !marker_is_plausible(marker))
        return;
    source->reference = (struct timescale_reference){
        .collector_ahead_ns = int128_clamp((int128)arrival_ns - marker_clock_utc_ns(marker)),
        .tai_ahead_s = marker->utc_offset,
    };
}

void clock_take_marker(struct clock_table *table, const struct address *source,
                       const struct marker *marker, int64_t arrival_ns, uint64_t frame)
{
    if (frame <= table->last_frame)
        return;
    learn_reference(table, source, marker, arrival_ns);
    if (!marker_clock_can_use(marker))
        return;
    table->last_frame = frame;
    struct marker_clock *clock = marker_clock_find(table, source, marker->ssid);
    if (clock == NULL)
        clock = marker_clock_add(table, source, marker->ssid);
    if (clock != NULL)
        marker_clock_take(clock, marker, arrival_ns, frame, &table->room);
    else
        table->given_up++;
}

/* How markers map the engine's counter: those whose ssid is its Hw ID, or else those of the only
 * ssid that the source had sent by then. NULL if none do. */
static const struct clock_model *mapping_at(const struct clock *clock, uint64_t frame)
{
    const GArray *marker_clocks = clock->source->marker_clocks;
    const struct clock_model *other = NULL;
    unsigned others = 0;
    for (size_t i = 0; i < marker_clocks->len; i++) {
        const struct marker_clock *markers = marker_clock_at(clock->source, i);
        const struct clock_model *mapping = clock_history_at(&markers->mappings, frame);
        if (mapping == NULL)
            continue;
        if (markers->ssid == clock->key.hardware_id)
            return mapping;
        other = mapping;
        others++;
    }
    return others == 1 ? other : NULL;
}

static bool states_seconds(enum clock_method method)
{
    return method == CLOCK_1588 || method == CLOCK_UNIX_NS;
}

/* Markers map no counter whose tick is known to be another than theirs. */
static const struct clock_model *model_at(const struct clock *clock, uint64_t frame)
{
    const struct clock_model *own = clock_history_at(&clock->engine.history, frame);
    if (own == NULL)
        return NULL;
    const struct clock_model *mapping = mapping_at(clock, frame);
    if (mapping == NULL)
        return own;
    bool fits = own->rate.tick_as == 0 ||
                rate_same_tick(own->rate.tick_as, mapping->rate.tick_as, RATE_KNOWN_WITHIN);
    return fits && !states_seconds(own->method) ? mapping : own;
}

static uint64_t declared_ps(uint8_t granularity)
{
    switch (granularity) {
    case ERSPAN_GRA_100_US:
        return 100000000;
    case ERSPAN_GRA_100_NS:
        return 100000;
    case ERSPAN_GRA_1588:
        return 1000;
    default:
        return 0;
    }
}

static bool is_absolute(enum clock_method method)
{
    return method != CLOCK_COUNTER_64 && method != CLOCK_COUNTER_32;
}

struct clock_time clock_take(struct clock_table *table, const struct address *source,
                             const struct erspan_header *header, int64_t arrival_ns, uint64_t frame)
{
    struct clock_time time = {.method = CLOCK_UNKNOWN};
    if (header->type != ERSPAN_TYPE_III)
        return time;
    struct clock_copy copy = clock_copy_of(header, arrival_ns, frame);
    const struct clock_key key = {*source, header->hardware_id, header->granularity, copy.form};
    struct clock *clock = clock_find(table, &key);
    if (frame > table->last_frame) {
        table->last_frame = frame;
        if (clock == NULL)
            clock = clock_add(table, &key);
        if (clock != NULL) {
            clock->source->uses++;
            copy.reference = clock->source->reference;
            engine_clock_take(&clock->engine, &copy, &table->room);
        } else {
            table->given_up++;
        }
    }
    const struct clock_model *model = clock == NULL ? NULL : model_at(clock, frame);
    int64_t time_ns;
    if (model == NULL || !clock_model_time(model, &copy, &time_ns))
        return time;
    uint64_t declared = declared_ps(header->granularity);
    time.method = model->method;
    time.time_ns = time_ns;
    time.absolute = is_absolute(model->method);
    time.tick_ps = (uint64_t)((model->rate.tick_as + RATE_AS_PER_PS / 2) / RATE_AS_PER_PS);
    time.granularity_contradicted = declared != 0 && declared != time.tick_ps;
    return time;
}

const char *clock_method_text(enum clock_method method)
{
    static const char *const texts[CLOCK_METHODS] = {
        [CLOCK_MARKER] = "marker packet",
        [CLOCK_1588] = "IEEE 1588 with its seconds",
        [CLOCK_UNIX_NS] = "Unix time in nanoseconds",
        [CLOCK_UNIX_100US] = "Unix time in 100 us",
        [CLOCK_COUNTER_64] = "64-bit counter",
        [CLOCK_COUNTER_32] = "32-bit counter",
        [CLOCK_1588_NANOSECONDS] = "IEEE 1588 without its seconds",
        [CLOCK_STAMP] = "timestamp in the mirrored frame",
        [CLOCK_UNKNOWN] = "unknown",
    };
    return (unsigned)method < CLOCK_METHODS ? texts[method] : "unknown";
}
