/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Plays a scenario onto the wire: its clock is the machine's.
 *
 * The scenario is made a little ahead of the clock, by 20 ms and a bounded number of frames at
 * most, so that memory does not grow with the length of the run.
 */
#ifndef GENERATOR_SEND_SENDER_H
#define GENERATOR_SEND_SENDER_H

#include "generator/send/backend.h"
#include "generator/send/pace.h"
#include "generator/send/tx-totals.h"
#include "generator/truth/truth.h"

enum timing {
    TIMING_OWN,  /* as the scenario says */
    TIMING_RATE, /* evenly */
    TIMING_MAX   /* as fast as it goes */
};

struct send_plan {
    enum timing timing;
    struct ramp ramp;    /* for TIMING_RATE */
    int64_t count;       /* frames that the sessions mirror at most */
    int64_t duration_ns; /* or AUTO */
    bool loops;
};

/**
 * Sends the scenario, whose start becomes now. Ends early when the user interrupts: then what is
 * under way leaves at once.
 *
 * @param truth   a new one of the scenario, which then tells what happened.
 * @param totals  zeros; gets what was reached, after an error too.
 * @return FALSE after an error: the back-end cannot be opened, the scenario cannot be played, or
 * the interface is gone.
 */
gboolean sender_run(struct scenario *scenario, const struct send_plan *plan,
                    const struct egress *egress, const struct backend *backend, struct truth *truth,
                    struct tx_totals *totals, GError **error);

#endif
