/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap. libpcap writes the header of the file; its pcap_dump() would hand every frame to stdio
 * twice, so the records, four words and the frame, are put straight into what is gathered for
 * write().
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/errors.h"
#include "core/base/time-units.h"
#include "generator/output/byte-stream.h"
#include "generator/output/output-format.h"

struct pcap_output {
    struct byte_stream *stream;
    int64_t ns_per_unit;
    uint32_t snap_length;
};

/* The header of a record, in the byte order of the machine, as the header of the file says. */
struct record_header {
    uint32_t seconds;
    uint32_t fraction;
    uint32_t captured;
    uint32_t length;
};

/* What libpcap calls the link type of a file. */
static int dlt_of(uint16_t link)
{
    return link == 101 ? DLT_RAW : link;
}

/* The header of the file, from libpcap; free() it. NULL: no memory. */
static char *file_header(const struct pcap_output *file, uint16_t link, size_t *len)
{
    char *header = NULL;
    u_int precision =
        file->ns_per_unit == 1 ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO;
    pcap_t *pcap =
        pcap_open_dead_with_tstamp_precision(dlt_of(link), (int)file->snap_length, precision);
    FILE *memory = open_memstream(&header, len);
    pcap_dumper_t *dumper = memory != NULL && pcap != NULL ? pcap_dump_fopen(pcap, memory) : NULL;
    if (dumper != NULL)
        pcap_dump_close(dumper); /* memory with it */
    if (pcap != NULL)
        pcap_close(pcap);
    return header;
}

static gboolean put_file_header(struct pcap_output *file, uint16_t link, GError **error)
{
    size_t len = 0;
    char *header = file_header(file, link, &len);
    uint8_t *room = header != NULL ? byte_stream_room(file->stream, len, error) : NULL;
    if (room != NULL)
        memcpy(room, header, len);
    else if (header == NULL)
        fail(error, STATUS_FAILED, "%s", g_strerror(ENOMEM));
    free(header);
    return room != NULL;
}

static const char *why_not_pcap(const struct interface_list *interfaces)
{
    for (size_t i = 0; i < interfaces->count; i++) {
        if (interfaces->interfaces[i].link != interfaces->interfaces[0].link)
            return "pcap holds one link type, and the scenario has several";
        if (interfaces->interfaces[i].port != NULL)
            return "pcap knows no interfaces, and the scenario names a collector-port";
    }
    return NULL;
}

static gboolean end(void *opened, GError **error)
{
    struct pcap_output *file = opened;
    gboolean good = byte_stream_end(file->stream, error);
    g_free(file);
    return good;
}

static void *begin(int fd, const struct output_request *request, GError **error)
{
    const char *why_not = why_not_pcap(request->interfaces);
    const struct capture_plan *plan = request->plan;
    if (why_not != NULL) {
        close(fd);
        fail(error, STATUS_USAGE, "%s: --format pcapng", why_not);
        return NULL;
    }
    struct byte_stream *stream = byte_stream_new(fd, request->gzip, error);
    if (stream == NULL)
        return NULL;
    struct pcap_output *file = g_new0(struct pcap_output, 1);
    file->stream = stream;
    file->ns_per_unit = plan->precision == PRECISION_NS ? 1 : 1000;
    file->snap_length =
        plan->snap_length == AUTO ? OUTPUT_SNAP_LENGTH : (uint32_t)plan->snap_length;
    if (put_file_header(file, request->interfaces->interfaces[0].link, error))
        return file;
    end(file, NULL);
    return NULL;
}

static gboolean put(void *opened, const struct frame *frame, GError **error)
{
    struct pcap_output *file = opened;
    struct bytes kept = bytes_first(frame->bytes, file->snap_length);
    const struct record_header header = {
        .seconds = (uint32_t)(frame->time_ns / NS_PER_SECOND),
        .fraction = (uint32_t)(frame->time_ns % NS_PER_SECOND / file->ns_per_unit),
        .captured = (uint32_t)kept.len,
        .length = (uint32_t)(frame->bytes.len + frame->uncaptured),
    };
    uint8_t *room = byte_stream_room(file->stream, sizeof header + kept.len, error);
    if (room == NULL)
        return FALSE;
    memcpy(room, &header, sizeof header);
    if (kept.len > 0)
        memcpy(room + sizeof header, kept.data, kept.len);
    return TRUE;
}

const struct output_format output_pcap = {begin, put, end};
