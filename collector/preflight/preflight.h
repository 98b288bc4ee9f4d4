/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What of this host and of an interface costs a collector copies. Looks only, and changes nothing.
 */
#ifndef COLLECTOR_PREFLIGHT_PREFLIGHT_H
#define COLLECTOR_PREFLIGHT_PREFLIGHT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/preflight/check.h"

/** The run that would follow. */
struct preflight_plan {
    bool by_xdp;          /* it attaches an XDP program */
    bool other_gre;       /* it takes mirrors in GRE that are not ERSPAN */
    const char *capture;  /* a file that it writes at the rate of the link; NULL: none */
    size_t memory_wanted; /* bytes, of all threads */
    size_t memory_left;   /* bytes that limits leave this process; SIZE_MAX: no limit */
};

/** Makes all checks. @p root  "" but in tests, as in struct check_subject.
 *  @return NULL with @p error if there is no such interface. */
struct check_report *preflight_run(const char *root, const char *interface,
                                   const struct preflight_plan *plan, GError **error);

#endif
