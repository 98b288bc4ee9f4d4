/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What was handed on of the mirrored frames, and what was left out, in words.
 */
#ifndef COLLECTOR_OUTPUT_TEXT_HANDOFF_H
#define COLLECTOR_OUTPUT_TEXT_HANDOFF_H

#include <stdio.h>

#include "collector/handoff/handoff.h"
#include "collector/handoff/interface-writer.h"
#include "collector/meter/kernel-strip-counts.h"
#include "collector/output/pcap-server.h"

/** For the reports. */
struct handed_on {
    struct handoff_counts frames;
    bool has_interface; /* the frames, or some, went to one: */
    struct interface_writer_counts interface;
    struct kernel_strip_counts kernel;
    bool has_server; /* likewise, by pcap over IP: */
    struct pcap_server_counts server;
};

/** A line for what was handed on, and one for each reason why a frame was not. */
void text_handed_on(FILE *stream, const struct handed_on *handed_on);

#endif
