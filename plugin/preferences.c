/* preferences.c
 * The user's word where the bytes leave a choice
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/preferences.h"

struct erspan_preferences erspan_preferences = {
    .override = TRUE,
    .dissect_inner = TRUE,
    .header = HEADER_AUTO,
    .subheader = SUBHEADER_AUTO,
    .fcs = FCS_AUTO,
};

struct copy_policy erspan_copy_policy(void)
{
    return (struct copy_policy){
        .header = (enum header_policy)erspan_preferences.header,
        .subheader = (enum subheader_policy)erspan_preferences.subheader,
        .fcs = (enum fcs_policy)erspan_preferences.fcs,
    };
}

void erspan_preferences_register(int proto, void (*apply)(void))
{
    static const enum_val_t header_choices[] = {
        {"auto", "By the bytes", HEADER_AUTO},
        {"gre", "By the GRE header: 0x88BE without sequence is Type I", HEADER_AS_DECLARED},
        {"always", "Always there", HEADER_ALWAYS},
        {NULL, NULL, 0},
    };
    static const enum_val_t subheader_choices[] = {
        {"auto", "By the bytes", SUBHEADER_AUTO},
        {"declared", "By the O bit", SUBHEADER_AS_DECLARED},
        {"always", "Always there", SUBHEADER_ALWAYS},
        {"never", "Never there", SUBHEADER_NEVER},
        {NULL, NULL, 0},
    };
    static const enum_val_t fcs_choices[] = {
        {"auto", "Where it checks out", FCS_AUTO},
        {"always", "Always there", FCS_ALWAYS},
        {"never", "Never there", FCS_NEVER},
        {NULL, NULL, 0},
    };
    module_t *module = prefs_find_module("erspan");
    if (module == NULL)
        module = prefs_register_protocol(proto, apply);

    prefs_register_bool_preference(
        module, "override", "Decode ERSPAN with this plugin",
        "Off gives GRE protocol types 0x88BE and 0x22EB back to Wireshark's own dissector",
        &erspan_preferences.override);
    prefs_register_bool_preference(module, "dissect_inner", "Dissect the mirrored frame",
                                   "Off shows the ERSPAN header alone, several times as fast",
                                   &erspan_preferences.dissect_inner);
    prefs_register_enum_preference(module, "header", "ERSPAN header after GRE",
                                   "Some sources send a Type II header without the sequence number "
                                   "that declares it, others no "
                                   "header with one. By default the bytes of the session decide.",
                                   &erspan_preferences.header, header_choices, FALSE);
    prefs_register_enum_preference(module, "subheader", "Platform sub-header of Type III",
                                   "Some sources send one although the O bit is 0. By default the "
                                   "bytes of the session decide.",
                                   &erspan_preferences.subheader, subheader_choices, FALSE);
    prefs_register_enum_preference(module, "fcs", "Frame check sequence after the mirrored frame",
                                   "By default it is recognised by its value.",
                                   &erspan_preferences.fcs, fcs_choices, FALSE);
}
