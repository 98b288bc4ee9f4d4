/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Searches the highest rate without loss (RFC 2544 section 26.1: throughput), and the longest burst
 * without loss (RFC 9004: back-to-back frames).
 */
#ifndef GENERATOR_LIMIT_RATE_SEARCH_H
#define GENERATOR_LIMIT_RATE_SEARCH_H

#include "generator/limit/limit-trial.h"

enum { RATE_SEARCH_TRIALS = 12, RATE_SEARCH_CONFIRMATIONS = 4, BURST_SEARCH_TRIALS = 24 };

/** For what a trial was made. */
enum trial_purpose { TRIAL_SEARCH, TRIAL_CONFIRM, TRIAL_BEYOND, TRIAL_BURST, TRIAL_DELAY };

struct trial_record {
    enum trial_purpose purpose;
    double part; /* of the limit, that was ordered; 0: another purpose than beyond and delay */
    struct limit_outcome outcome;
};

struct rate_search_plan {
    struct limit_traffic traffic;
    double resolution;      /* part of the rate: 0.02 */
    double seconds;         /* of a trial of the search */
    double confirm_seconds; /* of the one that confirms */
    bool burst;             /* the longest burst is looked for, too */
    bool delay;             /* so are delay and jitter below the limit */
};

struct rate_search_result {
    double rate;         /* the highest without loss, frames a second; 0: none was found */
    double lossy_rate;   /* the lowest with loss; 0: there was none */
    bool sender_limited; /* the sender reached no rate with loss */
    bool confirmed;
    uint64_t bits_per_frame; /* of an outer frame with FCS */
    uint64_t burst;          /* frames; 0: not known, or not even the shortest */
    bool burst_unlimited;    /* the longest burst that was tried arrived whole */
    GArray *trials;          /* struct trial_record, in their order */
};

/** The trial @p i of the result, if delay and jitter were measured in it, and it was not made
 * again; else NULL. */
const struct trial_record *rate_search_delay(const struct rate_search_result *result, guint i);

/** @param result  all 0; clear it in any case.
 *  @return FALSE with @p error if a trial could not be made. */
gboolean rate_search(const struct rate_search_plan *plan, limit_trial trial, void *context,
                     struct rate_search_result *result, GError **error);
void rate_search_clear(struct rate_search_result *result);

#endif
