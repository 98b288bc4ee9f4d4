/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain pcap files, byte by byte: byte orders, fractions, records that do not fit into what is read
 * at a time, files that end or shrink in the middle, and pipes. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/source/pcap-file.h"

/* The same header and record in each variant: link type 101 under the bits of an FCS of 4 bytes; a
 * packet of 6 bytes, 4 of them captured, at 0x5f000001 seconds and a fraction of 7. */
static const struct {
    const char *name;
    uint8_t bytes[44];
    int64_t fraction_ns;
} variants[] = {
    {"little-endian, microseconds",
     {0xd4, 0xc3, 0xb2, 0xa1, 2, 0,   4, 0, 0,    0, 0,   0,   0,    0,  0,
      0,    0xff, 0xff, 0,    0, 101, 0, 0, 0x24, 1, 0,   0,   0x5f, 7,  0,
      0,    0,    4,    0,    0, 0,   6, 0, 0,    0, 'a', 'b', 'c',  'd'},
     7000},
    {"big-endian, microseconds",
     {0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0x24, 0,
      0,    101,  0x5f, 0,    0, 1, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0, 6, 'a',  'b',  'c',  'd'},
     7000},
    {"little-endian, nanoseconds",
     {0x4d, 0x3c, 0xb2, 0xa1, 2, 0,   4, 0, 0,    0, 0,   0,   0,    0,  0,
      0,    0xff, 0xff, 0,    0, 101, 0, 0, 0x24, 1, 0,   0,   0x5f, 7,  0,
      0,    0,    4,    0,    0, 0,   6, 0, 0,    0, 'a', 'b', 'c',  'd'},
     7},
    {"big-endian, nanoseconds",
     {0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0x24, 0,
      0,    101,  0x5f, 0,    0, 1, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0, 6, 'a',  'b',  'c',  'd'},
     7},
};

enum { HEADER_LENGTH = 24, RECORD_LENGTH = 16 };

/* A descriptor at the begin of a file with no name. */
static int file_of(const void *bytes, size_t length)
{
    char *path = NULL;
    int fd = g_file_open_tmp("erspan-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_unlink(path);
    g_free(path);
    g_assert_cmpint(write(fd, bytes, length), ==, (ssize_t)length);
    g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
    return fd;
}

static void test_variants(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(variants); i++) {
        const struct bytes head = {variants[i].bytes, sizeof variants[i].bytes};
        int fd = file_of(head.data, head.len);
        struct pcap_record record;
        g_test_message("%s", variants[i].name);
        g_assert_cmpint(pcap_file_kind_of(head), ==, PCAP_FILE_PLAIN);
        struct pcap_file *file = pcap_file_new(fd);
        g_assert_nonnull(file);
        g_assert_cmpuint(pcap_file_link(file), ==, 101);
        g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_THERE);
        g_assert_cmpuint(record.seconds, ==, 0x5f000001);
        g_assert_cmpint(record.fraction_ns, ==, variants[i].fraction_ns);
        g_assert_cmpuint(record.wire_length, ==, 6);
        g_assert_true(record.bytes.len == 4 && bytes_equal(record.bytes, 0, "abcd", 4));
        g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_END);
        pcap_file_free(file);
        close(fd);
    }
}

/* A file that ends after each number of bytes: a whole header and a whole record end well. */
static void test_ends(void)
{
    const uint8_t *bytes = variants[0].bytes;
    for (size_t length = 0; length < sizeof variants[0].bytes; length++) {
        int fd = file_of(bytes, length);
        struct pcap_file *file = pcap_file_new(fd);
        struct pcap_record record;
        g_assert_cmpint(file != NULL, ==, length >= HEADER_LENGTH);
        if (length == HEADER_LENGTH)
            g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_END);
        if (length > HEADER_LENGTH) {
            g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_FAILED);
            g_assert_cmpstr(pcap_file_error(file), ==, "the file ends in the middle of a packet");
        }
        pcap_file_free(file);
        close(fd);
    }
}

static void append_record(GByteArray *bytes, uint32_t captured, uint8_t filling)
{
    const uint32_t header[] = {GUINT32_TO_LE(1), 0, GUINT32_TO_LE(captured),
                               GUINT32_TO_LE(captured)};
    g_byte_array_append(bytes, (const guint8 *)header, sizeof header);
    guint begin = bytes->len;
    g_byte_array_set_size(bytes, begin + captured);
    memset(bytes->data + begin, filling, captured);
}

/* Records of many lengths, 3 MB in all: some lie across what is read at a time. */
static void test_lengths(void)
{
    enum { RECORDS = 200, LARGEST = 262144 };
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, variants[0].bytes, HEADER_LENGTH);
    for (uint32_t i = 0; i < RECORDS; i++)
        append_record(bytes, i % 50 == 49 ? LARGEST - i / 50 : i * 97, (uint8_t)i);
    int fd = file_of(bytes->data, bytes->len);
    struct pcap_file *file = pcap_file_new(fd);
    struct pcap_record record;
    for (uint32_t i = 0; i < RECORDS; i++) {
        g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_THERE);
        g_assert_cmpuint(record.bytes.len, ==, i % 50 == 49 ? LARGEST - i / 50 : i * 97);
        for (size_t k = 0; k < record.bytes.len; k++)
            g_assert_cmpuint(record.bytes.data[k], ==, i);
    }
    g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_END);
    pcap_file_free(file);
    close(fd);
    g_byte_array_free(bytes, TRUE);
}

static void test_too_long(void)
{
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, variants[0].bytes, HEADER_LENGTH);
    append_record(bytes, 262145, 0);
    int fd = file_of(bytes->data, bytes->len);
    struct pcap_file *file = pcap_file_new(fd);
    struct pcap_record record;
    g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_FAILED);
    g_assert_cmpstr(pcap_file_error(file), ==, "a packet of more than 262144 bytes");
    pcap_file_free(file);
    close(fd);
    g_byte_array_free(bytes, TRUE);
}

enum { LONG_RECORDS = 1000, LONG_LENGTH = 2000 };

static GByteArray *long_file(void)
{
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, variants[0].bytes, HEADER_LENGTH);
    for (uint32_t i = 0; i < LONG_RECORDS; i++)
        append_record(bytes, LONG_LENGTH, 0);
    return bytes;
}

/* Another program cuts the file that is being read. */
static void test_shrinks(void)
{
    GByteArray *bytes = long_file();
    int fd = file_of(bytes->data, bytes->len);
    struct pcap_file *file = pcap_file_new(fd);
    struct pcap_record record;
    g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_THERE);
    g_assert_cmpint(ftruncate(fd, 100), ==, 0);
    uint32_t read = 1;
    enum input_result result;
    while ((result = pcap_file_next(file, &record)) == INPUT_THERE)
        read++;
    g_assert_cmpint(result, ==, INPUT_FAILED);
    g_assert_cmpuint(read, <, LONG_RECORDS);
    pcap_file_free(file);
    close(fd);
    g_byte_array_free(bytes, TRUE);
}

/* Another program appends to the file, which is read to its end then. */
static void test_grows(void)
{
    GByteArray *bytes = long_file();
    GByteArray *more = g_byte_array_new();
    append_record(more, LONG_LENGTH, 0);
    int fd = file_of(bytes->data, bytes->len);
    struct pcap_file *file = pcap_file_new(fd);
    struct pcap_record record;
    uint32_t read = 0;
    g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_THERE);
    for (int i = 0; i < 2; i++) { /* before its end was read, and after */
        g_assert_cmpint(
            pwrite(fd, more->data, more->len, (off_t)(bytes->len + (guint)i * more->len)), ==,
            more->len);
        while (pcap_file_next(file, &record) == INPUT_THERE)
            read++;
        g_assert_cmpuint(read, ==, LONG_RECORDS + (uint32_t)i);
    }
    pcap_file_free(file);
    close(fd);
    g_byte_array_free(bytes, TRUE);
    g_byte_array_free(more, TRUE);
}

/* Into a pipe comes one byte after the other: a record is there with its last one. */
static void test_pipe(void)
{
    const uint8_t *bytes = variants[1].bytes;
    int ends[2];
    struct pcap_record record;
    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(write(ends[1], bytes, HEADER_LENGTH), ==, HEADER_LENGTH);
    struct pcap_file *file = pcap_file_new(ends[0]);
    g_assert_nonnull(file);
    for (size_t at = HEADER_LENGTH; at < sizeof variants[1].bytes; at++)
        g_assert_cmpint(write(ends[1], bytes + at, 1), ==, 1);
    g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_THERE);
    g_assert_true(record.bytes.len == 4 && bytes_equal(record.bytes, 0, "abcd", 4));
    g_assert_cmpint(write(ends[1], bytes + HEADER_LENGTH, RECORD_LENGTH - 1), ==,
                    RECORD_LENGTH - 1);
    close(ends[1]);
    g_assert_cmpint(pcap_file_next(file, &record), ==, INPUT_FAILED);
    pcap_file_free(file);
    close(ends[0]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pcap-file/variants", test_variants);
    g_test_add_func("/pcap-file/ends", test_ends);
    g_test_add_func("/pcap-file/lengths", test_lengths);
    g_test_add_func("/pcap-file/too-long", test_too_long);
    g_test_add_func("/pcap-file/shrinks", test_shrinks);
    g_test_add_func("/pcap-file/grows", test_grows);
    g_test_add_func("/pcap-file/pipe", test_pipe);
    return g_test_run();
}
