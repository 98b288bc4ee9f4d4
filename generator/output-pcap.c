/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap, by libpcap.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "generator/errors.h"
#include "generator/output-format.h"

enum { SNAPLEN = 262144, STREAM_BUFFER_SIZE = 1 << 20 };

struct pcap_file {
    pcap_t *pcap;
    pcap_dumper_t *dumper;
    FILE *stream;
    long units_per_second;
    uint32_t snap_length;
};

/* What libpcap calls the link type of a file. */
static int dlt_of(uint16_t link)
{
    return link == 101 ? DLT_RAW : link;
}

static void *begin(int fd, const struct capture_plan *plan, const struct link_set *links,
                   GError **error)
{
    if (links->count > 1) {
        close(fd);
        fail(error, STATUS_USAGE,
             "pcap holds one link type, and the scenario has several: --format pcapng");
        return NULL;
    }
    bool ns = plan->precision == PRECISION_NS;
    int snaplen = plan->snap_length == AUTO ? SNAPLEN : (int)plan->snap_length;
    struct pcap_file *file = g_new0(struct pcap_file, 1);
    file->units_per_second = ns ? 1000000000 : 1000000;
    file->snap_length = (uint32_t)snaplen;
    file->pcap = pcap_open_dead_with_tstamp_precision(dlt_of(links->type[0]), snaplen,
                                                      ns ? PCAP_TSTAMP_PRECISION_NANO
                                                         : PCAP_TSTAMP_PRECISION_MICRO);
    file->stream = fdopen(fd, "wb");
    if (file->stream != NULL) {
        setvbuf(file->stream, NULL, _IOFBF, STREAM_BUFFER_SIZE);
        file->dumper = pcap_dump_fopen(file->pcap, file->stream);
    }
    if (file->dumper != NULL)
        return file;
    fail(error, STATUS_FAILED, "%s", pcap_geterr(file->pcap));
    pcap_close(file->pcap);
    g_free(file);
    return NULL;
}

static gboolean put(void *opened, const struct frame *frame, GError **error)
{
    struct pcap_file *file = opened;
    long in_second = (long)(frame->time_ns % 1000000000);
    const struct pcap_pkthdr header = {
        .ts = {.tv_sec = (time_t)(frame->time_ns / 1000000000),
               .tv_usec = in_second / (1000000000 / file->units_per_second)},
        .caplen = MIN((uint32_t)frame->bytes.len, file->snap_length),
        .len = (uint32_t)frame->bytes.len,
    };
    pcap_dump((u_char *)file->dumper, &header, frame->bytes.data);
    return !ferror(file->stream) || fail(error, STATUS_FAILED, "%s", g_strerror(errno));
}

static gboolean end(void *opened, GError **error)
{
    struct pcap_file *file = opened;
    bool good = pcap_dump_flush(file->dumper) == 0;
    int reason = errno;
    pcap_dump_close(file->dumper);
    pcap_close(file->pcap);
    g_free(file);
    return good || fail(error, STATUS_FAILED, "%s", g_strerror(reason));
}

const struct output_format output_pcap = {begin, put, end};
