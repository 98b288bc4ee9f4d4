/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The interfaces of a pcapng capture of mirrored frames: one for each session, direction and link
 * type. Each is told apart when its first frame comes, and counts what becomes of its frames.
 */
#ifndef COLLECTOR_EXTCAP_SESSION_INTERFACES_H
#define COLLECTOR_EXTCAP_SESSION_INTERFACES_H

#include <glib.h>

#include "collector/meter/mirrored-sink.h"

enum {
    SESSION_INTERFACES_MAX = 1000, /* anybody can make up sessions: more share one a link type */
    SESSION_INTERFACE_TEXT_MAX = 256
};

struct session_interface {
    char name[SESSION_INTERFACE_TEXT_MAX];
    char description[SESSION_INTERFACE_TEXT_MAX];
    uint32_t link;
    int64_t number; /* in the capture; -1: it is not declared there yet */
    uint64_t received;
    uint64_t dropped;                 /* of frames to be written: there was no room */
    struct sequence_counts sequences; /* copies 0: nothing is known of loss */
    bool news;                        /* the counts have changed since they were written */
};

struct session_interfaces;

struct session_interfaces *session_interfaces_new(void);
void session_interfaces_free(struct session_interfaces *interfaces);

/** Counts the frame for its interface, which is made if there is none. Returns its index. */
guint session_interfaces_count(struct session_interfaces *interfaces,
                               const struct mirrored_frame *frame);

/** How many there are. */
guint session_interfaces_size(const struct session_interfaces *interfaces);

/** Valid until the end. */
struct session_interface *session_interfaces_at(const struct session_interfaces *interfaces,
                                                guint index);

#endif
