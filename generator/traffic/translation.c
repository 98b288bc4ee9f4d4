/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/translation.h"

#include "core/base/bytes.h"
#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"
#include "generator/traffic/frame-ip.h"

enum { PORT_MASK = 0x1555 };

/* A frame under translation, and by how much the sums over what it changes grow. */
struct translating {
    uint8_t *frame;
    struct bytes view;
    struct frame_ip ip;
    uint32_t grown; /* RFC 1624: the sum of new words and inverted old ones */
    uint32_t grown_ports;
};

static void set_word(struct translating *at, size_t offset, uint16_t value, uint32_t *grown)
{
    *grown += (uint16_t)~bytes_u16(at->view, offset) + (uint32_t)value;
    at->frame[offset] = (uint8_t)(value >> 8);
    at->frame[offset + 1] = (uint8_t)value;
}

static bool translate_macs(uint8_t *frame, size_t len, bool mac)
{
    bool translated = false;
    for (size_t at = 0; mac && len >= 2 * MAC_ADDRESS_LENGTH && at < 2 * MAC_ADDRESS_LENGTH;
         at += MAC_ADDRESS_LENGTH) {
        if (frame[at] & 1)
            continue;
        frame[at + 1] ^= 0x80;
        translated = true;
    }
    return translated;
}

/* True if the address is of the inside, and is now one of the outside. */
static bool translate_address(struct translating *at, size_t offset)
{
    static const uint8_t documentation[] = {0x20, 0x01, 0x0d, 0xb8};
    if (at->ip.version == 4) {
        if (bytes_u8(at->view, offset) != 10)
            return false;
        uint16_t high = (uint16_t)(100 << 8 | 64 | (bytes_u8(at->view, offset + 1) & 0x3f));
        set_word(at, offset, high, &at->grown);
        return true;
    }
    if (!bytes_equal(at->view, offset, documentation, sizeof documentation) ||
        bytes_u16(at->view, offset + 6) != 0)
        return false;
    set_word(at, offset + 6, 0xffff, &at->grown);
    return true;
}

/* Where the checksum of what IP carries stands; 0: it has none that covers addresses or ports. */
static size_t transport_checksum_at(const struct translating *at)
{
    const struct frame_ip *ip = &at->ip;
    if (ip->protocol == IP_PROTOCOL_ICMPV6 && ip->version == 6)
        return ip->payload_at + ICMP_AT_CHECKSUM;
    if (ip->ports_at == 0)
        return 0;
    return ip->payload_at + (ip->protocol == IP_PROTOCOL_TCP ? TCP_AT_CHECKSUM : UDP_AT_CHECKSUM);
}

/* The sum over the pseudo-header, as checksum offload leaves it in the place of the checksum. */
static uint16_t pseudo_sum(const struct translating *at)
{
    const struct frame_ip *ip = &at->ip;
    const struct address source = address_at(at->view, ip->source_at, ip->address_length);
    const struct address destination =
        address_at(at->view, ip->source_at + ip->address_length, ip->address_length);
    size_t length = ip->version == 4 ? (size_t)bytes_u16(at->view, ip->at + IPV4_AT_LENGTH) -
                                           (ip->payload_at - ip->at)
                                     : bytes_u16(at->view, ip->at + IPV6_AT_LENGTH);
    const struct ip_fields fields = {.source = &source,
                                     .destination = &destination,
                                     .protocol = ip->protocol,
                                     .payload_length = length};
    return (uint16_t)~internet_checksum_end(ip_pseudo_sum(&fields));
}

static uint16_t grow(uint16_t sum, uint32_t grown)
{
    return (uint16_t)~internet_checksum_end(sum + grown);
}

static void set_checksums(struct translating *at, bool partial)
{
    uint32_t unused = 0;
    if (at->ip.version == 4) {
        uint16_t sum = (uint16_t)~bytes_u16(at->view, at->ip.at + IPV4_AT_CHECKSUM);
        set_word(at, at->ip.at + IPV4_AT_CHECKSUM, (uint16_t)~grow(sum, at->grown), &unused);
    }
    size_t checksum_at = transport_checksum_at(at);
    if (checksum_at == 0 || !bytes_has(at->view, checksum_at, 2))
        return;
    uint16_t value = bytes_u16(at->view, checksum_at);
    if (at->ip.protocol == IP_PROTOCOL_UDP && value == 0)
        return; /* there is none */
    if (partial)
        value = grow(value, at->grown);
    else
        value = (uint16_t)~grow((uint16_t)~value, at->grown + at->grown_ports);
    if (at->ip.protocol == IP_PROTOCOL_UDP && value == 0)
        value = 0xffff;
    set_word(at, checksum_at, value, &unused);
}

static bool translate_ip(uint8_t *frame, size_t len, bool mac, bool ports)
{
    struct translating at = {.frame = frame, .view = {frame, len}};
    if (!frame_ip_find(at.view, mac, &at.ip))
        return false;
    size_t checksum_at = transport_checksum_at(&at);
    bool partial = checksum_at != 0 && bytes_u16(at.view, checksum_at) == pseudo_sum(&at);
    bool translated = false;
    for (size_t end = 0; end < 2; end++) {
        if (!translate_address(&at, at.ip.source_at + end * at.ip.address_length))
            continue;
        translated = true;
        size_t port_at = at.ip.ports_at + 2 * end;
        if (ports && at.ip.ports_at != 0)
            set_word(&at, port_at, bytes_u16(at.view, port_at) ^ PORT_MASK, &at.grown_ports);
    }
    if (translated)
        set_checksums(&at, partial);
    return translated;
}

bool translation_pass(enum translation translation, uint8_t *frame, size_t len, bool mac)
{
    switch (translation) {
    case TRANSLATE_MACS:
        return translate_macs(frame, len, mac);
    case TRANSLATE_ADDRESSES:
    case TRANSLATE_PORTS:
        return translate_ip(frame, len, mac, translation == TRANSLATE_PORTS);
    case TRANSLATE_NOTHING:
        break;
    }
    return false;
}
