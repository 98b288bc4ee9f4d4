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

struct mirrored_sink {
    void *context;
    void (*take)(void *context, const struct mirrored_frame *frame); /* NULL: nobody wants them */
    void (*flush)(void *context);                                    /* NULL: buffers nothing */
    bool wants_finding; /* each copy is analysed before its frame is handed on */
};

#endif
