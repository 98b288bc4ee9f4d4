/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of keys. Order within a topic is the order of the help.
 */
#include "generator/scenario/keys.h"

#include "generator/load/key-parse.h"
#include "generator/scenario/scenario.h"
#include "generator/traffic/inner.h"

/* A key of a section: its sections and where its member lies in the plan. */
#define CAPTURE(member) SECTION_CAPTURE, offsetof(struct capture_plan, member)
#define SESSION(member) SECTION_SESSION, offsetof(struct session_plan, member)
#define MARKER(member)  SECTION_MARKER, offsetof(struct marker_plan, member)
#define TRAFFIC(member) SECTION_TRAFFIC, offsetof(struct traffic_plan, member)
#define STREAM(member)  SECTION_SESSION | SECTION_MARKER, offsetof(struct stream_plan, member)

_Static_assert(offsetof(struct session_plan, stream) == 0, "STREAM() keys serve both plans");
_Static_assert(offsetof(struct marker_plan, stream) == 0, "STREAM() keys serve both plans");

/* The keys of an impairment stand in a session, or in a group of their own. */
#define OWN_IMPAIRMENT(member) SECTION_SESSION, offsetof(struct session_plan, impairment.member)
#define IMPAIRMENT(member)     SECTION_IMPAIRMENT, offsetof(struct impairment_plan, member)

#define U32     "0-0xffffffff"
#define U32_MAX "0xffffffff"
#define U64     "0-0xffffffffffffffff"
#define COUNT   "0-0x7fffffffffffffff"

/* clang-format off */
#define HEX      "HEX-DIGITS (2048 bytes at most)"
#define DURATION "NUMBER{ns,us,ms,s}"
#define COPIES   "none|NUMBER[-NUMBER][,NUMBER[-NUMBER]...] (32 at most)"
#define IMPAIRMENT_KEYS(IN) \
    {"from", TOPIC_IMPAIRMENT, IN(from_ns), parse_duration, DURATION, "from when all this holds, since the start of the capture"}, \
    {"to", TOPIC_IMPAIRMENT, IN(to_ns), parse_optional_duration, "end|" DURATION, "until when"}, \
    {"mirror-up-to", TOPIC_IMPAIRMENT, IN(mirror_up_to), parse_size, "all|0-65535|NUMBER{kB,KiB}", "longer frames, such as super-frames, are not mirrored"}, \
    {"sample", TOPIC_IMPAIRMENT, IN(sample), parse_u32, "1-" U32_MAX, "mirror every Nth frame"}, \
    {"restart-copies", TOPIC_IMPAIRMENT, IN(restart_copies), parse_copies, COPIES, "the first that a restarted source sends"}, \
    {"restart-time", TOPIC_IMPAIRMENT, IN(restart_time_ns), parse_optional_duration, "none|" DURATION, "when the source restarts"}, \
    {"restart-clock", TOPIC_IMPAIRMENT, IN(restart_clock), parse_bool, "no|yes", "its clock starts from 0, too"}, \
    {"truncate", TOPIC_IMPAIRMENT, IN(truncate), parse_size, "none|0-65535|NUMBER{kB,KiB}", "bytes of longer frames that the source keeps"}, \
    {"truncate-flag", TOPIC_IMPAIRMENT, IN(truncate_flag), parse_bool, "no|yes", "it sets T on those"}, \
    {"drop-above", TOPIC_IMPAIRMENT, IN(drop_above), parse_size, "none|0-65535|NUMBER{kB,KiB}", "longer outer IP packets are lost: an MTU"}, \
    {"drop-answer", TOPIC_IMPAIRMENT, IN(drop_answer), parse_bool, "no|yes", "ICMP fragmentation needed, packet too big"}, \
    {"police-rate", TOPIC_IMPAIRMENT, IN(police_rate), parse_rate, "none|NUMBER{bit,kbit,Mbit,Gbit,pps,kpps,Mpps}", "of outer IP packets; what is above it is lost"}, \
    {"police-burst", TOPIC_IMPAIRMENT, IN(police_burst), parse_size, "1-1073741824|NUMBER{kB,KiB,MB,MiB,GiB}", "bytes (with pps: packets) in the policer's bucket"}, \
    {"loss", TOPIC_IMPAIRMENT, IN(loss), parse_probability, "PERCENTAGE%", "of copies, at random"}, \
    {"run-start", TOPIC_IMPAIRMENT, IN(run_start), parse_probability, "PERCENTAGE%", "loss in runs: the odds that one starts"}, \
    {"run-end", TOPIC_IMPAIRMENT, IN(run_end), parse_probability, "PERCENTAGE%", "that it ends"}, \
    {"run-loss", TOPIC_IMPAIRMENT, IN(run_loss), parse_probability, "PERCENTAGE%", "that a copy is lost in one"}, \
    {"drop-copies", TOPIC_IMPAIRMENT, IN(drop_copies), parse_copies, COPIES, "those are lost; the first is 1"}, \
    {"corrupt", TOPIC_IMPAIRMENT, IN(corrupt), parse_probability, "PERCENTAGE%", "of copies that have bits flipped"}, \
    {"corrupt-copies", TOPIC_IMPAIRMENT, IN(corrupt_copies), parse_copies, COPIES, "those, too"}, \
    {"corrupt-bits", TOPIC_IMPAIRMENT, IN(corrupt_bits), parse_u32, "1-64", "how many in each"}, \
    {"corrupt-where", TOPIC_IMPAIRMENT, IN(corrupt_where), parse_choice, "anywhere|ip|gre|erspan|inner", ""}, \
    {"snap", TOPIC_IMPAIRMENT, IN(snap), parse_size, "none|0-65535|NUMBER{kB,KiB}", "bytes of a frame that arrive, lengths unchanged"}, \
    {"duplicate", TOPIC_IMPAIRMENT, IN(duplicate), parse_probability, "PERCENTAGE%", "of copies that arrive twice"}, \
    {"duplicate-copies", TOPIC_IMPAIRMENT, IN(duplicate_copies), parse_copies, COPIES, "those, too"}, \
    {"duplicate-after", TOPIC_IMPAIRMENT, IN(duplicate_after), parse_u32, U32, "so many copies behind"}, \
    {"duplicate-delay", TOPIC_IMPAIRMENT, IN(duplicate_delay_ns), parse_duration, DURATION, "and so much time"}, \
    {"late", TOPIC_IMPAIRMENT, IN(late), parse_probability, "PERCENTAGE%", "of copies that come late"}, \
    {"late-by", TOPIC_IMPAIRMENT, IN(late_by), parse_u32, U32, "so many copies behind their place"}, \
    {"late-delay", TOPIC_IMPAIRMENT, IN(late_delay_ns), parse_duration, DURATION, "and so much time"}, \
    {"reorder-block", TOPIC_IMPAIRMENT, IN(reorder_block), parse_u32, "0|2-1000000", "copies arrive in blocks of so many, queue by queue; 0: in their order"}, \
    {"reorder-queues", TOPIC_IMPAIRMENT, IN(reorder_queues), parse_u32, "2-64", "how many queues"}, \
    {"reorder-mode", TOPIC_IMPAIRMENT, IN(reorder_mode), parse_choice, "interleaved|reversed", "the queues get copies in turn; or whole blocks, the last of which arrives first"}, \
    {"spoof", TOPIC_IMPAIRMENT, IN(spoof), parse_probability, "PERCENTAGE%", "of copies behind which foreign ones arrive"}, \
    {"spoof-copies", TOPIC_IMPAIRMENT, IN(spoof_copies), parse_copies, COPIES, "behind those, too"}, \
    {"spoof-count", TOPIC_IMPAIRMENT, IN(spoof_count), parse_u32, "1-1000000", "how many foreign copies each time"}, \
    {"spoof-number", TOPIC_IMPAIRMENT, IN(spoof_number), parse_choice, "ahead|behind|near|zero|same|random", "their sequence numbers, seen from the copy before"}, \
    {"spoof-distance", TOPIC_IMPAIRMENT, IN(spoof_distance), parse_optional, "auto|1-" U32_MAX, "how far ahead or behind, or near at most; auto: 16777216, near 100"}, \
    {"spoof-ttl", TOPIC_IMPAIRMENT, IN(spoof_ttl), parse_optional, "same|0-255", "their outer TTL, or hop limit"}, \
    {"spoof-mac", TOPIC_IMPAIRMENT, IN(spoof_mac), parse_optional_mac, "same|XX:XX:XX:XX:XX:XX", "their outer source MAC address"}, \
    {"late-copies", TOPIC_IMPAIRMENT, IN(late_copies), parse_late_copies, "none|NUMBER[-NUMBER]+BEHIND[,...] (32 at most)", "those, each so many copies behind its place"}
const struct key keys[] = {
    {"format", TOPIC_CAPTURE, CAPTURE(format), parse_choice, "auto|pcap|pcapng", "auto: pcapng if the file's name ends so"},
    {"time-precision", TOPIC_CAPTURE, CAPTURE(precision), parse_choice, "us|ns", "of the file's times"},
    {"start", TOPIC_CAPTURE, CAPTURE(start_ns), parse_time, "SECONDS[.FRACTION]", "start of the capture, seconds since 1970"},
    {"snap-length", TOPIC_CAPTURE, CAPTURE(snap_length), parse_size, "none|1-262144|NUMBER{kB,KiB}", "bytes of a frame that the file keeps"},

    {"count", TOPIC_OUTER, STREAM(schedule.count), parse_optional, "auto|" COUNT, "copies (or markers, or frames of traffic) to make at most"},
    {"interval", TOPIC_OUTER, STREAM(schedule.interval_ns), parse_optional_duration, "auto|NUMBER{ns,us,ms,s}", "between two of them: 10ns, 1.5us, 20ms, 3s"},
    {"delay", TOPIC_OUTER, STREAM(schedule.delay_ns), parse_duration, "NUMBER{ns,us,ms,s}", "from the start of the capture to the first"},
    {"link", TOPIC_OUTER, STREAM(outer.link), parse_choice, "ethernet|sll|sll-without-gre|raw", "link layer; sll: Linux cooked"},
    {"collector-port", TOPIC_OUTER, STREAM(outer.collector_port), parse_interned_name, "NAME (63 bytes at most)", "interface of a pcapng file"},
    {"source-mac", TOPIC_OUTER, STREAM(outer.source_mac), parse_mac, "XX:XX:XX:XX:XX:XX", ""},
    {"destination-mac", TOPIC_OUTER, STREAM(outer.destination_mac), parse_mac, "XX:XX:XX:XX:XX:XX", ""},
    {"outer-vlan", TOPIC_OUTER, STREAM(outer.tags), parse_vlans, "none|0-4095[,0-4095...]", "VLAN tags, outermost first"},
    {"source", TOPIC_OUTER, STREAM(outer.source), parse_address, "IPv4-ADDRESS|IPv6-ADDRESS", "address of the mirroring device"},
    {"destination", TOPIC_OUTER, STREAM(outer.destination), parse_address, "IPv4-ADDRESS|IPv6-ADDRESS", "of the collector"},
    {"ttl", TOPIC_OUTER, STREAM(outer.ttl), parse_u8, "0-255", "or hop limit"},
    {"dscp", TOPIC_OUTER, STREAM(outer.dscp), parse_u8, "0-63", ""},
    {"df", TOPIC_OUTER, STREAM(outer.dont_fragment), parse_bool, "no|yes", "IPv4: don't fragment"},
    {"ip-id", TOPIC_OUTER, STREAM(outer.id_policy), parse_choice, "zero|increment", "IPv4 identification"},
    {"ip-options", TOPIC_OUTER, STREAM(outer.options), parse_hex, HEX, "IPv4 options, a multiple of 4 bytes up to 40"},
    {"encapsulation-limit", TOPIC_OUTER, STREAM(outer.encapsulation_limit), parse_optional, "none|0-255", "IPv6 tunnel encapsulation limit option"},
    {"ip-length", TOPIC_OUTER, STREAM(outer.length), parse_optional, "auto|0-65535", "a lie in the length field of the IP header"},

    {"gre-protocol", TOPIC_GRE, SESSION(gre.protocol), parse_optional, "auto|0-0xffff", "auto: 0x88be for types 1, 2; 0x22eb for 3"},
    {"sequence", TOPIC_GRE, SESSION(gre.sequence), parse_choice, "auto|no|yes|constant", "sequence number; auto: not for type 1"},
    {"sequence-start", TOPIC_GRE, SESSION(gre.sequence_start), parse_u32, U32, ""},
    {"sequence-bits", TOPIC_GRE, SESSION(gre.sequence_bits), parse_u8, "30|32", "after how many bits it wraps"},
    {"sequence-domain", TOPIC_GRE, SESSION(gre.counter_scope), parse_choice, "session|source|session-id|hw-id|none|constant", "who shares one counter; none, constant: there is none"},
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
    {"drift", TOPIC_HEADER, SESSION(clock.drift_ppb), parse_drift, "[-]NUMBER{ppm,ppb} (100000ppm at most)", "how much too fast the clock runs"},
    {"sgt", TOPIC_HEADER, SESSION(header.sgt), parse_u16, "0-0xffff", "security group tag"},
    {"p", TOPIC_HEADER, SESSION(header.ethernet_pdu), parse_bool, "no|yes", ""},
    {"ft", TOPIC_HEADER, SESSION(header.frame_type), parse_u8, "0-31", "0 Ethernet, 2 IP"},
    {"hw", TOPIC_HEADER, SESSION(header.hardware_id), parse_u8, "0-63", "Hw ID"},
    {"direction", TOPIC_HEADER, SESSION(direction), parse_choice, "ingress|egress|auto", "D; auto: as the mirrored frame of a traffic went"},
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

    {"mirror", TOPIC_TRAFFIC, SESSION(mirror), parse_name, "NAME", "the [traffic NAME] that is mirrored, instead of inner"},
    {"mirror-direction", TOPIC_TRAFFIC, SESSION(mirror_direction), parse_choice, "both|forward|reverse", "of it; forward: from client to server"},
    {"mirror-share", TOPIC_TRAFFIC, SESSION(share), parse_share, "PART/OF (1/1 to 64/64)", "of its flows: those that pass line card PART of OF"},
    {"inner", TOPIC_INNER, SESSION(inner.kind), parse_inner_kind, FRAME_RECIPE_NAMES, "the mirrored traffic"},
    {"inner-size", TOPIC_INNER, SESSION(inner.size), parse_size, "auto|0-65535|NUMBER{kB,KiB}", "bytes of a mirrored frame, FCS excluded"},
    {"inner-pad", TOPIC_INNER, SESSION(inner.pad), parse_choice, "auto|no|yes", "to 60 bytes; auto: unless inner-size is less"},
    {"inner-vlan", TOPIC_INNER, SESSION(inner.tags), parse_vlans, "none|0-4095[,0-4095...]", "its VLAN tags; 0 is a priority tag"},
    {"inner-priority", TOPIC_INNER, SESSION(inner.priority), parse_u8, "0-7", "of its VLAN tags"},
    {"inner-ip", TOPIC_INNER, SESSION(inner.ip_version), parse_u8, "4|6", "of tcp, udp, echo"},
    {"inner-mac", TOPIC_INNER, SESSION(inner.mac), parse_bool, "no|yes", "no: the IP packet alone, as FT 2 says"},
    {"inner-hex", TOPIC_INNER, SESSION(inner.hex), parse_hex, HEX, "the mirrored frame itself"},
    {"inner-checksum", TOPIC_INNER, SESSION(inner.checksum), parse_choice, "good|partial|none", "of TCP and UDP; partial: as checksum offload leaves it"},
    {"inner-ip-id", TOPIC_INNER, SESSION(inner.id_policy), parse_choice, "auto|zero", "IPv4 identification; auto: counts, but in hellos"},
    {"inner-tunnel", TOPIC_INNER, SESSION(inner.tunnel), parse_choice, "none|vxlan|geneve|gtp-u|gre|ip", "around the mirrored packets; ip: IP in IP (6in4, 6in6)"},
    {"inner-tunnel-ip", TOPIC_INNER, SESSION(inner.tunnel_ip_version), parse_u8, "4|6", "IP version of the tunnel"},
    {"flows", TOPIC_INNER, SESSION(inner.flows), parse_u32, "1-60000", "conversations at a time, in turn"},
    {"network", TOPIC_INNER, SESSION(inner.network), parse_optional, "auto|0-255", "whose addresses; auto: others in each session"},

    {"routed", TOPIC_FATE, SESSION(routed), parse_bool, "no|yes", "the frames are mirrored behind a router"},
    {"nat", TOPIC_FATE, SESSION(translation), parse_choice, "none|mac|address|port", "the frames are mirrored behind a translator of these"},
    {"prefix-hex", TOPIC_FATE, SESSION(prefix), parse_hex, HEX, "bytes between the headers and the mirrored frame"},
    {"payload-hex", TOPIC_FATE, SESSION(payload), parse_hex, HEX, "bytes instead of all behind GRE"},
    {"append-hex", TOPIC_FATE, SESSION(fate.appended), parse_hex, HEX, "bytes behind the outer packet"},
    {"cut", TOPIC_FATE, SESSION(fate.cut), parse_size, "none|0-65535|NUMBER{kB,KiB}", "the source keeps so much of the mirrored frame"},
    {"payload-cut", TOPIC_FATE, SESSION(fate.payload_cut), parse_size, "none|0-65535|NUMBER{kB,KiB}", "the copy ends so far behind GRE"},
    {"snap-outer", TOPIC_FATE, SESSION(fate.snap_outer), parse_size, "none|0-65535|NUMBER{kB,KiB}", "the source cuts the outer frame, lengths unchanged"},
    {"fcs", TOPIC_FATE, SESSION(fate.inner_fcs), parse_choice, "none|good|bad", "behind the mirrored frame"},
    {"outer-fcs", TOPIC_FATE, SESSION(fate.outer_fcs), parse_choice, "none|good|bad", "behind the outer frame"},
    {"nesting", TOPIC_FATE, SESSION(fate.nesting), parse_u8, "1-64", "copies around a frame; 2: a copy of a copy"},
    {"loop", TOPIC_FATE, SESSION(fate.loop), parse_u8, "1-64", "each copy is mirrored again, so often"},
    {"fragment", TOPIC_FATE, SESSION(fate.fragment), parse_optional, "none|8-65528", "bytes in the first of two outer fragments"},
    {"fragment-overlap", TOPIC_FATE, SESSION(fate.fragment_overlap), parse_u16, "0-65520", "bytes of the first that the second holds, too"},
    {"fragment-conflict", TOPIC_FATE, SESSION(fate.fragment_conflict), parse_bool, "no|yes", "those bytes are others in the second"},
    {"fragment-lost", TOPIC_FATE, SESSION(fate.fragment_lost), parse_choice, "none|first|second", "of each pair: the copy is lost"},
    {"icmp-error", TOPIC_FATE, SESSION(fate.icmp_error), parse_choice, "none|protocol|mtu", "answer to one copy"},
    {"icmp-copy", TOPIC_FATE, SESSION(fate.icmp_copy), parse_u64, "1-0xffffffffffffffff", "to which; the first is 1"},
    {"icmp-quote", TOPIC_FATE, SESSION(fate.icmp_quote), parse_u32, "0-1232", "bytes of the copy that it quotes at most"},
    {"icmp-mtu", TOPIC_FATE, SESSION(fate.icmp_mtu), parse_u16, "0-65535", "the MTU that it states"},
    {"icmp-instead", TOPIC_FATE, SESSION(fate.icmp_instead), parse_bool, "no|yes", "yes: that copy itself is lost"},

    {"seed", TOPIC_IMPAIRMENT, SESSION(inner.seed), parse_u64, U64, "of all that is random"},
    IMPAIRMENT_KEYS(OWN_IMPAIRMENT),
    {"sessions", TOPIC_IMPAIRMENT, IMPAIRMENT(sessions), parse_path, "NAME[,NAME...]", "in [impairment NAME]: whose copies; else all"},
    IMPAIRMENT_KEYS(IMPAIRMENT),

    {"asic-time", TOPIC_MARKER, MARKER(marker.asic_time), parse_u64, "0-0xffffffffffff", "at the start of the capture"},
    {"asic-tick", TOPIC_MARKER, MARKER(asic_tick_ps), parse_tick, "auto|NUMBER{ps,ns,us,ms,s}", "its real length; auto: 100ps; 0: it stands still"},
    {"drift", TOPIC_MARKER, MARKER(asic_drift_ppb), parse_drift, "[-]NUMBER{ppm,ppb} (100000ppm at most)", "how much too fast that clock runs"},
    {"granularity", TOPIC_MARKER, MARKER(marker.granularity), parse_u8, "0-255", "as declared; 4 is 0.1 ns"},
    {"utc-offset", TOPIC_MARKER, MARKER(marker.utc_offset), parse_u8, "0-255", "TAI - UTC in seconds"},
    {"ssid", TOPIC_MARKER, MARKER(marker.ssid), parse_u8, "0-255", "engine of the switch"},
    {"marker-type", TOPIC_MARKER, MARKER(marker.type), parse_u8, "0-15", ""},
    {"marker-version", TOPIC_MARKER, MARKER(marker.version), parse_u8, "0-15", ""},
    {"marker-info", TOPIC_MARKER, MARKER(marker.info), parse_u16, "0-0xffff", ""},
    {"marker-sequence", TOPIC_MARKER, MARKER(marker.sequence), parse_u32, U32, "of the first"},
    {"kind", TOPIC_TRAFFIC, TRAFFIC(kind), parse_choice, "iperf|rate|poisson|imix|microburst|requests|periodic|capture", "of traffic"},
    {"duration", TOPIC_TRAFFIC, TRAFFIC(duration_ns), parse_optional_duration, "auto|NUMBER{ns,us,ms,s}", "auto: 1s, if neither count nor bytes end it"},
    {"bytes", TOPIC_TRAFFIC, TRAFFIC(bytes), parse_size, "auto|" COUNT "|NUMBER{kB,KiB,MB,MiB,GB,GiB}", "of data that iperf sends in all"},
    {"rate", TOPIC_TRAFFIC, TRAFFIC(rate), parse_rate, "auto|NUMBER{bit,kbit,Mbit,Gbit,pps,kpps,Mpps}", "of frames with FCS; auto: as fast as can be"},
    {"line-rate", TOPIC_TRAFFIC, TRAFFIC(line_rate), parse_bit_rate, "auto|NUMBER{bit,kbit,Mbit,Gbit,Tbit}", "of the port; auto: 10Gbit, or rate if that is more"},
    {"burst", TOPIC_TRAFFIC, TRAFFIC(burst), parse_u32, "1-1000000", "microburst: frames back to back"},
    {"every", TOPIC_TRAFFIC, TRAFFIC(every_ns), parse_duration, "NUMBER{ns,us,ms,s}", "microburst, requests, periodic: from one to the next"},
    {"rtt", TOPIC_TRAFFIC, TRAFFIC(rtt_ns), parse_duration, "NUMBER{ns,us,ms,s}", "from the port to the server and back"},
    {"window", TOPIC_TRAFFIC, TRAFFIC(window), parse_size, "8192-67108864|NUMBER{kB,KiB,MB,MiB,GiB}", "iperf: most bytes in flight of a connection"},
    {"inner-mtu", TOPIC_TRAFFIC, TRAFFIC(mtu), parse_u16, "576-65535", "iperf: of the hosts"},
    {"tso", TOPIC_TRAFFIC, TRAFFIC(tso), parse_size, "none|576-98304|NUMBER{kB,KiB}", "iperf: longest IP packet that the client hands down"},
    {"lro-ack", TOPIC_TRAFFIC, TRAFFIC(lro_ack), parse_bool, "no|yes", "iperf: the server acknowledges bursts, not every second segment"},
    {"file", TOPIC_TRAFFIC, TRAFFIC(file), parse_path, "FILE", "capture: what to replay"},
    {"loops", TOPIC_TRAFFIC, TRAFFIC(loops), parse_u64, "1-0x7fffffffffffffff", "capture: how often"},
    {"count", TOPIC_TRAFFIC, TRAFFIC(count), parse_optional, "auto|" COUNT, "frames at most"},
    {"delay", TOPIC_TRAFFIC, TRAFFIC(delay_ns), parse_duration, "NUMBER{ns,us,ms,s}", "from the start of the capture"},
    {"inner", TOPIC_TRAFFIC, TRAFFIC(inner.kind), parse_inner_kind, FRAME_RECIPE_NAMES, "periodic: what comes again"},
    {"inner-size", TOPIC_TRAFFIC, TRAFFIC(inner.size), parse_size, "auto|0-65535|NUMBER{kB,KiB}", "bytes of a frame, FCS excluded"},
    {"inner-vlan", TOPIC_TRAFFIC, TRAFFIC(inner.tags), parse_vlans, "none|0-4095[,0-4095...]", "its VLAN tags"},
    {"inner-priority", TOPIC_TRAFFIC, TRAFFIC(inner.priority), parse_u8, "0-7", "of its VLAN tags"},
    {"inner-ip", TOPIC_TRAFFIC, TRAFFIC(inner.ip_version), parse_u8, "4|6", "IP version"},
    {"inner-checksum", TOPIC_TRAFFIC, TRAFFIC(inner.checksum), parse_choice, "good|partial|none", "of TCP and UDP; partial: as checksum offload leaves it"},
    {"inner-ip-id", TOPIC_TRAFFIC, TRAFFIC(inner.id_policy), parse_choice, "auto|zero", "IPv4 identification; auto: counts, but in hellos"},
    {"inner-tunnel", TOPIC_TRAFFIC, TRAFFIC(inner.tunnel), parse_choice, "none|vxlan|geneve|gtp-u|gre|ip", "around the mirrored packets; ip: IP in IP (6in4, 6in6)"},
    {"inner-tunnel-ip", TOPIC_TRAFFIC, TRAFFIC(inner.tunnel_ip_version), parse_u8, "4|6", "IP version of the tunnel"},
    {"flows", TOPIC_TRAFFIC, TRAFFIC(inner.flows), parse_u32, "1-60000", "connections at a time"},
    {"network", TOPIC_TRAFFIC, TRAFFIC(inner.network), parse_optional, "auto|0-255", "whose addresses; auto: others in each traffic"},
    {"seed", TOPIC_TRAFFIC, TRAFFIC(inner.seed), parse_u64, U64, "of what is random"},
    {NULL, TOPICS, 0, 0, NULL, NULL, NULL},
};
/* clang-format on */
