/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a limit test found, as a table that grows, a sentence, and JSON (docs/limit.schema.json).
 */
#ifndef GENERATOR_LIMIT_LIMIT_REPORT_H
#define GENERATOR_LIMIT_LIMIT_REPORT_H

#include "generator/limit/rate-search.h"

struct limit_size {
    unsigned size;
    struct rate_search_result found;
};

struct limit_report {
    const char *collector; /* as the user wrote it */
    const char *interface;
    const char *backend;
    unsigned mtu;      /* of the way */
    unsigned probes;   /* that found it */
    unsigned overhead; /* bytes of the outer IP packet before the mirrored frame */
    double resolution;
    GArray *sizes; /* struct limit_size */
};

void limit_report_print_head(const struct limit_report *report);
void limit_report_print_size(const struct limit_report *report, const struct limit_size *size);

/** What limits, and what to change first: to be freed. */
char *limit_report_sentence(const struct limit_report *report);

/** The whole report as JSON; the caller frees it. */
GString *limit_report_json(const struct limit_report *report);

#endif
