/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * One trial of a limit test: frames that are sent, and what became of them.
 */
#ifndef GENERATOR_LIMIT_LIMIT_TRIAL_H
#define GENERATOR_LIMIT_LIMIT_TRIAL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/time-units.h"

/** Which frames are mirrored. */
enum limit_mix {
    LIMIT_FRAMES,  /* all of one size */
    LIMIT_IMIX,    /* seven of 60, four of 590 and one of 1514 bytes in each dozen */
    LIMIT_SCENARIO /* those of the user's scenario */
};

struct limit_traffic {
    enum limit_mix mix;
    unsigned size; /* bytes of a mirrored frame, without its FCS; of a mix, of its longest; of a
                      scenario 0: not known */
};

/** What to send. */
struct limit_order {
    struct limit_traffic traffic;
    bool timed;      /* as Type III copies that say when they were made, of the same length */
    double rate;     /* frames a second; 0: as fast as it goes */
    double seconds;  /* at most */
    uint64_t frames; /* at most; 0: what rate and time make */
};

/** What became of it. */
struct limit_outcome {
    double rate;          /* frames a second that were reached */
    uint64_t sent;        /* frames */
    uint64_t failed;      /* that the own interface refused */
    uint64_t bits;        /* of those that were sent, with FCS */
    unsigned link_length; /* bytes of each frame around its outer IP packet, with FCS */
    int64_t late_ns;      /* of the frame that left latest after its time: the sender was held up */
    uint64_t received;
    uint64_t late;
    /* lost, by place; `ring` and `backlog` are the kernel's own counts */
    uint64_t on_the_way;
    uint64_t interface;
    uint64_t kernel;
    uint64_t program;
    uint64_t ring;
    uint64_t backlog;
    uint64_t timed;   /* copies whose delay is known; 0: none, and what follows means nothing */
    double delay_ns;  /* their mean */
    double jitter_ns; /* at the end, by RFC 3550 */
};

/** Makes a trial. FALSE with @p error ends the test. */
typedef gboolean (*limit_trial)(void *context, const struct limit_order *order,
                                struct limit_outcome *outcome, GError **error);

/** Frames that did not arrive. */
static inline uint64_t limit_lost(const struct limit_outcome *outcome)
{
    return outcome->sent > outcome->received ? outcome->sent - outcome->received : 0;
}

/** The part of the frames that were sent which did not arrive, 0 to 1; @p outcome: of a trial that
 * sent some. */
static inline double limit_loss(const struct limit_outcome *outcome)
{
    return (double)limit_lost(outcome) / (double)outcome->sent;
}

/** Whether the sender was held up: those that were overdue left in a burst, which no constant rate
 * has. */
static inline bool limit_was_late(const struct limit_outcome *outcome)
{
    const int64_t uneven_ns = 20 * (int64_t)NS_PER_MS;
    return outcome->late_ns > uneven_ns;
}

/** Whether frames were lost in such a trial. */
static inline bool limit_held_back(const struct limit_outcome *outcome)
{
    return limit_lost(outcome) > 0 && limit_was_late(outcome);
}

#endif
