/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Looks at a mirrored frame in BPF programs: how long it is by its own fields, and a hash of its
 * addresses and ports that is the same for both directions of a flow.
 */
#ifndef COLLECTOR_SOURCE_BPF_FLOW_HASH_BPF_H
#define COLLECTOR_SOURCE_BPF_FLOW_HASH_BPF_H

#include "collector/source/bpf/outer.bpf.h"

enum { ARP_LENGTH = 28 /* of Ethernet and IPv4 */ };

struct flow_hash {
    __u32 hash;   /* 0: no IP */
    __u32 length; /* of the frame, as IP or ARP has it, from its Ethernet header on; 0: not known */
};

/* Every bit of the input changes half of the output's (MurmurHash3's last step). */
static __always_inline __u32 flow_hash_mix(__u32 bits)
{
    bits = (bits ^ bits >> 16) * 0x85ebca6b;
    bits = (bits ^ bits >> 13) * 0xc2b2ae35;
    return bits ^ bits >> 16;
}

/* One end of the flow: the sum of both ends' hashes does not tell which sent. */
static __always_inline __u32 flow_hash_end(const __be32 *address, int words, __u32 port)
{
    __u32 bits = flow_hash_mix(port);
    for (int i = 0; i < words; i++)
        bits = flow_hash_mix(bits + address[i]);
    return bits;
}

struct flow_hash_ports {
    __be16 source;
    __be16 destination;
};

/* TCP, UDP, SCTP and DCCP begin with both ports. A fragment has none: the others could not tell. */
static __always_inline struct flow_hash_ports flow_hash_ports(const struct xdp_md *ctx, __u32 at,
                                                              __u8 protocol, bool fragment)
{
    bool has_ports = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
                     protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP;
    const struct flow_hash_ports *ports = has_ports && !fragment ? outer_at(ctx, at, 4) : 0;
    struct flow_hash_ports none = {};
    return ports ? *ports : none;
}

static __always_inline void flow_hash_ipv4(const struct xdp_md *ctx, __u32 begin, __u32 at,
                                           struct flow_hash *flow)
{
    const struct iphdr *ip = outer_at(ctx, at, sizeof *ip);
    if (!ip || ip->version != 4 || ip->ihl < 5 || bpf_ntohs(ip->tot_len) < ip->ihl * 4u)
        return;
    bool fragment = bpf_ntohs(ip->frag_off) & (IPV4_FRAGMENT_OFFSET | IPV4_MORE_FRAGMENTS);
    struct flow_hash_ports ports = flow_hash_ports(ctx, at + ip->ihl * 4u, ip->protocol, fragment);
    flow->length = at - begin + bpf_ntohs(ip->tot_len);
    flow->hash = flow_hash_mix(flow_hash_end(&ip->saddr, 1, ports.source) +
                               flow_hash_end(&ip->daddr, 1, ports.destination));
}

static __always_inline void flow_hash_ipv6(const struct xdp_md *ctx, __u32 begin, __u32 at,
                                           struct flow_hash *flow)
{
    const struct ipv6hdr *ip = outer_at(ctx, at, sizeof *ip);
    if (!ip || ip->version != 6)
        return;
    struct flow_hash_ports ports = flow_hash_ports(ctx, at + sizeof *ip, ip->nexthdr, false);
    if (ip->payload_len)
        flow->length = at - begin + sizeof *ip + bpf_ntohs(ip->payload_len);
    flow->hash = flow_hash_mix(flow_hash_end(ip->saddr.in6_u.u6_addr32, 4, ports.source) +
                               flow_hash_end(ip->daddr.in6_u.u6_addr32, 4, ports.destination));
}

/* The frame at @p begin. */
static __always_inline struct flow_hash flow_hash_of(const struct xdp_md *ctx, __u32 begin)
{
    struct flow_hash flow = {};
    const struct ethhdr *ethernet = outer_at(ctx, begin, sizeof *ethernet);
    if (!ethernet)
        return flow;
    __be16 protocol = ethernet->h_proto;
    __u32 at = begin + sizeof *ethernet;
    for (int i = 0; i < OUTER_TAGS_MAX; i++) {
        if (protocol != bpf_htons(ETH_P_8021Q) && protocol != bpf_htons(ETH_P_8021AD))
            break;
        const __be16 *tag = outer_at(ctx, at, 4);
        if (!tag)
            return flow;
        protocol = tag[1];
        at += 4;
    }
    if (protocol == bpf_htons(ETH_P_IP))
        flow_hash_ipv4(ctx, begin, at, &flow);
    else if (protocol == bpf_htons(ETH_P_IPV6))
        flow_hash_ipv6(ctx, begin, at, &flow);
    else if (protocol == bpf_htons(ETH_P_ARP))
        flow.length = at - begin + ARP_LENGTH;
    return flow;
}

#endif
