/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcapng files, block by block: byte orders, resolutions and offsets of times, simple packets,
 * blocks that are passed over, files that end in the middle, and what is left to libwiretap. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/source/pcapng-file.h"
#include "tests/unit/support/support.h"

/* In big-endian order, as one reads it. */
#define SECTION "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
/* Link type 101, snap length 65535, no options. */
#define INTERFACE "00000001 00000014 0065 0000 0000ffff 00000014"
/* Interface 0, time 0x0005aabb00000007, 3 bytes of 6. */
#define ENHANCED(interface)                                                                        \
    "00000006 00000024 " interface " 0005aabb 00000007 00000003 00000006 61626300 00000024"
#define SIMPLE "00000003 00000014 00000003 61626300 00000014"
#define NAMES  "00000004 00000010 00000000 00000010"

/* A section with an interface, link type 1, and the same packet, in little-endian order. */
#define LITTLE                                                                                     \
    "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"                               \
    "01000000 14000000 0100 0000 ffff0000 14000000"                                                \
    "06000000 24000000 00000000 bbaa0500 07000000 03000000 06000000 61626300 24000000"

/* 0x0005aabb00000007 microseconds */
#define SECONDS  INT64_C(1595095019)
#define FRACTION (INT64_C(159559) * 1000)

static int file_of(struct bytes bytes)
{
    char *path = NULL;
    int fd = g_file_open_tmp("erspan-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_unlink(path);
    g_free(path);
    g_assert_cmpint(write(fd, bytes.data, bytes.len), ==, (ssize_t)bytes.len);
    g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
    return fd;
}

struct opened {
    struct bytes bytes;
    int fd;
    struct pcapng_file *file;
};

static struct opened open_bytes(struct bytes bytes)
{
    struct opened opened = {.bytes = bytes, .fd = file_of(bytes)};
    opened.file = pcapng_file_new(opened.fd);
    return opened;
}

static void close_opened(struct opened *opened)
{
    pcapng_file_free(opened->file);
    close(opened->fd);
    bytes_free(opened->bytes);
}

/* An interface whose options are @p options, in hexadecimal, of @p length bytes. */
static char *interface_with(const char *options, unsigned length)
{
    return g_strdup_printf(SECTION "00000001 %08x 0065 0000 0000ffff %s %08x " ENHANCED("00000000"),
                           20 + length, options, 20 + length);
}

static void test_packets(void)
{
    struct opened opened =
        open_bytes(bytes_from_hex(SECTION NAMES INTERFACE ENHANCED("00000000") SIMPLE));
    struct pcapng_packet packet;
    g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_THERE);
    g_assert_cmpuint(packet.link, ==, 101);
    g_assert_true(packet.has_time);
    g_assert_cmpint(packet.seconds, ==, SECONDS);
    g_assert_cmpint(packet.fraction_ns, ==, FRACTION);
    g_assert_cmpuint(packet.wire_length, ==, 6);
    g_assert_true(packet.bytes.len == 3 && bytes_equal(packet.bytes, 0, "abc", 3));
    g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_THERE);
    g_assert_cmpuint(packet.link, ==, 101);
    g_assert_false(packet.has_time);
    g_assert_cmpuint(packet.wire_length, ==, 3);
    g_assert_true(packet.bytes.len == 3 && bytes_equal(packet.bytes, 0, "abc", 3));
    g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_END);
    g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_END);
    close_opened(&opened);
}

/* The first section in one byte order, the second in the other; each has its own interfaces. */
static void test_sections(void)
{
    struct opened opened =
        open_bytes(bytes_from_hex(SECTION INTERFACE ENHANCED("00000000") LITTLE));
    struct pcapng_packet packet;
    g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_THERE);
    g_assert_cmpuint(packet.link, ==, 101);
    g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_THERE);
    g_assert_cmpuint(packet.link, ==, 1);
    g_assert_cmpint(packet.seconds, ==, SECONDS);
    g_assert_cmpint(packet.fraction_ns, ==, FRACTION);
    g_assert_cmpuint(packet.wire_length, ==, 6);
    g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_END);
    close_opened(&opened);
}

/* What the options make of the time 0x0005aabb00000007. */
static const struct {
    const char *name;
    const char *options;
    unsigned length;
    int64_t seconds; /* -1: left to libwiretap */
    int64_t fraction_ns;
} clocks[] = {
    {"none", "", 0, SECONDS, FRACTION},
    {"end", "0000 0000", 4, SECONDS, FRACTION},
    {"other options", "0002 0003 65746800", 8, SECONDS, FRACTION},
    {"seconds", "0009 0001 00000000", 8, INT64_C(0x5aabb00000007), 0},
    {"nanoseconds", "0009 0001 09000000", 8, INT64_C(1595095), 19159559},
    {"finer than nanoseconds", "0009 0001 0a000000", 8, -1, 0},
    {"2^-20", "0009 0001 94000000", 8, INT64_C(0x5aabb000), 6675},
    {"2^-30", "0009 0001 9e000000", 8, INT64_C(0x16aaec), 6},
    {"2^-31", "0009 0001 9f000000", 8, -1, 0},
    {"an offset", "000e 0008 0000000000000010", 12, SECONDS + 16, FRACTION},
    {"an offset back", "000e 0008 fffffffffffffff0", 12, SECONDS - 16, FRACTION},
    {"a short offset", "000e 0004 00000010", 8, -1, 0},
    {"a long resolution", "0009 0002 09090000", 8, -1, 0},
    {"an option that does not fit", "0002 0005 65746800", 8, -1, 0},
};

static void test_clocks(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
        g_autofree char *text = interface_with(clocks[i].options, clocks[i].length);
        struct opened opened = open_bytes(bytes_from_hex(text));
        struct pcapng_packet packet;
        g_test_message("%s", clocks[i].name);
        if (clocks[i].seconds < 0) {
            g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_FAILED);
        } else {
            g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_THERE);
            g_assert_cmpint(packet.seconds, ==, clocks[i].seconds);
            g_assert_cmpint(packet.fraction_ns, ==, clocks[i].fraction_ns);
        }
        close_opened(&opened);
    }
}

/* What is left to libwiretap, and why. */
static const struct {
    const char *bytes;
    const char *why;
} refused[] = {
    {"0a0d0d0a 0000001c 1a2b3c4e 0001 0000 ffffffffffffffff 0000001c", "an odd section"},
    {"0a0d0d0a 0000001c 1a2b3c4d 0002 0000 ffffffffffffffff 0000001c", "an odd section"},
    {"0a0d0d0a 0000001c 1a2b3c4d 0001 0001 ffffffffffffffff 0000001c", "an odd section"},
    {SECTION ENHANCED("00000000"), "an odd packet"},
    {SECTION INTERFACE ENHANCED("00000001"), "an odd packet"},
    {SECTION SIMPLE, "an odd packet"},
    /* five bytes, where there is room for four */
    {SECTION INTERFACE "00000006 00000024 00000000 00000000 00000000 00000005 00000006 61626364"
                       "00000024",
     "an odd packet"},
    {SECTION INTERFACE "00000003 00000014 00000005 61626364 00000014", "an odd packet"},
    /* ERF */
    {SECTION "00000001 00000014 00c5 0000 0000ffff 00000014", "an odd interface"},
    {SECTION "00000004 00000010 00000000 00000014", "a block of two lengths"},
    {SECTION "00000004 00000008 00000000 00000008", "a block of an odd length"},
    {SECTION "00000004 00000011 00000000 00000000 00000011", "a block of an odd length"},
    {SECTION "00000004 7ffffffc 00000000", "a block of an odd length"},
    {SECTION "00000bad 00000010 00000000 00000010", "a block of another kind"},
};

static void test_refused(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        struct opened opened = open_bytes(bytes_from_hex(refused[i].bytes));
        struct pcapng_packet packet;
        g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_FAILED);
        g_assert_cmpstr(pcapng_file_error(opened.file), ==, refused[i].why);
        close_opened(&opened);
    }
}

/* A simple packet is cut at the snap length of the first interface; 0 is none. */
static void test_snap_length(void)
{
    static const struct {
        const char *bytes;
        size_t captured;
    } cases[] = {
        {SECTION "00000001 00000014 0065 0000 00000002 00000014" SIMPLE, 2},
        {SECTION "00000001 00000014 0065 0000 00000000 00000014" SIMPLE, 3},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct opened opened = open_bytes(bytes_from_hex(cases[i].bytes));
        struct pcapng_packet packet;
        g_assert_cmpint(pcapng_file_next(opened.file, &packet), ==, INPUT_THERE);
        g_assert_cmpuint(packet.bytes.len, ==, cases[i].captured);
        g_assert_cmpuint(packet.wire_length, ==, 3);
        close_opened(&opened);
    }
}

/* A file that ends after each number of bytes ends well behind a block alone. */
static void test_ends(void)
{
    enum { BEHIND_SECTION = 28, BEHIND_INTERFACE = 48, BEHIND_PACKET = 84 };
    struct bytes all = bytes_from_hex(SECTION INTERFACE ENHANCED("00000000"));
    g_assert_cmpuint(all.len, ==, BEHIND_PACKET);
    for (size_t length = 0; length <= all.len; length++) {
        struct opened opened = open_bytes(bytes_prefix(all, length));
        struct pcapng_packet packet;
        enum input_result result = pcapng_file_next(opened.file, &packet);
        if (length == BEHIND_PACKET)
            g_assert_cmpint(result, ==, INPUT_THERE);
        else if (length == 0 || length == BEHIND_SECTION || length == BEHIND_INTERFACE)
            g_assert_cmpint(result, ==, INPUT_END);
        else
            g_assert_cmpstr(pcapng_file_error(opened.file), ==,
                            "the file ends in the middle of a packet");
        close_opened(&opened);
    }
    bytes_free(all);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pcapng-file/packets", test_packets);
    g_test_add_func("/pcapng-file/sections", test_sections);
    g_test_add_func("/pcapng-file/clocks", test_clocks);
    g_test_add_func("/pcapng-file/refused", test_refused);
    g_test_add_func("/pcapng-file/snap-length", test_snap_length);
    g_test_add_func("/pcapng-file/ends", test_ends);
    return g_test_run();
}
