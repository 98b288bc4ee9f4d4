/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outer headers of whole packets and of every beginning of them, with and without a cache. */
#include "core/wire/outer-cache.h"

#include "tests/unit/support/fields.h"
#include "tests/unit/support/support.h"
#include "tests/unit/wire/outer-cases.h"

static void assert_address_equal(const struct address *actual, const struct address *expected)
{
    g_assert_cmpuint(actual->len, ==, expected->len);
    assert_bytes_equal((struct bytes){actual->bytes, ADDRESS_MAX_LENGTH},
                       (struct bytes){expected->bytes, ADDRESS_MAX_LENGTH});
}

#define ASSERT_SAME(field) g_assert_cmphex(actual->field, ==, expected->field)

static void assert_outer(struct bytes packet, const struct outer *actual,
                         const struct outer *expected)
{
    ASSERT_SAME(tags);
    ASSERT_SAME(vlan);
    ASSERT_SAME(ip_version);
    assert_address_equal(&actual->source, &expected->source);
    assert_address_equal(&actual->destination, &expected->destination);
    ASSERT_SAME(traffic_class);
    ASSERT_SAME(ttl);
    ASSERT_SAME(dont_fragment);
    ASSERT_SAME(more_fragments);
    ASSERT_SAME(identification);
    ASSERT_SAME(ip_offset);
    ASSERT_SAME(ip_length);
    ASSERT_SAME(in_udp);
    ASSERT_SAME(has_gre);
    assert_gre_equal(&actual->gre, &expected->gre);
    ASSERT_SAME(gre_offset);
    ASSERT_SAME(payload_offset);
    ASSERT_SAME(payload.len);
    ASSERT_SAME(payload_claimed);
    ASSERT_SAME(trailer.len);
    if (actual->payload.len > 0)
        g_assert_true(actual->payload.data == packet.data + expected->payload_offset);
    if (actual->trailer.len > 0)
        g_assert_true(actual->trailer.data ==
                      packet.data + expected->ip_offset + expected->ip_length);
}

static void test_whole(const void *data)
{
    const struct outer_case *test = data;
    struct bytes packet = bytes_from_hex(test->hex);
    struct outer outer;
    struct failure failure = outer_parse(test->link_type, packet, &outer);
    assert_failure(failure, test->failure.kind, test->failure.offset, test->failure.found);
    assert_outer(packet, &outer, &test->want);
    bytes_free(packet);
}

/* Bytes of the link layer before any VLAN tag. Of LINK_RAW it takes one to tell the IP version. */
static size_t link_length(uint32_t link_type)
{
    switch (link_type) {
    case LINK_ETHERNET:
        return 14;
    case LINK_LINUX_SLL:
        return 16;
    case LINK_LINUX_SLL2:
        return 20;
    case LINK_RAW:
    case LINK_RAW_BSD:
    case LINK_RAW_OPENBSD:
        return 1;
    default:
        return 0;
    }
}

/* What a packet that is cut after @p len bytes must fail with, by the layer that the cut is in:
 * where the piece starts that is not whole. Of extension headers only the kind is said: which one
 * it is, and where, has cases of its own. */
static struct failure failure_of_cut(const struct outer_case *test, size_t len)
{
    const struct outer *want = &test->want;
    size_t untagged = link_length(test->link_type);
    size_t ip_payload_offset = want->gre_offset - (want->in_udp ? 8 : 0);
    if (len < untagged)
        return (struct failure){FAILURE_LINK_CUT, 0, 0};
    if (want->ip_version == 0)
        return (struct failure){FAILURE_NONE, 0, 0};
    if (len < want->ip_offset)
        return (struct failure){FAILURE_VLAN_CUT, len - (len - untagged) % 4, 0};
    if (len < ip_payload_offset && want->ip_version == 4)
        return (struct failure){FAILURE_IPV4_CUT, want->ip_offset, 0};
    if (len < ip_payload_offset && len < want->ip_offset + 40)
        return (struct failure){FAILURE_IPV6_CUT, want->ip_offset, 0};
    if (len < ip_payload_offset)
        return (struct failure){FAILURE_EXTENSION_CUT, 0, 0};
    if (len < want->gre_offset)
        return (struct failure){FAILURE_UDP_CUT, ip_payload_offset, 0};
    if (len < want->gre_offset + 4)
        return (struct failure){FAILURE_GRE_CUT, want->gre_offset, 4};
    if (len < want->payload_offset)
        return (struct failure){FAILURE_GRE_CUT, want->gre_offset,
                                (uint32_t)(want->payload_offset - want->gre_offset)};
    return (struct failure){FAILURE_NONE, 0, 0};
}

/* A cut in the payload or behind it changes the captured lengths and nothing else. */
static struct outer outer_of_cut(const struct outer_case *test, size_t len, size_t whole)
{
    struct outer want = test->want;
    bool lengths_known = want.payload_claimed > want.payload.len || want.ip_length != 0;
    size_t end = want.payload_offset + want.payload.len;
    if (len < end)
        want.payload.len = len - want.payload_offset;
    if (!lengths_known)
        want.payload_claimed = want.payload.len;
    size_t missing = whole - len;
    want.trailer.len = missing < want.trailer.len ? want.trailer.len - missing : 0;
    return want;
}

static void test_every_prefix(const void *data)
{
    const struct outer_case *test = data;
    struct bytes whole = bytes_from_hex(test->hex);
    for (size_t len = 0; len < whole.len; len++) {
        struct bytes packet = bytes_prefix(whole, len);
        struct outer outer;
        struct failure failure = outer_parse(test->link_type, packet, &outer);
        g_assert_cmpuint(failure.offset, <=, len);
        if (test->failure.kind != FAILURE_NONE) {
            g_assert_cmpuint(failure.kind, !=, FAILURE_NONE);
        } else {
            struct failure cut = failure_of_cut(test, len);
            if (cut.kind == FAILURE_EXTENSION_CUT)
                g_assert_cmpstr(failure_name(failure.kind), ==, "extension-cut");
            else
                assert_failure(failure, cut.kind, cut.offset, cut.found);
            if (cut.kind == FAILURE_NONE) {
                struct outer want = outer_of_cut(test, len, whole.len);
                assert_outer(packet, &outer, &want);
            }
        }
        bytes_free(packet);
    }
    bytes_free(whole);
}

/* With @p memo the walk ends as it does without. */
static void assert_same_walk(struct outer_cache *memo, uint32_t link_type, struct bytes packet)
{
    struct outer want;
    const struct outer *outer;
    struct failure failure = outer_parse(link_type, packet, &want);
    assert_failure(outer_parse_cached(memo, link_type, packet, &outer), failure.kind,
                   failure.offset, failure.found);
    assert_outer(packet, outer, &want);
}

/* A memo of the whole packet changes nothing for any packet that is nearly the same: with another
 * bit anywhere, cut anywhere, of another link type. */
static void test_memo(const void *data)
{
    const struct outer_case *test = data;
    struct outer_cache *memo = g_new0(struct outer_cache, 1);
    struct bytes whole = bytes_from_hex(test->hex);
    for (size_t bit = 0; bit < whole.len * 8; bit++) {
        struct bytes packet = bytes_prefix(whole, whole.len);
        assert_same_walk(memo, test->link_type, whole);
        ((uint8_t *)packet.data)[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_same_walk(memo, test->link_type, packet);
        assert_same_walk(memo, test->link_type, packet);
        bytes_free(packet);
    }
    for (size_t len = 0; len <= whole.len; len++) {
        struct bytes packet = bytes_prefix(whole, len);
        assert_same_walk(memo, test->link_type, whole);
        assert_same_walk(memo, test->link_type, packet);
        bytes_free(packet);
    }
    assert_same_walk(memo, LINK_RAW, whole);
    assert_same_walk(memo, LINK_ETHERNET, whole);
    bytes_free(whole);
    g_free(memo);
}

/* Every failure that a walk can end in has a case above, or is the cut of one. */
static void test_failures_covered(void)
{
    bool covered[FAILURE_KINDS] = {false};
    for (size_t i = 0; i < outer_case_count; i++) {
        covered[outer_cases[i].failure.kind] = true;
        if (outer_cases[i].failure.kind != FAILURE_NONE)
            continue;
        struct bytes whole = bytes_from_hex(outer_cases[i].hex);
        for (size_t len = 0; len < whole.len; len++)
            covered[failure_of_cut(&outer_cases[i], len).kind] = true;
        bytes_free(whole);
    }
    for (int kind = FAILURE_NONE; kind <= FAILURE_NOT_ERSPAN; kind++)
        if (!covered[kind])
            g_error("no packet fails with %s", failure_name((enum failure_kind)kind));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < outer_case_count; i++) {
        char *whole = g_strconcat("/walk/whole/", outer_cases[i].name, NULL);
        char *prefix = g_strconcat("/walk/prefix/", outer_cases[i].name, NULL);
        char *memo = g_strconcat("/walk/memo/", outer_cases[i].name, NULL);
        g_test_add_data_func(whole, &outer_cases[i], test_whole);
        g_test_add_data_func(prefix, &outer_cases[i], test_every_prefix);
        g_test_add_data_func(memo, &outer_cases[i], test_memo);
        g_free(whole);
        g_free(prefix);
        g_free(memo);
    }
    g_test_add_func("/walk/failures-covered", test_failures_covered);
    return g_test_run();
}
