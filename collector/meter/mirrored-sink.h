/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The sink for the mirrored frames that copies hold.
 */
#ifndef COLLECTOR_METER_MIRRORED_SINK_H
#define COLLECTOR_METER_MIRRORED_SINK_H

#include "collector/source/packet.h"
#include "core/analysis/analysis.h"

/** A mirrored frame, borrowed until take() returns. */
struct mirrored_frame {
    struct packet packet;                   /* its bytes; number and time are those of the copy */
    const struct copy *copy;                /* that held it, with its session, or NULL there */
    const struct analysis_finding *finding; /* what the copy meant; NULL unless asked for */
};

/** What the number of its copy meant, for the counter that leads; NULL if none counts it.
 * @param counter  set to that counter; NULL: not wanted. */
static inline const struct sequence_finding *
mirrored_frame_sequence(const struct mirrored_frame *frame, const void **counter)
{
    const struct analysis_finding *finding = frame->finding;
    if (finding == NULL || !finding->counts || !finding->has_sequence)
        return NULL;
    enum sequence_domain_kind kind = finding->domain.kind;
    const struct sequence_finding *found = &finding->domain.finding[kind];
    if (finding->domain.sequence[kind] == NULL || found->kind == SEQUENCE_CONSTANT)
        return NULL;
    if (counter != NULL)
        *counter = finding->domain.sequence[kind];
    return found;
}

struct mirrored_sink {
    void *context;
    void (*take)(void *context, const struct mirrored_frame *frame); /* NULL: nobody wants them */
    void (*flush)(void *context);                                    /* NULL: buffers nothing */
    bool wants_finding; /* each copy is analysed before its frame is handed on */
};

#endif
