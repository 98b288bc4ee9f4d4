/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Wireshark's libwiretap, which writes pcapng and reads every capture that Wireshark reads.
 */
#ifndef COMMON_WIRETAP_H
#define COMMON_WIRETAP_H

#include <glib.h>

/** Starts libwiretap. Call it before the first use; a second call does nothing. */
void wiretap_start(void);

/** Sets @p error for a result of libwiretap and frees @p detail. Returns FALSE. */
gboolean wiretap_fail(int code, char *detail, GError **error);

#endif
