/* frame-data.c
 * What is kept in a frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/revisit/frame-data.h"

static int proto_erspan = -1;

void frame_data_register(int proto)
{
    proto_erspan = proto;
}

static uint32_t note_key(uint32_t number, enum frame_data note)
{
    return number * FRAME_DATA_KINDS + (uint32_t)note;
}

void frame_data_set(packet_info *pinfo, uint32_t number, enum frame_data note, const void *data)
{
    p_add_proto_data(wmem_file_scope(), pinfo, proto_erspan, note_key(number, note), (void *)data);
}

const void *frame_data_get(packet_info *pinfo, uint32_t number, enum frame_data note)
{
    return p_get_proto_data(wmem_file_scope(), pinfo, proto_erspan, note_key(number, note));
}
