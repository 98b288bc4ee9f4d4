/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a program can still do once its interfaces, its files and its outputs are open: read them,
 * compute and write. Packets come from anybody; what might go wrong in a parser stays in there.
 */
#ifndef COMMON_CONFINEMENT_CONFINEMENT_H
#define COMMON_CONFINEMENT_CONFINEMENT_H

#include <glib.h>
#include <stdbool.h>

/** What is to be confined. */
struct confinement_plan {
    const char *user;         /* as in privileges_drop() */
    bool off;                 /* not at all but for the user */
    const char *directory;    /* where files are made from now on; or a pipe or device that is
                                 opened again; NULL: neither */
    bool directory_is_needed; /* as of need in privileges_drop() */
    bool directory_is_read;   /* files there are read, too */
    bool xdp_sockets;         /* it makes new ones (AF_XDP), and keeps CAP_NET_RAW for that,
                                 and CAP_IPC_LOCK for their memory */
};

/** What holds. */
struct confinement {
    char *user;        /* that the process became; NULL: it is who started it */
    bool capabilities; /* it has none, and can get none */
    bool system_calls; /* seccomp */
    bool files;        /* Landlock */
};

/** What of it this kernel and this build have, for --version, as "seccomp and Landlock". */
const char *confinement_available(void);

/** Confines the process for good. Call it before there are threads. FALSE after an error; what the
 * kernel or the build does not have is none. @p confinement: end with confinement_clear(). */
gboolean confinement_begin(const struct confinement_plan *plan, struct confinement *confinement,
                           GError **error);

void confinement_clear(struct confinement *confinement);

#endif
