/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap-file.c reads plain pcap files, pcapng-file.c plain pcapng, both many times faster than
 * libwiretap. But libwiretap reads all files: compressed ones, variants of pcap, blocks of other
 * programs, packets with a header of their own. So a fast reader begins, and where it refuses,
 * libwiretap continues behind the packets that were read. A pipe cannot be read twice: pcap-file.c
 * gets it only if the first bytes, which are peeked at, show that it can read it.
 */
#include "collector/source/capture-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/source/pcap-file.h"
#include "collector/source/pcapng-file.h"
#include "common/capture-reader.h"
#include "common/errors.h"
#include "core/base/arrival.h"
#include "core/wire/link.h"

struct capture_file {
    char *name;       /* as errors call it */
    int fd;           /* of the file */
    off_t start;      /* where it stands when it is opened */
    bool once;        /* cannot be read twice */
    uint64_t packets; /* that were read */
    enum pcap_file_kind kind;
    struct pcap_file *plain; /* one of three reads, or none: the file is not begun */
    struct pcapng_file *ng;
    struct capture_reader *wiretap;
};

static void stop_reading(struct capture_file *file)
{
    g_clear_pointer(&file->plain, pcap_file_free);
    g_clear_pointer(&file->ng, pcapng_file_free);
    g_clear_pointer(&file->wiretap, capture_reader_close);
}

static gboolean go_to_start(const struct capture_file *file, GError **error)
{
    return file->once || lseek(file->fd, file->start, SEEK_SET) >= 0 ||
           fail(error, STATUS_FAILED, "%s: %s", file->name, g_strerror(errno));
}

/* Skips the packets that the fast reader has read. */
static gboolean change_to_wiretap(struct capture_file *file, GError **error)
{
    stop_reading(file);
    if (file->once && file->kind == PCAP_FILE_ODD)
        return fail(error, STATUS_FAILED,
                    "%s: has pcap's header and other records. libwiretap tells an old variant only "
                    "from a file that can be read twice: write it to one",
                    file->name);
    if (!go_to_start(file, error))
        return FALSE;
    file->wiretap = capture_reader_open_descriptor(file->fd, file->name, error);
    return file->wiretap != NULL && capture_reader_skip(file->wiretap, file->packets, error);
}

static enum input_result next_of_wiretap(struct capture_file *file, struct packet *packet,
                                         GError **error)
{
    struct captured_frame frame;
    GError *wrong = NULL;
    if (!capture_reader_next(file->wiretap, &frame, &wrong)) {
        if (wrong == NULL)
            return INPUT_END;
        g_propagate_error(error, wrong);
        return INPUT_FAILED;
    }
    file->packets++;
    *packet = (struct packet){
        .number = frame.number,
        .time_ns = frame.time_ns,
        .link = frame.link,
        .bytes = frame.bytes,
        .length = frame.length,
        .no_time = !frame.has_time,
    };
    return INPUT_THERE;
}

static enum input_result on_refusal(struct capture_file *file, const char *why,
                                    struct packet *packet, GError **error)
{
    if (!file->once)
        return change_to_wiretap(file, error) ? next_of_wiretap(file, packet, error) : INPUT_FAILED;
    fail(error, STATUS_FAILED, "%s: after packet %" G_GUINT64_FORMAT ": %s", file->name,
         file->packets, why);
    return INPUT_FAILED;
}

/* False where libwiretap may say something else: a fraction of more than a second may show that the
 * records are others. */
static bool read_plain_time(const struct capture_file *file, const struct pcap_record *record,
                            int64_t *time_ns)
{
    return arrival_time(record->seconds, record->fraction_ns, time_ns) &&
           (record->fraction_ns < NS_PER_SECOND || file->once);
}

static enum input_result next_of_plain(struct capture_file *file, struct packet *packet,
                                       GError **error)
{
    struct pcap_record record;
    int64_t time_ns;
    enum input_result result = pcap_file_next(file->plain, &record);
    if (result == INPUT_END)
        return INPUT_END;
    if (result == INPUT_FAILED)
        return on_refusal(file, pcap_file_error(file->plain), packet, error);
    if (!read_plain_time(file, &record, &time_ns))
        return on_refusal(file, "a time that is none", packet, error);
    *packet = (struct packet){
        .number = ++file->packets,
        .time_ns = time_ns,
        .link = pcap_file_link(file->plain),
        .bytes = record.bytes,
        .length = MAX(record.wire_length, record.bytes.len),
    };
    return INPUT_THERE;
}

static enum input_result next_of_ng(struct capture_file *file, struct packet *packet,
                                    GError **error)
{
    struct pcapng_packet found;
    int64_t time_ns = 0;
    enum input_result result = pcapng_file_next(file->ng, &found);
    if (result == INPUT_END)
        return INPUT_END;
    if (result == INPUT_FAILED)
        return on_refusal(file, pcapng_file_error(file->ng), packet, error);
    if (found.has_time && !arrival_time(found.seconds, found.fraction_ns, &time_ns))
        return on_refusal(file, "a time that is none", packet, error);
    *packet = (struct packet){
        .number = ++file->packets,
        .time_ns = time_ns,
        .link = found.link,
        .bytes = found.bytes,
        .length = MAX(found.wire_length, found.bytes.len),
        .no_time = !found.has_time,
    };
    return INPUT_THERE;
}

enum input_result capture_file_next(struct capture_file *file, struct packet *packet,
                                    GError **error)
{
    if (file->plain != NULL)
        return next_of_plain(file, packet, error);
    return file->ng != NULL ? next_of_ng(file, packet, error)
                            : next_of_wiretap(file, packet, error);
}

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

static size_t peek(const struct capture_file *file, uint8_t *head, size_t length)
{
    if (file->once)
        return peek_pipe(file->fd, head, length);
    ssize_t got = pread(file->fd, head, length, file->start);
    return got > 0 ? (size_t)got : 0;
}

static enum pcap_file_kind kind_of(const struct capture_file *file)
{
    uint8_t head[PCAP_FILE_HEAD_LENGTH];
    const struct bytes bytes = {head, peek(file, head, sizeof head)};
    return pcap_file_kind_of(bytes);
}

static bool is_read_fast(const struct capture_file *file)
{
    return file->plain != NULL || file->ng != NULL;
}

/* Begins nothing where libwiretap shall read. */
static void begin_fast(struct capture_file *file)
{
    file->kind = kind_of(file);
    if (file->kind == PCAP_FILE_PLAIN)
        file->plain = pcap_file_new(file->fd);
    else if (file->kind == PCAP_FILE_NG && !file->once)
        file->ng = pcapng_file_new(file->fd);
    bool refused = file->plain != NULL && link_has_record_header(pcap_file_link(file->plain));
    if (refused && !file->once)
        stop_reading(file);
}

/* A pipe and a terminal can be read only once. */
static gboolean check_file(struct capture_file *file, GError **error)
{
    struct stat what;
    if (fstat(file->fd, &what) != 0)
        return fail(error, STATUS_FAILED, "%s: %s", file->name, g_strerror(errno));
    file->start = lseek(file->fd, 0, SEEK_CUR);
    file->once = !S_ISREG(what.st_mode) || file->start < 0;
    if (!file->once && what.st_size == 0) /* libwiretap would take it for a capture */
        return fail(error, STATUS_FAILED, "%s: the file is empty", file->name);
    return TRUE;
}

struct capture_file *capture_file_open(const char *path, GError **error)
{
    bool input = strcmp(path, "-") == 0;
    int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fail(error, STATUS_FAILED, "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    struct capture_file *file = g_new0(struct capture_file, 1);
    file->name = g_strdup(input ? "standard input" : path);
    file->fd = fd;
    return file;
}

gboolean capture_file_begin(struct capture_file *file, GError **error)
{
    if (!check_file(file, error))
        return FALSE;
    begin_fast(file);
    return is_read_fast(file) || change_to_wiretap(file, error);
}

gboolean capture_file_rewind(struct capture_file *file, GError **error)
{
    stop_reading(file);
    file->packets = 0;
    return go_to_start(file, error);
}

bool capture_file_is_read_once(const struct capture_file *file)
{
    return file->once;
}

void capture_file_free(struct capture_file *file)
{
    stop_reading(file);
    if (file->fd > STDERR_FILENO)
        close(file->fd);
    g_free(file->name);
    g_free(file);
}
