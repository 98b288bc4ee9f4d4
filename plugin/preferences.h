/* preferences.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The preferences under Protocols, ERSPAN, and "-o erspan.…" of tshark.
 */
#ifndef PLUGIN_PREFERENCES_H
#define PLUGIN_PREFERENCES_H

#include "core/copy.h"
#include "plugin/compat.h"

struct erspan_preferences {
    ws_bool_t override;      /* this plugin decodes, not Wireshark's own dissector */
    ws_bool_t dissect_inner; /* hand the mirrored frame on */
    int header;              /* enum header_policy */
    int subheader;           /* enum subheader_policy */
    int fcs;                 /* enum fcs_policy */
};

extern struct erspan_preferences erspan_preferences;

/** The part of the preferences that core asks for. */
struct copy_policy erspan_copy_policy(void);

/** @param apply  called after each change, and once after the start. */
void erspan_preferences_register(int proto, void (*apply)(void));

#endif
