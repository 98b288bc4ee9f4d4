/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/mirror-record.h"

#include <glib.h>

static void add_hole(struct mirror_record *record, const struct mirror_span *span, uint32_t missing)
{
    struct mirror_hole *hole = &record->holes[record->next];
    if (hole->missing > 0)
        record->forgotten_ns = MAX(record->forgotten_ns, hole->span.to_ns);
    *hole = (struct mirror_hole){*span, missing};
    hole->span.from_ns = MIN(span->from_ns, span->to_ns);
    record->last_hole_ns = record->has_holes ? MAX(record->last_hole_ns, span->to_ns) : span->to_ns;
    record->has_holes = true;
    record->next = (record->next + 1) % MIRROR_RECORD_HOLES;
}

/* From the last copy to this one. */
static void add_hole_before(struct mirror_record *record, int64_t arrival_ns, uint64_t frame,
                            uint32_t missing)
{
    const struct mirror_span span = {record->last_ns, arrival_ns, record->last_frame, frame};
    add_hole(record, &span, missing);
}

/* A copy came late: one less is missing where @p frame revealed a gap. */
static bool fill(struct mirror_record *record, uint64_t frame)
{
    for (unsigned i = 0; i < MIRROR_RECORD_HOLES; i++) {
        struct mirror_hole *hole = &record->holes[i];
        if (hole->missing == 0 || hole->span.to_frame != frame)
            continue;
        hole->missing--;
        return true;
    }
    return false;
}

void mirror_record_begin(struct mirror_record *record, int64_t arrival_ns, uint64_t frame)
{
    record->begun = true;
    record->forgotten_ns = arrival_ns; /* what came before is not known */
    record->last_ns = arrival_ns;
    record->last_frame = frame;
}

void mirror_record_take(struct mirror_record *record, const struct sequence_finding *finding,
                        int64_t arrival_ns, uint64_t frame)
{
    if (!record->begun)
        mirror_record_begin(record, arrival_ns, frame);
    if (finding->several || finding->kind == SEQUENCE_CONSTANT)
        record->unusable = true;
    switch (finding->kind) {
    case SEQUENCE_FIRST:
    case SEQUENCE_NEXT:
    case SEQUENCE_DUPLICATE:
    case SEQUENCE_CONSTANT:
        break;
    case SEQUENCE_GAP:
        add_hole_before(record, arrival_ns, frame, MAX(finding->lost, 1));
        break;
    case SEQUENCE_LATE:
        if (finding->lost > 0 || !finding->found || !fill(record, finding->frame))
            add_hole_before(record, arrival_ns, frame, UINT32_MAX);
        break;
    case SEQUENCE_PENDING:
    case SEQUENCE_RESTART:
    case SEQUENCE_STRAY: /* what the copy is, and what is missing before it, shows later or never */
        add_hole_before(record, arrival_ns, frame, UINT32_MAX);
        break;
    }
}

void mirror_record_doubt(struct mirror_record *record, int64_t arrival_ns, uint64_t frame)
{
    if (!record->begun)
        mirror_record_begin(record, arrival_ns, frame);
    const struct mirror_span span = {arrival_ns, arrival_ns, frame - 1, frame};
    add_hole(record, &span, UINT32_MAX);
}

static bool overlap(const struct mirror_span *hole, const struct mirror_span *span)
{
    bool ends_before = hole->to_ns < span->from_ns ||
                       (hole->to_ns == span->from_ns && hole->to_frame <= span->from_frame);
    bool begins_behind = hole->from_ns > span->to_ns ||
                         (hole->from_ns == span->to_ns && hole->from_frame >= span->to_frame);
    return !ends_before && !begins_behind;
}

const struct mirror_hole *mirror_record_find_hole(const struct mirror_record *record,
                                                  const struct mirror_span *span)
{
    if (!record->has_holes || span->from_ns > record->last_hole_ns)
        return NULL;
    for (unsigned i = 0; i < MIRROR_RECORD_HOLES; i++)
        if (record->holes[i].missing > 0 && overlap(&record->holes[i].span, span))
            return &record->holes[i];
    return NULL;
}
