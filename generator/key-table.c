/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of keys. Order within a topic is the order of the help.
 */
#include "generator/keys.h"

#include "generator/inner.h"
#include "generator/parse.h"
#include "generator/scenario.h"

/* A key of a section: its sections and where its member lies in the plan. */
#define CAPTURE(member) SECTION_CAPTURE, offsetof(struct capture_plan, member)
#define SESSION(member) SECTION_SESSION, offsetof(struct session_plan, member)
#define MARKER(member)  SECTION_MARKER, offsetof(struct marker_plan, member)
#define STREAM(member)  SECTION_SESSION | SECTION_MARKER, offsetof(struct stream_plan, member)

_Static_assert(offsetof(struct session_plan, stream) == 0, "STREAM() keys serve both plans");
_Static_assert(offsetof(struct marker_plan, stream) == 0, "STREAM() keys serve both plans");

#define U32 "0-0xffffffff"
#define U64 "0-0xffffffffffffffff"

/* clang-format off */
const struct key keys[] = {
    {"format", TOPIC_CAPTURE, CAPTURE(format), parse_choice, "auto|pcap|pcapng", "auto: pcapng if the file's name ends so"},
    {"time-precision", TOPIC_CAPTURE, CAPTURE(precision), parse_choice, "us|ns", "of the file's times"},
    {"start", TOPIC_CAPTURE, CAPTURE(start_ns), parse_time, "SECONDS[.FRACTION]", "start of the capture, seconds since 1970"},
    {"snap-length", TOPIC_CAPTURE, CAPTURE(snap_length), parse_optional, "none|1-262144", "bytes of a frame that the file keeps"},

    {"count", TOPIC_OUTER, STREAM(schedule.count), parse_u64, U64, "copies (or markers) to make"},
    {"interval", TOPIC_OUTER, STREAM(schedule.interval_ns), parse_duration, "NUMBER{ns,us,ms,s}", "between two of them: 10ns, 1.5us, 20ms, 3s"},
    {"delay", TOPIC_OUTER, STREAM(schedule.delay_ns), parse_duration, "NUMBER{ns,us,ms,s}", "from the start of the capture to the first"},
    {"link", TOPIC_OUTER, STREAM(outer.link), parse_choice, "ethernet|sll|sll-without-gre|raw", "link layer; sll: Linux cooked"},
    {"source-mac", TOPIC_OUTER, STREAM(outer.source_mac), parse_mac, "XX:XX:XX:XX:XX:XX", ""},
    {"destination-mac", TOPIC_OUTER, STREAM(outer.destination_mac), parse_mac, "XX:XX:XX:XX:XX:XX", ""},
    {"outer-vlan", TOPIC_OUTER, STREAM(outer.tags), parse_vlans, "none|0-4095[,0-4095...]", "VLAN tags, outermost first"},
    {"source", TOPIC_OUTER, STREAM(outer.source), parse_address, "IPv4-ADDRESS|IPv6-ADDRESS", "address of the mirroring device"},
    {"destination", TOPIC_OUTER, STREAM(outer.destination), parse_address, "IPv4-ADDRESS|IPv6-ADDRESS", "of the collector"},
    {"ttl", TOPIC_OUTER, STREAM(outer.ttl), parse_u8, "0-255", "or hop limit"},
    {"dscp", TOPIC_OUTER, STREAM(outer.dscp), parse_u8, "0-63", ""},
    {"df", TOPIC_OUTER, STREAM(outer.dont_fragment), parse_bool, "no|yes", "IPv4: don't fragment"},
    {"ip-id", TOPIC_OUTER, STREAM(outer.id_policy), parse_choice, "zero|increment", "IPv4 identification"},
    {"ip-options", TOPIC_OUTER, STREAM(outer.options), parse_hex, "HEX-DIGITS (2048 bytes at most)", "IPv4 options, a multiple of 4 bytes up to 40"},
    {"encapsulation-limit", TOPIC_OUTER, STREAM(outer.encapsulation_limit), parse_optional, "none|0-255", "IPv6 tunnel encapsulation limit option"},
    {"ip-length", TOPIC_OUTER, STREAM(outer.length), parse_optional, "auto|0-65535", "a lie in the length field of the IP header"},

    {"gre-protocol", TOPIC_GRE, SESSION(gre.protocol), parse_optional, "auto|0-0xffff", "auto: 0x88be for types 1, 2; 0x22eb for 3"},
    {"sequence", TOPIC_GRE, SESSION(gre.sequence), parse_choice, "auto|no|yes|constant", "sequence number; auto: not for type 1"},
    {"sequence-start", TOPIC_GRE, SESSION(gre.sequence_start), parse_u32, U32, ""},
    {"sequence-bits", TOPIC_GRE, SESSION(gre.sequence_bits), parse_u8, "30|32", "after how many bits it wraps"},
    {"sequence-domain", TOPIC_GRE, SESSION(gre.sequence_domain), parse_choice, "session|source", "who shares one counter"},
    {"gre-key", TOPIC_GRE, SESSION(gre.key), parse_optional, "none|" U32, ""},
    {"gre-checksum", TOPIC_GRE, SESSION(gre.checksum), parse_choice, "none|good|bad", ""},
    {"gre-version", TOPIC_GRE, SESSION(gre.version), parse_u8, "0-7", ""},
    {"gre-routing", TOPIC_GRE, SESSION(gre.routing), parse_bool, "no|yes", "routing bit, with an empty list of routes"},
    {"gre-flags", TOPIC_GRE, SESSION(gre.flags), parse_optional, "auto|0-0xffff", "the whole first word, whatever the rest says"},
    {"udp-port", TOPIC_GRE, SESSION(gre.udp_port), parse_optional, "none|0-65535", "GRE in UDP from this port to 4754"},

    {"type", TOPIC_HEADER, SESSION(type), parse_u8, "1-3", "ERSPAN type"},
    {"version", TOPIC_HEADER, SESSION(version), parse_optional, "auto|0-15", "auto: 1 in type 2, 2 in type 3"},
    {"vlan", TOPIC_HEADER, SESSION(header.vlan), parse_u16, "0-4095", "VLAN field"},
    {"cos", TOPIC_HEADER, SESSION(header.cos), parse_u8, "0-7", ""},
    {"en", TOPIC_HEADER, SESSION(header.en_bso), parse_u8, "0-3", "type 2: VLAN encapsulation"},
    {"bso", TOPIC_HEADER, SESSION(header.en_bso), parse_u8, "0-3", "type 3: 1 short, 2 oversized, 3 bad"},
    {"truncated", TOPIC_HEADER, SESSION(header.truncated), parse_bool, "no|yes", "T"},
    {"session", TOPIC_HEADER, SESSION(header.session), parse_u16, "0-1023", "session ID"},
    {"reserved", TOPIC_HEADER, SESSION(header.reserved), parse_u16, "0-0xfff", "type 2"},
    {"index", TOPIC_HEADER, SESSION(header.index), parse_u32, "0-0xfffff", "type 2: port"},
    {"timestamp", TOPIC_HEADER, SESSION(clock), parse_clock, "unix|" U64, "type 3: at the start of the capture; unix: counts from 1970"},
    {"tick", TOPIC_HEADER, SESSION(clock.tick_ps), parse_tick, "auto|NUMBER{ps,ns,us,ms,s}", "real length of a tick (100us, 2.4ns, 100ps); auto: by gra"},
    {"sgt", TOPIC_HEADER, SESSION(header.sgt), parse_u16, "0-0xffff", "security group tag"},
    {"p", TOPIC_HEADER, SESSION(header.ethernet_pdu), parse_bool, "no|yes", ""},
    {"ft", TOPIC_HEADER, SESSION(header.frame_type), parse_u8, "0-31", "0 Ethernet, 2 IP"},
    {"hw", TOPIC_HEADER, SESSION(header.hardware_id), parse_u8, "0-63", "Hw ID"},
    {"direction", TOPIC_HEADER, SESSION(header.egress), parse_bool, "ingress|egress", "D"},
    {"gra", TOPIC_HEADER, SESSION(header.granularity), parse_u8, "0-3", "0 100us, 1 100ns, 2 IEEE 1588, 3 user"},
    {"o", TOPIC_HEADER, SESSION(optional), parse_choice, "auto|no|yes", "auto: as the sub-header is there"},

    {"subheader", TOPIC_SUBHEADER, SESSION(subheader), parse_choice, "auto|no|yes", "auto: if o is yes or a platform is given"},
    {"platform", TOPIC_SUBHEADER, SESSION(platform), parse_optional, "auto|0-63", "auto: 0"},
    {"domain", TOPIC_SUBHEADER, SESSION(header.subheader.domain), parse_u16, "0-0xfff", "platform 1: VSM domain"},
    {"switch", TOPIC_SUBHEADER, SESSION(header.subheader.switch_id), parse_u16, "0-1023", "platforms 5, 6"},
    {"port", TOPIC_SUBHEADER, SESSION(header.subheader.port), parse_u32, U32, "port or index of platforms 1, 3, 5, 6, 7, 0"},
    {"seconds", TOPIC_SUBHEADER, SESSION(clock.seconds), parse_u32, U32, "platforms 5, 6: at the start of the capture"},
    {"subheader-reserved", TOPIC_SUBHEADER, SESSION(header.subheader.reserved), parse_u32, "0-0x3ffffff", "platforms 1, 3, 4, 7, 0"},
    {"subheader-reserved2", TOPIC_SUBHEADER, SESSION(header.subheader.reserved2), parse_u32, U32, "platform 4: second word"},
    {"opaque", TOPIC_SUBHEADER, SESSION(header.subheader.opaque), parse_u64, "0-0x3ffffffffffffff", "any other platform: 58 bits"},

    {"inner", TOPIC_INNER, SESSION(inner.kind), parse_inner_kind, INNER_KIND_NAMES, "the mirrored traffic"},
    {"inner-size", TOPIC_INNER, SESSION(inner.size), parse_optional, "auto|0-65535", "bytes of a mirrored frame, FCS excluded"},
    {"inner-pad", TOPIC_INNER, SESSION(inner.pad), parse_choice, "auto|no|yes", "to 60 bytes; auto: unless inner-size is less"},
    {"inner-vlan", TOPIC_INNER, SESSION(inner.tags), parse_vlans, "none|0-4095[,0-4095...]", "its VLAN tags; 0 is a priority tag"},
    {"inner-priority", TOPIC_INNER, SESSION(inner.priority), parse_u8, "0-7", "of its VLAN tags"},
    {"inner-ip", TOPIC_INNER, SESSION(inner.ip_version), parse_u8, "4|6", "of tcp, udp, echo"},
    {"inner-mac", TOPIC_INNER, SESSION(inner.mac), parse_bool, "no|yes", "no: the IP packet alone, as FT 2 says"},
    {"inner-hex", TOPIC_INNER, SESSION(inner.hex), parse_hex, "HEX-DIGITS (2048 bytes at most)", "the mirrored frame itself"},
    {"flows", TOPIC_INNER, SESSION(inner.flows), parse_u32, "1-60000", "conversations at a time, in turn"},
    {"network", TOPIC_INNER, SESSION(inner.network), parse_optional, "auto|0-255", "whose addresses; auto: others in each session"},
    {"seed", TOPIC_INNER, SESSION(inner.seed), parse_u64, U64, "of random"},

    {"prefix-hex", TOPIC_FATE, SESSION(prefix), parse_hex, "HEX-DIGITS (2048 bytes at most)", "bytes between the headers and the mirrored frame"},
    {"payload-hex", TOPIC_FATE, SESSION(payload), parse_hex, "HEX-DIGITS (2048 bytes at most)", "bytes instead of all behind GRE"},
    {"append-hex", TOPIC_FATE, SESSION(fate.appended), parse_hex, "HEX-DIGITS (2048 bytes at most)", "bytes behind the outer packet"},
    {"cut", TOPIC_FATE, SESSION(fate.cut), parse_optional, "none|0-65535", "the source keeps so much of the mirrored frame"},
    {"payload-cut", TOPIC_FATE, SESSION(fate.payload_cut), parse_optional, "none|0-65535", "the copy ends so far behind GRE"},
    {"snap-outer", TOPIC_FATE, SESSION(fate.snap_outer), parse_optional, "none|0-65535", "the source cuts the outer frame, lengths unchanged"},
    {"fcs", TOPIC_FATE, SESSION(fate.inner_fcs), parse_choice, "none|good|bad", "behind the mirrored frame"},
    {"outer-fcs", TOPIC_FATE, SESSION(fate.outer_fcs), parse_choice, "none|good|bad", "behind the outer frame"},
    {"nesting", TOPIC_FATE, SESSION(fate.nesting), parse_u8, "1-64", "copies around a frame; 2: a copy of a copy"},
    {"fragment", TOPIC_FATE, SESSION(fate.fragment), parse_optional, "none|8-65528", "bytes in the first of two outer fragments"},
    {"icmp-error", TOPIC_FATE, SESSION(fate.icmp_error), parse_choice, "none|protocol|mtu", "answer to one copy"},
    {"icmp-copy", TOPIC_FATE, SESSION(fate.icmp_copy), parse_u64, "1-0xffffffffffffffff", "to which; the first is 1"},
    {"icmp-quote", TOPIC_FATE, SESSION(fate.icmp_quote), parse_u32, "0-1232", "bytes of the copy that it quotes at most"},
    {"icmp-mtu", TOPIC_FATE, SESSION(fate.icmp_mtu), parse_u16, "0-65535", "the MTU that it states"},
    {"icmp-instead", TOPIC_FATE, SESSION(fate.icmp_instead), parse_bool, "no|yes", "yes: that copy itself is lost"},

    {"asic-time", TOPIC_MARKER, MARKER(marker.asic_time), parse_u64, "0-0xffffffffffff", "at the start of the capture"},
    {"asic-tick", TOPIC_MARKER, MARKER(asic_tick_ps), parse_tick, "auto|NUMBER{ps,ns,us,ms,s}", "its real length; auto: 100ps; 0: it stands still"},
    {"granularity", TOPIC_MARKER, MARKER(marker.granularity), parse_u8, "0-255", "as declared; 4 is 0.1 ns"},
    {"utc-offset", TOPIC_MARKER, MARKER(marker.utc_offset), parse_u8, "0-255", "TAI - UTC in seconds"},
    {"ssid", TOPIC_MARKER, MARKER(marker.ssid), parse_u8, "0-255", "engine of the switch"},
    {"marker-type", TOPIC_MARKER, MARKER(marker.type), parse_u8, "0-15", ""},
    {"marker-version", TOPIC_MARKER, MARKER(marker.version), parse_u8, "0-15", ""},
    {"marker-info", TOPIC_MARKER, MARKER(marker.info), parse_u16, "0-0xffff", ""},
    {"marker-sequence", TOPIC_MARKER, MARKER(marker.sequence), parse_u32, U32, "of the first"},
    {NULL, TOPICS, 0, 0, NULL, NULL, NULL},
};
/* clang-format on */
