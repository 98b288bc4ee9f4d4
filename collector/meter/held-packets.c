/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/held-packets.h"

#include <glib.h>

static void free_packet(struct held_packets *held, const struct packet *packet)
{
    held->bytes -= packet->bytes.len;
    g_free((gpointer)packet->bytes.data);
}

void held_packets_drop(struct held_packets *held, size_t place)
{
    struct held_tunnel *tunnel = &held->tunnels[place];
    for (unsigned i = 0; i < tunnel->count; i++)
        free_packet(held, &tunnel->list[i]);
    g_free(tunnel->list);
    *tunnel = (struct held_tunnel){0};
}

void held_packets_clear(struct held_packets *held)
{
    for (size_t place = 0; place < MIRROR_TUNNELS; place++)
        held_packets_drop(held, place);
}

bool held_packets_add(struct held_packets *held, size_t place, const struct mirror_tunnel *tunnel,
                      const struct packet *packet)
{
    struct held_tunnel *of = &held->tunnels[place];
    if (of->first != tunnel->first) {
        held_packets_drop(held, place);
        of->first = tunnel->first;
    }
    if (tunnel->before > 0 || of->count == HELD_PACKETS_MAX ||
        packet->bytes.len > HELD_BYTES_MAX - held->bytes)
        return false;
    if (of->list == NULL)
        of->list = g_new(struct packet, HELD_PACKETS_MAX);
    struct packet *copy = &of->list[of->count++];
    *copy = *packet;
    copy->bytes.data = g_memdup2(packet->bytes.data, packet->bytes.len);
    held->bytes += packet->bytes.len;
    return true;
}

void held_packets_release(struct held_packets *held, size_t place,
                          const struct mirror_tunnel *tunnel, const struct packet_sink *sink)
{
    /* Released before they are read again: who reads them asks whether any are held. */
    const struct held_tunnel of = held->tunnels[place];
    held->tunnels[place] = (struct held_tunnel){0};
    for (unsigned i = 0; i < of.count; i++) {
        if (of.first == tunnel->first)
            packet_put(sink, &of.list[i]);
        free_packet(held, &of.list[i]);
    }
    g_free(of.list);
}
