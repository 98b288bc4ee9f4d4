/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * SIGINT, SIGTERM and SIGHUP: the first asks the program to end as after an error, the second ends
 * it at once; but the same one twice in a tenth of a second is one.
 */
#ifndef COMMON_SIGNALS_H
#define COMMON_SIGNALS_H

#include <glib.h>
#include <stdbool.h>

/** Catches them from now on; what waits in a system call returns from it. */
void signals_catch(void);

/** True after the first. */
bool signals_stop_requested(void);

/** The second removes this file; @p path, which may be NULL, is kept as a pointer. */
void signals_remove_file(const char *path);

/** No longer: it is whole, or gone. */
void signals_keep_file(const char *path);

/** As g_thread_new(), but for a thread that no signal interrupts: they are for the one that ends
 * the run. */
GThread *signals_block_thread(const char *name, GThreadFunc function, gpointer data);

#endif
