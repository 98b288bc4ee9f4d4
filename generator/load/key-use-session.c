/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys of a session need beside its others.
 */
#include "core/wire/gre.h"
#include "generator/encapsulate/source-counter.h"
#include "generator/impairment/impairment-check.h"
#include "generator/load/key-use-rules.h"
#include "generator/traffic/inner.h"
#include "generator/traffic/routing.h"
#include "generator/traffic/translation.h"

static bool has_header(const struct key_place *at)
{
    return at->session->type >= ERSPAN_TYPE_II;
}

static bool is_type_i(const struct key_place *at)
{
    return at->session->type == ERSPAN_TYPE_I;
}

static bool comes_in_gre(const struct key_place *at)
{
    enum mirror_kind kind = at->session->mirror_type;
    return kind == MIRROR_ERSPAN || mirror_is_in_gre(kind);
}

static bool comes_in_udp(const struct key_place *at)
{
    return !comes_in_gre(at);
}

static bool mirror_has_numbers(const struct key_place *at)
{
    return comes_in_gre(at) || at->session->mirror_type == MIRROR_TZSP;
}

static bool has_mirror_id(const struct key_place *at)
{
    enum mirror_kind kind = at->session->mirror_type;
    return kind == MIRROR_VXLAN || kind == MIRROR_GENEVE || kind == MIRROR_JUNIPER;
}

static bool is_type_ii(const struct key_place *at)
{
    return at->session->type == ERSPAN_TYPE_II;
}

static bool is_type_iii(const struct key_place *at)
{
    return at->session->type == ERSPAN_TYPE_III;
}

/* The header and the frame behind it are made, not given. */
static bool makes_payload(const struct key_place *at)
{
    return at->session->payload.len == 0;
}

/* Sequence domains may go by fields that the copy does not send. */
static bool knows_session(const struct key_place *at)
{
    enum counter_scope domain = at->session->gre.counter_scope;
    return (has_header(at) && makes_payload(at)) || domain == COUNTER_PER_SESSION_ID ||
           domain == COUNTER_PER_HW_ID;
}

static bool knows_hardware(const struct key_place *at)
{
    return (is_type_iii(at) && makes_payload(at)) ||
           at->session->gre.counter_scope == COUNTER_PER_HW_ID;
}

static bool mirrors(const struct key_place *at)
{
    return at->session->mirror[0] != '\0';
}

static bool mirrors_none(const struct key_place *at)
{
    return !mirrors(at);
}

static bool tells_direction(const struct key_place *at)
{
    return at->session->direction != DIRECTION_AUTO || mirrors(at);
}

static bool has_subheader(const struct key_place *at)
{
    return session_has_subheader(at->session);
}

static bool has_layout(const struct key_place *at, unsigned layouts)
{
    int64_t platform = at->session->platform == AUTO ? 0 : at->session->platform;
    return has_subheader(at) && (layouts >> subheader_layout((uint8_t)platform) & 1);
}

static bool has_domain(const struct key_place *at)
{
    return has_layout(at, 1U << SUBHEADER_VSM);
}

static bool has_switch(const struct key_place *at)
{
    return has_layout(at, 1U << SUBHEADER_SWITCH_SECONDS);
}

static bool has_port(const struct key_place *at)
{
    return has_layout(at, 1U << SUBHEADER_VSM | 1U << SUBHEADER_PORT_TIME |
                              1U << SUBHEADER_SWITCH_SECONDS | 1U << SUBHEADER_INDEX_TIME);
}

static bool has_reserved(const struct key_place *at)
{
    return has_layout(at, 1U << SUBHEADER_VSM | 1U << SUBHEADER_PORT_TIME |
                              1U << SUBHEADER_RESERVED | 1U << SUBHEADER_INDEX_TIME);
}

static bool has_second_word(const struct key_place *at)
{
    return has_layout(at, 1U << SUBHEADER_RESERVED);
}

static bool is_opaque(const struct key_place *at)
{
    return has_layout(at, 1U << SUBHEADER_OPAQUE);
}

static bool has_gre(const struct key_place *at)
{
    return at->session->stream.outer.link != LINK_KIND_SLL_WITHOUT_GRE;
}

static bool clock_runs(const struct key_place *at)
{
    return at->session->clock.tick_ps != 0;
}

static bool makes_gre_flags(const struct key_place *at)
{
    return at->session->gre.flags == AUTO;
}

static bool may_have_key(const struct key_place *at)
{
    return makes_gre_flags(at) || (at->session->gre.flags & GRE_BIT_KEY);
}

static bool may_be_summed(const struct key_place *at)
{
    return makes_gre_flags(at) || at->session->gre.checksum != CHECK_GOOD;
}

static bool may_have_sequence(const struct key_place *at)
{
    return makes_gre_flags(at) || (at->session->gre.sequence == SEQUENCE_MODE_CONSTANT &&
                                   (at->session->gre.flags & GRE_BIT_SEQUENCE));
}

static bool has_sequence(const struct key_place *at)
{
    return session_has_sequence(at->session);
}

static bool counts_copies(const struct key_place *at)
{
    return session_counts_copies(at->session);
}

/* Without the domain that takes it away. */
static bool would_have_sequence(const struct key_place *at)
{
    struct session_plan plan = *at->session;
    if (plan.gre.flags == AUTO)
        plan.gre.counter_scope = COUNTER_PER_SESSION;
    return plan.gre.counter_scope != COUNTER_NONE && session_has_sequence(&plan);
}

static bool says_where_counter_starts(const struct key_place *at)
{
    const GArray *sessions = at->scenario->sessions;
    for (guint i = 0; &g_array_index(sessions, struct session_plan, i) != at->session; i++)
        if (sessions_share_counter(&g_array_index(sessions, struct session_plan, i), at->session))
            return false;
    return true;
}

static bool has_traits(const struct key_place *at, unsigned traits)
{
    return at->session->inner.kind->traits & traits;
}

static bool carries_ip(const struct key_place *at)
{
    return has_traits(at, KIND_IP);
}

static bool has_mac_addresses(const struct key_place *at)
{
    return has_traits(at, KIND_ETHERNET);
}

static bool has_flows(const struct key_place *at)
{
    return has_traits(at, KIND_FLOWS);
}

static bool has_tags(const struct key_place *at)
{
    return at->session->inner.tags.count > 0;
}

/* Whether the frames are given instead. */
static bool makes_frames(const struct key_place *at)
{
    return at->session->inner.hex.len == 0;
}

/* A router, too, asks where in given bytes the packet begins. */
static bool asks_for_mac(const struct key_place *at)
{
    return makes_frames(at) || at->session->routed;
}

static bool may_be_padded(const struct key_place *at)
{
    return inner_may_be_short(&at->session->inner);
}

static bool can_be_routed(const struct key_place *at)
{
    const struct inner_plan *inner = &at->session->inner;
    if (mirrors(at))
        return true;
    if (makes_frames(at))
        return has_traits(at, KIND_ROUTED);
    struct hex frame = inner->hex;
    return routing_pass(frame.data, frame.len, inner->mac);
}

static bool has_transport_checksum(const struct key_place *at)
{
    return has_traits(at, KIND_TCP | KIND_UDP);
}

static bool counts_inner_packets(const struct key_place *at)
{
    return inner_counts_packets(&at->session->inner);
}

static bool has_tunnel(const struct key_place *at)
{
    return at->session->inner.tunnel != TUNNEL_NONE;
}

/* Ports in a tunnel are not those of its packets. */
static bool can_be_translated(const struct key_place *at)
{
    const struct inner_plan *inner = &at->session->inner;
    enum translation translation = at->session->translation;
    if (mirrors(at) || translation == TRANSLATE_NOTHING)
        return true;
    if (!makes_frames(at)) {
        struct hex frame = inner->hex;
        return translation_pass(translation, frame.data, frame.len, inner->mac);
    }
    if (translation == TRANSLATE_MACS)
        return inner->mac && has_traits(at, KIND_ETHERNET);
    if (translation == TRANSLATE_PORTS)
        return !has_tunnel(at) && has_traits(at, KIND_TCP | KIND_UDP);
    return has_traits(at, KIND_IP | KIND_ROUTED);
}

static bool is_whole(const struct key_place *at)
{
    return at->session->fate.fragment == AUTO;
}

static bool is_fragmented(const struct key_place *at)
{
    return !is_whole(at);
}

static bool overlaps(const struct key_place *at)
{
    return at->session->fate.fragment_overlap > 0;
}

static bool has_icmp_error(const struct key_place *at)
{
    return at->session->fate.icmp_error != ICMP_ERROR_NONE;
}

static bool has_icmp_copy(const struct key_place *at)
{
    return session_may_have_copy(at->session, at->session->fate.icmp_copy);
}

static bool states_mtu(const struct key_place *at)
{
    return at->session->fate.icmp_error == ICMP_ERROR_MTU;
}

/* True if one of the impairments that the session meets is so. */
static bool meets(const struct key_place *at, bool (*is_so)(const struct impairment_plan *plan))
{
    const GArray *groups = at->scenario->impairments;
    bool found = is_so(&at->session->impairment);
    for (guint i = 0; i < groups->len && !found; i++) {
        const struct impairment_plan *plan = &g_array_index(groups, struct impairment_plan, i);
        found = impairment_is_for(plan, at->session) && is_so(plan);
    }
    return found;
}

static bool answers(const struct impairment_plan *plan)
{
    return plan->drop_answer;
}

static bool quotes(const struct key_place *at)
{
    return has_icmp_error(at) || meets(at, answers);
}

static bool is_first_point(const struct key_place *at)
{
    return !session_follows(at->session);
}

static bool is_random(const struct key_place *at)
{
    const struct path_plan *path = &at->session->path;
    if (session_follows(at->session) && (path->jitter_ns > 0 || impairment_draws(&path->frames)))
        return true;
    bool bytes =
        makes_payload(at) && !mirrors(at) && makes_frames(at) && has_traits(at, KIND_RANDOM);
    return bytes || meets(at, impairment_draws);
}

const struct key_rule session_rules[] = {
    {KEYS("interval"), .holds = mirrors_none,
     .needs = "a session without mirror: with mirror, a copy is made when the frame passes"},
    {KEYS("mirror"), .holds = is_first_point,
     .needs = "a session without after: one behind another mirrors what passed that"},
    {KEYS("routed"), .holds = is_first_point,
     .needs = "a session without after: behind another, path-hops counts routers"},
    {KEYS("mirror-direction", "mirror-share"), .holds = mirrors, .needs = "mirror"},
    {KEYS("ip-length"), .holds = is_whole, .needs = "a whole packet: each fragment has a length"},

    {KEYS("sequence", "sequence-start", "sequence-bits", "sequence-domain", "gre-key",
          "gre-version", "gre-routing", "gre-flags"),
     .holds = has_gre, .needs = "a GRE header: link = ethernet, sll or raw"},
    {KEYS("gre-version", "gre-routing"), .holds = makes_gre_flags, .needs = "gre-flags = auto"},
    {KEYS("gre-key"), .holds = may_have_key, .needs = "the bit 0x2000 in gre-flags"},
    {KEYS("gre-checksum"), .holds = may_be_summed,
     .needs = "gre-flags = auto: what these ask for is good, unless it is bad"},
    {KEYS("sequence"), .holds = may_have_sequence,
     .needs = "gre-flags = auto, or constant and their bit 0x1000"},
    {KEYS("sequence-domain"), .holds = would_have_sequence,
     .needs = "a sequence number: see sequence"},
    {KEYS("sequence-start"), .holds = has_sequence, .needs = "a sequence number: see sequence"},
    {KEYS("sequence-start"), .holds = says_where_counter_starts,
     .needs = "a counter of its own: the first session of a sequence-domain says where it starts"},
    {KEYS("sequence-bits"), .holds = counts_copies, .needs = "a sequence number that counts"},

    {KEYS("version", "vlan", "cos", "en", "bso", "truncated", "reserved", "index", "timestamp",
          "tick", "drift", "sgt", "p", "ft", "direction", "gra", "o", "subheader", "platform",
          "domain", "switch", "port", "seconds", "subheader-reserved", "subheader-reserved2",
          "opaque"),
     .holds = makes_payload, .needs = "a header that is made: it does not go with payload-hex"},
    {KEYS("version", "vlan", "cos", "truncated"), .holds = has_header, .needs = "type = 2 or 3"},
    {KEYS("sequence", "sequence-start", "sequence-bits", "sequence-domain"),
     .holds = mirror_has_numbers, .needs = "a mirror in GRE, or mirror-type = tzsp"},
    {KEYS("mirror-type"), .holds = is_type_i, .needs = "type = 1"},
    {KEYS("mirror-id"), .holds = has_mirror_id, .needs = "mirror-type = vxlan, geneve or juniper"},
    {KEYS("mirror-port"), .holds = comes_in_udp,
     .needs = "mirror-type = vxlan, geneve, tzsp, hp-erm or juniper"},
    {KEYS("gre-protocol", "gre-key", "gre-checksum", "gre-version", "gre-routing", "gre-flags",
          "udp-port"),
     .holds = comes_in_gre, .needs = "a mirror in GRE: see mirror-type"},
    {KEYS("session"), .holds = knows_session,
     .needs = "type = 2 or 3, or sequence-domain = session-id or hw-id"},
    {KEYS("en", "reserved", "index"), .holds = is_type_ii, .needs = "type = 2"},
    {KEYS("bso", "timestamp", "tick", "drift", "sgt", "p", "ft", "direction", "gra", "o",
          "subheader"),
     .holds = is_type_iii, .needs = "type = 3"},
    {KEYS("drift"), .holds = clock_runs, .needs = "a clock that runs: see tick"},
    {KEYS("hw"), .holds = knows_hardware, .needs = "type = 3, or sequence-domain = hw-id"},
    {KEYS("direction"), .holds = tells_direction, .needs = "mirror, to be auto"},
    {KEYS("platform"), .holds = has_subheader,
     .needs = "a sub-header: type = 3, subheader = auto or yes"},
    {KEYS("domain"), .holds = has_domain, .needs = "type = 3, platform = 1"},
    {KEYS("switch", "seconds"), .holds = has_switch, .needs = "type = 3, platform = 5 or 6"},
    {KEYS("port"), .holds = has_port, .needs = "type = 3, platform = 0, 1, 3, 5, 6 or 7"},
    {KEYS("subheader-reserved"), .holds = has_reserved,
     .needs = "type = 3, platform = 0, 1, 3, 4 or 7"},
    {KEYS("subheader-reserved2"), .holds = has_second_word, .needs = "type = 3, platform = 4"},
    {KEYS("opaque"), .holds = is_opaque,
     .needs = "type = 3 and a platform other than 0, 1 and 3 to 7"},

    {.topic = TOPIC_INNER,
     .holds = mirrors_none,
     .needs = "a session without mirror: with mirror, the traffic makes the frames"},
    {.topic = TOPIC_INNER,
     .holds = makes_payload,
     .needs = "a mirrored frame: it does not go with payload-hex"},
    {KEYS("inner", "inner-size", "inner-pad", "inner-vlan", "inner-priority", "inner-ip",
          "inner-checksum", "inner-ip-id", "inner-tunnel", "inner-tunnel-ip", "flows", "network"),
     .holds = makes_frames, .needs = "frames that are made: it does not go with inner-hex"},
    {KEYS("inner-mac"), .holds = asks_for_mac, .needs = "routed = yes beside inner-hex"},
    {KEYS("inner-vlan", "network"), .holds = has_mac_addresses,
     .needs = "inner other than random or none"},
    {KEYS("flows"), .holds = has_flows,
     .needs = "conversations: inner = tcp, udp, echo, rtp, syslog, bfd, nd or arp"},
    {KEYS("inner-priority"), .holds = has_tags, .needs = "inner-vlan"},
    {KEYS("inner-ip"), .holds = carries_ip,
     .needs = "IP of either version: inner = tcp, udp, echo, rtp, syslog or bfd"},
    {KEYS("inner-checksum"), .holds = has_transport_checksum, .needs = "inner = tcp or in UDP"},
    {KEYS("inner-ip-id"), .holds = counts_inner_packets,
     .needs = "IPv4 packets that are counted: inner = tcp, udp, echo, rtp or syslog"},
    {KEYS("inner-tunnel-ip"), .holds = has_tunnel, .needs = "inner-tunnel"},
    {KEYS("inner-pad"), .holds = may_be_padded, .needs = "frames of less than 60 bytes"},

    {KEYS("mirror", "routed", "nat", "prefix-hex", "cut", "fcs", "nesting"), .holds = makes_payload,
     .needs = "a mirrored frame: it does not go with payload-hex"},
    {KEYS("routed"), .holds = can_be_routed, .needs = "mirrored frames that carry IP"},
    {KEYS("nat"), .holds = can_be_translated,
     .needs = "mirrored frames with such addresses or ports"},
    {KEYS("fragment-overlap", "fragment-lost"), .holds = is_fragmented, .needs = "fragment"},
    {KEYS("fragment-conflict"), .holds = overlaps, .needs = "fragment-overlap"},
    {KEYS("icmp-copy", "icmp-instead"), .holds = has_icmp_error,
     .needs = "icmp-error = protocol or mtu"},
    {KEYS("icmp-copy"), .holds = has_icmp_copy, .needs = "that many copies: see count"},
    {KEYS("icmp-mtu"), .holds = states_mtu, .needs = "icmp-error = mtu"},
    {KEYS("icmp-quote"), .holds = quotes,
     .needs = "icmp-error = protocol or mtu, or drop-answer = yes"},
    {KEYS("seed"), .holds = is_random,
     .needs = "something random: inner = random, or an impairment such as loss"},
    {0},
};
