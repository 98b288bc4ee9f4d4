/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Finds the GRE header in BPF programs. It reads what sources of ERSPAN are known to send:
 * Ethernet with up to two VLAN tags, IPv4 with options, IPv6 with up to two extension headers,
 * UDP. core/wire/outer-behind.c reads more: other tags, labels and tunnels are told from what holds
 * no copy, and counted.
 */
#ifndef COLLECTOR_SOURCE_BPF_OUTER_BPF_H
#define COLLECTOR_SOURCE_BPF_OUTER_BPF_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "core/wire/protocol.h"

enum { OUTER_TAGS_MAX = 2, OUTER_EXTENSIONS_MAX = 2, OUTER_ADDRESS_LENGTH = 16 };

enum outer_kind {
    OUTER_OTHER,   /* not related to ERSPAN */
    OUTER_GRE,     /* offset is that of the GRE header */
    OUTER_RELATED, /* a later fragment of GRE, or a UDP packet that may be a marker */
    OUTER_UNREAD   /* a header that is not read here, behind which a copy may be */
};

struct outer_place {
    __u32 offset;
    __u32 end;                         /* offset behind the IP or UDP packet; 0: not known */
    __u8 source[OUTER_ADDRESS_LENGTH]; /* IPv4: in the first four bytes, the others 0 */
    __u8 destination[OUTER_ADDRESS_LENGTH];
    __u8 ip_version;
    bool fragment; /* of an IP packet in several */
    bool first;    /* ... the first of them */
    __u32 fragment_id;
};

/* The `size` bytes at `offset`, or NULL. The barrier keeps the compiler from using another register
 * than the one whose bounds the verifier has seen checked. */
static __always_inline void *outer_at(const struct xdp_md *ctx, __u32 offset, __u32 size)
{
    void *data = (void *)(long)ctx->data;
    void *end = (void *)(long)ctx->data_end;
    __u64 at = offset;
    barrier_var(at);
    if (at > ETH_DATA_LEN || data + at + size > end)
        return 0;
    return data + at;
}

/* The numbers of core/wire/enclosure.c, and the ports of other mirrors. */
static __always_inline bool outer_is_unread_type(__u16 ether_type)
{
    switch (ether_type) {
    case ETHER_TYPE_DOT1Q: /* a third tag */
    case ETHER_TYPE_DOT1AD:
    case ETHER_TYPE_QINQ_OLD:
    case ETHER_TYPE_MPLS:
    case ETHER_TYPE_MPLS_MULTICAST:
    case ETHER_TYPE_PPPOE_SESSION:
    case ETHER_TYPE_MACSEC:
    case ETHER_TYPE_I_TAG:
    case ETHER_TYPE_TRILL:
    case ETHER_TYPE_CISCO_METADATA:
    case ETHER_TYPE_VN_TAG:
    case ETHER_TYPE_HSR:
    case ETHER_TYPE_E_TAG:
    case ETHER_TYPE_NSH:
    case ETHER_TYPE_CISCO_TIME:
    case ETHER_TYPE_R_TAG:
    case ETHER_TYPE_ARISTA_TIME:
        return true;
    default:
        return false;
    }
}

static __always_inline bool outer_is_unread_protocol(__u8 protocol)
{
    return protocol == IP_PROTOCOL_IPV4 || protocol == IP_PROTOCOL_IPV6 ||
           protocol == IP_PROTOCOL_AUTHENTICATION || protocol == IP_PROTOCOL_ETHERIP ||
           protocol == IP_PROTOCOL_MPLS || protocol == IP_PROTOCOL_ETHERNET;
}

static __always_inline bool outer_is_unread_port(__u16 port)
{
    switch (port) {
    case UDP_PORT_VXLAN:
    case UDP_PORT_VXLAN_GPE:
    case UDP_PORT_GENEVE:
    case UDP_PORT_L2TP:
    case UDP_PORT_GTP_U:
    case UDP_PORT_TEREDO:
    case UDP_PORT_LISP:
    case UDP_PORT_MPLS:
    case UDP_PORT_TZSP:
    case UDP_PORT_JUNIPER_MIRROR:
        return true;
    default:
        return false;
    }
}

static __always_inline enum outer_kind outer_protocol(const struct xdp_md *ctx, __u8 protocol,
                                                      bool later_fragment,
                                                      struct outer_place *place)
{
    if (protocol == IPPROTO_GRE)
        return later_fragment ? OUTER_RELATED : OUTER_GRE;
    if (!later_fragment && outer_is_unread_protocol(protocol))
        return OUTER_UNREAD;
    if (protocol != IPPROTO_UDP || later_fragment)
        return OUTER_OTHER;
    const struct udphdr *udp = outer_at(ctx, place->offset, sizeof *udp);
    if (!udp)
        return OUTER_OTHER;
    if (place->offset + bpf_ntohs(udp->len) != place->end)
        place->end = 0;
    place->offset += sizeof *udp;
    if (udp->dest == bpf_htons(UDP_PORT_GRE))
        return OUTER_GRE;
    if (udp->dest == bpf_htons(UDP_PORT_MARKER))
        return OUTER_RELATED;
    return outer_is_unread_port(bpf_ntohs(udp->dest)) ? OUTER_UNREAD : OUTER_OTHER;
}

static __always_inline enum outer_kind outer_ipv4(const struct xdp_md *ctx,
                                                  struct outer_place *place)
{
    const struct iphdr *ip = outer_at(ctx, place->offset, sizeof *ip);
    if (!ip || ip->version != 4 || ip->ihl < 5)
        return OUTER_OTHER;
    __builtin_memcpy(place->source, &ip->saddr, sizeof ip->saddr);
    __builtin_memcpy(place->destination, &ip->daddr, sizeof ip->daddr);
    place->ip_version = 4;
    place->end = ip->tot_len ? place->offset + bpf_ntohs(ip->tot_len) : 0;
    place->offset += ip->ihl * 4u;
    bool later = (bpf_ntohs(ip->frag_off) & IPV4_FRAGMENT_OFFSET) != 0;
    place->fragment = later || (bpf_ntohs(ip->frag_off) & IPV4_MORE_FRAGMENTS) != 0;
    place->first = !later;
    place->fragment_id = ip->id;
    return outer_protocol(ctx, ip->protocol, later, place);
}

static __always_inline enum outer_kind outer_ipv6(const struct xdp_md *ctx,
                                                  struct outer_place *place)
{
    const struct ipv6hdr *ip = outer_at(ctx, place->offset, sizeof *ip);
    if (!ip || ip->version != 6)
        return OUTER_OTHER;
    __builtin_memcpy(place->source, &ip->saddr, sizeof ip->saddr);
    __builtin_memcpy(place->destination, &ip->daddr, sizeof ip->daddr);
    place->ip_version = 6;
    place->offset += sizeof *ip;
    place->end = ip->payload_len ? place->offset + bpf_ntohs(ip->payload_len) : 0;
    __u8 next = ip->nexthdr;
    bool later = false;
    for (int i = 0; i < OUTER_EXTENSIONS_MAX; i++) {
        const __u8 *extension = outer_at(ctx, place->offset, 8);
        bool known = next == IP_PROTOCOL_HOP_BY_HOP || next == IP_PROTOCOL_ROUTING ||
                     next == IP_PROTOCOL_DESTINATION_OPTIONS || next == IP_PROTOCOL_FRAGMENT;
        if (!known || !extension)
            break;
        if (next == IP_PROTOCOL_FRAGMENT) {
            later = extension[2] != 0 || (extension[3] & 0xf8) != 0;
            place->fragment = later || (extension[3] & 1) != 0;
            place->first = !later;
            __builtin_memcpy(&place->fragment_id, extension + 4, sizeof place->fragment_id);
        }
        place->offset += next == IP_PROTOCOL_FRAGMENT ? 8 : (extension[1] + 1u) * 8;
        next = extension[0];
    }
    return outer_protocol(ctx, next, later, place);
}

static __always_inline enum outer_kind outer_find(const struct xdp_md *ctx,
                                                  struct outer_place *place)
{
    const struct ethhdr *ethernet = outer_at(ctx, 0, sizeof *ethernet);
    if (!ethernet)
        return OUTER_OTHER;
    __be16 protocol = ethernet->h_proto;
    place->offset = sizeof *ethernet;
    for (int i = 0; i < OUTER_TAGS_MAX; i++) {
        const __be16 *tag = outer_at(ctx, place->offset, 4);
        if ((protocol != bpf_htons(ETH_P_8021Q) && protocol != bpf_htons(ETH_P_8021AD)) || !tag)
            break;
        protocol = tag[1];
        place->offset += 4;
    }
    if (protocol == bpf_htons(ETH_P_IP))
        return outer_ipv4(ctx, place);
    if (protocol == bpf_htons(ETH_P_IPV6))
        return outer_ipv6(ctx, place);
    return outer_is_unread_type(bpf_ntohs(protocol)) ? OUTER_UNREAD : OUTER_OTHER;
}

#endif
