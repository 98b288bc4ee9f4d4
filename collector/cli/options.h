/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the user asks for on the command line.
 */
#ifndef COLLECTOR_CLI_OPTIONS_H
#define COLLECTOR_CLI_OPTIONS_H

#include <glib.h>

#include "collector/cli/serve.h"
#include "collector/handoff/handoff.h"
#include "collector/output/packet-rotation.h"
#include "collector/output/report-options.h"
#include "collector/source/source.h"
#include "core/copy/session-rule.h"
#include "core/sequence/sequence-domain.h"
#include "core/wire/mirror-header.h"

/** How to receive from an interface. */
enum receive_method { RECEIVE_PCAP, RECEIVE_PACKET, RECEIVE_XDP, RECEIVE_COUNT, RECEIVE_STRIP };

struct options {
    char *interface; /* either this */
    char **files;    /* or these */
    char *filter;    /* NULL: everything */
    enum receive_method backend;
    size_t snap;       /* bytes of each packet */
    size_t buffer;     /* bytes */
    size_t memory_mib; /* to remember in, of each thread that receives */
    unsigned threads;  /* that receive; of RECEIVE_PACKET */
    uint64_t count;    /* packets to take; UINT64_MAX: no limit */
    double duration_s; /* 0: no limit */
    double interval_s; /* 0: no intervals */
    enum sequence_domain_policy domain;
    struct report_options report;
    struct mirror_rules mirrors;
    struct session_rules drops_only; /* whose copies are of dropped packets */
    char *write;                     /* a capture of what comes; NULL: none */
    struct packet_rotation rotation; /* of that */
    bool decapsulate;                /* it holds the mirrored frames */
    bool per_session;                /* one for each session */
    unsigned keep;                   /* files of each, the newest; 0: all */
    char *to;                        /* an interface that gets the mirrored frames; NULL: none */
    char *pcap_server;               /* where clients get the mirrored frames; NULL: nowhere */
    struct handoff_plan handoff;     /* of mirrored frames, to either */
    bool paths;                      /* follow frames from point to point */
    unsigned spread; /* processors that share the flows, with RECEIVE_STRIP; 0: none do */
    bool check;      /* only look whether the interface and the host are set up for a run */
    bool serve;      /* count for a generator's limit test */
    struct serve_plan serving;
    bool version;         /* alone */
    bool help;            /* was printed */
    char *user;           /* to be after opening; NULL: the default, if root */
    bool confinement_off; /* but for the user: to look for a fault */
};

/** Parses and checks. FALSE after an error; options_clear() is due in any case. */
gboolean options_parse(struct options *options, int argc, char **argv, GError **error);
void options_clear(struct options *options);

/** True if the capture is standard input, and nothing else. */
bool options_reads_input(const struct options *options);

#endif
