/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What Wireshark asks of erspandump, by the options of an extcap.
 */
#ifndef COLLECTOR_EXTCAP_EXTCAP_OPTIONS_H
#define COLLECTOR_EXTCAP_EXTCAP_OPTIONS_H

#include <glib.h>

#include "collector/handoff/handoff.h"

enum { EXTCAP_SNAP_MIN = 64, EXTCAP_SNAP_MAX = 262144, EXTCAP_WAIT_MS_MAX = 10000 };

/** The name of the interface in Wireshark's list. */
#define EXTCAP_INTERFACE "erspan"

enum extcap_request {
    EXTCAP_INTERFACES,
    EXTCAP_DLTS,
    EXTCAP_CONFIG,
    EXTCAP_CHECK_FILTER,
    EXTCAP_CAPTURE,
    EXTCAP_VERSION
};

/** What there is none of is NULL. */
struct extcap_options {
    enum extcap_request request;
    char *interface;   /* to which the mirror comes */
    char *fifo;        /* "-" is standard output */
    char *control_in;  /* a FIFO: what the user does in the toolbar */
    char *control_out; /* a FIFO: what the toolbar shows */
    char *filter;      /* a BPF expression */
    size_t snap;
    bool keeps_copies; /* the packets, not the frames in them */
    bool source_time;  /* the frames have the time at which the source saw them, where known */
    bool no_comments;
    struct handoff_plan handoff;
};

/** FALSE after an error; extcap_options_clear() is due in any case. */
gboolean extcap_options_parse(struct extcap_options *options, int argc, char **argv,
                              GError **error);

void extcap_options_clear(struct extcap_options *options);

#endif
