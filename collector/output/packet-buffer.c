/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-buffer.h"

#include <glib.h>
#include <string.h>

enum { FIRST_ROOM = 1 << 16, FIRST_ENDS = 1 << 10 };

void packet_buffer_clear(struct packet_buffer *buffer)
{
    g_free(buffer->bytes);
    g_free(buffer->ends);
    *buffer = (struct packet_buffer){.limit = buffer->limit};
}

static bool grow_bytes(struct packet_buffer *buffer, size_t needed)
{
    size_t room = MAX(buffer->room, (size_t)FIRST_ROOM);
    while (room < needed)
        room *= 2;
    room = MIN(room, buffer->limit);
    uint8_t *bytes = g_try_realloc(buffer->bytes, room);
    if (bytes == NULL)
        return false;
    buffer->bytes = bytes;
    buffer->room = room;
    return true;
}

static bool grow_ends(struct packet_buffer *buffer)
{
    size_t room = buffer->end_room == 0 ? FIRST_ENDS : 2 * buffer->end_room;
    size_t *ends = g_try_realloc_n(buffer->ends, room, sizeof *ends);
    if (ends == NULL)
        return false;
    buffer->ends = ends;
    buffer->end_room = room;
    return true;
}

bool packet_buffer_reserve(struct packet_buffer *buffer, size_t size)
{
    if (size > buffer->limit - buffer->length)
        return false;
    return (buffer->length + size <= buffer->room || grow_bytes(buffer, buffer->length + size)) &&
           (buffer->packets < buffer->end_room || grow_ends(buffer));
}

void packet_buffer_put(struct packet_buffer *buffer, const void *bytes, size_t size)
{
    if (size > 0)
        memcpy(buffer->bytes + buffer->length, bytes, size);
    buffer->length += size;
}

void packet_buffer_end_packet(struct packet_buffer *buffer)
{
    buffer->ends[buffer->packets++] = buffer->length;
}

size_t packet_buffer_remove(struct packet_buffer *buffer, size_t written)
{
    if (written == buffer->length) {
        packet_buffer_empty(buffer);
        return written;
    }
    size_t whole = 0;
    while (whole < buffer->packets && buffer->ends[whole] <= written)
        whole++;
    if (whole == 0)
        return 0;
    size_t border = buffer->ends[whole - 1];
    buffer->length -= border;
    buffer->packets -= whole;
    memmove(buffer->bytes, buffer->bytes + border, buffer->length);
    for (size_t i = 0; i < buffer->packets; i++)
        buffer->ends[i] = buffer->ends[i + whole] - border;
    return border;
}

void packet_buffer_empty(struct packet_buffer *buffer)
{
    buffer->length = 0;
    buffer->packets = 0;
}
