/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks any packet over any link type, behind tunnels as well. What needed no tunnel is walked once
 * more with one byte changed, which a memo of the first must not miss. Input: two bytes that choose
 * the link type, then the packet.
 */
#include "core/wire/erspan.h"
#include "core/wire/outer-cache.h"
#include "tests/fuzz/fuzz.h"

static const uint32_t link_types[] = {
    LINK_ETHERNET,  LINK_RAW,           LINK_RAW_BSD,    LINK_RAW_OPENBSD,
    LINK_LINUX_SLL, LINK_IPV4,          LINK_IPV6,       LINK_LINUX_SLL2,
    LINK_NULL,      LINK_LOOP,          LINK_PPP,        LINK_PPP_SERIAL,
    LINK_PPP_ETHER, LINK_PPP_DIRECTION, LINK_CISCO_HDLC, LINK_CISCO_HDLC_DIRECTION,
    LINK_MPLS,      LINK_NFLOG,         LINK_PPI,        LINK_ERF,
};

enum { LINK_TYPES = sizeof link_types / sizeof link_types[0] };

/* One of the known for most inputs, any number for the rest. */
static uint32_t choose_link_type(struct bytes input)
{
    uint16_t choice = bytes_u16(input, 0);
    return choice < 0xf000 ? link_types[choice % LINK_TYPES] : choice & 0xfff;
}

static bool is_inside(struct bytes view, struct bytes packet, size_t offset)
{
    return view.len == 0 ||
           (bytes_has(packet, offset, view.len) && view.data == packet.data + offset);
}

static void check_failure(struct failure failure, struct bytes packet)
{
    char text[200];
    REQUIRE(failure.kind < FAILURE_KINDS);
    REQUIRE(failure.offset <= packet.len);
    failure_text(&failure, text, sizeof text);
    REQUIRE(strlen(text) < sizeof text - 1);
}

static void check_outer(const struct outer *outer, struct bytes packet)
{
    REQUIRE(outer->tags <= LINK_TAGS_MAX);
    REQUIRE(outer->vlan <= 0xfff);
    REQUIRE(outer->tags > 0 || outer->vlan == 0);
    REQUIRE(outer->ip_offset <= packet.len);
    REQUIRE(outer->gre_offset <= packet.len);
    REQUIRE(outer->payload_offset <= packet.len);
    REQUIRE(is_inside(outer->payload, packet, outer->payload_offset));
    REQUIRE(outer->payload_claimed >= outer->payload.len);
    size_t ip_end = outer->ip_offset + outer->ip_length;
    REQUIRE(is_inside(outer->trailer, packet, ip_end));
    if (outer->trailer.len > 0) {
        REQUIRE(ip_end + outer->trailer.len <= packet.len);
        REQUIRE(outer->payload_offset + outer->payload_claimed <= ip_end);
    }
}

static void check_way(const struct outer *outer)
{
    if (outer->ip_version == 0) {
        REQUIRE(!outer->has_gre && !outer->in_udp);
        return;
    }
    size_t ip_header_min = outer->ip_version == 4 ? 20 : 40;
    REQUIRE(outer->ip_version == 4 || outer->ip_version == 6);
    REQUIRE(outer->source.len == (outer->ip_version == 4 ? 4 : 16));
    REQUIRE(outer->destination.len == outer->source.len);
    REQUIRE(outer->gre_offset >= outer->ip_offset + ip_header_min + (outer->in_udp ? 8 : 0));
    REQUIRE(outer->has_gre);
    REQUIRE(outer->payload_offset >= outer->gre_offset + gre_length(outer->gre.flags));
}

static void check_erspan(struct bytes payload, enum erspan_type type, bool has_subheader)
{
    struct erspan_header header;
    struct failure failure = erspan_decode(payload, type, has_subheader, &header);
    bool complete = bytes_has(payload, 0, erspan_length(type, has_subheader));
    check_failure(failure, payload);
    REQUIRE((failure.kind == FAILURE_NONE) == complete);
}

static bool outer_equal(const struct outer *a, const struct outer *b)
{
    return a->tags == b->tags && a->vlan == b->vlan && a->ip_version == b->ip_version &&
           address_equal(&a->source, &b->source) &&
           address_equal(&a->destination, &b->destination) &&
           a->traffic_class == b->traffic_class && a->ttl == b->ttl &&
           a->dont_fragment == b->dont_fragment && a->more_fragments == b->more_fragments &&
           a->identification == b->identification && a->ip_offset == b->ip_offset &&
           a->ip_length == b->ip_length && a->in_udp == b->in_udp && a->has_gre == b->has_gre &&
           a->gre.flags == b->gre.flags && a->gre.protocol == b->gre.protocol &&
           a->gre.key == b->gre.key && a->gre.sequence == b->gre.sequence &&
           a->gre_offset == b->gre_offset && a->payload_offset == b->payload_offset &&
           a->payload.data == b->payload.data && a->payload.len == b->payload.len &&
           a->payload_claimed == b->payload_claimed && a->trailer.len == b->trailer.len;
}

/* With a memo a walk comes to the same. */
static void check_memo(struct outer_cache *state, uint32_t link_type, struct bytes packet)
{
    struct outer outer;
    const struct outer *again;
    struct failure failure = outer_parse(link_type, packet, &outer);
    struct failure failure_again = outer_parse_cached(state, link_type, packet, &again);
    REQUIRE(failure.kind == failure_again.kind && failure.offset == failure_again.offset);
    REQUIRE(failure.kind != FAILURE_NONE || outer_equal(&outer, again));
}

static void check_changed(uint32_t link_type, struct bytes packet)
{
    enum { CHANGED_MAX = 128 }; /* what no outer header is longer than, as far as memos go */
    struct outer_cache state = {0};
    uint8_t changed[CHANGED_MAX];
    size_t length = packet.len < CHANGED_MAX ? packet.len : CHANGED_MAX;
    check_memo(&state, link_type, packet);
    for (size_t at = 0; at < length; at++) {
        bytes_copy(packet, 0, changed, length);
        changed[at] ^= 0xff;
        check_memo(&state, link_type, (struct bytes){changed, length});
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    struct bytes packet = bytes_from(input, 2);
    struct outer outer;
    uint32_t link_type = choose_link_type(input);
    struct failure failure = outer_parse(link_type, packet, &outer);
    check_failure(failure, packet);
    check_outer(&outer, packet);
    if (failure.kind == FAILURE_NONE)
        check_changed(link_type, packet);
    else if (outer_may_be_behind(&failure))
        failure = outer_parse_behind(link_type, packet, &outer);
    check_failure(failure, packet);
    check_outer(&outer, packet);
    if (failure.kind != FAILURE_NONE)
        return 0;
    check_way(&outer);
    check_erspan(outer.payload, ERSPAN_TYPE_I, false);
    check_erspan(outer.payload, ERSPAN_TYPE_II, false);
    check_erspan(outer.payload, ERSPAN_TYPE_III, false);
    check_erspan(outer.payload, ERSPAN_TYPE_III, true);
    return 0;
}
