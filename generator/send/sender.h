/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sends a scenario in real time.
 *
 * Frames are made at most 20 ms, and a bounded number, ahead of the clock. Memory does not grow
 * with the length of the run.
 */
#ifndef GENERATOR_SEND_SENDER_H
#define GENERATOR_SEND_SENDER_H

#include "generator/send/backend.h"
#include "generator/send/pace.h"
#include "generator/send/tx-totals.h"
#include "generator/truth/truth.h"

enum timing {
    TIMING_OWN,  /* at the scenario's own times */
    TIMING_RATE, /* at a constant rate */
    TIMING_MAX   /* at the maximum rate */
};

struct send_plan {
    enum timing timing;
    struct ramp ramp;    /* for TIMING_RATE */
    int64_t count;       /* frames that all sessions mirror, at most */
    int64_t duration_ns; /* or AUTO */
    bool loops;
    /** Called once the interface is open, before there are threads. FALSE after an error, which
     * ends the run. NULL: nothing is to be done. */
    gboolean (*opened)(void *context, GError **error);
    void *context;
    /** What backend->open() returned, for several runs, which leave it open; NULL: the run opens
     * the interface, and closes it. */
    void *held;
};

/**
 * Sends the scenario, whose start becomes now. If the user interrupts, the waiting frames are sent
 * at once.
 *
 * @param truth   a new one of the scenario; it then tells what happened.
 *
 * @param totals  zeros; gets the result, also after an error.
 *
 * @return FALSE after an error: the back-end cannot be opened, the scenario cannot be simulated,
 * or the interface disappeared.
 */
gboolean sender_run(struct scenario *scenario, const struct send_plan *plan,
                    const struct egress *egress, const struct backend *backend, struct truth *truth,
                    struct tx_totals *totals, GError **error);

#endif
