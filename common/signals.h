/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * SIGINT, SIGTERM and SIGHUP, and SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU and SIGUSR2, which would
 * kill the program: the first asks it to end as after an error, the second ends it at once. The
 * same signal twice within a tenth of a second counts as one. SIGUSR1 asks for a report. SIGPIPE
 * and SIGXFSZ do nothing: writing fails then, with an error that says why.
 */
#ifndef COMMON_SIGNALS_H
#define COMMON_SIGNALS_H

#include <glib.h>
#include <stdbool.h>

/** Catches the signals from now on. A waiting system call returns. */
void signals_catch(void);

/** Asks to end, as a first signal does: for a thread that learns that going on is in vain. */
void signals_request_stop(void);

/** Takes signals_request_stop() back. False if a signal came before that, which stays. */
bool signals_withdraw_stop(void);

/** True after the first signal, or signals_request_stop(). */
bool signals_stop_requested(void);

/** While it waits, the second signal does not end the program at once, but asks to hurry to the
 * report; the third one ends it. */
void signals_let_second_wait(bool wait);

/** True after a second signal that came while signals_let_second_wait(). */
bool signals_hurry(void);

/** While they may kill, the first signal already ends the program at once: nothing is there that a
 * report could say, and what goes on looks at no signal. */
void signals_let_kill(bool may);

/** True once after each SIGUSR1. */
bool signals_report_requested(void);

/** A second signal removes this file. @p path may be NULL and is kept as a pointer. */
void signals_remove_file(const char *path);

/** A second signal no longer removes this file, because it is complete or was removed. */
void signals_keep_file(const char *path);

/** As g_thread_new(), for a thread that blocks these signals: only the thread that ends the run
 * receives them. */
GThread *signals_block_thread(const char *name, GThreadFunc function, gpointer data);

/** The same, as g_thread_try_new(): NULL with an error where the system refuses a thread. */
GThread *signals_block_thread_or_fail(const char *name, GThreadFunc function, gpointer data,
                                      GError **error);

#endif
