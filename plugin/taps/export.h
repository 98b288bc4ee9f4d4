/* export.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Export of mirrored frames as packets of their own: tshark -U ERSPAN.
 */
#ifndef PLUGIN_TAPS_EXPORT_H
#define PLUGIN_TAPS_EXPORT_H

#include "plugin/revisit/copy-analysis.h"

void export_register(void);

/**
 * Hands the mirrored Ethernet frame of a copy that counts to the export, if there is one. With the
 * preference for it the packet's time becomes the source's from here on.
 */
void export_frame(packet_info *pinfo, tvbuff_t *tvb, const struct copy *copy,
                  const struct copy_analysis *meaning);

#endif
