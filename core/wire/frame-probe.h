/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What bytes that may be a mirrored frame say of themselves: how much they look like one, and how
 * long they claim to be. Which reading of a copy is right, whether it was cut and whether an FCS
 * follows all rest on these two answers.
 */
#ifndef CORE_WIRE_FRAME_PROBE_H
#define CORE_WIRE_FRAME_PROBE_H

#include "core/base/bytes.h"

/** How much bytes look like what they are taken for, in rising order. */
enum likeness {
    LIKENESS_NONE, /* they cannot be: a group address as source, IPv4 with another version, ... */
    LIKENESS_POSSIBLE, /* nothing speaks against it, or too few bytes to tell */
    LIKENESS_LIKELY,   /* a registered EtherType, a common LLC header, a sane IP header */
    LIKENESS_CERTAIN   /* a checksum or several fixed fields agree */
};

enum frame_kind { FRAME_ETHERNET, FRAME_IPV4, FRAME_IPV6, FRAME_OPAQUE };

struct frame_probe {
    enum frame_kind kind;
    enum likeness likeness;
    size_t own_length;        /* bytes it says it has, without padding and FCS; 0: does not say */
    bool own_length_is_least; /* the frame is cut before its length field; own_length is the length
                                 of its headers */
    uint8_t tags;             /* VLAN tags in the frame */
    uint16_t vlan;            /* VLAN ID of the outermost tag, 0 without one */
    uint16_t stamp_at;        /* where frame_stamp_read() reads the outermost time of Arista's; 0 */
};

/**
 * Looks at @p frame as an Ethernet frame.
 *
 * @param frame    the captured bytes.
 * @param carried  the bytes that the copy carried, at least frame.len; more when the capture was
 *                 snapped.
 */
struct frame_probe frame_probe_ethernet(struct bytes frame, size_t carried);

/** The same result for every frame, always layer by layer. frame_probe_ethernet() has a short way
 * for plain IPv4; tests compare both. */
struct frame_probe frame_probe_by_layers(struct bytes frame, size_t carried);

/** The same as an IPv4 or IPv6 packet without a MAC header. */
struct frame_probe frame_probe_ip(struct bytes packet, size_t carried);

/**
 * What the bytes are, given the FT of the header (ERSPAN_FT_ETHERNET where the type has none): FT 2
 * is IP, any other Ethernet, unless the bytes cannot be that and are the other; a reserved FT whose
 * bytes are neither is FRAME_OPAQUE.
 */
struct frame_probe frame_probe_identify(struct bytes frame, size_t carried, uint8_t frame_type);

/** What a frame carries behind its MAC addresses and tags, and behind MPLS labels, PPPoE or SNAP if
 * IP follows these. */
struct frame_payload {
    size_t offset;      /* of the IP header; without one, of the EtherType or 802.3 length. It may
                           lie behind the end of a cut frame */
    uint8_t ip_version; /* 4 or 6 by the EtherType or the frame kind; the packet's own version field
                           is not read; 0: no IP */
};

/** Finds it. All of an FRAME_OPAQUE frame is something else. */
struct frame_payload frame_probe_find_ip(struct bytes frame, enum frame_kind kind);

#endif
