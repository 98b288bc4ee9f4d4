/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A helper process that answers what the first process asks, through a socket that keeps the bounds
 * of messages.
 */
#ifndef COMMON_CONFINEMENT_HELPER_SOCKET_H
#define COMMON_CONFINEMENT_HELPER_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

/** As helper_process_begin(), which keeps the socket alone. Each process gets its end; after an
 * error, -1 with errno set, there is none. */
pid_t helper_socket_begin(const char *name, int *end);

/** Answers. @param number  an error; 0: none. @param fd  a descriptor that the other process gets,
 * too; -1: none. False if that process is gone. */
bool helper_socket_answer(int end, int number, int fd);

/** Waits for the answer. Returns its error, 0 for none; EPIPE if the process is gone.
 * @param fd  the descriptor that came with it, or -1. */
int helper_socket_receive(int end, int *fd);

#endif
