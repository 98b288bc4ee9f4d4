/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The forms that a report takes: what the user asks for on the command line.
 */
#ifndef COLLECTOR_OUTPUT_REPORT_OPTIONS_H
#define COLLECTOR_OUTPUT_REPORT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { REPORT_TOP_DEFAULT = 10 };

struct report_options {
    size_t top;         /* sessions to show, the busiest first */
    bool quiet;         /* report at the end alone, not each interval */
    bool json;          /* instead of text */
    bool on_stderr;     /* standard output is taken: the report goes to standard error */
    const char *filter; /* that packets have to pass; NULL: none */
    char *prometheus;   /* path of a file in Prometheus' text format; NULL: none */
    char *plot;         /* path of an SVG file; NULL: none */
};

#endif
