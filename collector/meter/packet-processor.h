/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * From packets to a report: finds the copies in each packet, reads and analyses them with core the
 * way the plugin does, and adds up what they say. One intake belongs to one thread.
 *
 * A packet may hold several copies: one inside another (quirk Q22), or the quote of an ICMP error
 * (Q23). Outer fragments are not put together: the first one counts as a copy that is cut there.
 */
#ifndef COLLECTOR_METER_PACKET_PROCESSOR_H
#define COLLECTOR_METER_PACKET_PROCESSOR_H

#include "collector/meter/snapshot.h"
#include "collector/source/packet.h"
#include "core/report/report.h"

enum {
    INTAKE_DEPTH_MAX =
        REPORT_DEPTH_LEAST /* copies inside copies; what lies deeper is not looked for */
};

struct intake_policy {
    struct copy_policy copy;
    struct analysis_policy analysis;
    struct packet_sink packets;  /* takes each before it is looked at; all 0: nobody does */
    struct packet_sink mirrored; /* takes the frames in copies, but not those inside others */
};

struct intake;

struct intake *intake_new(const struct intake_policy *policy);
void intake_free(struct intake *intake);

void intake_take(struct intake *intake, const struct packet *packet);
struct packet_sink intake_sink(struct intake *intake);

/** Flushes those who take packets and mirrored frames. */
void intake_flush(const struct intake *intake);

/**
 * Fills in a look at what was counted so far. What only others know is there already: the counters
 * of the source and of the machine, so that verdicts can weigh them.
 */
void intake_look(struct intake *intake, struct look *look);

#endif
