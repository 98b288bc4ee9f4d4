/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Captures for Wireshark until it has enough.
 */
#ifndef COLLECTOR_EXTCAP_EXTCAP_CAPTURE_H
#define COLLECTOR_EXTCAP_EXTCAP_CAPTURE_H

#include "collector/extcap/extcap-options.h"

/** FALSE after an error. What was dropped here is said on standard error. */
gboolean extcap_capture(const struct extcap_options *options, GError **error);

#endif
