/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks any packet over any link type. Input: two bytes that choose the link type, then the packet.
 */
#include "core/erspan.h"
#include "core/walk.h"
#include "tests/fuzz/fuzz.h"

static const uint32_t link_types[] = {
    LINK_ETHERNET,  LINK_RAW,  LINK_RAW_BSD, LINK_RAW_OPENBSD,
    LINK_LINUX_SLL, LINK_IPV4, LINK_IPV6,    LINK_LINUX_SLL2,
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
        REQUIRE(ip_end + outer->trailer.len == packet.len);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    struct bytes packet = bytes_from(input, 2);
    struct outer outer;
    struct failure failure = walk(choose_link_type(input), packet, &outer);
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
