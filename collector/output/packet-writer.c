/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/output/packet-encoding.h"
#include "collector/output/packet-file.h"
#include "collector/output/packet-pipe.h"
#include "common/atomic-file.h"
#include "common/errors.h"
#include "core/base/quantity.h"
#include "core/base/time-units.h"
#include "core/wire/link.h"

enum {
    FILE_WAITING = 1 << 20,         /* bytes that wait for room on the disk */
    FILE_BATCH = 1 << 18,           /* are written at once */
    RESUMED_US = US_PER_SECOND,     /* without a packet left out: it is written again */
    REOPEN_US = US_PER_SECOND / 10, /* between two tries to open a file */
    STALLED = -1,
    OTHER_LINK = -2,
    OTHER_FILE = -3 /* reasons, besides errno */
};

struct packet_writer {
    struct packet_writer_plan plan;
    char *name; /* as errors call it */
    GMutex lock;
    struct packet_encoding encoding;
    struct packet_pipe *pipe;    /* either; NULL: */
    struct packet_file file;     /* or that, */
    struct packet_buffer buffer; /* with what is to be written */
    struct packet_rotation_place place;
    GQueue names;         /* char: of the files that were made, where older ones are removed */
    gint64 reopen_us;     /* of the monotonic clock: no other try before */
    uint64_t accepted;    /* packets */
    uint64_t unwritten;   /* packets */
    uint64_t said;        /* of the unwritten ones */
    int reason;           /* why the last ones were left out: errno, or another reason */
    gint64 left_out_us;   /* when that was */
    atomic_bool troubled; /* something was ever left out or had to wait */
    bool failing;         /* and has been said */
    bool over;            /* there are files enough */
    bool finished;
    bool headless; /* not even the header of a capture without packets could be written */
};

static bool rotates(const struct packet_writer *writer)
{
    return packet_rotation_is_asked(&writer->plan.rotation);
}

/* ---- opening ---- */

static bool is_regular(int fd)
{
    struct stat what;
    return fstat(fd, &what) == 0 && S_ISREG(what.st_mode);
}

/* Not emptied yet. A file is read, too, if its packets have to become those of pcapng; a pipe that
 * was opened for that would never be without a reader. */
static int open_output(const struct packet_writer *writer, const char *path)
{
    struct stat what;
    if (rotates(writer))
        return file_maker_open(writer->plan.maker, path);
    int way = stat(path, &what) == 0 && !S_ISREG(what.st_mode) ? O_WRONLY : O_RDWR | O_CREAT;
    return file_open_in_place(path, way, file_mode_private());
}

static bool open_one(struct packet_writer *writer, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDOUT_FILENO : open_output(writer, path);
    if (fd < 0)
        return false;
    packet_file_init(&writer->file, fd);
    bool regular = is_regular(fd);
    if (!regular)
        writer->pipe = packet_pipe_new(fd, writer->plan.waiting, writer->plan.waits);
    bool taken_back = regular && !standard;
    packet_encoding_begin(&writer->encoding, !taken_back && writer->plan.many_links);
    return true;
}

struct packet_writer *packet_writer_open(const struct packet_writer_plan *plan, GError **error)
{
    struct packet_writer *writer = g_new0(struct packet_writer, 1);
    writer->plan = *plan;
    writer->name = g_strdup(strcmp(plan->path, "-") == 0 ? "standard output" : plan->path);
    writer->file.fd = -1;
    writer->buffer.limit = FILE_WAITING;
    g_queue_init(&writer->names);
    g_mutex_init(&writer->lock);
    packet_encoding_begin(&writer->encoding, false);
    if (rotates(writer) || open_one(writer, plan->path))
        return writer;
    fail(error, STATUS_FAILED, "%s: %s", plan->path, g_strerror(errno));
    packet_encoding_end(&writer->encoding);
    g_mutex_clear(&writer->lock);
    g_free(writer->name);
    g_free(writer);
    return NULL;
}

/* ---- leaving out ---- */

static void leave_out(struct packet_writer *writer, uint64_t packets, int reason)
{
    writer->unwritten += packets;
    writer->reason = reason;
    if (reason == OTHER_LINK)
        return;
    writer->left_out_us = g_get_monotonic_time();
    atomic_store(&writer->troubled, true);
}

static const char *reason_text(int reason)
{
    if (reason == STALLED)
        return "its reader takes too little";
    if (reason == OTHER_LINK)
        return "a pipe holds the link type of the first alone, and no file an unknown one";
    if (reason == OTHER_FILE)
        return "the next file's name is that of another file of this run";
    return g_strerror(reason);
}

/* ---- files ---- */

/* Writes what is there. What stays in the buffer waits for room. */
static void write_file(struct packet_writer *writer, bool now)
{
    packet_file_write(&writer->file, &writer->buffer, now);
    if (writer->file.wrong != 0)
        leave_out(writer, 0, writer->file.wrong);
}

/* The file ends here. */
static void end_file(struct packet_writer *writer)
{
    write_file(writer, true);
    writer->headless = writer->buffer.length > 0 && writer->buffer.packets == 0;
    writer->accepted -= writer->buffer.packets;
    if (writer->buffer.packets > 0)
        leave_out(writer, writer->buffer.packets, writer->file.wrong);
    packet_buffer_empty(&writer->buffer);
    packet_file_close(&writer->file);
}

/* Removes what is older than the files to keep, and was made by this writer. A name that comes
 * again is that of the newer file. */
static void keep_newest(struct packet_writer *writer, const char *name)
{
    if (writer->plan.keep == 0)
        return;
    GList *before = g_queue_find_custom(&writer->names, name, (GCompareFunc)strcmp);
    if (before != NULL) {
        g_free(before->data);
        g_queue_delete_link(&writer->names, before);
    }
    g_queue_push_tail(&writer->names, g_strdup(name));
    while (writer->names.length > writer->plan.keep) {
        g_autofree char *oldest = g_queue_pop_head(&writer->names);
        file_maker_remove(writer->plan.maker, oldest);
    }
}

/* The file at the place of the rotation. */
static bool open_next(struct packet_writer *writer)
{
    gint64 now_us = g_get_monotonic_time();
    if (now_us < writer->reopen_us)
        return false;
    g_autofree char *name = packet_rotation_name(&writer->plan.rotation, &writer->place);
    bool pcapng = writer->encoding.pcapng;
    if (!open_one(writer, name)) {
        leave_out(writer, 0, errno == EBUSY ? OTHER_FILE : errno);
        writer->reopen_us = now_us + REOPEN_US;
        return false;
    }
    writer->encoding.pcapng |= pcapng;
    keep_newest(writer, name);
    return true;
}

/* On a full disk the first write into a new file fails. The writer keeps that empty file and opens
 * no other. When there is room again, the packets that wait may make the file longer than its
 * limit. */
static bool is_stuck(struct packet_writer *writer)
{
    uint64_t limit = writer->plan.rotation.bytes;
    if (writer->file.fd < 0 || writer->file.length > 0)
        return false;
    if (limit != 0 && writer->buffer.length > limit)
        write_file(writer, false);
    return writer->file.wrong != 0 && writer->file.length == 0;
}

/* True if the packet may go to a file that is open. */
static bool rotate(struct packet_writer *writer, int64_t time_ns)
{
    uint64_t bytes = is_stuck(writer) ? 0 : (uint64_t)writer->file.length + writer->buffer.length;
    enum packet_rotation_step step =
        packet_rotation_step(&writer->plan.rotation, &writer->place, bytes, time_ns);
    writer->over = step == PACKET_ROTATION_OVER;
    if (step == PACKET_ROTATION_NEXT && writer->file.fd >= 0)
        end_file(writer);
    return !writer->over && (writer->file.fd >= 0 || open_next(writer));
}

/* A second link type came to a file that began as pcap. */
static bool become_pcapng(struct packet_writer *writer)
{
    if (writer->file.fd == STDOUT_FILENO) {
        writer->reason = OTHER_LINK;
        return false;
    }
    write_file(writer, true);
    if (writer->buffer.length > 0)
        return false;
    if (packet_encoding_convert(&writer->encoding, &writer->file, &writer->buffer))
        return true;
    leave_out(writer, 0, errno);
    return false;
}

static void put_in_file(struct packet_writer *writer, const struct packet *packet)
{
    if (rotates(writer) && !rotate(writer, packet->no_time ? 0 : packet->time_ns)) {
        if (!writer->over)
            leave_out(writer, 1, writer->reason);
        return;
    }
    bool begins = writer->encoding.link == LINK_UNKNOWN;
    if (begins && !packet_file_restart(&writer->file))
        leave_out(writer, 0, errno);
    if (!packet_encoding_fits(&writer->encoding, packet) && !become_pcapng(writer)) {
        leave_out(writer, 1, writer->reason != 0 ? writer->reason : ENOSPC);
        return;
    }
    size_t size = packet_encoding_size(packet);
    if (writer->buffer.length >= FILE_BATCH || !packet_buffer_reserve(&writer->buffer, size))
        write_file(writer, false);
    if (!packet_buffer_reserve(&writer->buffer, size)) {
        leave_out(writer, 1, writer->file.wrong != 0 ? writer->file.wrong : ENOMEM);
        return;
    }
    packet_encoding_put(&writer->encoding, &writer->buffer, packet);
    writer->accepted++;
}

/* ---- pipes ---- */

static void put_in_pipe(struct packet_writer *writer, const struct packet *packet)
{
    if (!packet_encoding_fits(&writer->encoding, packet)) {
        leave_out(writer, 1, OTHER_LINK);
        return;
    }
    struct packet_buffer *buffer = packet_pipe_lock(writer->pipe, packet_encoding_size(packet));
    if (buffer == NULL) {
        int wrong = packet_pipe_wrong(writer->pipe);
        leave_out(writer, 1, wrong != 0 ? wrong : STALLED);
        return;
    }
    packet_encoding_put(&writer->encoding, buffer, packet);
    packet_pipe_unlock(writer->pipe);
    writer->accepted++;
}

/* ---- the sink ---- */

static void take(void *context, const struct packet *packet)
{
    struct packet_writer *writer = context;
    g_mutex_lock(&writer->lock);
    if (writer->over)
        ;
    else if (packet->link == LINK_UNKNOWN)
        leave_out(writer, 1, OTHER_LINK);
    else if (writer->pipe != NULL)
        put_in_pipe(writer, packet);
    else
        put_in_file(writer, packet);
    g_mutex_unlock(&writer->lock);
}

static void flush(void *context)
{
    struct packet_writer *writer = context;
    g_mutex_lock(&writer->lock);
    if (writer->buffer.length > 0)
        write_file(writer, false);
    g_mutex_unlock(&writer->lock);
}

struct packet_sink packet_writer_sink(struct packet_writer *writer)
{
    return (struct packet_sink){writer, take, flush};
}

/* ---- what is said ---- */

/* A pipe does not come back. */
static bool is_broken(struct packet_writer *writer)
{
    return writer->pipe != NULL && packet_pipe_wrong(writer->pipe) != 0;
}

static char *news(struct packet_writer *writer)
{
    bool failing =
        writer->left_out_us != 0 && (g_get_monotonic_time() - writer->left_out_us < RESUMED_US ||
                                     writer->file.wrong != 0 || is_broken(writer));
    if (failing == writer->failing)
        return NULL;
    writer->failing = failing;
    uint64_t missing = writer->unwritten - writer->said;
    if (!failing) {
        writer->said = writer->unwritten;
        return g_strdup_printf("%s: packets are written again; %s not in it", writer->name,
                               quantity_of(missing, "packet is", "packets are").text);
    }
    return g_strdup_printf("%s: %s: packets are left out", writer->name,
                           reason_text(writer->reason));
}

char *packet_writer_news(struct packet_writer *writer)
{
    if (!atomic_load_explicit(&writer->troubled, memory_order_relaxed))
        return NULL;
    g_mutex_lock(&writer->lock);
    char *text = writer->finished ? NULL : news(writer);
    g_mutex_unlock(&writer->lock);
    return text;
}

bool packet_writer_is_over(struct packet_writer *writer)
{
    g_mutex_lock(&writer->lock);
    bool over = writer->over;
    g_mutex_unlock(&writer->lock);
    return over;
}

struct packet_writer_counts packet_writer_counts(struct packet_writer *writer)
{
    g_mutex_lock(&writer->lock);
    uint64_t waiting = writer->finished ? 0 : writer->buffer.packets;
    struct packet_writer_counts counts = {writer->accepted - waiting, writer->unwritten};
    g_mutex_unlock(&writer->lock);
    return counts;
}

char *packet_writer_missing(struct packet_writer *writer)
{
    struct packet_writer_counts counts = packet_writer_counts(writer);
    if (counts.unwritten == 0 && !writer->headless)
        return NULL;
    if (counts.unwritten == 0)
        return g_strdup_printf("%s: %s", writer->name, reason_text(writer->reason));
    const struct quantity many = quantity_of(counts.unwritten, "packet is", "packets are");
    if (writer->reason == OTHER_LINK)
        return g_strdup_printf("%s: %s not in it: %s", writer->name, many.text,
                               reason_text(OTHER_LINK));
    return g_strdup_printf("%s: %s: %s not in it", writer->name, reason_text(writer->reason),
                           many.text);
}

/* ---- the end ---- */

static void finish_pipe(struct packet_writer *writer, bool run_failed)
{
    if (writer->encoding.link == LINK_UNKNOWN && !run_failed) {
        struct packet_buffer *buffer = packet_pipe_lock(writer->pipe, PACKET_ENCODING_MARGIN);
        if (buffer != NULL) {
            packet_encoding_put_empty(&writer->encoding, buffer);
            packet_pipe_unlock(writer->pipe);
        }
    }
    struct packet_pipe_counts counts = packet_pipe_end(writer->pipe);
    writer->accepted -= counts.unwritten;
    writer->headless = counts.wrong != 0 && writer->accepted == 0;
    if (counts.unwritten > 0 || writer->headless)
        leave_out(writer, counts.unwritten, counts.wrong != 0 ? counts.wrong : STALLED);
    writer->pipe = NULL;
    if (writer->file.fd > STDERR_FILENO)
        close(writer->file.fd);
}

/* A file without packets is one of Ethernet. */
static void finish_file(struct packet_writer *writer, bool run_failed)
{
    bool empty = writer->encoding.link == LINK_UNKNOWN && !run_failed;
    if (empty && writer->file.fd < 0 && rotates(writer) && writer->unwritten == 0)
        rotate(writer, g_get_real_time() * NS_PER_US);
    if (writer->file.fd < 0)
        return;
    if (empty && packet_file_restart(&writer->file) &&
        packet_buffer_reserve(&writer->buffer, PACKET_ENCODING_MARGIN))
        packet_encoding_put_empty(&writer->encoding, &writer->buffer);
    end_file(writer);
}

void packet_writer_finish(struct packet_writer *writer, bool run_failed)
{
    if (writer->finished)
        return;
    writer->finished = true;
    if (writer->pipe != NULL)
        finish_pipe(writer, run_failed);
    else
        finish_file(writer, run_failed);
}

gboolean packet_writer_close(struct packet_writer *writer, bool run_failed, GError **error)
{
    packet_writer_finish(writer, run_failed);
    g_autofree char *missing = packet_writer_missing(writer);
    gboolean good = missing == NULL || fail(error, STATUS_FAILED, "%s", missing);
    packet_buffer_clear(&writer->buffer);
    packet_encoding_end(&writer->encoding);
    g_queue_clear_full(&writer->names, g_free);
    g_mutex_clear(&writer->lock);
    g_free(writer->name);
    g_free(writer);
    return good;
}
