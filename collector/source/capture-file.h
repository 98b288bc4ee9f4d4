/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The packets of one capture file: of any that libpcap or libwiretap reads, compressed or not.
 */
#ifndef COLLECTOR_SOURCE_CAPTURE_FILE_H
#define COLLECTOR_SOURCE_CAPTURE_FILE_H

#include <glib.h>

#include "collector/source/input-window.h"
#include "collector/source/packet.h"

struct capture_file;

/**
 * Opens the file. Nothing of it is read yet, and no name is opened later: privileges can be given
 * up in between.
 *
 * @param path  "-" is standard input.
 * @return NULL after an error, which names the file. The caller frees it with capture_file_free().
 */
struct capture_file *capture_file_open(const char *path, GError **error);
void capture_file_free(struct capture_file *file);

/** Looks what kind of capture it is. FALSE after an error, which names the file. */
gboolean capture_file_begin(struct capture_file *file, GError **error);

/**
 * Reads the next packet of a file that was begun.
 *
 * @param packet  filled if the result is INPUT_THERE; its number is that in this file, and its
 * bytes are borrowed until the next call.
 * @return INPUT_FAILED after an error, which names the file.
 */
enum input_result capture_file_next(struct capture_file *file, struct packet *packet,
                                    GError **error);

/** Goes back to where the file stood when it was opened, and gives up the memory of reading:
 * capture_file_begin() is due. For files that can be read twice. */
gboolean capture_file_rewind(struct capture_file *file, GError **error);

/** True of what was begun and is a pipe or a terminal. */
bool capture_file_is_read_once(const struct capture_file *file);

#endif
