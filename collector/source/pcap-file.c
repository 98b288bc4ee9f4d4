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
#include "collector/source/pcap-file.h"

#include <glib.h>
#include <string.h>

#include "core/base/time-units.h"

enum {
    HEADER_LENGTH = 24,
    AT_MAJOR = 4,
    AT_MINOR = 6,
    AT_LINK = 20,

    RECORD_LENGTH = 16,
    AT_FRACTION = 4,
    AT_CAPTURED = 8,
    AT_WIRE = 12,

    CAPTURED_MAX = 262144 /* that libwiretap takes for a record of most link types */
};
_Static_assert(RECORD_LENGTH + CAPTURED_MAX <= INPUT_WANT_MAX, "a window holds a record");

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
           captured <= number32(head, offset + AT_WIRE) && captured <= CAPTURED_MAX;
}

enum pcap_file_kind pcap_file_kind_of(struct bytes bytes)
{
    struct pcap_head head = {.bytes = bytes};
    if (bytes_has(bytes, 0, 4) && bytes_u32(bytes, 0) == PCAPNG_SECTION)
        return PCAP_FILE_NG;
    if (!bytes_has(bytes, 0, HEADER_LENGTH) || !read_magic(&head) ||
        number16(&head, AT_MAJOR) != 2 || number16(&head, AT_MINOR) != 4)
        return PCAP_FILE_OTHER;
    for (size_t offset = HEADER_LENGTH; bytes_has(bytes, offset, RECORD_LENGTH);
         offset += RECORD_LENGTH + number32(&head, offset + AT_CAPTURED))
        if (!is_plain_record(&head, offset))
            return PCAP_FILE_ODD;
    return PCAP_FILE_PLAIN;
}

struct pcap_file {
    struct input_window window;
    bool reversed; /* the file's byte order is not the processor's */
    uint32_t ns_per_fraction;
    uint32_t link;
};

struct pcap_file *pcap_file_new(int fd)
{
    struct pcap_file *file = g_new(struct pcap_file, 1);
    input_window_init(&file->window, fd);
    bool there = input_window_want(&file->window, HEADER_LENGTH) == INPUT_THERE;
    struct pcap_head head = {.bytes = {file->window.next, there ? HEADER_LENGTH : 0}};
    if (!there || !read_magic(&head)) {
        pcap_file_free(file);
        return NULL;
    }
    enum { LINK_BITS = 26 }; /* above them: whether, and how long, the FCS is */
    file->reversed = head.swapped != (G_BYTE_ORDER == G_LITTLE_ENDIAN);
    file->ns_per_fraction = (uint32_t)(NS_PER_SECOND / head.fractions_per_second);
    file->link = number32(&head, AT_LINK) & ((UINT32_C(1) << LINK_BITS) - 1);
    input_window_take(&file->window, HEADER_LENGTH);
    return file;
}

void pcap_file_free(struct pcap_file *file)
{
    g_free(file);
}

uint32_t pcap_file_link(const struct pcap_file *file)
{
    return file->link;
}

const char *pcap_file_error(const struct pcap_file *file)
{
    return file->window.error;
}

/* A number of the next record, whose header is in the window. */
static uint32_t record_number(const struct pcap_file *file, size_t offset)
{
    uint32_t number;
    memcpy(&number, file->window.next + offset, sizeof number);
    return file->reversed ? GUINT32_SWAP_LE_BE(number) : number;
}

enum input_result pcap_file_next(struct pcap_file *file, struct pcap_record *record)
{
    struct input_window *window = &file->window;
    enum input_result result = input_window_want(window, RECORD_LENGTH);
    if (result != INPUT_THERE)
        return result;
    size_t captured = record_number(file, AT_CAPTURED);
    if (captured > CAPTURED_MAX)
        return input_window_fail(window, "a packet of more than 262144 bytes");
    size_t whole = RECORD_LENGTH + captured;
    if ((result = input_window_want(window, whole)) != INPUT_THERE)
        return result;
    record->seconds = record_number(file, 0);
    record->fraction_ns = (int64_t)record_number(file, AT_FRACTION) * file->ns_per_fraction;
    record->wire_length = record_number(file, AT_WIRE);
    record->bytes = (struct bytes){window->next + RECORD_LENGTH, captured};
    input_window_take(window, whole);
    return INPUT_THERE;
}
