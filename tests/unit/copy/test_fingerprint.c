/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames have one fingerprint and which have not, written by hand.
 */
#include "core/copy/fingerprint.h"

#include "tests/unit/support/support.h"

#define MACS         "020000000002 020000000001"
#define ROUTED_MACS  "020000000004 020000000003"
#define ADDRESSES    "c0000201 c0000202"
#define V6_ADDRESSES "20010db8000000000000000000000001 20010db8000000000000000000000002"
#define BYTES_8      "0102030405060708"
#define BYTES_40     BYTES_8 BYTES_8 BYTES_8 BYTES_8 BYTES_8
/* 60 bytes of UDP, ID 7. */
#define IPV4_40(ttl_and_checksum) "4500 003c 0007 4000" ttl_and_checksum ADDRESSES BYTES_40
#define IPV4                      IPV4_40("4011 b6ab")
#define IPV6_40(first, hops)      first "0028 11" hops V6_ADDRESSES BYTES_40
#define ARP                       "0806 0001 0800 0604 0001 020000000001 c0000201 000000000000 c0000202"
#define PAD_18                    "000000000000000000000000000000000000"

/* Frames of one content; and others, each different from all. */
static const struct content_case {
    const char *name;
    enum frame_kind kind;
    const char *same[6];
    const char *others[6];
} cases[] = {
    {"ipv4",
     FRAME_ETHERNET,
     {MACS "0800" IPV4, ROUTED_MACS "0800" IPV4_40("3f11 b7ab"), MACS "8100 0064 0800" IPV4,
      MACS "88a8 0001 8100 0064 0800" IPV4,
      MACS "0800"
           "45b8 003c 0007 0000"
           "4011 f5f3" ADDRESSES BYTES_40,
      MACS "0800" IPV4 PAD_18},
     {MACS "0800"
           "4500 003c 0008 4000 4011 b6aa" ADDRESSES BYTES_40,
      MACS "0800"
           "4500 003c 0007 2000 4011 d6ab" ADDRESSES BYTES_40,
      MACS "0800"
           "4500 003c 0007 0001 4011 f6aa" ADDRESSES BYTES_40,
      MACS "0800"
           "4500 003c 0007 4000 4006 b6b6" ADDRESSES BYTES_40,
      MACS "0800"
           "4500 003c 0007 4000 4011 b6ab"
           "c0000202 c0000201" BYTES_40,
      MACS "0800"
           "4500 003c 0007 4000 4011 b6ab" ADDRESSES BYTES_8 "01020305" BYTES_8 BYTES_8 BYTES_8
           "05060708"}},
    /* A copy that was cut behind the 12th byte equals a whole one. */
    {"ipv4-cut",
     FRAME_ETHERNET,
     {MACS "0800"
           "4500 0064 0007 4000 4011 b683" ADDRESSES BYTES_40,
      MACS "0800"
           "4500 0064 0007 4000 4011 b683" ADDRESSES BYTES_40 BYTES_40},
     {MACS "0800" IPV4}},
    /* Options may change on the way: here a recorded route. */
    {"ipv4-options",
     FRAME_IPV4,
     {"4600 0028 0007 4000 4011 0000" ADDRESSES "07040400"
      "0000000000000009" BYTES_8,
      "4600 0028 0007 4000 3f11 0000" ADDRESSES "07040800"
      "0000000000000009" BYTES_8},
     {"4600 0028 0007 4000 4011 0000" ADDRESSES "07040400"
      "0000000000000008" BYTES_8}},
    /* TSO: no length. */
    {"ipv4-super-frame",
     FRAME_IPV4,
     {"4500 0000 0007 4000 4006 0000" ADDRESSES BYTES_40,
      "4500 0000 0007 4000 3f06 0000" ADDRESSES BYTES_40 BYTES_40},
     {"4500 0000 0008 4000 4006 0000" ADDRESSES BYTES_40}},
    {"ipv4-without-payload",
     FRAME_IPV4,
     {"4500 0014 0007 4000 4011 0000" ADDRESSES, "4500 0014 0007 4000 3f11 0000" ADDRESSES PAD_18},
     {"4500 0014 0008 4000 4011 0000" ADDRESSES}},
    {"ipv6",
     FRAME_ETHERNET,
     {MACS "86dd" IPV6_40("60000000", "40"), ROUTED_MACS "86dd" IPV6_40("6b812345", "3f"),
      MACS "8100 0064 86dd" IPV6_40("60000000", "40")},
     {MACS "86dd 60000000 0028 06 40" V6_ADDRESSES BYTES_40,
      MACS "86dd 60000000 0029 11 40" V6_ADDRESSES BYTES_40 "01",
      MACS "86dd 60000000 0028 11 40"
           "20010db8000000000000000000000002"
           "20010db8000000000000000000000001" BYTES_40}},
    {"without-mac",
     FRAME_IPV6,
     {IPV6_40("60000000", "40"), IPV6_40("60000000", "01")},
     {"60000000 0028 06 40" V6_ADDRESSES BYTES_40}},
    /* Padded where it was mirrored first, not yet or not any more where it was mirrored then. */
    {"arp",
     FRAME_ETHERNET,
     {MACS ARP, MACS ARP PAD_18, MACS "8100 0064" ARP},
     {MACS "0806 0001 0800 0604 0002 020000000001 c0000201 000000000000 c0000202"}},
    {"type-counts",
     FRAME_ETHERNET,
     {MACS "88b5" BYTES_8},
     {MACS "88b6" BYTES_8, MACS "88b5" BYTES_8 "01", MACS "88b5" BYTES_8 "0001"}},
    {"opaque",
     FRAME_OPAQUE,
     {"ffffffffffffffffffff", "ffffffffffffffffffff0000"},
     {"ffffffffffffffffffffff", "fefffffffffffffffffff0"}},
};

static uint64_t fingerprint(const char *hex, enum frame_kind kind)
{
    struct bytes frame = bytes_from_hex(hex);
    uint64_t result = fingerprint_of(frame, frame_probe_find_ip(frame, kind));
    bytes_free(frame);
    return result;
}

static void test_fingerprint(gconstpointer data)
{
    const struct content_case *c = data;
    uint64_t seen[1 + G_N_ELEMENTS(c->others)] = {fingerprint(c->same[0], c->kind)};
    g_assert_cmphex(seen[0], >, FINGERPRINT_TOO_LITTLE);
    for (size_t i = 1; i < G_N_ELEMENTS(c->same) && c->same[i] != NULL; i++)
        g_assert_cmphex(fingerprint(c->same[i], c->kind), ==, seen[0]);
    for (size_t i = 0; i < G_N_ELEMENTS(c->others) && c->others[i] != NULL; i++) {
        seen[i + 1] = fingerprint(c->others[i], c->kind);
        g_assert_cmphex(seen[i + 1], >, FINGERPRINT_TOO_LITTLE);
        for (size_t k = 0; k <= i; k++)
            g_assert_cmphex(seen[i + 1], !=, seen[k]);
    }
}

static const struct {
    const char *hex;
    enum frame_kind kind;
} too_little[] = {
    {"02000000", FRAME_ETHERNET},
    {MACS, FRAME_ETHERNET},
    {MACS "8100", FRAME_ETHERNET},
    {MACS "0800", FRAME_ETHERNET},
    {MACS "0800 4500 003c 0007", FRAME_ETHERNET}, /* cut to 20 bytes */
    {MACS "0800 4500 003c 0007 4000 4011 b6ab" ADDRESSES "01020304050607", FRAME_ETHERNET},
    {MACS "0800 4500 0014 0007 4000 4011 b6ab c0000201 c00002", FRAME_ETHERNET},
    {MACS "0800 4f00 0064 0007 4000 4011 b6ab" ADDRESSES BYTES_40, FRAME_ETHERNET},
    {MACS "86dd 60000000 0028 11 40" V6_ADDRESSES "01020304050607", FRAME_ETHERNET},
    {MACS "8808 0001 ffff" PAD_18 PAD_18, FRAME_ETHERNET}, /* a pause frame */
    {MACS "88b5" PAD_18 PAD_18, FRAME_ETHERNET},
    {MACS "88b5 01020304050607", FRAME_ETHERNET},
    {PAD_18, FRAME_OPAQUE},
};

static void test_too_little(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(too_little); i++)
        g_assert_cmphex(fingerprint(too_little[i].hex, too_little[i].kind), ==,
                        FINGERPRINT_TOO_LITTLE);
}

static void test_nothing(void)
{
    for (int kind = FRAME_ETHERNET; kind <= FRAME_OPAQUE; kind++)
        g_assert_cmphex(fingerprint("", (enum frame_kind)kind), ==, 0);
}

/* Every bit of what counts changes the fingerprint; every bit of the other bytes does not. */
static void test_every_bit(void)
{
    enum { HEADER = 20 };
    struct bytes frame = bytes_from_hex(IPV4);
    struct bytes flipped = bytes_prefix(frame, frame.len);
    /* Behind version, TOS and length: ID; MF and offset; TTL and protocol; checksum. */
    struct bytes mask = bytes_from_hex("0000 0000 ffff 3fff 00ff 0000");
    const struct frame_payload packet = frame_probe_find_ip(frame, FRAME_IPV4);
    uint64_t original = fingerprint_of(frame, packet);
    for (size_t bit = 4 * 8; bit < frame.len * 8; bit++) {
        size_t byte = bit / 8;
        uint8_t value = (uint8_t)(0x80 >> bit % 8);
        bool matters = byte >= mask.len ? byte < HEADER + FINGERPRINT_BEHIND_IP
                                        : (bytes_u8(mask, byte) & value) != 0;
        ((uint8_t *)flipped.data)[byte] ^= value;
        g_assert_cmpint(fingerprint_of(flipped, packet) != original, ==, matters);
        ((uint8_t *)flipped.data)[byte] ^= value;
    }
    bytes_free(mask);
    bytes_free(flipped);
    bytes_free(frame);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/content/fingerprint/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_fingerprint);
    }
    g_test_add_func("/content/too-little", test_too_little);
    g_test_add_func("/content/nothing", test_nothing);
    g_test_add_func("/content/every-bit", test_every_bit);
    return g_test_run();
}
