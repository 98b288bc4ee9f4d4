/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What happened to the copies of a session, counted while it happens.
 */
#ifndef GENERATOR_IMPAIRMENT_SESSION_TRUTH_H
#define GENERATOR_IMPAIRMENT_SESSION_TRUTH_H

#include <stdint.h>

/** Why the source made no copy of a frame. */
enum skip_cause { SKIP_NOT, SKIP_ABOVE_SIZE, SKIP_SAMPLING, SKIP_NOT_DROPPED, SKIP_CAUSES };

/** Why a copy that was sent did not arrive. */
enum loss_cause {
    LOST_NOT,
    LOST_ABOVE_SIZE,
    LOST_POLICER,
    LOST_RANDOM,
    LOST_RUNS,
    LOST_LISTED,
    LOST_FRAGMENT, /* of two that it came in, one */
    LOST_REFUSED,  /* by the sender of an ICMP error that answered it */
    LOSS_CAUSES
};

struct amount {
    uint64_t count;
    uint64_t inner_bytes; /* of mirrored frames */
    uint64_t outer_bytes; /* of the frames that carry them, from the link layer on */
};

static inline void amount_add(struct amount *amount, uint64_t inner_bytes, uint64_t outer_bytes)
{
    amount->count++;
    amount->inner_bytes += inner_bytes;
    amount->outer_bytes += outer_bytes;
}

/** Takes back what was added. */
static inline void amount_take(struct amount *amount, uint64_t inner_bytes, uint64_t outer_bytes)
{
    amount->count--;
    amount->inner_bytes -= inner_bytes;
    amount->outer_bytes -= outer_bytes;
}

/** The times of something, Unix time. Unset while the amount is 0. */
struct period {
    int64_t first_ns;
    int64_t last_ns;
};

struct session_truth {
    struct amount mirrored; /* frames that the source saw for the session */
    struct amount skipped[SKIP_CAUSES];
    struct amount failed; /* copies that could not leave the source: none in a file */
    struct amount sent;
    struct amount lost[LOSS_CAUSES];
    struct amount delivered;  /* copies that arrived, each once */
    struct amount late;       /* of these */
    struct amount duplicates; /* arrivals beyond these */
    struct amount truncated;  /* of those sent; the bytes are those cut off */
    struct amount snapped;    /* of those delivered; the bytes are those cut off */
    struct amount corrupted;  /* of those delivered */
    uint64_t flipped_bits;    /* in them */
    uint64_t restarts;
    struct amount fragmented;  /* of those delivered */
    uint64_t fragments;        /* frames in which these and their duplicates came */
    struct amount foreign;     /* copies under the session's name that it did not send */
    struct amount icmp_errors; /* frames */
    struct amount frames;      /* all of the session in the file */
    struct period sent_period;
    struct period frames_period;
};

#endif
