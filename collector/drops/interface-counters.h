/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Name, state and MTU of an interface, from the kernel.
 */
#ifndef COLLECTOR_DROPS_INTERFACE_COUNTERS_H
#define COLLECTOR_DROPS_INTERFACE_COUNTERS_H

#include <net/if.h>
#include <stdbool.h>

enum interface_state {
    INTERFACE_UNKNOWN, /* there is none */
    INTERFACE_DOWN,    /* by command: nothing comes */
    INTERFACE_UP
};

/** An interface by its present name. Its index stays when it is renamed. */
struct interface_name {
    unsigned index; /* 0: it is none of the kernel's, as "any" */
    char text[IF_NAMESIZE];
};

void interface_name_begin(struct interface_name *name, const char *text);

/** True if it has another name since; @p name has that now. */
bool interface_name_follow(struct interface_name *name);

/** By its index, so that a name that it had before does no harm. */
enum interface_state interface_name_state(const struct interface_name *name);

/** The MTU in bytes; 0 if it is not known. */
int interface_mtu(const char *interface);

#endif
