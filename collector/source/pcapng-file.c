/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each block, in the byte order of its section:
 *
 *   type 4 · length of the block 4 · body · the same length 4
 *
 * and the bodies that are read; a packet and an option are filled up to whole words:
 *
 *   section header    byte-order magic 4 · version major 2 · minor 2 · length 8 · options
 *   interface         link type 2 · reserved 2 · snap length 4 · options
 *   enhanced packet   interface 4 · time 8, the higher word first · captured length 4 ·
 *                     length on the wire 4 · packet · options
 *   simple packet     length on the wire 4 · packet
 *   each option       code 2 · length 2 · value
 */
#include "collector/source/pcapng-file.h"

#include <glib.h>
#include <string.h>

#include "core/base/time-units.h"
#include "core/wire/link.h"

enum {
    BLOCK_INTERFACE = 1,
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_NAMES = 4,
    BLOCK_STATISTICS = 5,
    BLOCK_ENHANCED_PACKET = 6,
    BLOCK_SECRETS = 10,
    BLOCK_SECTION = 0x0a0d0d0a, /* the same in either byte order */

    HEAD_LENGTH = 8, /* type and length */
    TAIL_LENGTH = 4,
    BLOCK_MIN = HEAD_LENGTH + TAIL_LENGTH,
    AT_LENGTH = 4,

    SECTION_MIN = 28,
    AT_MAGIC = 8,
    AT_MAJOR = 12,
    AT_MINOR = 14,

    INTERFACE_MIN = 20,
    AT_LINK = 8,
    AT_SNAP = 12,
    AT_INTERFACE_OPTIONS = 16,

    ENHANCED_MIN = 32,
    AT_INTERFACE = 8,
    AT_TIME_HIGH = 12,
    AT_TIME_LOW = 16,
    AT_CAPTURED = 20,
    AT_WIRE = 24,
    AT_ENHANCED_PACKET = 28,

    SIMPLE_MIN = 16,
    AT_SIMPLE_WIRE = 8,
    AT_SIMPLE_PACKET = 12,

    OPTION_HEAD = 4,
    OPTION_END = 0,
    OPTION_RESOLUTION = 9,
    OPTION_OFFSET = 14,

    CAPTURED_MAX = 262144,  /* that libwiretap takes for a packet of most link types */
    INTERFACES_MAX = 65536, /* of a section: each takes memory */
    DECIMALS_MAX = 9,       /* of a second; more are below a nanosecond */
    BITS_MAX = 30           /* likewise: so that a fraction times 10^9 fits in 64 bits */
};

#define MAGIC UINT32_C(0x1a2b3c4d)

struct pcapng_interface {
    uint32_t link;
    uint32_t snap; /* of simple packets; 0: no limit */
    uint32_t units_per_second;
    int64_t offset_s; /* of its times */
};

struct pcapng_file {
    struct input_window window;
    bool reversed;      /* the section's byte order is not the processor's */
    GArray *interfaces; /* struct pcapng_interface, of the section */
};

static uint16_t number16(const struct pcapng_file *file, size_t offset)
{
    uint16_t number;
    memcpy(&number, file->window.next + offset, sizeof number);
    if (file->reversed)
        number = GUINT16_SWAP_LE_BE(number);
    return number;
}

static uint32_t number32(const struct pcapng_file *file, size_t offset)
{
    uint32_t number;
    memcpy(&number, file->window.next + offset, sizeof number);
    return file->reversed ? GUINT32_SWAP_LE_BE(number) : number;
}

static uint64_t number64(const struct pcapng_file *file, size_t offset)
{
    uint64_t number;
    memcpy(&number, file->window.next + offset, sizeof number);
    return file->reversed ? GUINT64_SWAP_LE_BE(number) : number;
}

static enum input_result refuse(struct pcapng_file *file, const char *why)
{
    return input_window_fail(&file->window, why);
}

struct pcapng_file *pcapng_file_new(int fd)
{
    struct pcapng_file *file = g_new(struct pcapng_file, 1);
    input_window_init(&file->window, fd);
    file->reversed = false;
    file->interfaces = g_array_new(FALSE, FALSE, sizeof(struct pcapng_interface));
    return file;
}

void pcapng_file_free(struct pcapng_file *file)
{
    if (file == NULL)
        return;
    g_array_free(file->interfaces, TRUE);
    g_free(file);
}

const char *pcapng_file_error(const struct pcapng_file *file)
{
    return file->window.error;
}

/* The byte order of the blocks from this one on. */
static enum input_result read_order(struct pcapng_file *file)
{
    enum input_result result = input_window_want(&file->window, SECTION_MIN);
    if (result != INPUT_THERE)
        return result;
    file->reversed = false;
    file->reversed = number32(file, AT_MAGIC) != MAGIC;
    return number32(file, AT_MAGIC) == MAGIC ? INPUT_THERE : refuse(file, "an odd section");
}

static enum input_result begin_section(struct pcapng_file *file, size_t length)
{
    if (length < SECTION_MIN || number16(file, AT_MAJOR) != 1 ||
        (number16(file, AT_MINOR) != 0 && number16(file, AT_MINOR) != 2))
        return refuse(file, "an odd section");
    g_array_set_size(file->interfaces, 0);
    return INPUT_THERE;
}

/* The highest bit says whether it is a power of 2 or of 10. */
static bool read_resolution(uint8_t value, uint32_t *units_per_second)
{
    unsigned power = value & 0x7f;
    bool binary = value & 0x80;
    if (power > (binary ? (unsigned)BITS_MAX : (unsigned)DECIMALS_MAX))
        return false;
    *units_per_second = 1;
    for (unsigned i = 0; i < power; i++)
        *units_per_second *= binary ? 2 : 10;
    return true;
}

/* @param at  of the option's value. */
static bool read_option(const struct pcapng_file *file, uint16_t code, size_t at, size_t length,
                        struct pcapng_interface *interface)
{
    switch (code) {
    case OPTION_RESOLUTION:
        return length == 1 && read_resolution(file->window.next[at], &interface->units_per_second);
    case OPTION_OFFSET:
        interface->offset_s = length == sizeof(uint64_t) ? (int64_t)number64(file, at) : 0;
        return length == sizeof(uint64_t);
    default:
        return true;
    }
}

/* False where an option does not fit, or says what is not understood here. */
static bool read_options(const struct pcapng_file *file, size_t end,
                         struct pcapng_interface *interface)
{
    size_t at = AT_INTERFACE_OPTIONS;
    while (end - at >= OPTION_HEAD) {
        uint16_t code = number16(file, at);
        size_t length = number16(file, at + 2);
        size_t whole = OPTION_HEAD + (length + 3) / 4 * 4;
        if (code == OPTION_END)
            return true;
        if (whole > end - at || !read_option(file, code, at + OPTION_HEAD, length, interface))
            return false;
        at += whole;
    }
    return at == end;
}

static enum input_result add_interface(struct pcapng_file *file, size_t length)
{
    struct pcapng_interface interface = {.units_per_second = (uint32_t)US_PER_SECOND};
    if (length < INTERFACE_MIN || file->interfaces->len == INTERFACES_MAX)
        return refuse(file, "an odd interface");
    interface.link = number16(file, AT_LINK);
    interface.snap = number32(file, AT_SNAP);
    if (!read_options(file, length - TAIL_LENGTH, &interface) ||
        link_has_record_header(interface.link))
        return refuse(file, "an odd interface");
    g_array_append_val(file->interfaces, interface);
    return INPUT_THERE;
}

static const struct pcapng_interface *interface_of(const struct pcapng_file *file, uint32_t number)
{
    return number < file->interfaces->len
               ? &g_array_index(file->interfaces, struct pcapng_interface, number)
               : NULL;
}

static enum input_result read_enhanced(struct pcapng_file *file, size_t length,
                                       struct pcapng_packet *packet)
{
    const struct pcapng_interface *interface =
        length >= ENHANCED_MIN ? interface_of(file, number32(file, AT_INTERFACE)) : NULL;
    if (interface == NULL)
        return refuse(file, "an odd packet");
    size_t captured = number32(file, AT_CAPTURED);
    if (captured > length - ENHANCED_MIN || captured > CAPTURED_MAX)
        return refuse(file, "an odd packet");
    uint64_t time = (uint64_t)number32(file, AT_TIME_HIGH) << 32 | number32(file, AT_TIME_LOW);
    const uint64_t units = interface->units_per_second;
    const uint64_t seconds = time / units; /* a file may say any: unsigned sums wrap */
    *packet = (struct pcapng_packet){
        .link = interface->link,
        .has_time = true,
        .seconds = (int64_t)(seconds + (uint64_t)interface->offset_s),
        .fraction_ns = (int64_t)(time % units * (uint64_t)NS_PER_SECOND / units),
        .wire_length = number32(file, AT_WIRE),
        .bytes = {file->window.next + AT_ENHANCED_PACKET, captured},
    };
    return INPUT_THERE;
}

/* It has neither time nor captured length, and is the first interface's. */
static enum input_result read_simple(struct pcapng_file *file, size_t length,
                                     struct pcapng_packet *packet)
{
    const struct pcapng_interface *interface = length >= SIMPLE_MIN ? interface_of(file, 0) : NULL;
    if (interface == NULL)
        return refuse(file, "an odd packet");
    uint32_t wire_length = number32(file, AT_SIMPLE_WIRE);
    size_t captured = interface->snap != 0 ? MIN(wire_length, interface->snap) : wire_length;
    if (captured > length - SIMPLE_MIN || captured > CAPTURED_MAX)
        return refuse(file, "an odd packet");
    *packet = (struct pcapng_packet){
        .link = interface->link,
        .wire_length = wire_length,
        .bytes = {file->window.next + AT_SIMPLE_PACKET, captured},
    };
    return INPUT_THERE;
}

/* Waits for the next block, whole. */
static enum input_result want_block(struct pcapng_file *file, uint32_t *type, size_t *length)
{
    enum input_result result = input_window_want(&file->window, BLOCK_MIN);
    if (result != INPUT_THERE)
        return result;
    *type = number32(file, 0);
    if (*type == BLOCK_SECTION && (result = read_order(file)) != INPUT_THERE)
        return result;
    *length = number32(file, AT_LENGTH);
    if (*length < BLOCK_MIN || *length % 4 != 0 || *length > INPUT_WANT_MAX)
        return refuse(file, "a block of an odd length");
    if ((result = input_window_want(&file->window, *length)) != INPUT_THERE)
        return result;
    return number32(file, *length - TAIL_LENGTH) == *length
               ? INPUT_THERE
               : refuse(file, "a block of two lengths");
}

enum input_result pcapng_file_next(struct pcapng_file *file, struct pcapng_packet *packet)
{
    for (;;) {
        uint32_t type;
        size_t length;
        bool found = false;
        enum input_result result = want_block(file, &type, &length);
        if (result != INPUT_THERE)
            return result;
        switch (type) {
        case BLOCK_SECTION:
            result = begin_section(file, length);
            break;
        case BLOCK_INTERFACE:
            result = add_interface(file, length);
            break;
        case BLOCK_ENHANCED_PACKET:
            found = true;
            result = read_enhanced(file, length, packet);
            break;
        case BLOCK_SIMPLE_PACKET:
            found = true;
            result = read_simple(file, length, packet);
            break;
        case BLOCK_NAMES:
        case BLOCK_STATISTICS:
        case BLOCK_SECRETS:
            break;
        default:
            return refuse(file, "a block of another kind");
        }
        if (result != INPUT_THERE)
            return result;
        input_window_take(&file->window, length);
        if (found)
            return INPUT_THERE;
    }
}
