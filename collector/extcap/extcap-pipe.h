/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A pipe that Wireshark made and names on the command line.
 */
#ifndef COLLECTOR_EXTCAP_EXTCAP_PIPE_H
#define COLLECTOR_EXTCAP_EXTCAP_PIPE_H

#include <glib.h>

/** Opens a pipe or a character device by the rules of file_open_in_place(), and nothing else: what
 * is written there would destroy a file. Without O_NONBLOCK it waits for the other end. Returns -1
 * after an error. */
int extcap_pipe_open(const char *path, int flags, GError **error);

#endif
