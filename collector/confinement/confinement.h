/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What erspanrate can still do once its interface or file and its outputs are open: read, count and
 * report. Packets come from anybody; what might go wrong in a parser stays in there.
 */
#ifndef COLLECTOR_CONFINEMENT_CONFINEMENT_H
#define COLLECTOR_CONFINEMENT_CONFINEMENT_H

#include <glib.h>
#include <stdbool.h>

/** What is to be confined. */
struct confinement_plan {
    const char *user;           /* as in privileges_drop() */
    bool off;                   /* not at all but for the user */
    const char *needs[3];       /* as in privileges_drop() */
    const char *directories[4]; /* where files are made from now on; NULL: no more */
};

/** What holds. */
struct confinement {
    char *user;        /* that the process became; NULL: it is who started it */
    bool capabilities; /* it has none, and can get none */
    bool system_calls; /* seccomp */
    bool files;        /* Landlock */
};

/** Confines the process for good. Call it before there are threads. FALSE after an error; what the
 * kernel or the build does not have is none. @p confinement: end with confinement_clear(). */
gboolean confinement_begin(const struct confinement_plan *plan, struct confinement *confinement,
                           GError **error);

void confinement_clear(struct confinement *confinement);

#endif
