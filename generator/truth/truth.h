/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What really happened while a scenario was carried out: what readers of the capture can only
 * infer.
 */
#ifndef GENERATOR_TRUTH_TRUTH_H
#define GENERATOR_TRUTH_TRUTH_H

#include "generator/encapsulate/source-counter.h"
#include "generator/impairment/session-truth.h"
#include "generator/path/path-truth.h"

struct truth {
    const struct scenario *scenario;
    struct session_truth *sessions; /* in the scenario's order */
    struct source_counters counters;
    GPtrArray *paths; /* of struct path_truth */
};

/** Nothing has happened yet. @p scenario must outlive it. Free with truth_free(). */
struct truth *truth_new(const struct scenario *scenario);
void truth_free(struct truth *truth);

#endif
