/* frame-notes.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * What is kept of one copy in its frame for later visits. Most copies need nothing.
 */
#ifndef PLUGIN_REVISIT_FRAME_DATA_H
#define PLUGIN_REVISIT_FRAME_DATA_H

#include "plugin/base/compat.h"

enum frame_note {
    FRAME_NOTE_MEMO,    /* struct copy_memo: how it was read */
    FRAME_NOTE_FINDING, /* struct kept_finding: what it meant */
    FRAME_NOTES
};

void frame_notes_register(int proto);

/** @param number  the copy's place in the frame.
 *  @param data    of file scope. */
void frame_note_keep(packet_info *pinfo, uint32_t number, enum frame_note note, const void *data);

/** NULL if nothing was kept. */
const void *frame_note_find(packet_info *pinfo, uint32_t number, enum frame_note note);

#endif
