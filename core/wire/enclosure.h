/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Headers that stand between the link layer and the IP packet that holds a copy: tags, labels and
 * tunnels. Each function reads one header and says what is behind it.
 */
#ifndef CORE_WIRE_ENCLOSURE_H
#define CORE_WIRE_ENCLOSURE_H

#include "core/base/bytes.h"

/** The number space of a next-protocol field. */
enum enclosure_announcement {
    ENCLOSURE_BY_ETHER_TYPE, /* also GRE's protocol type */
    ENCLOSURE_BY_IP_PROTOCOL,
    ENCLOSURE_BY_UDP_PORT
};

enum enclosure_content_kind {
    ENCLOSURE_ETHERNET,   /* a frame with its addresses */
    ENCLOSURE_IP,         /* a packet: its first four bits tell the version */
    ENCLOSURE_ETHER_TYPE, /* what the number announces, in ENCLOSURE_BY_ETHER_TYPE */
    ENCLOSURE_IP_PROTOCOL
};

struct enclosure_content {
    enum enclosure_content_kind kind;
    uint16_t number; /* of ENCLOSURE_ETHER_TYPE and ENCLOSURE_IP_PROTOCOL; else 0 */
    size_t offset;   /* from the start of the header that was read */
    size_t length;   /* bytes of content, where the header says it; else 0 */
};

/** True if enclosure_enter() knows the header that @p number announces. */
bool enclosure_has(enum enclosure_announcement announcement, uint32_t number);

/**
 * Reads the header at the start of @p bytes, which @p number announces.
 *
 * @return false if it is no header that is known, or is cut, or holds no packet.
 */
bool enclosure_enter(enum enclosure_announcement announcement, uint32_t number, struct bytes bytes,
                     struct enclosure_content *content);

#endif
