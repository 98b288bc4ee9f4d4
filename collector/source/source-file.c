/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files. libpcap reads several times faster than libwiretap, but not all files: no
 * compressed ones, no pcapng with different interfaces, no times after 2038. So libpcap reads
 * first, and where it refuses, libwiretap continues behind the packets that were read. A pipe
 * cannot be read twice: libpcap gets it only if the first bytes, which are peeked at, show that it
 * can read it.
 */
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/source/packet-filter.h"
#include "collector/source/source.h"
#include "common/capture-reader.h"
#include "common/errors.h"
#include "core/base/bytes.h"

enum { BUFFER_LENGTH = 1 << 18 /* bytes; this fits into a processor's cache */ };

struct source_file {
    struct source source;
    char *path;
    bool once; /* cannot be read twice */
    struct packet_filter *filter;
    uint64_t packets;
    pcap_t *pcap; /* either libpcap */
    char *buffer; /* of its stream */
    uint32_t link;
    struct capture_reader *reader; /* or libwiretap */
};

static void hand_on(const struct source_file *file, const struct packet_sink *sink,
                    const struct packet *packet)
{
    if (packet_filter_passes(file->filter, packet))
        packet_put(sink, packet);
}

/* Closes the stream, except standard input. */
static void release_buffer(struct source_file *file)
{
    if (strcmp(file->path, "-") == 0)
        setvbuf(stdin, NULL, _IONBF, 0);
    g_clear_pointer(&file->buffer, g_free);
}

static void close_pcap(struct source_file *file)
{
    if (file->pcap == NULL)
        return;
    pcap_close(file->pcap);
    file->pcap = NULL;
    release_buffer(file);
}

/* Skips the packets that libpcap has read. */
static gboolean change_to_wiretap(struct source_file *file, GError **error)
{
    close_pcap(file);
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
        const struct packet packet = {frame.number, frame.time_ns, frame.link, frame.bytes,
                                      frame.length};
        hand_on(file, sink, &packet);
    }
    return SOURCE_MORE;
}

/* As captured_time(). Of pcap, which is all that libpcap reads of what can be read once, it takes
 * 32 bits of seconds for signed. */
static bool read_time(const struct source_file *file, const struct timeval *time, int64_t *time_ns)
{
    int64_t seconds = file->once ? (uint32_t)time->tv_sec : time->tv_sec;
    return captured_time(seconds, time->tv_usec, time_ns);
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
            return on_pcap_refusal(file, "a time that is not between 1970 and 2106", error);
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

/* Peeks at the first four bytes of a pipe. Returns false if that is not possible. */
static bool peek(int fd, uint8_t first[4])
{
    int copy[2];
    if (pipe(copy) != 0)
        return false;
    bool got = tee(fd, copy[1], 4, 0) == 4 && read(copy[0], first, 4) == 4;
    close(copy[0]);
    close(copy[1]);
    return got;
}

static bool is_pcap(const uint8_t first[4])
{
    static const uint32_t magics[] = {0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1};
    uint32_t magic = bytes_u32((struct bytes){first, 4}, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(magics); i++)
        if (magic == magics[i])
            return true;
    return false;
}

static bool is_for_pcap(const struct source_file *file)
{
    uint8_t first[4];
    bool is_input = strcmp(file->path, "-") == 0;
    return !file->once || (is_input && peek(STDIN_FILENO, first) && is_pcap(first));
}

/* Leaves file->pcap NULL if libpcap refuses the file. */
static void open_pcap(struct source_file *file)
{
    char refusal[PCAP_ERRBUF_SIZE];
    FILE *stream = strcmp(file->path, "-") == 0 ? stdin : fopen(file->path, "rbe");
    if (stream == NULL)
        return;
    file->buffer = g_malloc(BUFFER_LENGTH);
    setvbuf(stream, file->buffer, _IOFBF, BUFFER_LENGTH); /* else each 4 KiB are a system call */
    file->pcap =
        pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, refusal);
    if (file->pcap != NULL) {
        file->link = (uint32_t)pcap_datalink(file->pcap);
        return;
    }
    if (stream != stdin)
        fclose(stream);
    release_buffer(file);
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
    if (look_at_file(file, error))
        file->filter = packet_filter_new(filter, error);
    if (file->filter != NULL) {
        if (is_for_pcap(file))
            open_pcap(file);
        if (file->pcap != NULL || change_to_wiretap(file, error))
            return &file->source;
    }
    file_close(&file->source);
    return NULL;
}
