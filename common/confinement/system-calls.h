/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * seccomp: which system calls the process can still make.
 */
#ifndef COMMON_CONFINEMENT_SYSTEM_CALLS_H
#define COMMON_CONFINEMENT_SYSTEM_CALLS_H

#include <stdbool.h>

/** From now on every system call fails with EPERM, in this thread and those that it makes, but
 * those that receiving, sending, reading, analysing and writing need: no program is started, no
 * other process touched, and no socket made but those by which the kernel is asked about
 * interfaces, and with @p xdp_sockets those of AF_XDP.
 * Needs PR_SET_NO_NEW_PRIVS. False where it is not built in or the kernel refuses. */
bool system_calls_confine(bool xdp_sockets);

/** False where it is not built in. */
bool system_calls_can_be_confined(void);

#endif
