/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * One trial of a limit test: frames that are sent, and what became of them.
 */
#ifndef GENERATOR_LIMIT_LIMIT_TRIAL_H
#define GENERATOR_LIMIT_LIMIT_TRIAL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/** What to send. */
struct limit_order {
    unsigned size;   /* bytes of a mirrored frame, without its FCS */
    double rate;     /* frames a second; 0: as fast as it goes */
    double seconds;  /* at most */
    uint64_t frames; /* at most; 0: what rate and time make */
};

/** What became of it. */
struct limit_outcome {
    double rate;     /* frames a second that were reached */
    uint64_t sent;   /* frames */
    uint64_t failed; /* that the own interface refused */
    uint64_t bits;   /* of those that were sent, with FCS */
    int64_t late_ns; /* of the frame that left latest after its time: the sender was held up */
    uint64_t received;
    uint64_t late;
    /* lost, by place; `ring` and `backlog` are the kernel's own counts */
    uint64_t on_the_way;
    uint64_t interface;
    uint64_t kernel;
    uint64_t program;
    uint64_t ring;
    uint64_t backlog;
};

/** Makes a trial. FALSE with @p error ends the test. */
typedef gboolean (*limit_trial)(void *context, const struct limit_order *order,
                                struct limit_outcome *outcome, GError **error);

/** Frames that did not arrive. */
static inline uint64_t limit_lost(const struct limit_outcome *outcome)
{
    return outcome->sent > outcome->received ? outcome->sent - outcome->received : 0;
}

#endif
