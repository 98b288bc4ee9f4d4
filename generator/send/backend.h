/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The ways to hand frames to the kernel, behind one interface.
 */
#ifndef GENERATOR_SEND_BACKEND_H
#define GENERATOR_SEND_BACKEND_H

#include <glib.h>

#include "core/base/bytes.h"
#include "generator/send/egress-interface.h"

/** Frames that are handed over at once, at most. */
enum { BATCH_MAX = 64 };

struct send_plan;
struct tx_totals;
struct truth;
struct scenario;

struct backend {
    const char *name;
    const char *help;
    /** Opens the wire for sending. NULL after an error, which says what is missing. */
    void *(*open)(const struct egress *egress, GError **error);
    /** Sends frames in their order, BATCH_MAX at most, and waits until it can. @p outcomes: of each
     * 0, it has left, or the errno for which it has not. */
    void (*send)(void *state, const struct bytes *frames, size_t count, int *outcomes);
    void (*close)(void *state);
    /** Of one that makes the frames itself: does what sender_run() does with the others. */
    gboolean (*simulate)(struct scenario *scenario, const struct send_plan *plan,
                         const struct egress *egress, struct truth *truth, struct tx_totals *totals,
                         GError **error);
};

extern const struct backend backend_af_xdp;
extern const struct backend backend_live_frames;
extern const struct backend backend_packet;
extern const struct backend backend_pcap;

/** Those that were built in, the default first; ends with NULL. */
extern const struct backend *const backends[];

/** The one of that name; NULL after an error, which names all. */
const struct backend *backend_find(const char *name, GError **error);

/** The names, commas between them. Free with g_free(). */
char *backend_names(void);

/** Sets @p error for a kernel that refuses to open @p what: says who may. Returns FALSE. */
gboolean backend_refused(const struct egress *egress, const char *what, int number, GError **error);

#endif
