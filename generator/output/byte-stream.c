/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/output/byte-stream.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "common/errors.h"
#include "common/signals.h"

/* One is gathered, one written, and one waits. */
enum { PIECES = 3 };

static gboolean fail_errno(GError **error)
{
    return fail(error, STATUS_FAILED, "%s", g_strerror(errno));
}

/* A signal that comes while a pipe is full may end the write without error, with a part written. */
static gboolean write_all(int fd, const uint8_t *data, size_t len, GError **error)
{
    while (len > 0) {
        ssize_t written = signals_stop_requested() ? -1 : write(fd, data, len);
        if (written < 0)
            return fail_errno(error);
        data += written;
        len -= (size_t)written;
    }
    return TRUE;
}

static gboolean write_piece(struct byte_stream *stream, struct piece *piece, GError **error)
{
    size_t len = piece->len;
    piece->len = 0;
    if (stream->gzip == NULL)
        return write_all(stream->fd, piece->bytes, len, error);
    return len == 0 || gzwrite(stream->gzip, piece->bytes, (unsigned)len) == (int)len ||
           fail_errno(error);
}

/* After an error it takes what comes and writes nothing. */
static gpointer write_pieces(gpointer data)
{
    struct byte_stream *stream = data;
    struct piece *piece;
    while ((piece = g_async_queue_pop(stream->full))->len > 0) {
        if (stream->error == NULL && !write_piece(stream, piece, &stream->error))
            g_atomic_int_set(&stream->failed, TRUE);
        piece->len = 0;
        g_async_queue_push(stream->written, piece);
    }
    g_free(piece);
    return NULL;
}

static void start_writer(struct byte_stream *stream)
{
    stream->full = g_async_queue_new();
    stream->written = g_async_queue_new_full(g_free);
    for (int i = 1; i < PIECES; i++)
        g_async_queue_push(stream->written, g_new0(struct piece, 1));
    stream->writer = signals_block_thread("write", write_pieces, stream);
}

struct byte_stream *byte_stream_new(int fd, bool gzip, GError **error)
{
    struct stat status;
    struct byte_stream *stream = g_new0(struct byte_stream, 1);
    stream->fd = fd;
    stream->gzip = gzip ? gzdopen(fd, "wb") : NULL;
    if (gzip && stream->gzip == NULL) {
        fail(error, STATUS_FAILED, "gzip: %s", g_strerror(ENOMEM));
        close(fd);
        g_free(stream);
        return NULL;
    }
    stream->gathered = g_new0(struct piece, 1);
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        start_writer(stream);
    return stream;
}

gboolean byte_stream_flush(struct byte_stream *stream, GError **error)
{
    if (stream->writer == NULL || stream->gathered->len == 0)
        return write_piece(stream, stream->gathered, error);
    g_async_queue_push(stream->full, stream->gathered);
    stream->gathered = g_async_queue_pop(stream->written);
    if (!g_atomic_int_get(&stream->failed))
        return TRUE;
    g_propagate_error(error, g_error_copy(stream->error));
    return FALSE;
}

static gboolean end_writer(struct byte_stream *stream, GError **error)
{
    g_async_queue_push(stream->full, stream->gathered);
    stream->gathered = NULL;
    g_thread_join(stream->writer);
    g_async_queue_unref(stream->full);
    g_async_queue_unref(stream->written);
    if (stream->error == NULL)
        return TRUE;
    g_propagate_error(error, stream->error);
    return FALSE;
}

static gboolean close_file(struct byte_stream *stream, GError **error)
{
    bool good = stream->gzip != NULL ? gzclose(stream->gzip) == Z_OK : close(stream->fd) == 0;
    return good || fail_errno(error);
}

gboolean byte_stream_end(struct byte_stream *stream, GError **error)
{
    gboolean good = byte_stream_flush(stream, error);
    if (stream->writer != NULL)
        good = end_writer(stream, good ? error : NULL) && good;
    good = close_file(stream, good ? error : NULL) && good;
    g_free(stream->gathered);
    g_free(stream);
    return good;
}
