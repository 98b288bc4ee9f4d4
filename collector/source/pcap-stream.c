/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pcap file, in the byte order of its magic number:
 *
 *   file header, 24 bytes    magic 4 · version major 2 · minor 2 · zone 4 · accuracy 4 ·
 *                            snap length 4 · link type 4
 *   each record, 16 bytes    seconds 4 · fraction 4 · captured length 4 · length on the wire 4
 *
 * and the captured bytes. The variants have more in each record, so that a plain reader is off by
 * so much from the second record on. That shows in numbers that no record has.
 */
#include "collector/source/pcap-stream.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/time-units.h"

enum {
    HEADER_LENGTH = 24,
    AT_MAJOR = 4,
    AT_MINOR = 6,
    AT_SNAP_LENGTH = 16,

    RECORD_LENGTH = 16,
    AT_FRACTION = 4,
    AT_CAPTURED = 8,
    AT_WIRE = 12,

    SNAP_LENGTH_MAX = 262144 /* that libpcap takes for Ethernet, and libwiretap for any record */
};

#define MAGIC_MICROSECONDS UINT32_C(0xa1b2c3d4)
#define MAGIC_NANOSECONDS  UINT32_C(0xa1b23c4d)
#define PCAPNG_SECTION     UINT32_C(0x0a0d0d0a) /* the same in either byte order */

/* Numbers of a file, in its byte order. */
struct pcap_head {
    struct bytes bytes;
    bool swapped; /* little-endian */
    uint32_t fractions_per_second;
};

static uint32_t number32(const struct pcap_head *head, size_t offset)
{
    uint32_t number = bytes_u32(head->bytes, offset);
    return head->swapped ? GUINT32_SWAP_LE_BE(number) : number;
}

static uint16_t number16(const struct pcap_head *head, size_t offset)
{
    uint16_t number = bytes_u16(head->bytes, offset);
    return (uint16_t)(head->swapped ? number << 8 | number >> 8 : number);
}

static bool read_magic(struct pcap_head *head)
{
    uint32_t magic = bytes_u32(head->bytes, 0);
    head->swapped = magic == GUINT32_SWAP_LE_BE(MAGIC_MICROSECONDS) ||
                    magic == GUINT32_SWAP_LE_BE(MAGIC_NANOSECONDS);
    magic = number32(head, 0);
    head->fractions_per_second =
        (uint32_t)(magic == MAGIC_NANOSECONDS ? NS_PER_SECOND : US_PER_SECOND);
    return magic == MAGIC_MICROSECONDS || magic == MAGIC_NANOSECONDS;
}

static bool is_plain_record(const struct pcap_head *head, size_t offset)
{
    uint32_t captured = number32(head, offset + AT_CAPTURED);
    return number32(head, offset + AT_FRACTION) < head->fractions_per_second &&
           captured <= number32(head, offset + AT_WIRE) && captured <= SNAP_LENGTH_MAX;
}

enum pcap_kind pcap_kind_of(struct bytes bytes)
{
    struct pcap_head head = {.bytes = bytes};
    if (bytes_has(bytes, 0, 4) && bytes_u32(bytes, 0) == PCAPNG_SECTION)
        return PCAP_KIND_NG;
    if (!bytes_has(bytes, 0, HEADER_LENGTH) || !read_magic(&head) ||
        number16(&head, AT_MAJOR) != 2 || number16(&head, AT_MINOR) != 4)
        return PCAP_KIND_OTHER;
    for (size_t offset = HEADER_LENGTH; bytes_has(bytes, offset, RECORD_LENGTH);
         offset += RECORD_LENGTH + number32(&head, offset + AT_CAPTURED))
        if (!is_plain_record(&head, offset))
            return PCAP_KIND_ODD;
    return PCAP_KIND_PLAIN;
}

struct stream {
    int fd;
    bool raises_snap_length; /* in the first bytes, which have the whole file header */
};

/* Puts the largest snap length into a file header, in its byte order. */
static void raise_snap_length(char header[HEADER_LENGTH])
{
    const struct bytes magic = {(const uint8_t *)header, HEADER_LENGTH};
    struct pcap_head head = {.bytes = magic};
    read_magic(&head);
    uint32_t snap = head.swapped ? GUINT32_TO_LE(SNAP_LENGTH_MAX) : GUINT32_TO_BE(SNAP_LENGTH_MAX);
    memcpy(header + AT_SNAP_LENGTH, &snap, sizeof snap);
}

static ssize_t read_stream(void *cookie, char *bytes, size_t length)
{
    struct stream *stream = cookie;
    ssize_t got = read(stream->fd, bytes, length);
    if (stream->raises_snap_length && got >= HEADER_LENGTH)
        raise_snap_length(bytes);
    stream->raises_snap_length = false;
    return got;
}

static int close_stream(void *cookie)
{
    g_free(cookie);
    return 0;
}

FILE *pcap_stream_open(int fd, enum pcap_kind kind, char *buffer, size_t length)
{
    const cookie_io_functions_t functions = {.read = read_stream, .close = close_stream};
    struct stream *stream = g_new0(struct stream, 1);
    stream->fd = fd;
    stream->raises_snap_length = kind == PCAP_KIND_PLAIN;
    FILE *file = fopencookie(stream, "r", functions);
    if (file == NULL) {
        g_free(stream);
        return NULL;
    }
    setvbuf(file, buffer, _IOFBF, length);
    return file;
}
