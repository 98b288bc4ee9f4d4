/* preferences.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The preferences under Protocols, ERSPAN, and "-o erspan.…" of tshark.
 */
#ifndef PLUGIN_BASE_PREFERENCES_H
#define PLUGIN_BASE_PREFERENCES_H

#include "core/analysis/analysis.h"
#include "plugin/base/compat.h"

enum inner_copies { INNER_COPIES_ALL, INNER_COPIES_FIRST };

struct erspan_preferences {
    ws_bool_t override;      /* this plugin decodes, not Wireshark's own dissector */
    ws_bool_t dissect_inner; /* hand the mirrored frame on */
    int header;              /* enum header_policy */
    int subheader;           /* enum subheader_policy */
    int fcs;                 /* enum fcs_policy */
    int inner_copies;        /* enum inner_copies: what dissect_inner is about */
    ws_bool_t analyse;       /* compare each copy with those before it */
    int sequence_domain;     /* enum sequence_domain_policy */
    unsigned memory_limit;   /* of the analysis, and again of each report, in MiB */
    const char *mirrors;     /* rules for mirrors other than ERSPAN, apart by spaces */
    const char *drops_only;  /* rules for sessions of dropped packets alone, apart by spaces */
    ws_bool_t export_once;   /* exports a frame that was mirrored twice once */
    ws_bool_t export_source_time;
};

extern struct erspan_preferences erspan_preferences;

/** The preferences that core/copy needs. */
struct copy_policy erspan_copy_policy(void);

/** The preferences that core/analysis needs. */
struct analysis_policy erspan_analysis_policy(void);

/** The rules of the preference mirrors. Those that are wrong are left out, and reported once. */
const struct mirror_rules *erspan_mirror_rules(void);

/** The rules of the preference drops_only, likewise. */
const struct session_rules *erspan_drops_only_rules(void);

/** @param apply  called after each change, and once after the start. */
void erspan_preferences_register(int proto, void (*apply)(void));

#endif
