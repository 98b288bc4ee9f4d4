/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Bytes on their way to a file descriptor: gathered, then written in large pieces, through gzip
 * where wanted.
 */
#ifndef GENERATOR_BYTE_STREAM_H
#define GENERATOR_BYTE_STREAM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Room for several of the longest frames, and little enough to stay in a processor's cache. */
enum { BYTE_STREAM_SIZE = 1 << 18 };

struct byte_stream {
    int fd;
    void *gzip; /* gzFile, or NULL */
    size_t len; /* of what is gathered */
    uint8_t gathered[BYTE_STREAM_SIZE];
};

/** Takes @p fd over, in any case. NULL after an error. */
struct byte_stream *byte_stream_new(int fd, bool gzip, GError **error);

/** Writes what is gathered. */
gboolean byte_stream_flush(struct byte_stream *stream, GError **error);

/** The place of the next @p len bytes, BYTE_STREAM_SIZE at most, for the caller to fill. NULL after
 * an error. */
static inline uint8_t *byte_stream_room(struct byte_stream *stream, size_t len, GError **error)
{
    if (len > sizeof stream->gathered - stream->len && !byte_stream_flush(stream, error))
        return NULL;
    uint8_t *room = stream->gathered + stream->len;
    stream->len += len;
    return room;
}

/** Writes what is left, closes, and frees the stream in any case. */
gboolean byte_stream_end(struct byte_stream *stream, GError **error);

#endif
