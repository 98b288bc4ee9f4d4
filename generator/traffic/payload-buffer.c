/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/payload-buffer.h"

#include "core/base/checksum.h"
#include "core/wire/protocol.h"

enum { HEADROOM = 256 };

struct payload_buffer *payload_buffer_new(size_t data_length)
{
    struct payload_buffer *room = g_new0(struct payload_buffer, 1);
    struct buffer all = {g_malloc0(HEADROOM + data_length), HEADROOM + data_length, HEADROOM,
                         false};
    room->data = all.data + HEADROOM;
    inner_put_data(data_length, &all);
    uint8_t period[DATA_PERIOD];
    struct buffer first = {period, sizeof period, 0, false};
    inner_put_data(sizeof period, &first);
    for (size_t len = 0; len <= DATA_PERIOD; len++)
        room->sum_of_first[len] = internet_checksum_add(0, (struct bytes){period, len});
    return room;
}

void payload_buffer_free(struct payload_buffer *room)
{
    if (room == NULL)
        return;
    g_free(room->data - HEADROOM);
    g_free(room);
}

struct buffer payload_buffer_begin(struct payload_buffer *room, size_t header_length)
{
    return (struct buffer){room->data - header_length, header_length, 0, header_length > HEADROOM};
}

static uint32_t sum_of_first(const struct payload_buffer *room, size_t len)
{
    uint64_t sum = (uint64_t)(len / DATA_PERIOD) * room->sum_of_first[DATA_PERIOD] +
                   room->sum_of_first[len % DATA_PERIOD];
    while (sum >> 32)
        sum = (sum & 0xffffffff) + (sum >> 32);
    return (uint32_t)sum;
}

uint32_t payload_buffer_sum(const struct payload_buffer *room, size_t from, size_t to)
{
    /* Modulo 2^32 - 1, as all running sums: the complement is the negative. */
    uint64_t sum = (uint64_t)sum_of_first(room, to) + (uint32_t)~sum_of_first(room, from);
    return (uint32_t)((sum & 0xffffffff) + (sum >> 32));
}

void payload_buffer_set_checksum(const struct packet_builder *packet, size_t offset,
                                 uint32_t data_sum, struct buffer *headers)
{
    struct bytes own = {headers->data + packet->payload_at, headers->len - packet->payload_at};
    uint64_t sum = (uint64_t)internet_checksum_add(ip_pseudo_sum(&packet->ip), own) + data_sum;
    uint16_t checksum = internet_checksum_end((uint32_t)((sum & 0xffffffff) + (sum >> 32)));
    if (packet->ip.protocol == IP_PROTOCOL_UDP && checksum == 0)
        checksum = 0xffff; /* 0 would say that there is none */
    buffer_patch16(headers, packet->payload_at + offset, checksum);
}
