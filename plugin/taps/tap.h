/* tap.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The taps that every copy passes: "erspan" for statistics, "ERSPAN" for the export of mirrored
 * frames. Without a listener nothing is built.
 */
#ifndef PLUGIN_TAPS_TAP_H
#define PLUGIN_TAPS_TAP_H

#include "plugin/base/outer-packet.h"
#include "plugin/revisit/copy-analysis.h"

#define ERSPAN_TAP "erspan"

/** What a listener of ERSPAN_TAP is handed; it lives as long as the packet. */
struct tapped_copy {
    struct outer_packet outer;
    struct copy copy;
    struct copy_analysis meaning;
    address source; /* of the outer packet */
    address destination;
};

void tap_register(void);

/** Hands the copy to the listeners. Call it before anything may throw. */
void tap_copy(packet_info *pinfo, const struct outer_packet *outer, const struct copy *copy,
              const struct copy_analysis *meaning);

#endif
