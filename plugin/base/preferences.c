/* preferences.c
 * The user's word where the bytes leave a choice
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/base/preferences.h"

#include <wsutil/report_message.h>

enum { MEBIBYTE = 1 << 20 };

struct erspan_preferences erspan_preferences = {
    .override = TRUE,
    .dissect_inner = TRUE,
    .header = HEADER_AUTO,
    .subheader = SUBHEADER_AUTO,
    .fcs = FCS_AUTO,
    .inner_copies = INNER_COPIES_ALL,
    .analyse = TRUE,
    .sequence_domain = DOMAIN_AUTO,
    .memory_limit = ANALYSIS_MEMORY_DEFAULT / MEBIBYTE,
};

struct copy_policy erspan_copy_policy(void)
{
    return (struct copy_policy){
        .header = (enum header_policy)erspan_preferences.header,
        .subheader = (enum subheader_policy)erspan_preferences.subheader,
        .fcs = (enum fcs_policy)erspan_preferences.fcs,
        .drops_only = erspan_drops_only_rules(),
    };
}

struct analysis_policy erspan_analysis_policy(void)
{
    return (struct analysis_policy){
        .domain = (enum sequence_domain_policy)erspan_preferences.sequence_domain,
        .revisits = true,
        .filtered = true,
        .memory_limit = erspan_preferences.memory_limit > 0
                            ? (size_t)erspan_preferences.memory_limit * MEBIBYTE
                            : ANALYSIS_MEMORY_DEFAULT,
    };
}

static struct mirror_rules mirror_rules;
static char *parsed_mirrors; /* what these rules are of */
static struct session_rules drops_only_rules;
static char *parsed_drops_only;

/* True if the preference is another than @p parsed says, which then is what it is now. */
static bool preference_changed(const char *text, char **parsed)
{
    const char *now = text != NULL ? text : "";
    if (g_strcmp0(now, *parsed) == 0)
        return false;
    g_free(*parsed);
    *parsed = g_strdup(now);
    return true;
}

const struct session_rules *erspan_drops_only_rules(void)
{
    if (!preference_changed(erspan_preferences.drops_only, &parsed_drops_only))
        return &drops_only_rules;
    drops_only_rules.count = 0;
    char **texts = g_strsplit(parsed_drops_only, " ", -1);
    for (size_t i = 0; texts[i] != NULL && drops_only_rules.count < SESSION_RULES_MAX; i++) {
        if (texts[i][0] == '\0')
            continue;
        const char *wrong =
            session_rule_parse(texts[i], &drops_only_rules.rules[drops_only_rules.count]);
        if (wrong == NULL)
            drops_only_rules.count++;
        else
            report_failure("Preference erspan.drops_only: \"%s\" %s", texts[i], wrong);
    }
    g_strfreev(texts);
    return &drops_only_rules;
}

const struct mirror_rules *erspan_mirror_rules(void)
{
    if (!preference_changed(erspan_preferences.mirrors, &parsed_mirrors))
        return &mirror_rules;
    mirror_rules.count = 0;
    char **texts = g_strsplit(parsed_mirrors, " ", -1);
    for (size_t i = 0; texts[i] != NULL && mirror_rules.count < MIRROR_RULES_MAX; i++) {
        if (texts[i][0] == '\0')
            continue;
        const char *wrong = mirror_rule_parse(texts[i], &mirror_rules.rules[mirror_rules.count]);
        if (wrong == NULL)
            mirror_rules.count++;
        else
            report_failure("Preference erspan.mirrors: \"%s\" %s", texts[i], wrong);
    }
    g_strfreev(texts);
    return &mirror_rules;
}

static void register_analysis(module_t *module)
{
    static const enum_val_t domain_choices[] = {
        {"auto", "Detect automatically", DOMAIN_AUTO},
        {"source", "The source: one counter for all its sessions", DOMAIN_AS_SOURCE},
        {"session", "The session", DOMAIN_AS_SESSION},
        {"hw_id", "The session and the hardware ID", DOMAIN_AS_HARDWARE_ID},
        {NULL, NULL, 0},
    };
    prefs_register_bool_preference(module, "analyse", "Analyse sequence, time and copies of copies",
                                   "Compares each copy with earlier copies. Off leaves out the "
                                   "fields erspan.analysis, erspan.path and erspan.time and all "
                                   "statistics.",
                                   &erspan_preferences.analyse);
    prefs_register_enum_preference(
        module, "sequence_domain", "Copies that share a sequence counter",
        "In the draft, each session has a counter. Some sources have one "
        "counter for all sessions, others one for each hardware ID. "
        "By default the plugin infers it from the numbers.",
        &erspan_preferences.sequence_domain, domain_choices, FALSE);
    prefs_register_uint_preference(module, "memory_limit", "Memory of the analysis in MiB",
                                   "Limits sequence counters, clocks and flows. At the limit the "
                                   "plugin follows no new ones, and statistics say so. Each open "
                                   "statistic may use as much again. 0 means 256.",
                                   10, &erspan_preferences.memory_limit);
}

static void register_export(module_t *module)
{
    prefs_register_bool_preference(module, "export_once", "Export each mirrored frame once",
                                   "The export of mirrored frames (File, Strip Headers; in tshark "
                                   "-U ERSPAN) leaves out duplicates and frames that were mirrored "
                                   "before.",
                                   &erspan_preferences.export_once);
    prefs_register_bool_preference(module, "export_source_time", "Export with the source's time",
                                   "The export of mirrored frames (File, Strip Headers; in tshark "
                                   "-U ERSPAN) gives a frame the time at which the source saw it, "
                                   "where that is known, instead of the time at which its copy "
                                   "arrived.",
                                   &erspan_preferences.export_source_time);
}

void erspan_preferences_register(int proto, void (*apply)(void))
{
    static const enum_val_t inner_choices[] = {
        {"all", "Each copy", INNER_COPIES_ALL},
        {"first", "The first copy only", INNER_COPIES_FIRST},
        {NULL, NULL, 0},
    };
    static const enum_val_t header_choices[] = {
        {"auto", "Detect from contents", HEADER_AUTO},
        {"gre", "Follow the GRE header: 0x88BE without sequence is Type I", HEADER_AS_DECLARED},
        {"always", "Always there", HEADER_ALWAYS},
        {NULL, NULL, 0},
    };
    static const enum_val_t subheader_choices[] = {
        {"auto", "Detect from contents", SUBHEADER_AUTO},
        {"declared", "Follow the O bit", SUBHEADER_AS_DECLARED},
        {"always", "Always there", SUBHEADER_ALWAYS},
        {"never", "Never there", SUBHEADER_NEVER},
        {NULL, NULL, 0},
    };
    static const enum_val_t fcs_choices[] = {
        {"auto", "If the checksum is valid", FCS_AUTO},
        {"always", "Always there", FCS_ALWAYS},
        {"never", "Never there", FCS_NEVER},
        {NULL, NULL, 0},
    };
    module_t *module = prefs_find_module("erspan");
    if (module == NULL)
        module = prefs_register_protocol(proto, apply);

    prefs_register_bool_preference(
        module, "override", "Decode ERSPAN with this plugin",
        "Off gives GRE protocol types 0x88BE and 0x22EB back to Wireshark's own dissector.",
        &erspan_preferences.override);
    prefs_register_bool_preference(
        module, "dissect_inner", "Dissect the mirrored frame",
        "Off shows only the ERSPAN header, and is several times as fast.",
        &erspan_preferences.dissect_inner);
    prefs_register_enum_preference(
        module, "inner_copies", "Dissect frames mirrored twice",
        "A frame that is mirrored at two points looks like a retransmission to the dissectors of "
        "the inner frame. \"The first copy only\" shows duplicates and copies of copies as "
        "data.",
        &erspan_preferences.inner_copies, inner_choices, FALSE);
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
    prefs_register_string_preference(
        module, "mirrors", "Other mirrors",
        "Tunnels that are mirrors, for statistics and export. Rules separated by spaces, as in "
        "\"gre vxlan,id=100 hp-erm:7932\": gre[:TYPE[:SKIP]], vxlan[:PORT], geneve[:PORT], "
        "tzsp[:PORT], hp-erm:PORT, juniper[:PORT], each with ,id=ID ,from=ADDRESS ,to=ADDRESS. "
        "Everflow and TZSP need no rule.",
        &erspan_preferences.mirrors);
    prefs_register_string_preference(
        module, "drops_only", "Sessions of dropped packets",
        "Sessions that mirror only packets that the source dropped: they get no visibility and "
        "no verdict on loss. Rules separated by spaces, each an ID, from=ADDRESS and "
        "to=ADDRESS with commas between them, as in \"12 13,from=192.0.2.1\".",
        &erspan_preferences.drops_only);
    register_analysis(module);
    register_export(module);
}
