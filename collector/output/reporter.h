/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Everything that is said about a run, in all the forms that the options ask for.
 */
#ifndef COLLECTOR_OUTPUT_REPORTER_H
#define COLLECTOR_OUTPUT_REPORTER_H

#include "collector/handoff/handoff.h"
#include "collector/handoff/interface-writer.h"
#include "collector/meter/snapshot.h"
#include "collector/output/packet-writer.h"
#include "collector/output/pcap-server.h"
#include "collector/output/report-options.h"
#include "collector/output/session-files.h"
#include "common/confinement/confinement.h"
#include "common/confinement/file-replacer.h"

struct reporter;

/**
 * Opens what the report is written to.
 *
 * @param options  live as long as the reporter.
 * @param from     the name of the interface or of the file.
 * @param how      how an interface is received from, in words; NULL: from a file.
 * @return NULL after an error.
 */
struct reporter *reporter_new(const struct report_options *options, const char *from,
                              const char *how, GError **error);

/** What the process is confined to, for the report; it is copied. */
void reporter_confined(struct reporter *reporter, const struct confinement *confinement);

/** Where packets and mirrored frames go. What there is none of is NULL. */
struct reporter_outputs {
    struct packet_writer *writer; /* either this */
    struct session_files *files;  /* or that */
    struct file_maker *maker;     /* of the files of either, if there are many */
    struct file_replacer *metrics;
    struct interface_writer *interface;
    struct pcap_server *server;
    struct handoff *handoff; /* of mirrored frames, to any of these */
};

/** What is written of the packets, and handed on of the mirrored frames, for the report. All live
 * longer. */
void reporter_follow(struct reporter *reporter, const struct reporter_outputs *outputs);

/** Says at once, on standard error, what keeps packets from being written. Call it often. */
void reporter_check(struct reporter *reporter);

/** An interval ends. @p now is the reporter's from here on. FALSE after an error of writing. */
gboolean reporter_interval(struct reporter *reporter, struct snapshot *now, GError **error);

/** When the interval ends that goes on at @p now_s, the last one having ended at @p end_s: however
 *  many lie between, they were one. All in seconds since the beginning, or all of a clock. */
double reporter_next_s(double end_s, double interval_s, double now_s);

/** Says on standard error what came until now, in words. */
void reporter_now(struct reporter *reporter, const struct snapshot *now);

/** Something to know at once, in words: on standard error, where the next table leaves it. */
void reporter_warn(struct reporter *reporter, const char *what);

/** The run ends. */
gboolean reporter_end(struct reporter *reporter, const struct snapshot *snapshot, GError **error);
void reporter_free(struct reporter *reporter);

#endif
