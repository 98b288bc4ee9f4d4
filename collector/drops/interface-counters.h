/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * State and MTU of an interface, from the kernel.
 */
#ifndef COLLECTOR_DROPS_INTERFACE_COUNTERS_H
#define COLLECTOR_DROPS_INTERFACE_COUNTERS_H

enum interface_state {
    INTERFACE_UNKNOWN, /* there is none of this name */
    INTERFACE_DOWN,    /* by command: nothing comes */
    INTERFACE_UP
};

enum interface_state interface_state(const char *interface);

/** The MTU in bytes; 0 if it is not known. */
int interface_mtu(const char *interface);

#endif
