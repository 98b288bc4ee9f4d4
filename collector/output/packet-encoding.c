/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-encoding.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "collector/output/packet-pcap.h"
#include "collector/output/packet-pcapng.h"
#include "core/base/time-units.h"
#include "core/wire/link.h"

void packet_encoding_begin(struct packet_encoding *encoding, bool pcapng)
{
    if (encoding->links == NULL)
        encoding->links = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_array_set_size(encoding->links, 0);
    encoding->link = LINK_UNKNOWN;
    encoding->pcapng = pcapng;
}

void packet_encoding_end(struct packet_encoding *encoding)
{
    if (encoding->links != NULL)
        g_array_free(encoding->links, TRUE);
    encoding->links = NULL;
}

bool packet_encoding_fits(const struct packet_encoding *encoding, const struct packet *packet)
{
    return encoding->pcapng || encoding->link == LINK_UNKNOWN || encoding->link == packet->link;
}

size_t packet_encoding_size(const struct packet *packet)
{
    return packet->bytes.len + PACKET_ENCODING_MARGIN;
}

/* The interface of that link type. */
static uint32_t interface_of(struct packet_encoding *encoding, struct packet_buffer *buffer,
                             uint32_t link)
{
    for (guint i = 0; i < encoding->links->len; i++)
        if (g_array_index(encoding->links, uint32_t, i) == link)
            return i;
    g_array_append_val(encoding->links, link);
    packet_pcapng_interface(buffer, link, PACKET_ENCODING_SNAP);
    return encoding->links->len - 1;
}

static void put_header(struct packet_encoding *encoding, struct packet_buffer *buffer,
                       uint32_t link)
{
    encoding->link = link;
    if (encoding->pcapng)
        packet_pcapng_begin(buffer);
    else
        packet_pcap_begin(buffer, PACKET_PCAP_NS, link, PACKET_ENCODING_SNAP);
}

void packet_encoding_put(struct packet_encoding *encoding, struct packet_buffer *buffer,
                         const struct packet *packet)
{
    if (encoding->link == LINK_UNKNOWN)
        put_header(encoding, buffer, packet->link);
    if (encoding->pcapng)
        packet_pcapng_packet(buffer, interface_of(encoding, buffer, packet->link),
                             (uint64_t)packet->time_ns, packet->bytes, (uint32_t)packet->length);
    else
        packet_pcap_packet(buffer, PACKET_PCAP_NS, (uint64_t)packet->time_ns, packet->bytes,
                           (uint32_t)packet->length);
}

void packet_encoding_put_empty(struct packet_encoding *encoding, struct packet_buffer *buffer)
{
    put_header(encoding, buffer, LINK_ETHERNET);
    if (encoding->pcapng)
        (void)interface_of(encoding, buffer, LINK_ETHERNET);
}

/* ---- from pcap to pcapng ---- */

/* One for all captures, in turn: what is converted is in it until the end of that. NULL: not open.
 */
static FILE *kept;
static GMutex kept_lock;

void packet_encoding_hold(void)
{
    if (kept == NULL)
        kept = tmpfile();
}

/* Reads the file into the one without a name. False after an error. */
static bool copy_file(const struct packet_file *file)
{
    char block[1 << 16];
    off_t at = 0;
    packet_encoding_hold();
    bool good = kept != NULL && fseeko(kept, 0, SEEK_SET) == 0;
    while (good && at < file->length) {
        size_t size = (size_t)MIN((off_t)sizeof block, file->length - at);
        ssize_t got = pread(file->fd, block, size, file->begin + at);
        good = got > 0 && fwrite(block, 1, (size_t)got, kept) == (size_t)got;
        at += got;
    }
    return good && fflush(kept) == 0;
}

/* What it takes of a disk is given back. */
static void empty_kept(void)
{
    if (kept == NULL)
        return;
    clearerr(kept);
    rewind(kept);
    (void)!ftruncate(fileno(kept), 0);
}

static bool write_buffer(struct packet_file *file, struct packet_buffer *buffer)
{
    packet_file_write(file, buffer, true);
    return buffer->length == 0;
}

/* Writes the packets of a pcap file of this program as those of the first interface. */
static bool put_again(struct packet_encoding *encoding, struct packet_file *file,
                      struct packet_buffer *buffer, FILE *pcap, uint8_t *bytes)
{
    struct packet_pcap_record record;
    bool good = fseeko(pcap, PACKET_PCAP_HEADER_LENGTH, SEEK_SET) == 0;
    while (good && fread(&record, sizeof record, 1, pcap) == 1 &&
           record.captured <= PACKET_ENCODING_SNAP &&
           fread(bytes, 1, record.captured, pcap) == record.captured) {
        const struct packet packet = {
            .time_ns = (int64_t)record.seconds * NS_PER_SECOND + record.fraction,
            .link = encoding->links->len == 0 ? encoding->link
                                              : g_array_index(encoding->links, uint32_t, 0),
            .bytes = {bytes, record.captured},
            .length = record.length,
        };
        size_t size = packet_encoding_size(&packet);
        good = packet_buffer_reserve(buffer, size) ||
               (write_buffer(file, buffer) && packet_buffer_reserve(buffer, size));
        if (good)
            packet_encoding_put(encoding, buffer, &packet);
    }
    return good && write_buffer(file, buffer);
}

/* The file as it was: there was room for that. */
static void restore(struct packet_file *file, FILE *pcap)
{
    char block[1 << 16];
    size_t got;
    bool good = packet_file_restart(file) && fseeko(pcap, 0, SEEK_SET) == 0;
    while (good && (got = fread(block, 1, sizeof block, pcap)) > 0) {
        good = pwrite(file->fd, block, got, file->begin + file->length) == (ssize_t)got;
        file->length += good ? (off_t)got : 0;
    }
}

static bool convert(struct packet_encoding *encoding, struct packet_file *file,
                    struct packet_buffer *buffer, FILE *pcap)
{
    uint32_t link = encoding->link;
    uint8_t *bytes = g_try_malloc(PACKET_ENCODING_SNAP);
    if (bytes == NULL)
        return false;
    bool good = packet_file_restart(file);
    if (good) {
        encoding->pcapng = true;
        packet_pcapng_begin(buffer);
        good = put_again(encoding, file, buffer, pcap, bytes);
    }
    g_free(bytes);
    if (good)
        return true;
    int reason = file->wrong != 0 ? file->wrong : errno;
    packet_buffer_empty(buffer);
    packet_encoding_begin(encoding, false);
    encoding->link = link;
    restore(file, pcap);
    errno = reason;
    return false;
}

bool packet_encoding_convert(struct packet_encoding *encoding, struct packet_file *file,
                             struct packet_buffer *buffer)
{
    g_mutex_lock(&kept_lock);
    bool good = copy_file(file) && convert(encoding, file, buffer, kept);
    int reason = errno;
    empty_kept();
    g_mutex_unlock(&kept_lock);
    errno = reason;
    return good;
}
