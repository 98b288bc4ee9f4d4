/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/scenario-file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/capture-reader.h"
#include "common/errors.h"
#include "generator/load/ini.h"
#include "generator/load/key-parse.h"
#include "generator/load/key-use.h"
#include "generator/load/key-values.h"
#include "generator/load/scenario-check.h"
#include "generator/load/scenario-defaults.h"

enum { TEXT_MAX = 4 << 20 };

/* The group that the next pair belongs to. */
struct reading_place {
    struct scenario *scenario;
    struct session_plan every_session; /* what [sessions] says */
    GHashTable *groups;                /* their names */
    GHashTable *pairs;                 /* keys of this group */
    enum section section;
    void *plan; /* NULL before the first group, and in a wrong one */
    int number; /* of the plan in its section, or EVERY_PLAN */
};

/* The groups that have a name, and may stand any number of times. */
static const struct {
    const char *kind;
    enum section section;
} named_groups[] = {
    {"session", SECTION_SESSION},
    {"marker", SECTION_MARKER},
    {"traffic", SECTION_TRAFFIC},
    {"impairment", SECTION_IMPAIRMENT},
};

/* Every plan that is a group begins with it. */
_Static_assert(offsetof(struct stream_plan, group) == 0, "sessions and markers do");
_Static_assert(offsetof(struct traffic_plan, group) == 0, "traffic does");
_Static_assert(offsetof(struct impairment_plan, group) == 0, "impairments do");

static void append_plan(struct reading_place *place, enum section section)
{
    const struct marker_plan marker = marker_plan_default();
    const struct traffic_plan traffic = traffic_plan_default();
    const struct impairment_plan impairment = impairment_plan_default();
    const void *plan = section == SECTION_SESSION   ? (const void *)&place->every_session
                       : section == SECTION_MARKER  ? (const void *)&marker
                       : section == SECTION_TRAFFIC ? (const void *)&traffic
                                                    : (const void *)&impairment;
    GArray *plans = scenario_plans(place->scenario, section);
    g_array_append_vals(plans, plan, 1);
    place->section = section;
    place->plan = plans->data + (plans->len - 1) * g_array_get_element_size(plans);
    place->number = (int)plans->len - 1;
}

static void add_group(struct reading_place *place, enum section section, const char *name,
                      unsigned line)
{
    append_plan(place, section);
    struct group *group = place->plan;
    g_strlcpy(group->name, name, sizeof group->name);
    group->line = line;
}

/* The name in "session NAME"; NULL when the group is of another kind, or nameless. */
static const char *name_after(const char *group, const char *kind)
{
    size_t len = strlen(kind);
    if (strncmp(group, kind, len) != 0 || group[len] != ' ')
        return NULL;
    const char *name = group + len + strspn(group + len, " \t");
    return *name == '\0' || strlen(name) > NAME_MAX_LENGTH ? NULL : name;
}

static gboolean begin_every_session(struct reading_place *place, GError **error)
{
    if (place->scenario->sessions->len > 0)
        return fail(error, STATUS_USAGE, "[sessions] must stand before the first session");
    place->section = SECTION_SESSION;
    place->plan = &place->every_session;
    place->number = EVERY_PLAN;
    return TRUE;
}

static gboolean on_group(void *context, const char *group, unsigned line, GError **error)
{
    struct reading_place *place = context;
    g_hash_table_remove_all(place->pairs);
    place->plan = NULL;
    if (!g_hash_table_add(place->groups, g_strdup(group)))
        return fail(error, STATUS_USAGE, "duplicate group [%s]", excerpt_of(group).text);
    if (strcmp(group, "sessions") == 0)
        return begin_every_session(place, error);
    if (strcmp(group, "capture") == 0) {
        place->section = SECTION_CAPTURE;
        place->plan = &place->scenario->capture;
        return TRUE;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(named_groups); i++) {
        const char *name = name_after(group, named_groups[i].kind);
        if (name == NULL)
            continue;
        add_group(place, named_groups[i].section, name, line);
        return TRUE;
    }
    return fail(error, STATUS_USAGE,
                "[%s]: must be [capture], [sessions], [session NAME], [marker NAME], "
                "[traffic NAME] or [impairment NAME], NAME of 63 bytes at most",
                excerpt_of(group).text);
}

/* The groups where a key of one of these sections may stand: the first of them. */
static const char *group_of(unsigned sections)
{
    return sections & SECTION_SESSION   ? "[session NAME]"
           : sections & SECTION_MARKER  ? "[marker NAME]"
           : sections & SECTION_TRAFFIC ? "[traffic NAME]"
           : sections & SECTION_CAPTURE ? "[capture]"
                                        : "[impairment NAME]";
}

static gboolean fail_unknown(const char *name, enum section section, GError **error)
{
    const struct key *elsewhere = key_find(name, SECTION_ANY);
    if (elsewhere != NULL)
        return fail(error, STATUS_USAGE, "\"%s\" is a key of %s, not of %s", name,
                    group_of(elsewhere->sections), group_of(section));
    const struct excerpt excerpt = excerpt_of(name);
    const struct key *like = key_most_like(excerpt.text, section);
    if (like == NULL)
        return fail(error, STATUS_USAGE, "unknown key \"%s\" in %s", excerpt.text,
                    group_of(section));
    return fail(error, STATUS_USAGE, "unknown key \"%s\" in %s (did you mean \"%s\"?)",
                excerpt.text, group_of(section), like->name);
}

/* The key stands between @p before and @p behind: "ttl =", "--ttl". */
static gboolean fail_value(const struct key *key, const char *before, const char *behind,
                           const char *value, GError **error)
{
    char *right = key_values(key);
    fail(error, STATUS_USAGE, "%s%s%s %s: must be %s", before, key->name, behind,
         excerpt_of(value).text, right);
    g_free(right);
    return FALSE;
}

static gboolean on_pair(void *context, const char *name, const char *value, unsigned line,
                        GError **error)
{
    struct reading_place *place = context;
    if (place->plan == NULL && g_hash_table_size(place->groups) > 0)
        return TRUE; /* the group is wrong, and was reported */
    if (place->plan == NULL)
        return fail(error, STATUS_USAGE, "\"%s\" stands before the first [group]",
                    excerpt_of(name).text);
    const struct key *key = key_find(name, place->section);
    if (key == NULL)
        return fail_unknown(name, place->section, error);
    if (!g_hash_table_add(place->pairs, g_strdup(name)))
        return fail(error, STATUS_USAGE, "duplicate key \"%s\" in this group", name);
    if (!key_set(key, place->plan, value))
        return fail_value(key, "", " =", value, error);
    /* So that a key that means nothing beside the others is an error, not ignored. */
    const struct said said = {key, place->section, place->number, line};
    g_array_append_val(place->scenario->said, said);
    return TRUE;
}

/* Files that a scenario names are found from where it is. */
static gboolean find_files(struct scenario *scenario, const char *place, GError **error)
{
    char *directory = g_path_get_dirname(place);
    gboolean good = TRUE;
    for (guint i = 0; i < scenario->traffics->len; i++) {
        struct traffic_plan *plan = &g_array_index(scenario->traffics, struct traffic_plan, i);
        if (plan->file[0] == '\0' || g_path_is_absolute(plan->file) || strcmp(directory, ".") == 0)
            continue;
        char *path = g_build_filename(directory, plan->file, NULL);
        if (g_strlcpy(plan->file, path, sizeof plan->file) >= sizeof plan->file)
            good = fail(error, STATUS_USAGE, "%s:%u: [traffic %s]: file: a path that is too long",
                        place, plan->group.line, plan->group.name);
        g_free(path);
    }
    g_free(directory);
    return good;
}

static gboolean read_text(struct scenario *scenario, const char *text, const char *place_name,
                          GError **error)
{
    struct reading_place place = {
        .scenario = scenario,
        .every_session = session_plan_default(),
        .groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    const struct ini_reader reader = {&place, on_group, on_pair};
    gboolean good = ini_read(text, place_name, &reader, error);
    good = find_files(scenario, place_name, error) && good;
    g_hash_table_destroy(place.groups);
    g_hash_table_destroy(place.pairs);
    return good;
}

static const enum section sections[] = {SECTION_CAPTURE, SECTION_SESSION, SECTION_MARKER,
                                        SECTION_TRAFFIC, SECTION_IMPAIRMENT};

/* Sets the key in every plan of the section; counts them. FALSE: its text is not right. */
static gboolean apply_to(struct scenario *scenario, enum section section,
                         const struct override *override, unsigned *places)
{
    const struct key *key = key_of_option(override->key, section);
    GArray *plans = scenario_plans(scenario, section);
    if (key == NULL)
        return TRUE;
    if (plans == NULL) {
        ++*places;
        return key_set(key, &scenario->capture, override->text);
    }
    *places += plans->len;
    gsize size = g_array_get_element_size(plans);
    for (guint i = 0; i < plans->len; i++)
        if (!key_set(key, plans->data + i * size, override->text))
            return FALSE;
    return TRUE;
}

static gboolean apply(struct scenario *scenario, const struct override *override, GError **error)
{
    const struct key *key = override->key;
    unsigned places = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
        if (!apply_to(scenario, sections[i], override, &places))
            return fail_value(key, "--", "", override->text, error);
    if (places == 0)
        return fail(error, STATUS_USAGE, "--%s: the scenario has no %s to set it in", key->name,
                    group_of(key->sections));
    return TRUE;
}

/* "kind = capture" and "gre-key" as options: "--kind capture", "--gre-key". */
static char *as_options(const char *required)
{
    if (key_find(required, SECTION_ANY) != NULL)
        return g_strconcat("--", required, NULL);
    g_autoptr(GRegex) assignment = g_regex_new("([a-z0-9-]+) = ", 0, 0, NULL);
    return g_regex_replace(assignment, required, -1, 0, "--\\1 ", 0, NULL);
}

static gboolean check_option(const struct scenario *scenario, const struct key *key, GError **error)
{
    const char *lacks = option_unused_reason(key, scenario);
    if (lacks == NULL)
        return TRUE;
    g_autofree char *required = as_options(lacks);
    return fail(error, STATUS_USAGE, "--%s requires %s", key->name, required);
}

static struct scenario *finish(struct scenario *scenario, const char *place, gboolean good,
                               const struct override *overrides, size_t count, GError **error)
{
    for (size_t i = 0; i < count; i++)
        good = apply(scenario, &overrides[i], error) && good;
    scenario_derive(scenario);
    for (size_t i = 0; good && i < count; i++)
        good = check_option(scenario, overrides[i].key, error);
    if (good ? scenario_check(scenario, place, error)
             : scenario_check_names(scenario, place, error) && good)
        return scenario;
    scenario_free(scenario);
    return NULL;
}

struct scenario *scenario_parse(const char *text, const char *place,
                                const struct override *overrides, size_t count, GError **error)
{
    struct scenario *scenario = scenario_new();
    gboolean good = read_text(scenario, text, place, error);
    return finish(scenario, place, good, overrides, count, error);
}

/* All that @p stream holds; NULL if it cannot be a scenario: it may be a device without end. */
static char *read_stream(FILE *stream, const char *place, bool *has_zero, GError **error)
{
    GString *text = g_string_new(NULL);
    char part[4096];
    size_t len;
    *has_zero = false;
    while (!*has_zero && text->len <= TEXT_MAX && (len = fread(part, 1, sizeof part, stream)) > 0) {
        *has_zero = memchr(part, '\0', len) != NULL;
        g_string_append_len(text, part, (gssize)len);
    }
    if (ferror(stream))
        fail(error, STATUS_FAILED, "%s: %s", place, g_strerror(errno));
    else if (*has_zero)
        fail(error, STATUS_USAGE,
             "%s: not a scenario file (it has a zero byte), and no capture that Wireshark reads; "
             "a capture from a pipe is replayed by --kind capture --file",
             place);
    else if (text->len > TEXT_MAX)
        fail(error, STATUS_USAGE, "%s: not a scenario file (longer than 4 MiB)", place);
    else
        return g_string_free(text, FALSE);
    g_string_free(text, TRUE);
    return NULL;
}

/* True if one of the options is of traffic alone: then there is some, which the session mirrors. */
static bool describe_traffic(const struct override *overrides, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (overrides[i].key->sections == SECTION_TRAFFIC)
            return true;
    return false;
}

static struct scenario *load_alone(const struct override *overrides, size_t count, GError **error)
{
    struct scenario *scenario = scenario_new();
    struct session_plan plan = session_plan_default();
    if (describe_traffic(overrides, count)) {
        struct traffic_plan traffic = traffic_plan_default();
        g_strlcpy(traffic.group.name, "traffic", sizeof traffic.group.name);
        g_strlcpy(plan.mirror, traffic.group.name, sizeof plan.mirror);
        g_array_append_val(scenario->traffics, traffic);
    }
    g_array_append_val(scenario->sessions, plan);
    return finish(scenario, NULL, TRUE, overrides, count, error);
}

/* A capture stands in the place of a scenario: one session mirrors its frames. */
static struct scenario *load_capture(const char *path, const struct override *overrides,
                                     size_t count, GError **error)
{
    char kind[] = "capture";
    g_autofree char *file = g_strdup(path);
    const struct override replay[] = {{key_find("kind", SECTION_TRAFFIC), kind},
                                      {key_find("file", SECTION_TRAFFIC), file}};
    for (size_t i = 0; i < count; i++)
        if (overrides[i].key == replay[1].key) {
            fail(error, STATUS_USAGE, "%s and --file: one capture at a time", path);
            return NULL;
        }
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct override));
    g_array_append_vals(all, replay, G_N_ELEMENTS(replay));
    g_array_append_vals(all, overrides, (guint)count);
    struct scenario *scenario =
        load_alone((const struct override *)(void *)all->data, all->len, error);
    g_array_free(all, TRUE);
    return scenario;
}

/* Any format that Wireshark reads. A pipe's bytes are gone by now. */
static bool is_capture(const char *path)
{
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return false;
    struct capture_reader *reader = capture_reader_open(path, NULL);
    if (reader != NULL)
        capture_reader_close(reader);
    return reader != NULL;
}

static const char *place_of(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

gboolean scenario_source_read(struct scenario_source *source, const char *path, GError **error)
{
    *source = (struct scenario_source){.path = g_strdup(path)};
    if (path == NULL)
        return TRUE;
    bool standard_input = strcmp(path, "-") == 0;
    FILE *stream = standard_input ? stdin : fopen(path, "r");
    if (stream == NULL)
        return fail(error, STATUS_FAILED, "%s: %s", path, g_strerror(errno));
    bool has_zero;
    GError *wrong = NULL;
    source->text = read_stream(stream, place_of(path), &has_zero, &wrong);
    if (!standard_input)
        fclose(stream);
    if (source->text != NULL)
        return TRUE;
    if (has_zero && !standard_input && is_capture(path)) {
        g_error_free(wrong);
        return TRUE;
    }
    g_propagate_error(error, wrong);
    return FALSE;
}

struct scenario *scenario_source_use(const struct scenario_source *source,
                                     const struct override *overrides, size_t count, GError **error)
{
    if (source->path == NULL)
        return load_alone(overrides, count, error);
    if (source->text == NULL)
        return load_capture(source->path, overrides, count, error);
    return scenario_parse(source->text, place_of(source->path), overrides, count, error);
}

void scenario_source_clear(struct scenario_source *source)
{
    g_clear_pointer(&source->path, g_free);
    g_clear_pointer(&source->text, g_free);
}

struct scenario *scenario_load(const char *path, const struct override *overrides, size_t count,
                               GError **error)
{
    struct scenario_source source;
    struct scenario *scenario = scenario_source_read(&source, path, error)
                                    ? scenario_source_use(&source, overrides, count, error)
                                    : NULL;
    scenario_source_clear(&source);
    return scenario;
}
