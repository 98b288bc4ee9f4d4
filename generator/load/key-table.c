/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of keys. Order within a topic is the order of the help.
 */
#include "generator/scenario/keys.h"

#include <stddef.h>

#include "generator/scenario/scenario-words.h"
#include "generator/scenario/scenario.h"

/* A key of a section: its sections and where its member lies in the plan. */
#define MEMBER(plan, member)                                                                       \
    .offset = offsetof(struct plan, member), .size = sizeof(__typeof__(((struct plan *)0)->member))
#define CAPTURE(member) .sections = SECTION_CAPTURE, MEMBER(capture_plan, member)
#define SESSION(member) .sections = SECTION_SESSION, MEMBER(session_plan, member)
#define MARKER(member)  .sections = SECTION_MARKER, MEMBER(marker_plan, member)
#define TRAFFIC(member) .sections = SECTION_TRAFFIC, MEMBER(traffic_plan, member)
#define STREAM(member)  .sections = SECTION_SESSION | SECTION_MARKER, MEMBER(stream_plan, member)

_Static_assert(offsetof(struct session_plan, stream) == 0, "STREAM() keys serve both plans");
_Static_assert(offsetof(struct marker_plan, stream) == 0, "STREAM() keys serve both plans");

/* The keys of an impairment stand in a session, or in a group of their own. */
#define OWN_IMPAIRMENT(member) .sections = SECTION_SESSION, MEMBER(session_plan, impairment.member)
#define IMPAIRMENT(member)     .sections = SECTION_IMPAIRMENT, MEMBER(impairment_plan, member)

/* How a value is written. */
#define NUMBER(LOWEST, HIGHEST)              .type = KEY_NUMBER, .lowest = (LOWEST), .highest = (HIGHEST)
#define HEX_NUMBER(LOWEST, HIGHEST)          NUMBER(LOWEST, HIGHEST), .hexadecimal = true
#define EITHER(ONE, OTHER)                   NUMBER(ONE, OTHER), .ends_only = true
#define OPTIONAL(WORD, LOWEST, HIGHEST)      NUMBER(LOWEST, HIGHEST), .automatic = WORD
#define OPTIONAL_HEX(WORD, LOWEST, HIGHEST)  HEX_NUMBER(LOWEST, HIGHEST), .automatic = WORD
#define SIZE(LOWEST, HIGHEST)                .type = KEY_SIZE, .lowest = (LOWEST), .highest = (HIGHEST)
#define OPTIONAL_SIZE(WORD, LOWEST, HIGHEST) SIZE(LOWEST, HIGHEST), .automatic = WORD
#define WORDS(LIST)                          .type = KEY_WORD, .words = LIST
#define YES_NO                               .type = KEY_BOOL, .words = no_yes_words
#define PLAIN(TYPE)                          .type = TYPE
#define DURATION                             PLAIN(KEY_DURATION)
#define OPTIONAL_DURATION(WORD)              DURATION, .automatic = WORD
#define TICK(WORD)                           .type = KEY_TICK, .automatic = WORD
#define BIT_RATE(WORD)                       .type = KEY_BIT_RATE, .automatic = WORD
#define RATE(WORD)                           .type = KEY_RATE, .automatic = WORD

/* clang-format off */
#define IMPAIRMENT_KEYS(IN) \
    {"from", TOPIC_IMPAIRMENT, IN(from_ns), DURATION, .help = "start of these impairments, from the start of the capture"}, \
    {"to", TOPIC_IMPAIRMENT, IN(to_ns), OPTIONAL_DURATION("end"), .help = "end of these impairments"}, \
    {"mirror-up-to", TOPIC_IMPAIRMENT, IN(mirror_up_to), OPTIONAL_SIZE("all", 0, 65535), .help = "longer frames, such as super-frames, are not mirrored"}, \
    {"sample", TOPIC_IMPAIRMENT, IN(sample), HEX_NUMBER(1, UINT64_C(0xffffffff)), .help = "mirror every Nth frame"}, \
    {"sample-by", TOPIC_IMPAIRMENT, IN(sample_by), WORDS(sample_by_words), .help = "count: every Nth frame; chance: each with probability 1 in N"}, \
    {"drops-only", TOPIC_IMPAIRMENT, IN(drops_only), PLAIN(KEY_PERCENTAGE), .help = "probability that the device drops a frame; only dropped frames are mirrored"}, \
    {"restart-copies", TOPIC_IMPAIRMENT, IN(restart_copies), PLAIN(KEY_COPIES), .help = "first copies after restarts of the source"}, \
    {"restart-time", TOPIC_IMPAIRMENT, IN(restart_time_ns), OPTIONAL_DURATION("none"), .help = "time at which the source restarts"}, \
    {"restart-clock", TOPIC_IMPAIRMENT, IN(restart_clock), YES_NO, .help = "the source's clock starts from 0, too"}, \
    {"truncate", TOPIC_IMPAIRMENT, IN(truncate), OPTIONAL_SIZE("none", 0, 65535), .help = "bytes of longer frames that the source keeps"}, \
    {"truncate-flag", TOPIC_IMPAIRMENT, IN(truncate_flag), YES_NO, .help = "the source sets T on truncated frames"}, \
    {"drop-above", TOPIC_IMPAIRMENT, IN(drop_above), OPTIONAL_SIZE("none", 0, 65535), .help = "MTU on the way: longer outer IP packets are lost"}, \
    {"drop-answer", TOPIC_IMPAIRMENT, IN(drop_answer), YES_NO, .help = "drop-above answers by ICMP: fragmentation needed, packet too big"}, \
    {"police-rate", TOPIC_IMPAIRMENT, IN(police_rate), RATE("none"), .help = "outer IP packets above this rate are lost"}, \
    {"police-burst", TOPIC_IMPAIRMENT, IN(police_burst), OPTIONAL_SIZE("auto", 1, 1073741824), .help = "size of the policer's bucket in bytes (with pps: packets); auto: 10 ms of the rate, and room for some packets"}, \
    {"loss", TOPIC_IMPAIRMENT, IN(loss), PLAIN(KEY_PERCENTAGE), .help = "probability that a copy is lost"}, \
    {"run-start", TOPIC_IMPAIRMENT, IN(run_start), PLAIN(KEY_PERCENTAGE), .help = "loss in runs: probability that a run starts"}, \
    {"run-end", TOPIC_IMPAIRMENT, IN(run_end), PLAIN(KEY_PERCENTAGE), .help = "probability that a run ends"}, \
    {"run-loss", TOPIC_IMPAIRMENT, IN(run_loss), PLAIN(KEY_PERCENTAGE), .help = "probability that a copy in a run is lost"}, \
    {"drop-copies", TOPIC_IMPAIRMENT, IN(drop_copies), PLAIN(KEY_COPIES), .help = "these copies are lost; the first is 1"}, \
    {"corrupt", TOPIC_IMPAIRMENT, IN(corrupt), PLAIN(KEY_PERCENTAGE), .help = "probability that bits of a copy are flipped"}, \
    {"corrupt-copies", TOPIC_IMPAIRMENT, IN(corrupt_copies), PLAIN(KEY_COPIES), .help = "bits of these copies are flipped, too"}, \
    {"corrupt-bits", TOPIC_IMPAIRMENT, IN(corrupt_bits), NUMBER(1, 64), .help = "number of flipped bits in each copy"}, \
    {"corrupt-where", TOPIC_IMPAIRMENT, IN(corrupt_where), WORDS(corrupt_where_words), .help = "part of the frame with the flipped bits"}, \
    {"snap", TOPIC_IMPAIRMENT, IN(snap), OPTIONAL_SIZE("none", 0, 65535), .help = "bytes of a frame that arrive, lengths unchanged"}, \
    {"duplicate", TOPIC_IMPAIRMENT, IN(duplicate), PLAIN(KEY_PERCENTAGE), .help = "probability that a copy arrives twice"}, \
    {"duplicate-copies", TOPIC_IMPAIRMENT, IN(duplicate_copies), PLAIN(KEY_COPIES), .help = "these copies arrive twice, too"}, \
    {"duplicate-after", TOPIC_IMPAIRMENT, IN(duplicate_after), HEX_NUMBER(0, UINT64_C(0xffffffff)), .help = "the duplicate arrives this many copies later"}, \
    {"duplicate-delay", TOPIC_IMPAIRMENT, IN(duplicate_delay_ns), DURATION, .help = "the duplicate arrives this much later"}, \
    {"late", TOPIC_IMPAIRMENT, IN(late), PLAIN(KEY_PERCENTAGE), .help = "probability that a copy arrives late (or: reorder, out-of-order)"}, \
    {"late-by", TOPIC_IMPAIRMENT, IN(late_by), HEX_NUMBER(0, UINT64_C(0xffffffff)), .help = "a late copy arrives this many copies later"}, \
    {"late-delay", TOPIC_IMPAIRMENT, IN(late_delay_ns), DURATION, .help = "a late copy arrives this much later"}, \
    {"reorder-block", TOPIC_IMPAIRMENT, IN(reorder_block), OPTIONAL("none", 2, 1000000), .help = "copies in a block; blocks arrive queue by queue; none: in order"}, \
    {"reorder-queues", TOPIC_IMPAIRMENT, IN(reorder_queues), NUMBER(2, 64), .help = "number of queues"}, \
    {"reorder-mode", TOPIC_IMPAIRMENT, IN(reorder_mode), WORDS(reorder_mode_words), .help = "queues get the copies in turn; reversed: whole blocks, the last block first"}, \
    {"spoof", TOPIC_IMPAIRMENT, IN(spoof), PLAIN(KEY_PERCENTAGE), .help = "probability that foreign copies follow a copy"}, \
    {"spoof-copies", TOPIC_IMPAIRMENT, IN(spoof_copies), PLAIN(KEY_COPIES), .help = "foreign copies follow these copies, too"}, \
    {"spoof-count", TOPIC_IMPAIRMENT, IN(spoof_count), NUMBER(1, 1000000), .help = "number of foreign copies each time"}, \
    {"spoof-number", TOPIC_IMPAIRMENT, IN(spoof_number), WORDS(spoof_number_words), .help = "sequence numbers of foreign copies, relative to the copy before"}, \
    {"spoof-distance", TOPIC_IMPAIRMENT, IN(spoof_distance), OPTIONAL_HEX("auto", 1, UINT64_C(0xffffffff)), .help = "distance ahead or behind, with near at most; auto: 16777216, near 100"}, \
    {"spoof-ttl", TOPIC_IMPAIRMENT, IN(spoof_ttl), OPTIONAL("same", 0, 255), .help = "outer TTL, or hop limit, of foreign copies"}, \
    {"spoof-mac", TOPIC_IMPAIRMENT, IN(spoof_mac), PLAIN(KEY_OPTIONAL_MAC), .help = "outer source MAC address of foreign copies"}, \
    {"late-copies", TOPIC_IMPAIRMENT, IN(late_copies), PLAIN(KEY_LATE_COPIES), .help = "these copies, each this many copies later"}
const struct key keys[] = {
    {"format", TOPIC_CAPTURE, CAPTURE(format), WORDS(file_format_words), .help = "auto: pcapng if the file's name ends in .pcapng"},
    {"time-precision", TOPIC_CAPTURE, CAPTURE(precision), WORDS(time_precision_words), .help = "resolution of the file's times"},
    {"start", TOPIC_CAPTURE, CAPTURE(start_ns), PLAIN(KEY_TIME), .help = "start of the capture, seconds since 1970"},
    {"snap-length", TOPIC_CAPTURE, CAPTURE(snap_length), OPTIONAL_SIZE("none", 1, 262144), .help = "bytes of a frame that the file keeps"},

    {"count", TOPIC_OUTER, STREAM(schedule.count), OPTIONAL_HEX("auto", 0, UINT64_C(0x7fffffffffffffff)), .help = "largest number of copies, markers or frames of traffic"},
    {"interval", TOPIC_OUTER, STREAM(schedule.interval_ns), OPTIONAL_DURATION("auto"), .help = "time between two copies: 10ns, 1.5us, 20ms, 3s"},
    {"delay", TOPIC_OUTER, STREAM(schedule.delay_ns), DURATION, .help = "time from the start of the capture to the first copy"},
    {"link", TOPIC_OUTER, STREAM(outer.link), WORDS(link_kind_words), .help = "link layer; sll: Linux cooked"},
    {"collector-port", TOPIC_OUTER, STREAM(outer.collector_port), PLAIN(KEY_INTERNED_NAME), .help = "interface of a pcapng file"},
    {"source-mac", TOPIC_OUTER, STREAM(outer.source_mac), PLAIN(KEY_MAC), .help = "outer source MAC address"},
    {"destination-mac", TOPIC_OUTER, STREAM(outer.destination_mac), PLAIN(KEY_MAC), .help = "outer destination MAC address"},
    {"outer-vlan", TOPIC_OUTER, STREAM(outer.tags), PLAIN(KEY_VLANS), .help = "VLAN tags, outermost first"},
    {"source", TOPIC_OUTER, STREAM(outer.source), PLAIN(KEY_ADDRESS), .help = "address of the mirroring device"},
    {"destination", TOPIC_OUTER, STREAM(outer.destination), PLAIN(KEY_ADDRESS), .help = "address of the collector"},
    {"ttl", TOPIC_OUTER, STREAM(outer.ttl), NUMBER(0, 255), .help = "TTL or hop limit of the outer packet"},
    {"dscp", TOPIC_OUTER, STREAM(outer.dscp), NUMBER(0, 63), .help = "DSCP of the outer packet"},
    {"df", TOPIC_OUTER, STREAM(outer.dont_fragment), YES_NO, .help = "IPv4: don't fragment"},
    {"ip-id", TOPIC_OUTER, STREAM(outer.id_policy), WORDS(id_policy_words), .help = "IPv4 identification"},
    {"ip-options", TOPIC_OUTER, STREAM(outer.options), PLAIN(KEY_HEX), .help = "IPv4 options, a multiple of 4 bytes up to 40"},
    {"encapsulation-limit", TOPIC_OUTER, STREAM(outer.encapsulation_limit), OPTIONAL("none", 0, 255), .help = "IPv6 tunnel encapsulation limit option"},
    {"ip-length", TOPIC_OUTER, STREAM(outer.length), OPTIONAL("auto", 0, 65535), .help = "wrong value for the length field of the IP header"},

    {"gre-protocol", TOPIC_GRE, SESSION(gre.protocol), OPTIONAL_HEX("auto", 0, 0xffff), .help = "auto: 0x88be for types 1, 2; 0x22eb for 3"},
    {"sequence", TOPIC_GRE, SESSION(gre.sequence), WORDS(sequence_mode_words), .help = "sequence number; auto: not for type 1"},
    {"sequence-start", TOPIC_GRE, SESSION(gre.sequence_start), HEX_NUMBER(0, UINT64_C(0xffffffff)), .help = "first sequence number"},
    {"sequence-bits", TOPIC_GRE, SESSION(gre.sequence_bits), EITHER(30, 32), .help = "width of the counter in bits"},
    {"sequence-domain", TOPIC_GRE, SESSION(gre.counter_scope), WORDS(counter_scope_words), .help = "which copies share a counter; none, constant: no counter"},
    {"gre-key", TOPIC_GRE, SESSION(gre.key), OPTIONAL_HEX("none", 0, UINT64_C(0xffffffff)), .help = "GRE key"},
    {"gre-checksum", TOPIC_GRE, SESSION(gre.checksum), WORDS(check_mode_words), .help = "GRE checksum"},
    {"gre-version", TOPIC_GRE, SESSION(gre.version), NUMBER(0, 7), .help = "GRE version; 0 is GRE"},
    {"gre-routing", TOPIC_GRE, SESSION(gre.routing), YES_NO, .help = "routing bit, with an empty list of routes"},
    {"gre-flags", TOPIC_GRE, SESSION(gre.flags), OPTIONAL_HEX("auto", 0, 0xffff), .help = "whole first word of the GRE header, instead of its parts"},
    {"udp-port", TOPIC_GRE, SESSION(gre.udp_port), OPTIONAL("none", 0, 65535), .help = "GRE in UDP from this port to 4754"},

    {"type", TOPIC_HEADER, SESSION(type), NUMBER(1, 3), .help = "ERSPAN type"},
    {"mirror-type", TOPIC_HEADER, SESSION(mirror_type), WORDS(mirror_type_words), .help = "a mirror that is not ERSPAN; needs type = 1"},
    {"mirror-id", TOPIC_HEADER, SESSION(mirror_id), HEX_NUMBER(0, UINT64_C(0xffffffff)), .help = "VNI, 24 bits, or Juniper's session"},
    {"mirror-port", TOPIC_HEADER, SESSION(mirror_port), OPTIONAL("auto", 1, 65535), .help = "UDP destination port"},
    {"version", TOPIC_HEADER, SESSION(version), OPTIONAL("auto", 0, 15), .help = "auto: 1 in type 2, 2 in type 3"},
    {"vlan", TOPIC_HEADER, SESSION(header.vlan), NUMBER(0, 4095), .help = "VLAN field"},
    {"cos", TOPIC_HEADER, SESSION(header.cos), NUMBER(0, 7), .help = "class of service of the mirrored frame"},
    {"en", TOPIC_HEADER, SESSION(header.en_bso), NUMBER(0, 3), .help = "type 2: VLAN encapsulation"},
    {"bso", TOPIC_HEADER, SESSION(header.en_bso), NUMBER(0, 3), .help = "type 3: 1 short, 2 oversized, 3 bad"},
    {"truncated", TOPIC_HEADER, SESSION(header.truncated), YES_NO, .help = "T bit; it cuts nothing, see cut"},
    {"session", TOPIC_HEADER, SESSION(header.session), NUMBER(0, 1023), .help = "session ID"},
    {"reserved", TOPIC_HEADER, SESSION(header.reserved), HEX_NUMBER(0, 0xfff), .help = "type 2: reserved bits"},
    {"index", TOPIC_HEADER, SESSION(header.index), HEX_NUMBER(0, 0xfffff), .help = "type 2: index, often the port"},
    {"timestamp", TOPIC_HEADER, SESSION(clock), PLAIN(KEY_CLOCK), .help = "type 3: value at the start of the capture; unix: time since 1970"},
    {"tick", TOPIC_HEADER, SESSION(clock.tick_ps), TICK("auto"), .help = "real length of a tick (100us, 2.4ns, 100ps); auto: by gra"},
    {"drift", TOPIC_HEADER, SESSION(clock.drift_ppb), PLAIN(KEY_DRIFT), .help = "clock error; above 0 the clock runs too fast"},
    {"sgt", TOPIC_HEADER, SESSION(header.sgt), HEX_NUMBER(0, 0xffff), .help = "security group tag"},
    {"p", TOPIC_HEADER, SESSION(header.ethernet_pdu), YES_NO, .help = "P bit: the frame is an Ethernet frame"},
    {"ft", TOPIC_HEADER, SESSION(header.frame_type), NUMBER(0, 31), .help = "0 Ethernet, 2 IP"},
    {"hw", TOPIC_HEADER, SESSION(header.hardware_id), NUMBER(0, 63), .help = "Hw ID"},
    {"direction", TOPIC_HEADER, SESSION(direction), WORDS(direction_words), .help = "D bit; auto: direction of the mirrored frame"},
    {"gra", TOPIC_HEADER, SESSION(header.granularity), NUMBER(0, 3), .help = "0 100us, 1 100ns, 2 IEEE 1588, 3 user"},
    {"o", TOPIC_HEADER, SESSION(optional), WORDS(answer_words), .help = "O bit; auto: yes if there is a sub-header"},

    {"subheader", TOPIC_SUBHEADER, SESSION(subheader), WORDS(answer_words), .help = "auto: if o is yes or a platform is given"},
    {"platform", TOPIC_SUBHEADER, SESSION(platform), OPTIONAL("auto", 0, 63), .help = "auto: 0"},
    {"domain", TOPIC_SUBHEADER, SESSION(header.subheader.domain), HEX_NUMBER(0, 0xfff), .help = "platform 1: VSM domain"},
    {"switch", TOPIC_SUBHEADER, SESSION(header.subheader.switch_id), NUMBER(0, 1023), .help = "platforms 5, 6"},
    {"port", TOPIC_SUBHEADER, SESSION(header.subheader.port), HEX_NUMBER(0, UINT64_C(0xffffffff)), .help = "port or index of platforms 1, 3, 5, 6, 7, 0"},
    {"seconds", TOPIC_SUBHEADER, SESSION(clock.seconds), HEX_NUMBER(0, UINT64_C(0xffffffff)), .help = "platforms 5, 6: at the start of the capture"},
    {"subheader-reserved", TOPIC_SUBHEADER, SESSION(header.subheader.reserved), HEX_NUMBER(0, 0x3ffffff), .help = "platforms 1, 3, 4, 7, 0"},
    {"subheader-reserved2", TOPIC_SUBHEADER, SESSION(header.subheader.reserved2), HEX_NUMBER(0, UINT64_C(0xffffffff)), .help = "platform 4: second word"},
    {"opaque", TOPIC_SUBHEADER, SESSION(header.subheader.opaque), HEX_NUMBER(0, UINT64_C(0x3ffffffffffffff)), .help = "any other platform: 58 bits"},

    {"mirror", TOPIC_TRAFFIC, SESSION(mirror), PLAIN(KEY_NAME), .help = "the [traffic NAME] that is mirrored, instead of inner"},
    {"mirror-direction", TOPIC_TRAFFIC, SESSION(mirror_direction), WORDS(mirror_direction_words), .help = "direction that is mirrored; forward: from client to server"},
    {"mirror-share", TOPIC_TRAFFIC, SESSION(share), PLAIN(KEY_SHARE), .help = "flows that are mirrored: those of line card PART of OF"},
    {"after", TOPIC_PATH, SESSION(path.after), PLAIN(KEY_NAME), .help = "the [session NAME] at the point before"},
    {"path-delay", TOPIC_PATH, SESSION(path.delay_ns), DURATION, .help = "time of a frame from the point before to this one"},
    {"path-jitter", TOPIC_PATH, SESSION(path.jitter_ns), DURATION, .help = "added to it at random, up to this; frames keep their order"},
    {"path-rate", TOPIC_PATH, SESSION(path.rate), BIT_RATE("none"), .help = "frames wait in a queue that empties at this rate"},
    {"path-queue", TOPIC_PATH, SESSION(path.queue), OPTIONAL_SIZE("none", 1, 1073741824), .help = "room of the queue; what does not fit is lost"},
    {"path-loss", TOPIC_PATH, SESSION(path.frames.loss), PLAIN(KEY_PERCENTAGE), .help = "probability that the network loses a frame"},
    {"path-run-start", TOPIC_PATH, SESSION(path.frames.run_start), PLAIN(KEY_PERCENTAGE), .help = "loss in runs: probability that a run starts"},
    {"path-run-end", TOPIC_PATH, SESSION(path.frames.run_end), PLAIN(KEY_PERCENTAGE), .help = "probability that a run ends"},
    {"path-run-loss", TOPIC_PATH, SESSION(path.frames.run_loss), PLAIN(KEY_PERCENTAGE), .help = "probability that a frame in a run is lost"},
    {"path-loss-above", TOPIC_PATH, SESSION(path.loss_above), SIZE(0, 65535), .help = "only longer frames are lost by path-loss and in runs"},
    {"path-drop-frames", TOPIC_PATH, SESSION(path.frames.drop_copies), PLAIN(KEY_COPIES), .help = "these frames are lost; the first of a direction is 1"},
    {"path-mtu", TOPIC_PATH, SESSION(path.frames.drop_above), OPTIONAL_SIZE("none", 0, 65535), .help = "longer frames are lost"},
    {"path-police-rate", TOPIC_PATH, SESSION(path.frames.police_rate), RATE("none"), .help = "frames above this rate are lost"},
    {"path-police-burst", TOPIC_PATH, SESSION(path.frames.police_burst), OPTIONAL_SIZE("auto", 1, 1073741824), .help = "size of the policer's bucket, as police-burst"},
    {"path-reorder", TOPIC_PATH, SESSION(path.frames.late), PLAIN(KEY_PERCENTAGE), .help = "probability that others overtake a frame"},
    {"path-reorder-delay", TOPIC_PATH, SESSION(path.frames.late_delay_ns), DURATION, .help = "how much later it then comes"},
    {"path-hops", TOPIC_PATH, SESSION(path.hops), NUMBER(0, 64), .help = "routers between: TTL and MAC addresses change"},
    {"path-vlan", TOPIC_PATH, SESSION(path.vlan), OPTIONAL("same", 0, 4094), .help = "VLAN of the frames from here on; 0: no tag"},
    {"path-dscp", TOPIC_PATH, SESSION(path.dscp), OPTIONAL("same", 0, 63), .help = "DSCP of forward packets from here on"},
    {"inner", TOPIC_INNER, SESSION(inner.kind), PLAIN(KEY_RECIPE), .help = "the mirrored traffic"},
    {"inner-size", TOPIC_INNER, SESSION(inner.size), OPTIONAL_SIZE("auto", 0, 65535), .help = "bytes of a mirrored frame, FCS excluded"},
    {"inner-pad", TOPIC_INNER, SESSION(inner.pad), WORDS(answer_words), .help = "pads frames to 60 bytes; auto: unless inner-size is less"},
    {"inner-vlan", TOPIC_INNER, SESSION(inner.tags), PLAIN(KEY_VLANS), .help = "VLAN tags of the mirrored frame; 0 is a priority tag"},
    {"inner-priority", TOPIC_INNER, SESSION(inner.priority), NUMBER(0, 7), .help = "priority in these tags"},
    {"inner-ip", TOPIC_INNER, SESSION(inner.ip_version), EITHER(4, 6), .help = "IP version of tcp, udp, echo"},
    {"inner-mac", TOPIC_INNER, SESSION(inner.mac), YES_NO, .help = "no: the IP packet alone, as FT 2 says"},
    {"inner-hex", TOPIC_INNER, SESSION(inner.hex), PLAIN(KEY_HEX), .help = "the mirrored frame itself"},
    {"inner-checksum", TOPIC_INNER, SESSION(inner.checksum), WORDS(transport_checksum_words), .help = "checksum of TCP and UDP; partial: as offload leaves it"},
    {"inner-ip-id", TOPIC_INNER, SESSION(inner.id_policy), WORDS(inner_id_policy_words), .help = "IPv4 identification; auto: counts up, except in hellos"},
    {"inner-tunnel", TOPIC_INNER, SESSION(inner.tunnel), WORDS(tunnel_kind_words), .help = "tunnel around the mirrored packets; ip: IP in IP (6in4, 6in6)"},
    {"inner-tunnel-ip", TOPIC_INNER, SESSION(inner.tunnel_ip_version), EITHER(4, 6), .help = "IP version of the tunnel"},
    {"flows", TOPIC_INNER, SESSION(inner.flows), NUMBER(1, 60000), .help = "number of simultaneous conversations; they send in turn"},
    {"network", TOPIC_INNER, SESSION(inner.network), OPTIONAL("auto", 0, 255), .help = "number in the addresses; auto: another in each session"},

    {"routed", TOPIC_FATE, SESSION(routed), YES_NO, .help = "the frames are mirrored behind a router"},
    {"nat", TOPIC_FATE, SESSION(translation), WORDS(translation_words), .help = "the frames are mirrored behind a translator of addresses"},
    {"prefix-hex", TOPIC_FATE, SESSION(prefix), PLAIN(KEY_HEX), .help = "bytes between the headers and the mirrored frame"},
    {"payload-hex", TOPIC_FATE, SESSION(payload), PLAIN(KEY_HEX), .help = "bytes instead of all that follows the GRE header"},
    {"append-hex", TOPIC_FATE, SESSION(fate.appended), PLAIN(KEY_HEX), .help = "bytes behind the outer packet"},
    {"cut", TOPIC_FATE, SESSION(fate.cut), OPTIONAL_SIZE("none", 0, 65535), .help = "bytes of the mirrored frame that the source keeps"},
    {"payload-cut", TOPIC_FATE, SESSION(fate.payload_cut), OPTIONAL_SIZE("none", 0, 65535), .help = "bytes after the GRE header at which the copy ends"},
    {"snap-outer", TOPIC_FATE, SESSION(fate.snap_outer), OPTIONAL_SIZE("none", 0, 65535), .help = "the source cuts the outer frame, lengths unchanged"},
    {"fcs", TOPIC_FATE, SESSION(fate.inner_fcs), WORDS(check_mode_words), .help = "FCS behind the mirrored frame"},
    {"outer-fcs", TOPIC_FATE, SESSION(fate.outer_fcs), WORDS(check_mode_words), .help = "FCS behind the outer frame"},
    {"nesting", TOPIC_FATE, SESSION(fate.nesting), NUMBER(1, 64), .help = "copies around a frame; 2: a copy of a copy"},
    {"loop", TOPIC_FATE, SESSION(fate.loop), NUMBER(1, 64), .help = "how many times each copy is mirrored again"},
    {"fragment", TOPIC_FATE, SESSION(fate.fragment), OPTIONAL("none", 8, 65528), .help = "bytes in the first of two outer fragments"},
    {"fragment-overlap", TOPIC_FATE, SESSION(fate.fragment_overlap), NUMBER(0, 65520), .help = "bytes of the first fragment that the second repeats"},
    {"fragment-conflict", TOPIC_FATE, SESSION(fate.fragment_conflict), YES_NO, .help = "the repeated bytes differ in the second fragment"},
    {"fragment-lost", TOPIC_FATE, SESSION(fate.fragment_lost), WORDS(fragment_lost_words), .help = "one fragment of each pair is lost, and so is the copy"},
    {"icmp-error", TOPIC_FATE, SESSION(fate.icmp_error), WORDS(icmp_error_words), .help = "ICMP error that answers one copy"},
    {"icmp-copy", TOPIC_FATE, SESSION(fate.icmp_copy), HEX_NUMBER(1, UINT64_C(0xffffffffffffffff)), .help = "number of the copy that it answers; the first is 1"},
    {"icmp-quote", TOPIC_FATE, SESSION(fate.icmp_quote), NUMBER(0, 1232), .help = "largest number of quoted bytes of that copy"},
    {"icmp-mtu", TOPIC_FATE, SESSION(fate.icmp_mtu), NUMBER(0, 65535), .help = "MTU that the error states"},
    {"icmp-instead", TOPIC_FATE, SESSION(fate.icmp_instead), YES_NO, .help = "yes: the answered copy itself is lost"},

    {"seed", TOPIC_IMPAIRMENT, SESSION(inner.seed), HEX_NUMBER(0, UINT64_C(0xffffffffffffffff)), .help = "seed for all random choices"},
    IMPAIRMENT_KEYS(OWN_IMPAIRMENT),
    {"sessions", TOPIC_IMPAIRMENT, IMPAIRMENT(sessions), PLAIN(KEY_NAMES), .help = "in [impairment NAME]: sessions that it applies to; all by default"},
    IMPAIRMENT_KEYS(IMPAIRMENT),

    {"asic-time", TOPIC_MARKER, MARKER(marker.asic_time), HEX_NUMBER(0, UINT64_C(0xffffffffffff)), .help = "switch's clock at the start of the capture"},
    {"asic-tick", TOPIC_MARKER, MARKER(asic_tick_ps), TICK("auto"), .help = "real length of its tick; auto: 100ps; 0: it stands still"},
    {"drift", TOPIC_MARKER, MARKER(asic_drift_ppb), PLAIN(KEY_DRIFT), .help = "error of that clock; above 0 it runs too fast"},
    {"granularity", TOPIC_MARKER, MARKER(marker.granularity), NUMBER(0, 255), .help = "granularity as declared; 4 is 0.1 ns"},
    {"utc-offset", TOPIC_MARKER, MARKER(marker.utc_offset), NUMBER(0, 255), .help = "TAI - UTC in seconds"},
    {"ssid", TOPIC_MARKER, MARKER(marker.ssid), NUMBER(0, 255), .help = "engine of the switch"},
    {"marker-type", TOPIC_MARKER, MARKER(marker.type), NUMBER(0, 15), .help = "type of the marker packet"},
    {"marker-version", TOPIC_MARKER, MARKER(marker.version), NUMBER(0, 15), .help = "version of the marker packet"},
    {"marker-info", TOPIC_MARKER, MARKER(marker.info), HEX_NUMBER(0, 0xffff), .help = "two bytes before the version"},
    {"marker-sequence", TOPIC_MARKER, MARKER(marker.sequence), HEX_NUMBER(0, UINT64_C(0xffffffff)), .help = "sequence number of the first marker packet"},
    {"kind", TOPIC_TRAFFIC, TRAFFIC(kind), WORDS(traffic_kind_words), .help = "kind of traffic"},
    {"duration", TOPIC_TRAFFIC, TRAFFIC(duration_ns), OPTIONAL_DURATION("auto"), .help = "auto: 1s, if neither count nor bytes end it"},
    {"bytes", TOPIC_TRAFFIC, TRAFFIC(bytes), OPTIONAL_SIZE("auto", 0, UINT64_C(0x7fffffffffffffff)), .hexadecimal = true, .help = "data that iperf sends in all"},
    {"rate", TOPIC_TRAFFIC, TRAFFIC(rate), RATE("auto"), .help = "rate of frames with FCS; auto: as fast as possible"},
    {"line-rate", TOPIC_TRAFFIC, TRAFFIC(line_rate), BIT_RATE("auto"), .help = "speed of the port; auto: 10Gbit, or rate if that is more"},
    {"burst", TOPIC_TRAFFIC, TRAFFIC(burst), NUMBER(1, 1000000), .help = "microburst: frames back to back"},
    {"every", TOPIC_TRAFFIC, TRAFFIC(every_ns), DURATION, .help = "microburst, requests, periodic: interval"},
    {"rtt", TOPIC_TRAFFIC, TRAFFIC(rtt_ns), DURATION, .help = "round trip from the port to the server and back"},
    {"window", TOPIC_TRAFFIC, TRAFFIC(window), SIZE(8192, 67108864), .help = "iperf: bytes in flight of a connection, at most"},
    {"inner-mtu", TOPIC_TRAFFIC, TRAFFIC(mtu), NUMBER(576, 65535), .help = "iperf: MTU of the hosts"},
    {"tso", TOPIC_TRAFFIC, TRAFFIC(tso), OPTIONAL_SIZE("none", 576, 98304), .help = "iperf: longest IP packet that the client hands down"},
    {"lro-ack", TOPIC_TRAFFIC, TRAFFIC(lro_ack), YES_NO, .help = "iperf: the server acknowledges bursts, not every second segment"},
    {"control", TOPIC_TRAFFIC, TRAFFIC(control), YES_NO, .help = "iperf: with the connection over which iperf3 agrees on the test"},
    {"file", TOPIC_TRAFFIC, TRAFFIC(file), PLAIN(KEY_FILE), .help = "capture: what to replay"},
    {"loops", TOPIC_TRAFFIC, TRAFFIC(loops), HEX_NUMBER(1, UINT64_C(0x7fffffffffffffff)), .help = "capture: number of times"},
    {"count", TOPIC_TRAFFIC, TRAFFIC(count), OPTIONAL_HEX("auto", 0, UINT64_C(0x7fffffffffffffff)), .help = "frames at most"},
    {"delay", TOPIC_TRAFFIC, TRAFFIC(delay_ns), DURATION, .help = "from the start of the capture"},
    {"inner", TOPIC_TRAFFIC, TRAFFIC(inner.kind), PLAIN(KEY_RECIPE), .help = "periodic: the frame that comes again"},
    {"inner-size", TOPIC_TRAFFIC, TRAFFIC(inner.size), OPTIONAL_SIZE("auto", 0, 65535), .help = "bytes of a frame, FCS excluded"},
    {"inner-vlan", TOPIC_TRAFFIC, TRAFFIC(inner.tags), PLAIN(KEY_VLANS), .help = "its VLAN tags"},
    {"inner-priority", TOPIC_TRAFFIC, TRAFFIC(inner.priority), NUMBER(0, 7), .help = "priority in these tags"},
    {"inner-ip", TOPIC_TRAFFIC, TRAFFIC(inner.ip_version), EITHER(4, 6), .help = "IP version"},
    {"inner-checksum", TOPIC_TRAFFIC, TRAFFIC(inner.checksum), WORDS(transport_checksum_words), .help = "of TCP and UDP; partial: as checksum offload leaves it"},
    {"inner-ip-id", TOPIC_TRAFFIC, TRAFFIC(inner.id_policy), WORDS(inner_id_policy_words), .help = "IPv4 identification; auto: counts, but in hellos"},
    {"inner-tunnel", TOPIC_TRAFFIC, TRAFFIC(inner.tunnel), WORDS(tunnel_kind_words), .help = "around the mirrored packets; ip: IP in IP (6in4, 6in6)"},
    {"inner-tunnel-ip", TOPIC_TRAFFIC, TRAFFIC(inner.tunnel_ip_version), EITHER(4, 6), .help = "IP version of the tunnel"},
    {"flows", TOPIC_TRAFFIC, TRAFFIC(inner.flows), NUMBER(1, 60000), .help = "connections at a time"},
    {"network", TOPIC_TRAFFIC, TRAFFIC(inner.network), OPTIONAL("auto", 0, 255), .help = "whose addresses; auto: others in each traffic"},
    {"seed", TOPIC_TRAFFIC, TRAFFIC(inner.seed), HEX_NUMBER(0, UINT64_C(0xffffffffffffffff)), .help = "of what is random"},
    {0},
};
/* clang-format on */
