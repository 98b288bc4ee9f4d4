/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Wireshark's libwiretap, which writes pcapng and reads every capture file that Wireshark reads.
 */
#ifndef COMMON_WIRETAP_H
#define COMMON_WIRETAP_H

#include <glib.h>

/** Before its first use; again does nothing. */
void wiretap_start(void);

/** Sets @p error for what libwiretap returned, and frees @p detail. Returns FALSE. */
gboolean wiretap_fail(int code, char *detail, GError **error);

#endif
