/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The outer packet around a payload: link layer and IP, and UDP where it carries the payload.
 *
 * The headers are the same in every packet of a plan but for lengths, identification and checksums:
 * they are encoded once, copied in front of each payload, and patched behind it.
 */
#ifndef GENERATOR_ENCAPSULATE_OUTER_TEMPLATE_H
#define GENERATOR_ENCAPSULATE_OUTER_TEMPLATE_H

#include "generator/scenario/capture-interface.h"
#include "generator/scenario/scenario.h"

enum { OUTER_MAX_LENGTH = 160 };

/** The UDP ports of an outer packet; no_udp for one that is not UDP. */
struct udp_ports {
    bool used;
    uint16_t source;
    uint16_t destination;
};
static const struct udp_ports no_udp = {false, 0, 0};

struct outer_template {
    uint8_t bytes[OUTER_MAX_LENGTH];
    size_t len;
    size_t ip_at;  /* offset of the IP header; ip_version 0: none */
    size_t udp_at; /* offset of the UDP header; 0: none */
    uint8_t ip_version;
    size_t ip_header_length; /* IPv4 with options; IPv6 alone, 40 */
    uint32_t ipv4_sum;       /* RFC 1071's, of the header but for length, ID, and checksum */
    struct capture_interface interface; /* where the collector captures it */
    int64_t length;                     /* as in the plan */
};

/**
 * @param link         the plan's, or another: a copy inside a copy has Ethernet.
 * @param ip_protocol  of the payload; UDP's own is put before it if @p ports are used.
 * @param gre_protocol what a cooked capture without GRE names as its protocol.
 */
struct outer_template outer_template_make(const struct outer_plan *plan, enum link_kind link,
                                          uint8_t ip_protocol, struct udp_ports ports,
                                          uint16_t gre_protocol);

/** Appends the headers; returns their offset, for outer_end(). */
size_t outer_begin(const struct outer_template *template, struct buffer *out);

/**
 * Patches the headers at @p start for the payload that now reaches to the end of the buffer. One
 * that is longer than the packet can say, and does not lie, is an overflow.
 */
void outer_end(const struct outer_template *template, size_t start, uint16_t id,
               struct buffer *out);

/** RFC 1071's running sum over the pseudo-header of @p len bytes of @p protocol in the packet. */
uint32_t outer_pseudo_sum(const struct outer_template *template, uint8_t protocol, size_t len);

/** The plan of a packet in the opposite direction. */
struct outer_plan outer_reversed(const struct outer_plan *plan);

#endif
