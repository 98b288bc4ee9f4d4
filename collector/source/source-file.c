/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files. pcap-file.c reads plain pcap files, pcapng-file.c plain pcapng, both many times
 * faster than libwiretap. But libwiretap reads all files: compressed ones, variants of pcap, blocks
 * of other programs, packets with a header of their own. So a fast reader begins, and where it
 * refuses, libwiretap continues behind the packets that were read. A pipe cannot be read twice:
 * pcap-file.c gets it only if the first bytes, which are peeked at, show that it can read it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/source/packet-filter.h"
#include "collector/source/pcap-file.h"
#include "collector/source/pcapng-file.h"
#include "collector/source/source.h"
#include "common/capture-reader.h"
#include "common/errors.h"
#include "core/base/arrival.h"
#include "core/wire/link.h"

struct source_file {
    struct source source;
    char *name;  /* as errors call it */
    off_t begin; /* where the file stands when it is opened */
    bool once;   /* cannot be read twice */
    struct packet_filter *filter;
    uint64_t packets;
    enum pcap_file_kind kind;
    int fd;                  /* of a fast reader; -1: none */
    struct pcap_file *plain; /* one of three reads */
    struct pcapng_file *ng;
    struct capture_reader *wiretap;
};

static void hand_on(const struct source_file *file, const struct packet_sink *sink,
                    const struct packet *packet)
{
    if (packet_filter_passes(file->filter, packet))
        packet_put(sink, packet);
}

static void close_fast(struct source_file *file)
{
    g_clear_pointer(&file->plain, pcap_file_free);
    g_clear_pointer(&file->ng, pcapng_file_free);
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

/* Skips the packets that the fast reader has read. */
static gboolean change_to_wiretap(struct source_file *file, GError **error)
{
    close_fast(file);
    if (file->once && file->kind == PCAP_FILE_ODD)
        return fail(error, STATUS_FAILED,
                    "%s: has pcap's header and other records. libwiretap tells an old variant only "
                    "from a file that can be read twice: write it to one",
                    file->name);
    if (!file->once && lseek(STDIN_FILENO, file->begin, SEEK_SET) < 0)
        return fail(error, STATUS_FAILED, "%s: %s", file->name, g_strerror(errno));
    file->wiretap = capture_reader_open_input(file->name, error);
    return file->wiretap != NULL && capture_reader_skip(file->wiretap, file->packets, error);
}

static enum source_state dispatch_wiretap(struct source_file *file, const struct packet_sink *sink,
                                          size_t limit, GError **error)
{
    for (size_t i = 0; i < limit; i++) {
        struct captured_frame frame;
        GError *wrong = NULL;
        if (!capture_reader_next(file->wiretap, &frame, &wrong)) {
            if (wrong == NULL)
                return SOURCE_END;
            g_propagate_error(error, wrong);
            return SOURCE_FAILED;
        }
        file->packets++;
        const struct packet packet = {
            .number = frame.number,
            .time_ns = frame.time_ns,
            .link = frame.link,
            .bytes = frame.bytes,
            .length = frame.length,
            .no_time = !frame.has_time,
        };
        hand_on(file, sink, &packet);
    }
    return SOURCE_MORE;
}

static enum source_state on_refusal(struct source_file *file, const char *why, GError **error)
{
    if (!file->once)
        return change_to_wiretap(file, error) ? SOURCE_MORE : SOURCE_FAILED;
    fail(error, STATUS_FAILED, "%s: after packet %" G_GUINT64_FORMAT ": %s", file->name,
         file->packets, why);
    return SOURCE_FAILED;
}

/* False where libwiretap may say something else: a fraction of more than a second may show that the
 * records are others. */
static bool read_plain_time(const struct source_file *file, const struct pcap_record *record,
                            int64_t *time_ns)
{
    return arrival_time(record->seconds, record->fraction_ns, time_ns) &&
           (record->fraction_ns < NS_PER_SECOND || file->once);
}

static enum source_state dispatch_plain(struct source_file *file, const struct packet_sink *sink,
                                        size_t limit, GError **error)
{
    const uint32_t link = pcap_file_link(file->plain);
    for (size_t i = 0; i < limit; i++) {
        struct pcap_record record;
        int64_t time_ns;
        enum input_result result = pcap_file_next(file->plain, &record);
        if (result == INPUT_END)
            return SOURCE_END;
        if (result == INPUT_FAILED)
            return on_refusal(file, pcap_file_error(file->plain), error);
        if (!read_plain_time(file, &record, &time_ns))
            return on_refusal(file, "a time that is none", error);
        const struct packet packet = {
            .number = ++file->packets,
            .time_ns = time_ns,
            .link = link,
            .bytes = record.bytes,
            .length = MAX(record.wire_length, record.bytes.len),
        };
        hand_on(file, sink, &packet);
    }
    return SOURCE_MORE;
}

static enum source_state dispatch_ng(struct source_file *file, const struct packet_sink *sink,
                                     size_t limit, GError **error)
{
    for (size_t i = 0; i < limit; i++) {
        struct pcapng_packet found;
        int64_t time_ns = 0;
        enum input_result result = pcapng_file_next(file->ng, &found);
        if (result == INPUT_END)
            return SOURCE_END;
        if (result == INPUT_FAILED)
            return on_refusal(file, pcapng_file_error(file->ng), error);
        if (found.has_time && !arrival_time(found.seconds, found.fraction_ns, &time_ns))
            return on_refusal(file, "a time that is none", error);
        const struct packet packet = {
            .number = ++file->packets,
            .time_ns = time_ns,
            .link = found.link,
            .bytes = found.bytes,
            .length = MAX(found.wire_length, found.bytes.len),
            .no_time = !found.has_time,
        };
        hand_on(file, sink, &packet);
    }
    return SOURCE_MORE;
}

static enum source_state file_dispatch(struct source *source, const struct packet_sink *sink,
                                       size_t limit, GError **error)
{
    struct source_file *file = (struct source_file *)source;
    if (file->plain != NULL)
        return dispatch_plain(file, sink, limit, error);
    return file->ng != NULL ? dispatch_ng(file, sink, limit, error)
                            : dispatch_wiretap(file, sink, limit, error);
}

static void file_statistics(struct source *source, struct source_statistics *statistics)
{
    *statistics = (struct source_statistics){.received = ((struct source_file *)source)->packets};
}

static void file_close(struct source *source)
{
    struct source_file *file = (struct source_file *)source;
    close_fast(file);
    if (file->wiretap != NULL)
        capture_reader_close(file->wiretap);
    packet_filter_free(file->filter);
    g_free(file->name);
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
    ssize_t got = pread(file->fd, head, length, file->begin);
    return got > 0 ? (size_t)got : 0;
}

static enum pcap_file_kind kind_of(const struct source_file *file)
{
    uint8_t head[PCAP_FILE_HEAD_LENGTH];
    const struct bytes bytes = {head, peek(file, head, sizeof head)};
    return pcap_file_kind_of(bytes);
}

static bool is_open(const struct source_file *file)
{
    return file->plain != NULL || file->ng != NULL;
}

/* Opens nothing where libwiretap shall read. */
static void open_fast(struct source_file *file)
{
    file->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (file->fd < 0)
        return;
    file->kind = kind_of(file);
    if (file->kind == PCAP_FILE_PLAIN)
        file->plain = pcap_file_new(file->fd);
    else if (file->kind == PCAP_FILE_NG && !file->once)
        file->ng = pcapng_file_new(file->fd);
    bool refused = file->plain != NULL && link_has_record_header(pcap_file_link(file->plain));
    if (!is_open(file) || (refused && !file->once))
        close_fast(file);
}

/* A pipe and a terminal can be read only once. */
static gboolean check_input(struct source_file *file, GError **error)
{
    struct stat what;
    if (fstat(STDIN_FILENO, &what) != 0)
        return fail(error, STATUS_FAILED, "%s: %s", file->name, g_strerror(errno));
    file->begin = lseek(STDIN_FILENO, 0, SEEK_CUR);
    file->once = !S_ISREG(what.st_mode) || file->begin < 0;
    if (!file->once && what.st_size == 0) /* libwiretap would take it for a capture */
        return fail(error, STATUS_FAILED, "%s: the file is empty", file->name);
    return TRUE;
}

gboolean source_file_take(const char *path, GError **error)
{
    if (strcmp(path, "-") == 0)
        return TRUE;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool taken = fd >= 0 && dup2(fd, STDIN_FILENO) >= 0;
    if (!taken)
        fail(error, STATUS_FAILED, "%s: %s", path, g_strerror(errno));
    if (fd > STDIN_FILENO)
        close(fd);
    return taken;
}

struct source *source_file_open(const char *name, const char *filter, GError **error)
{
    struct source_file *file = g_new0(struct source_file, 1);
    file->source.class = &file_class;
    file->name = g_strdup(name);
    file->fd = -1;
    if (check_input(file, error))
        file->filter = packet_filter_new(filter, error);
    if (file->filter != NULL) {
        open_fast(file);
        if (is_open(file) || change_to_wiretap(file, error))
            return &file->source;
    }
    file_close(&file->source);
    return NULL;
}
