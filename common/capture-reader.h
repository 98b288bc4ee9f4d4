/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The frames of a capture file: of any that Wireshark's libwiretap reads, compressed or not.
 */
#ifndef COMMON_CAPTURE_READER_H
#define COMMON_CAPTURE_READER_H

#include <glib.h>

#include "core/base/bytes.h"

struct captured_frame {
    uint64_t number; /* in the file, from 1 */
    bool has_time;   /* the file states a time that arrival_time() takes */
    int64_t time_ns; /* Unix time; 0 without one */
    uint32_t link;   /* LINKTYPE, one of core/wire/link.h; LINK_UNKNOWN for any other */
    struct bytes bytes;
    size_t length; /* on the wire: bytes.len, or more if the capture cut it */
    size_t fcs;    /* how many of length the file says are a frame check sequence */
};

struct capture_reader;

/** True if it is an IP packet alone, without link layer. */
bool captured_frame_is_ip(const struct captured_frame *frame);

/**
 * Opens the file now, so that capture_reader_open() of this path needs no right to it later. Once
 * for each reader that will read it at the same time. A pipe, and "-", can be read once.
 *
 * @return FALSE after an error, which names the file.
 */
gboolean capture_reader_hold(const char *path, GError **error);

/** @param path  "-" is standard input. NULL after an error, which names the file. */
struct capture_reader *capture_reader_open(const char *path, GError **error);

/** The same of an open file, which errors call @p name, from where it stands.
 * @param fd  stays the caller's, and shares its place in the file with the reader. */
struct capture_reader *capture_reader_open_descriptor(int fd, const char *name, GError **error);

void capture_reader_close(struct capture_reader *reader);

/** The path, as errors call it. */
const char *capture_reader_name(const struct capture_reader *reader);

/** True if times in the file are, or may be, finer than a microsecond. */
bool capture_reader_has_ns(const struct capture_reader *reader);

/**
 * Reads the next frame, whose bytes are borrowed until the next call. False at the end, or with
 * @p error set: a file that is cut or damaged.
 */
bool capture_reader_next(struct capture_reader *reader, struct captured_frame *frame,
                         GError **error);

/** The same, but a frame whose time is not known, or not between 1970 and 2106, is an error. */
bool capture_reader_next_timed(struct capture_reader *reader, struct captured_frame *frame,
                               GError **error);

/** Passes over frames, or over those that are left, whatever their times. */
gboolean capture_reader_skip(struct capture_reader *reader, uint64_t frames, GError **error);

/** Takes the frame check sequence off the frame. */
void captured_frame_drop_fcs(struct captured_frame *frame);

/** Sets @p error, which names the link type of the frame just read. Returns FALSE. */
gboolean capture_reader_refuse_link(const struct capture_reader *reader, GError **error);

#endif
