/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Settings that the kernel shows as short texts, below /proc and /sys.
 */
#ifndef COMMON_PREFLIGHT_KERNEL_TEXT_H
#define COMMON_PREFLIGHT_KERNEL_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/** The text of the file @p root @p path without white space around it, to be freed; NULL with errno
 * where it cannot be read. */
char *kernel_text_read(const char *root, const char *path);

/** The file's number, which is all that it holds; false without one. */
bool kernel_text_number(const char *root, const char *path, int64_t *number);

/** How many processors a list such as "0-3,8" names; 0 if it is no such list. */
unsigned kernel_text_count_list(const char *list);

/** True if a mask such as "00000000,0000000f" has a bit set. */
bool kernel_text_mask_is_set(const char *mask);

#endif
