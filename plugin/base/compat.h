/* compat.h
 * What differs between Wireshark 4.0, 4.4 and 4.6, by feature and not by version number
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file */
#ifndef PLUGIN_BASE_COMPAT_H
#define PLUGIN_BASE_COMPAT_H

#include <wireshark.h>

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <epan/stat_tap_ui.h>

/* Later versions no longer pull these in. */
#if __has_include(<epan/tfs.h>)
#include <epan/tfs.h>
#endif
#if __has_include(<epan/unit_strings.h>)
#include <epan/unit_strings.h>
#endif

/* Preferences and callbacks changed from gboolean (an int) to bool. */
typedef __typeof__(_Generic(&prefs_register_bool_preference,
                            void (*)(module_t *, const char *, const char *, const char *, bool *)
                            : (bool)0, default
                            : (gboolean)0)) ws_bool_t;

/* The function that begins a statistic returned nothing, then bool. */
typedef __typeof__(((stat_tap_init_cb)0)("", NULL)) stat_tap_init_result;

#ifdef HAVE_DISSECTOR_TRY_PAYLOAD_WITH_DATA
#define compat_try_payload(table, tvb, pinfo, tree)                                                \
    dissector_try_payload_with_data(table, tvb, pinfo, tree, true, NULL)
#else
#define compat_try_payload(table, tvb, pinfo, tree)                                                \
    dissector_try_payload_new(table, tvb, pinfo, tree, TRUE, NULL)
#endif

#endif
