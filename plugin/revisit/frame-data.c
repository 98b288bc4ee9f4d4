/* frame-notes.c
 * What is kept in a frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/revisit/frame-data.h"

static int proto_erspan = -1;

void frame_notes_register(int proto)
{
    proto_erspan = proto;
}

static uint32_t note_key(uint32_t number, enum frame_note note)
{
    return number * FRAME_NOTES + (uint32_t)note;
}

void frame_note_keep(packet_info *pinfo, uint32_t number, enum frame_note note, const void *data)
{
    p_add_proto_data(wmem_file_scope(), pinfo, proto_erspan, note_key(number, note), (void *)data);
}

const void *frame_note_find(packet_info *pinfo, uint32_t number, enum frame_note note)
{
    return p_get_proto_data(wmem_file_scope(), pinfo, proto_erspan, note_key(number, note));
}
