/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-point.h"

#include <glib.h>
#include <string.h>

#include "core/base/hash.h"

enum { SLOTS = 4 * PATH_POINTS_MAX };

void path_points_init(struct path_points *table)
{
    table->points = g_new0(struct path_point, PATH_POINTS_MAX);
    table->slots = g_new0(uint16_t, SLOTS);
    table->count = 0;
    memset(table->latest, 0, sizeof table->latest);
}

void path_points_clear(struct path_points *table)
{
    for (unsigned i = 0; i < table->count; i++)
        for (unsigned kind = 0; kind < PATH_RECORDS; kind++)
            if (table->points[i].owns[kind])
                g_free(table->points[i].records[kind]);
    g_clear_pointer(&table->points, g_free);
    g_clear_pointer(&table->slots, g_free);
}

/* What the header says beside the session. */
struct point_labels {
    uint32_t stream;
    enum erspan_type type;
    uint8_t hardware_id;
    bool egress;
    uint32_t index;
};

static struct point_labels labels_of(const struct copy *copy)
{
    const struct erspan_header *header = &copy->header;
    bool third = header->type == ERSPAN_TYPE_III;
    return (struct point_labels){
        .stream = copy->session->stream,
        .type = header->type,
        .hardware_id = third ? header->hardware_id : 0,
        .egress = third && header->egress,
        .index = header->type == ERSPAN_TYPE_II ? header->index : 0,
    };
}

static bool is_there(const struct path_point *point, const struct point_labels *labels)
{
    return point->stream == labels->stream && point->type == labels->type &&
           point->hardware_id == labels->hardware_id && point->egress == labels->egress &&
           point->index == labels->index;
}

static bool share(enum sequence_domain_kind kind, const struct path_point *a,
                  const struct path_point *b)
{
    switch (kind) {
    case DOMAIN_SOURCE:
        return address_equal(&a->key.source, &b->key.source) &&
               address_equal(&a->key.destination, &b->key.destination);
    case DOMAIN_SESSION:
        return a->stream == b->stream;
    default:
        return a->stream == b->stream && a->hardware_id == b->hardware_id;
    }
}

static struct mirror_record *shared_record(const struct path_points *table, unsigned kind,
                                           const struct path_point *point)
{
    for (unsigned i = 0; kind < DOMAIN_KINDS && i < table->count; i++)
        if (share((enum sequence_domain_kind)kind, &table->points[i], point))
            return table->points[i].records[kind];
    return NULL;
}

static void add(struct path_points *table, const struct copy *copy,
                const struct point_labels *labels)
{
    struct path_point *point = &table->points[table->count];
    point->key = copy->session->key;
    point->stream = labels->stream;
    point->type = labels->type;
    point->hardware_id = labels->hardware_id;
    point->egress = labels->egress;
    point->index = labels->index;
    for (unsigned kind = 0; kind < PATH_RECORDS; kind++) {
        point->records[kind] = shared_record(table, kind, point);
        point->owns[kind] = point->records[kind] == NULL;
        if (point->owns[kind])
            point->records[kind] = g_new0(struct mirror_record, 1);
    }
    table->count++;
}

static uint16_t find_or_add(struct path_points *table, const struct copy *copy,
                            struct point_labels labels)
{
    uint64_t beside = (uint64_t)labels.index << 10 | (uint64_t)labels.hardware_id << 3 |
                      (uint64_t)labels.egress << 2 | (uint64_t)labels.type;
    uint64_t hash = hash_word(hash_word(hash_seed(), labels.stream), beside);
    for (unsigned at = (unsigned)(hash >> 32) % SLOTS;; at = (at + 1) % SLOTS) {
        if (table->slots[at] == 0) {
            if (table->count == PATH_POINTS_MAX)
                return PATH_NO_POINT;
            add(table, copy, &labels);
            table->slots[at] = (uint16_t)table->count;
        }
        uint16_t number = (uint16_t)(table->slots[at] - 1);
        if (is_there(&table->points[number], &labels))
            return number;
    }
}

uint16_t path_points_of(struct path_points *table, const struct copy *copy)
{
    const struct point_labels labels = labels_of(copy);
    uint16_t *latest = &table->latest[labels.stream % PATH_LATEST_POINTS];
    if (*latest >= table->count || !is_there(&table->points[*latest], &labels))
        *latest = find_or_add(table, copy, labels);
    return *latest;
}

static void note_silence(struct path_point *point, const struct analysis_place *place)
{
    if (point->begun && place->arrival_ns - point->latest_ns > PATH_SILENCE_NS) {
        const struct sequence_finding gap = {.kind = SEQUENCE_GAP, .lost = 1};
        mirror_record_touch(&point->silences, point->latest_ns, 0);
        mirror_record_take(&point->silences, &gap, place->arrival_ns, place->frame);
    }
    point->latest_ns = point->begun ? MAX(point->latest_ns, place->arrival_ns) : place->arrival_ns;
    point->begun = true;
}

void path_point_take(struct path_point *point, const struct analysis_place *place,
                     const struct analysis_finding *finding)
{
    point->copies++;
    note_silence(point, place);
    if (finding->has_sequence)
        mirror_record_take(point->records[finding->domain.kind],
                           &finding->domain.finding[finding->domain.kind], place->arrival_ns,
                           place->frame);
    else
        point->unnumbered = true;
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        mirror_record_touch(point->records[kind], place->arrival_ns, place->frame);
    if (!point->records[PATH_RECORD_OWN]->begun)
        mirror_record_begin(point->records[PATH_RECORD_OWN], place->arrival_ns, place->frame);
}

bool path_point_is_whole(const struct path_point *point, const struct mirror_span *span)
{
    if (point->unnumbered || point->latest_ns < span->to_ns)
        return false;
    for (unsigned kind = 0; kind < PATH_RECORDS; kind++)
        if (!mirror_record_is_whole(point->records[kind], span))
            return false;
    return true;
}
