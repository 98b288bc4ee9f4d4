/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * From packets to a report: finds the copies in each packet, reads and analyses them with core the
 * way the plugin does, and adds up what they say. A packet processor belongs to one thread.
 *
 * A packet may hold several copies: one inside another (quirk Q22, nested copies), or the quote of
 * an ICMP error (Q23, quoted copy). Outer fragments are not put together: the first one counts as a
 * copy that is cut there.
 */
#ifndef COLLECTOR_METER_PACKET_PROCESSOR_H
#define COLLECTOR_METER_PACKET_PROCESSOR_H

#include "collector/meter/mirrored-sink.h"
#include "collector/meter/snapshot.h"
#include "collector/source/packet.h"
#include "core/report/report.h"

enum {
    PACKET_DEPTH_MAX =
        REPORT_DEPTH_LEAST /* copies inside copies; what lies deeper is not looked for */
};

struct packet_processor_policy {
    struct copy_policy copy;
    struct analysis_policy analysis;
    struct mirror_rules mirrors; /* of the user */
    size_t session_limit;        /* sessions told apart; 0: SESSION_LIMIT_DEFAULT */
    size_t paths_memory;        /* bytes to follow frames from point to point in; 0: they are not */
    bool threaded;              /* copies are analysed in a thread of their own: see copy-batch.h */
    struct packet_sink packets; /* gets each packet before it is processed; all 0: none */
    struct mirrored_sink mirrored; /* takes the frames in copies, but not those inside others */
};

struct packet_processor;

struct packet_processor *packet_processor_new(const struct packet_processor_policy *policy);
void packet_processor_free(struct packet_processor *packet_processor);

void packet_processor_take(struct packet_processor *packet_processor, const struct packet *packet);
struct packet_sink packet_processor_sink(struct packet_processor *packet_processor);

/** Flushes those who take packets and mirrored frames. */
void packet_processor_flush(const struct packet_processor *packet_processor);

/** No packet will come any more: what waited for later ones is decided. */
void packet_processor_end(struct packet_processor *packet_processor);

/**
 * Fills in a look at what was counted so far. What only others know is there already: the counters
 * of the source and of the machine, so that verdicts can weigh them.
 */
void packet_processor_snapshot(struct packet_processor *packet_processor,
                               struct snapshot *snapshot);

#endif
