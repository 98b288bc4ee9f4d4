/* frame-data.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Data that is kept with a frame about one of its copies, for later visits. Most copies need none.
 */
#ifndef PLUGIN_REVISIT_FRAME_DATA_H
#define PLUGIN_REVISIT_FRAME_DATA_H

#include "plugin/base/compat.h"

enum frame_data {
    FRAME_DATA_STATE,   /* struct copy_state: how it was read */
    FRAME_DATA_FINDING, /* struct stored_finding: what it meant */
    FRAME_DATA_KINDS
};

void frame_data_register(int proto);

/** @param number  the copy's place in the frame.
 *  @param data    of file scope. */
void frame_data_set(packet_info *pinfo, uint32_t number, enum frame_data note, const void *data);

/** Returns NULL if nothing was kept. */
const void *frame_data_get(packet_info *pinfo, uint32_t number, enum frame_data note);

#endif
