/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files. libpcap reads several times faster than libwiretap, but not all files: no
 * compressed ones, no variants of pcap, no pcapng with different interfaces or packets without a
 * time. So libpcap reads first, and where it refuses, libwiretap continues behind the packets that
 * were read. A pipe cannot be read twice: libpcap gets it only if the first bytes, which are peeked
 * at, show that it can read it.
 */
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/source/packet-filter.h"
#include "collector/source/pcap-stream.h"
#include "collector/source/source.h"
#include "common/capture-reader.h"
#include "common/errors.h"
#include "core/base/arrival.h"

enum { BUFFER_LENGTH = 1 << 18 /* bytes; this fits into a processor's cache */ };

struct source_file {
    struct source source;
    char *path;
    bool once; /* cannot be read twice */
    struct packet_filter *filter;
    uint64_t packets;
    pcap_t *pcap; /* either libpcap */
    int fd;       /* that its stream reads; -1: none */
    char *buffer; /* of its stream */
    enum pcap_kind kind;
    uint32_t link;
    struct capture_reader *reader; /* or libwiretap */
};

static void hand_on(const struct source_file *file, const struct packet_sink *sink,
                    const struct packet *packet)
{
    if (packet_filter_passes(file->filter, packet))
        packet_put(sink, packet);
}

static void close_pcap(struct source_file *file)
{
    if (file->pcap != NULL)
        pcap_close(file->pcap);
    file->pcap = NULL;
    g_clear_pointer(&file->buffer, g_free);
    if (file->fd > STDIN_FILENO)
        close(file->fd);
    file->fd = -1;
}

/* Skips the packets that libpcap has read. */
static gboolean change_to_wiretap(struct source_file *file, GError **error)
{
    close_pcap(file);
    if (file->once && file->kind == PCAP_KIND_ODD)
        return fail(error, STATUS_FAILED,
                    "%s: has pcap's header and other records. libwiretap tells an old variant only "
                    "from a file that can be read twice: write it to one",
                    file->path);
    file->reader = capture_reader_open(file->path, error);
    return file->reader != NULL && capture_reader_skip(file->reader, file->packets, error);
}

static enum source_state dispatch_wiretap(struct source_file *file, const struct packet_sink *sink,
                                          size_t limit, GError **error)
{
    for (size_t i = 0; i < limit; i++) {
        struct captured_frame frame;
        GError *wrong = NULL;
        if (!capture_reader_next(file->reader, &frame, &wrong)) {
            if (wrong == NULL)
                return SOURCE_END;
            g_propagate_error(error, wrong);
            return SOURCE_FAILED;
        }
        file->packets++;
        const struct packet packet = {frame.number, frame.time_ns, frame.link,
                                      frame.bytes,  frame.length,  !frame.has_time};
        hand_on(file, sink, &packet);
    }
    return SOURCE_MORE;
}

/* False where libwiretap may say something else. Of pcap, libpcap takes 32 bits of seconds for
 * signed. A packet of pcapng without a time has 0 here; so has one of 1970. */
static bool read_time(const struct source_file *file, const struct timeval *time, int64_t *time_ns)
{
    bool plain = file->kind == PCAP_KIND_PLAIN;
    int64_t seconds = plain ? (uint32_t)time->tv_sec : time->tv_sec;
    bool known = arrival_time(seconds, time->tv_usec, time_ns);
    return known && (plain ? time->tv_usec < NS_PER_SECOND || file->once : *time_ns != 0);
}

static enum source_state on_pcap_refusal(struct source_file *file, const char *why, GError **error)
{
    if (!file->once)
        return change_to_wiretap(file, error) ? SOURCE_MORE : SOURCE_FAILED;
    const char *name = strcmp(file->path, "-") == 0 ? "standard input" : file->path;
    fail(error, STATUS_FAILED, "%s: after packet %" G_GUINT64_FORMAT ": %s", name, file->packets,
         why);
    return SOURCE_FAILED;
}

static enum source_state dispatch_pcap(struct source_file *file, const struct packet_sink *sink,
                                       size_t limit, GError **error)
{
    for (size_t i = 0; i < limit; i++) {
        struct pcap_pkthdr *header;
        const uint8_t *data;
        int64_t time_ns;
        int result = pcap_next_ex(file->pcap, &header, &data);
        if (result == PCAP_ERROR_BREAK)
            return SOURCE_END;
        if (result != 1)
            return on_pcap_refusal(file, pcap_geterr(file->pcap), error);
        if (!read_time(file, &header->ts, &time_ns))
            return on_pcap_refusal(file, "a time that is none", error);
        const struct packet packet = {
            .number = ++file->packets,
            .time_ns = time_ns,
            .link = file->link,
            .bytes = {data, header->caplen},
            .length = MAX(header->len, header->caplen),
        };
        hand_on(file, sink, &packet);
    }
    return SOURCE_MORE;
}

static enum source_state file_dispatch(struct source *source, const struct packet_sink *sink,
                                       size_t limit, GError **error)
{
    struct source_file *file = (struct source_file *)source;
    return file->pcap != NULL ? dispatch_pcap(file, sink, limit, error)
                              : dispatch_wiretap(file, sink, limit, error);
}

static void file_statistics(struct source *source, struct source_statistics *statistics)
{
    *statistics = (struct source_statistics){.received = ((struct source_file *)source)->packets};
}

static void file_close(struct source *source)
{
    struct source_file *file = (struct source_file *)source;
    close_pcap(file);
    if (file->reader != NULL)
        capture_reader_close(file->reader);
    packet_filter_free(file->filter);
    g_free(file->path);
    g_free(file);
}

static const struct source_class file_class = {
    .name = "file",
    .times_exact = true,
    .dispatch = file_dispatch,
    .statistics = file_statistics,
    .close = file_close,
};

/* The first bytes of a pipe, which stay in it; their number. */
static size_t peek_pipe(int fd, uint8_t *head, size_t length)
{
    int copy[2];
    if (pipe(copy) != 0)
        return 0;
    ssize_t got = tee(fd, copy[1], length, 0);
    if (got > 0)
        got = read(copy[0], head, (size_t)got);
    close(copy[0]);
    close(copy[1]);
    return got > 0 ? (size_t)got : 0;
}

static size_t peek(const struct source_file *file, uint8_t *head, size_t length)
{
    if (file->once)
        return peek_pipe(file->fd, head, length);
    ssize_t got = pread(file->fd, head, length, 0);
    return got > 0 ? (size_t)got : 0;
}

static bool is_for_pcap(struct source_file *file)
{
    uint8_t head[PCAP_STREAM_HEAD_LENGTH];
    const struct bytes bytes = {head, peek(file, head, sizeof head)};
    file->kind = pcap_kind_of(bytes);
    return file->kind == PCAP_KIND_PLAIN || (file->kind == PCAP_KIND_NG && !file->once);
}

/* Leaves file->pcap at NULL where libwiretap shall read. */
static void open_pcap(struct source_file *file)
{
    char refusal[PCAP_ERRBUF_SIZE];
    FILE *stream = NULL;
    if (strcmp(file->path, "-") == 0)
        file->fd = STDIN_FILENO;
    else if (!file->once)
        file->fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (file->fd >= 0 && is_for_pcap(file)) {
        file->buffer = g_malloc(BUFFER_LENGTH); /* else each 4 KiB are a system call */
        stream = pcap_stream_open(file->fd, file->kind, file->buffer, BUFFER_LENGTH);
    }
    if (stream != NULL)
        file->pcap =
            pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, refusal);
    if (file->pcap != NULL) {
        file->link = (uint32_t)pcap_datalink(file->pcap);
        return;
    }
    if (stream != NULL)
        fclose(stream);
    close_pcap(file);
}

/* A pipe, a name of one, and a terminal can be read only once. The readers report a file that does
 * not exist. */
static gboolean look_at_file(struct source_file *file, GError **error)
{
    struct stat what;
    bool is_input = strcmp(file->path, "-") == 0;
    if ((is_input ? fstat(STDIN_FILENO, &what) : stat(file->path, &what)) != 0)
        return TRUE;
    file->once = !S_ISREG(what.st_mode);
    if (!file->once && what.st_size == 0) /* libwiretap would take a directory for a capture */
        return fail(error, STATUS_FAILED, "%s: the file is empty", file->path);
    if (is_input && !file->once) { /* to read it again, it must be opened anew */
        static const char again[] = "/dev/stdin";
        file->once = access(again, R_OK) != 0; /* where no /proc is mounted */
        if (!file->once) {
            g_free(file->path);
            file->path = g_strdup(again);
        }
    }
    return TRUE;
}

struct source *source_file_open(const char *path, const char *filter, GError **error)
{
    struct source_file *file = g_new0(struct source_file, 1);
    file->source.class = &file_class;
    file->path = g_strdup(path);
    file->fd = -1;
    if (look_at_file(file, error))
        file->filter = packet_filter_new(filter, error);
    if (file->filter != NULL) {
        open_pcap(file);
        if (file->pcap != NULL || change_to_wiretap(file, error))
            return &file->source;
    }
    file_close(&file->source);
    return NULL;
}
