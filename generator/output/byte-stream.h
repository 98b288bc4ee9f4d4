/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Bytes for a file descriptor: gathered, then written in large pieces, through gzip where wanted.
 * While a thread writes a piece into a regular file, the next is gathered; pipes and devices, where
 * a write may wait for ever, are written by the thread that a signal interrupts.
 */
#ifndef GENERATOR_OUTPUT_BYTE_STREAM_H
#define GENERATOR_OUTPUT_BYTE_STREAM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Room for several of the longest frames, and little enough to stay in a processor's cache. */
enum { BYTE_STREAM_SIZE = 1 << 18 };

struct piece {
    size_t len;
    uint8_t bytes[BYTE_STREAM_SIZE];
};

struct byte_stream {
    struct piece *gathered;
    int fd;
    void *gzip;           /* gzFile, or NULL */
    GThread *writer;      /* NULL: pieces are written where they are gathered */
    GAsyncQueue *full;    /* of struct piece: for the writer, ended by an empty one */
    GAsyncQueue *written; /* of struct piece: from the writer */
    GError *error;        /* the writer's, to be read once it has ended, or failed is set */
    gint failed;          /* atomic */
};

/** Takes @p fd over, in any case. NULL after an error. */
struct byte_stream *byte_stream_new(int fd, bool gzip, GError **error);

/** Writes what is gathered, or has it written; an error may be that of an earlier piece. */
gboolean byte_stream_flush(struct byte_stream *stream, GError **error);

/** The place of the next @p len bytes, BYTE_STREAM_SIZE at most, for the caller to fill. NULL after
 * an error. */
static inline uint8_t *byte_stream_room(struct byte_stream *stream, size_t len, GError **error)
{
    if (len > BYTE_STREAM_SIZE - stream->gathered->len && !byte_stream_flush(stream, error))
        return NULL;
    uint8_t *room = stream->gathered->bytes + stream->gathered->len;
    stream->gathered->len += len;
    return room;
}

/** Writes what is left, closes, and frees the stream in any case. */
gboolean byte_stream_end(struct byte_stream *stream, GError **error);

#endif
