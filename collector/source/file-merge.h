/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The packets of several capture files in the order of their times. A file whose packets are not in
 * order stays as it is: only the next packet of each file is compared. Of files with equal times
 * the one that was named first goes first.
 *
 * Files of a ring do not overlap, so that only one at a time costs memory for reading.
 */
#ifndef COLLECTOR_SOURCE_FILE_MERGE_H
#define COLLECTOR_SOURCE_FILE_MERGE_H

#include "collector/source/capture-file.h"

struct file_merge;

/**
 * Reads the first packet of each file.
 *
 * @param files  taken over, NULL after an error too, and freed as soon as they are read.
 * @return NULL after an error, which names the file. The caller frees it with file_merge_free().
 */
struct file_merge *file_merge_new(struct capture_file **files, size_t count, GError **error);
void file_merge_free(struct file_merge *merge);

/** The same as capture_file_next(), but the packet's number counts those of all files. */
enum input_result file_merge_next(struct file_merge *merge, struct packet *packet, GError **error);

#endif
