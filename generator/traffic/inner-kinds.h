/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the kinds of mirrored traffic share: the hosts, and the headers below their payload.
 */
#ifndef GENERATOR_TRAFFIC_INNER_KINDS_H
#define GENERATOR_TRAFFIC_INNER_KINDS_H

#include "generator/base/ip-header.h"
#include "generator/scenario/scenario.h"

enum { INNER_DEFAULT_SIZE = 200 };

/** One end of a conversation. */
struct host {
    struct mac mac;
    struct address ip;
};

/** The two ends of flow @p flow, below plan->flows: the client has its own address, the server not.
 */
struct host inner_client(const struct inner_plan *plan, uint64_t flow);
struct host inner_server(const struct inner_plan *plan);

/** Of the two ends of a flow the client is the first: the one that answers is ends[answers]. */
enum { INNER_ENDS = 2 };

/** Whose turn frame n is where flows take turns: it is step n / flows of flow n mod flows. */
struct inner_turn {
    uint64_t flow;
    uint64_t step;
    struct host ends[INNER_ENDS];
};
void inner_turn_init(struct inner_turn *event, const struct inner_plan *plan, uint64_t n);

/** The ports of flow @p flow, with which TCP and UDP begin. */
void inner_put_ports(uint64_t flow, bool answers, struct buffer *out);

/** Appends destination, source, VLAN tags and @p type, or nothing without MAC header. */
void inner_put_ethernet(const struct inner_plan *plan, struct mac destination, struct mac source,
                        uint16_t type, struct buffer *out);

/** An IP packet between two hosts, in two steps around its payload. */
struct packet_builder {
    struct ip_fields ip;
    size_t payload_at; /* offset in the buffer */
};

/** Appends Ethernet and IP headers for @p payload_length bytes. @p id: IPv4's identification. */
struct packet_builder inner_put_ip(const struct inner_plan *plan, const struct host *from,
                                   const struct host *to, uint8_t protocol, size_t payload_length,
                                   uint16_t id, struct buffer *out);

/** The same for what is addressed to a neighbour: with that TTL (hop limit) and identification 0.
 */
struct packet_builder inner_put_local_ip(const struct inner_plan *plan, const struct host *from,
                                         const struct host *to, uint8_t protocol, uint8_t ttl,
                                         size_t payload_length, struct buffer *out);

/** Writes the checksum, at @p offset of the payload, over pseudo-header and payload. */
void inner_set_checksum(const struct packet_builder *packet, size_t offset, struct buffer *out);

/** The same for TCP or UDP, as the plan wants it: good, of the pseudo-header alone, or none. */
void inner_set_transport_checksum(const struct inner_plan *plan,
                                  const struct packet_builder *packet, size_t offset,
                                  struct buffer *out);

/** Appends a UDP header, whose checksum is still 0, before @p data_length bytes. */
void inner_put_udp(uint16_t source, uint16_t destination, size_t data_length, struct buffer *out);

/** The clients' ports, by their flow. */
uint16_t inner_client_port(uint64_t flow);

/** Where its IP header begins, or what it has instead: behind a MAC header, if there is one. */
size_t inner_ip_at(const struct inner_plan *plan);

/** Bytes of data that make a frame of the plan's size. */
size_t inner_data_length(const struct inner_plan *plan);

/** Appends @p len bytes of data, the same on every call. */
void inner_put_data(size_t len, struct buffer *out);

void inner_write_tcp(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_udp(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_echo(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_rtp(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_syslog(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_bfd(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_vrrp(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_hsrp(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_ospf(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_lacp(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_nd(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_arp(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_stp(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_lldp(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_random(const struct inner_plan *plan, uint64_t n, struct buffer *out);
void inner_write_none(const struct inner_plan *plan, uint64_t n, struct buffer *out);

#endif
