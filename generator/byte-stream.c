/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/byte-stream.h"

#include <errno.h>
#include <unistd.h>
#include <zlib.h>

#include "tool/errors.h"
#include "tool/interruption.h"

struct byte_stream *byte_stream_new(int fd, bool gzip, GError **error)
{
    struct byte_stream *stream = g_new(struct byte_stream, 1);
    stream->fd = fd;
    stream->len = 0;
    stream->gzip = gzip ? gzdopen(fd, "wb") : NULL;
    if (gzip && stream->gzip == NULL) {
        fail(error, STATUS_FAILED, "gzip: %s", g_strerror(ENOMEM));
        close(fd);
        g_free(stream);
        return NULL;
    }
    return stream;
}

static gboolean fail_errno(GError **error)
{
    return fail(error, STATUS_FAILED, "%s", g_strerror(errno));
}

/* A signal that comes while a pipe is full may end the write without error, with a part written. */
static gboolean write_all(int fd, const uint8_t *data, size_t len, GError **error)
{
    while (len > 0) {
        ssize_t written = interruption_asked() ? -1 : write(fd, data, len);
        if (written < 0)
            return fail_errno(error);
        data += written;
        len -= (size_t)written;
    }
    return TRUE;
}

gboolean byte_stream_flush(struct byte_stream *stream, GError **error)
{
    size_t len = stream->len;
    stream->len = 0;
    if (stream->gzip == NULL)
        return write_all(stream->fd, stream->gathered, len, error);
    return len == 0 || gzwrite(stream->gzip, stream->gathered, (unsigned)len) == (int)len ||
           fail_errno(error);
}

static gboolean close_file(struct byte_stream *stream, GError **error)
{
    bool good = stream->gzip != NULL ? gzclose(stream->gzip) == Z_OK : close(stream->fd) == 0;
    return good || fail_errno(error);
}

gboolean byte_stream_end(struct byte_stream *stream, GError **error)
{
    gboolean good = byte_stream_flush(stream, error);
    good = close_file(stream, good ? error : NULL) && good;
    g_free(stream);
    return good;
}
