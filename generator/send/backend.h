/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The ways to pass frames to the kernel, behind one interface.
 */
#ifndef GENERATOR_SEND_BACKEND_H
#define GENERATOR_SEND_BACKEND_H

#include <glib.h>

#include "core/base/bytes.h"
#include "generator/send/egress-interface.h"

/** Frames in one batch, at most. */
enum { BATCH_MAX = 64 };

struct send_plan;
struct tx_totals;
struct truth;
struct scenario;

struct backend {
    const char *name;
    const char *help;
    bool makes_xdp_sockets; /* while it sends */
    /** Opens the interface for sending. Returns NULL after an error, which says what is missing. */
    void *(*open)(const struct egress *egress, GError **error);
    /** Sends at most BATCH_MAX frames in order, and waits until that is possible. @p outcomes gets
     * 0 for each frame that was sent, else its errno. */
    void (*send)(void *state, const struct bytes *frames, size_t count, int *outcomes);
    void (*close)(void *state);
    /** For a back-end that builds the frames itself: replaces sender_run(), and what open() returns
     * is for struct send_plan alone. Else NULL. */
    gboolean (*simulate)(struct scenario *scenario, const struct send_plan *plan,
                         const struct egress *egress, struct truth *truth, struct tx_totals *totals,
                         GError **error);
};

extern const struct backend backend_af_xdp;
extern const struct backend backend_live_frames;
extern const struct backend backend_packet;
extern const struct backend backend_pcap;

/** The back-ends of this build, the default first. NULL ends the list. */
extern const struct backend *const backends[];

/** Finds a back-end by name. Returns NULL after an error, which lists all names. */
const struct backend *backend_find(const char *name, GError **error);

/** The names, separated by commas. Free with g_free(). */
char *backend_names(void);

/** Sets @p error when the kernel refuses to open @p what, and says which privilege is missing.
 * Returns FALSE. */
gboolean backend_refused(const struct egress *egress, const char *what, int number, GError **error);

/** Whether this process may send raw frames, as every back-end does; asked before anything waits
 * for the network. @return FALSE with backend_refused()'s error. */
gboolean backend_permitted(const struct egress *egress, GError **error);

#endif
