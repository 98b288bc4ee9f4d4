/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources of ERSPAN in metadata mode: each section, on the egress of a device of type erspan or
 * ip6erspan "external", says to whom a frame's copy goes, and in which session. The mirror has
 * marked frames: 1 ingress, 2 egress.
 */
#include <linux/bpf.h>
#include <linux/erspan.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

const char license_name[] SEC("license") = "GPL";

enum { EGRESS = 2, COLLECTOR_IPV4 = 0xc0000202 /* 192.0.2.2 */, TTL = 64 };

static __always_inline int wrap(struct __sk_buff *frame, __u32 session,
                                struct erspan_metadata *header, int ipv6)
{
    struct bpf_tunnel_key key = {.tunnel_id = session, .tunnel_ttl = TTL};
    if (ipv6) { /* 2001:db8:2::2 */
        key.remote_ipv6[0] = bpf_htonl(0x20010db8);
        key.remote_ipv6[1] = bpf_htonl(0x00020000);
        key.remote_ipv6[3] = bpf_htonl(2);
    } else {
        key.remote_ipv4 = COLLECTOR_IPV4;
    }
    if (bpf_skb_set_tunnel_key(frame, &key, sizeof key,
                               ipv6 ? BPF_F_TUNINFO_IPV6 : BPF_F_ZERO_CSUM_TX) < 0 ||
        bpf_skb_set_tunnel_opt(frame, header, sizeof *header) < 0)
        return TC_ACT_SHOT;
    return TC_ACT_OK;
}

static __always_inline int wrap_2(struct __sk_buff *frame, __u32 session, __u32 index, int ipv6)
{
    struct erspan_metadata header = {.version = 1};
    header.u.index = bpf_htonl(index);
    return wrap(frame, session, &header, ipv6);
}

static __always_inline int wrap_3(struct __sk_buff *frame, __u32 session, int hardware, int ipv6)
{
    struct erspan_metadata header = {.version = 2};
    header.u.md2.dir = frame->mark == EGRESS;
    header.u.md2.hwid = hardware & 15;
    header.u.md2.hwid_upper = hardware >> 4 & 3;
    return wrap(frame, session, &header, ipv6);
}

/* Four sessions of Types II and III, by EtherType: they share the device's counter. */
static __always_inline int by_type(struct __sk_buff *frame, __u32 first, int ipv6)
{
    switch (bpf_ntohs(frame->protocol)) {
    case ETH_P_IP:
        return wrap_2(frame, first + 1, 100 + frame->mark, ipv6);
    case ETH_P_IPV6:
        return wrap_3(frame, first + 2, 1, ipv6);
    case ETH_P_ARP:
        return wrap_2(frame, first + 3, 200 + frame->mark, ipv6);
    default:
        return wrap_3(frame, first, 63, ipv6);
    }
}

SEC("ipv4") int four_sessions(struct __sk_buff *frame)
{
    return by_type(frame, 510, 0);
}
SEC("ipv6") int four_sessions_over_ipv6(struct __sk_buff *frame)
{
    return by_type(frame, 610, 1);
}
