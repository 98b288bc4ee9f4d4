/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/flow-hash.h"

#include "core/wire/protocol.h"
#include "generator/base/random.h"
#include "generator/traffic/frame-ip.h"

/* One end: its address and its port. */
static uint64_t hash_end(struct bytes frame, size_t at, size_t len, uint16_t port)
{
    uint64_t hash = port;
    for (size_t i = 0; i < len; i++)
        hash = random_at(hash, bytes_u8(frame, at + i));
    return hash;
}

uint64_t flow_hash(struct bytes frame)
{
    struct frame_ip ip;
    if (!frame_ip_find(frame, true, &ip))
        return hash_end(frame, 0, MAC_ADDRESS_LENGTH, 0) +
               hash_end(frame, MAC_ADDRESS_LENGTH, MAC_ADDRESS_LENGTH, 0);
    uint16_t source = ip.ports_at != 0 ? bytes_u16(frame, ip.ports_at) : 0;
    uint16_t destination = ip.ports_at != 0 ? bytes_u16(frame, ip.ports_at + 2) : 0;
    return hash_end(frame, ip.source_at, ip.address_length, source) +
           hash_end(frame, ip.source_at + ip.address_length, ip.address_length, destination);
}
