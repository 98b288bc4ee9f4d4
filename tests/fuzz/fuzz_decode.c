/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes any bytes for each of the headers. What decodes must encode back into the same bytes. Then
 * takes them for a mirrored frame: what is found in it must lie in it.
 */
#include "core/copy/fingerprint.h"
#include "core/visibility/flow.h"
#include "core/wire/erspan.h"
#include "core/wire/gre.h"
#include "core/wire/marker.h"
#include "tests/fuzz/fuzz.h"

enum { HEADER_MAX = 64 };

static bool starts_with(struct bytes input, const struct buffer *out)
{
    return !out->overflow && bytes_equal(input, 0, out->data, out->len);
}

static void check_gre_checksum(struct bytes input)
{
    uint8_t *copy = malloc(input.len);
    REQUIRE(copy != NULL && bytes_copy(input, 0, copy, input.len));
    gre_set_checksum(copy, input.len);
    REQUIRE(gre_checksum_right((struct bytes){copy, input.len}));
    free(copy);
}

static void check_gre(struct bytes input)
{
    struct gre_header header;
    size_t length;
    struct failure failure = gre_decode(input, &header, &length);
    REQUIRE(failure.offset <= input.len);
    if (failure.kind != FAILURE_NONE) {
        REQUIRE(length == 0);
        return;
    }
    REQUIRE(length <= input.len);
    size_t fixed = gre_length(header.flags);
    bool routed = header.flags & GRE_BIT_ROUTING;
    REQUIRE(routed ? length >= fixed + 4 : length == fixed);

    uint8_t data[HEADER_MAX];
    struct buffer out = {data, sizeof data, 0, false};
    gre_encode(&header, &out);
    out.len = fixed; /* the source routes are not kept */
    REQUIRE(starts_with(input, &out));
    check_gre_checksum(input);

    struct gre_header found;
    size_t start;
    bool is_found = gre_find_before(input, length, header.flags, header.protocol, &found, &start);
    if (!routed)
        REQUIRE(is_found && start == 0);
    if (is_found)
        REQUIRE(found.flags == header.flags && found.protocol == header.protocol);
}

static void check_erspan(struct bytes input, enum erspan_type type, bool has_subheader)
{
    struct erspan_header header;
    struct failure failure = erspan_decode(input, type, has_subheader, &header);
    REQUIRE(failure.offset <= input.len);
    if (failure.kind != FAILURE_NONE)
        return;
    uint8_t data[HEADER_MAX];
    struct buffer out = {data, sizeof data, 0, false};
    erspan_encode(&header, &out);
    REQUIRE(out.len == erspan_length(type, has_subheader));
    REQUIRE(starts_with(input, &out));
}

static void check_subheader(struct bytes input)
{
    for (size_t offset = 0; offset <= input.len && offset <= ERSPAN_III_LENGTH; offset++) {
        struct subheader subheader;
        struct failure failure = subheader_decode(input, offset, &subheader);
        REQUIRE((failure.kind == FAILURE_NONE) == bytes_has(input, offset, SUBHEADER_LENGTH));
        if (failure.kind != FAILURE_NONE)
            continue;
        uint8_t data[HEADER_MAX];
        struct buffer out = {data, sizeof data, 0, false};
        subheader_encode(&subheader, &out);
        REQUIRE(out.len == SUBHEADER_LENGTH);
        REQUIRE(starts_with(bytes_from(input, offset), &out));
    }
}

static void check_marker(struct bytes input)
{
    struct marker marker;
    struct failure failure = marker_decode(input, &marker);
    REQUIRE(failure.offset <= input.len);
    if (failure.kind != FAILURE_NONE)
        return;
    uint8_t data[HEADER_MAX];
    struct buffer out = {data, sizeof data, 0, false};
    marker_encode(&marker, &out);
    REQUIRE(out.len == MARKER_LENGTH);
    REQUIRE(starts_with(input, &out));
}

static void check_look(struct bytes frame, size_t carried)
{
    enum { FRAME_TYPES = ERSPAN_FT_IP + 2 }; /* and one that is reserved */
    for (unsigned type = 0; type < FRAME_TYPES; type++) {
        struct frame_probe look = frame_probe_identify(frame, carried, (uint8_t)type);
        REQUIRE(look.kind <= FRAME_OPAQUE && look.likeness <= LIKENESS_CERTAIN);
        REQUIRE(look.vlan <= 0xfff && (look.tags > 0 || look.vlan == 0));
        REQUIRE(!look.own_length_is_least || look.own_length > carried);
    }
}

/* The short way for plain IPv4 finds what the layers find. */
static void check_short_way(struct bytes frame, size_t carried)
{
    const struct frame_probe look = frame_probe_ethernet(frame, carried);
    const struct frame_probe want = frame_probe_by_layers(frame, carried);
    REQUIRE(look.kind == want.kind && look.likeness == want.likeness);
    REQUIRE(look.own_length == want.own_length);
    REQUIRE(look.own_length_is_least == want.own_length_is_least);
    REQUIRE(look.tags == want.tags && look.vlan == want.vlan && look.stamp_at == want.stamp_at);
}

static void check_segment(struct bytes frame, enum frame_kind kind)
{
    struct tcp_segment segment;
    if (!tcp_segment_find(frame, frame_probe_find_ip(frame, kind), frame.len, &segment))
        return;
    REQUIRE(segment.source.len == segment.destination.len);
    REQUIRE(segment.source.len == 4 || segment.source.len == ADDRESS_MAX_LENGTH);
    REQUIRE(segment.options <= segment.headers);
    REQUIRE(segment.mss == 0 || segment.syn);
}

static void check_frame(struct bytes frame)
{
    enum { NOT_CAPTURED = 100 };
    check_look(frame, frame.len);
    check_look(frame, frame.len + NOT_CAPTURED);
    check_short_way(frame, frame.len);
    check_short_way(frame, frame.len + NOT_CAPTURED);
    for (int kind = FRAME_ETHERNET; kind <= FRAME_OPAQUE; kind++) {
        struct frame_payload packet = frame_probe_find_ip(frame, (enum frame_kind)kind);
        REQUIRE((fingerprint_of(frame, packet) != 0) == (frame.len != 0));
        check_segment(frame, (enum frame_kind)kind);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    check_gre(input);
    check_erspan(input, ERSPAN_TYPE_I, false);
    check_erspan(input, ERSPAN_TYPE_II, false);
    check_erspan(input, ERSPAN_TYPE_III, false);
    check_erspan(input, ERSPAN_TYPE_III, true);
    check_subheader(input);
    check_marker(input);
    check_frame(input);
    return 0;
}
