/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a limit test found, as a table that grows, and a sentence.
 */
#ifndef GENERATOR_LIMIT_LIMIT_REPORT_H
#define GENERATOR_LIMIT_LIMIT_REPORT_H

#include "generator/limit/rate-search.h"

struct limit_size {
    struct limit_traffic traffic;
    struct rate_search_result found;
};

struct limit_report {
    const char *collector; /* as the user wrote it */
    const char *interface;
    const char *backend;
    char **command;       /* the words that started the test, NULL at the end */
    const char *scenario; /* the user's; NULL: none */
    const char *receiver; /* the collector's back-end */
    bool one_clock;       /* generator and collector run on one host: delays mean something */
    double seconds;       /* of a trial */
    double confirm_seconds;
    unsigned mtu;      /* of the way */
    unsigned probes;   /* that found it */
    unsigned overhead; /* bytes of the outer IP packet before the mirrored frame */
    double resolution;
    GArray *sizes; /* struct limit_size */
};

/** What a row is called: "64", "imix", "scenario". To be freed. */
char *limit_report_name(const struct limit_traffic *traffic);

void limit_report_print_head(const struct limit_report *report);
void limit_report_print_size(const struct limit_report *report, const struct limit_size *size);

/** What limits, and what to change first: to be freed. */
char *limit_report_sentence(const struct limit_report *report);

#endif
