/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No key is ignored silently: in each of many scenarios each key that may stand there changes the
 * frames, or is refused; as a line of the scenario, and as an option.
 *
 * The keys of [capture] are left out: they are of the file, whatever frames it holds.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "generator/load/key-parse.h"
#include "generator/load/scenario-file.h"
#include "generator/simulation/simulation.h"
#include "generator/traffic/inner.h"

#include "tests/unit/generator/key-trials.h"

/* Three frames of a capture, a millisecond apart: to, fro, to. */
static const uint8_t capture[] = {
    0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4,  0, 0, 0, 0, 0,  0, 0, 0, 0,  4, 0, 0,  0, 0, 0,
    1,    0,    0,    0,    9, 0, 0, 0,  0, 0, 0, 0, 14, 0, 0, 0, 14, 2, 0, 0,  0, 0, 1,
    2,    0,    0,    0,    0, 2, 8, 0,  0, 0, 0, 9, 0,  0, 4, 0, 0,  0, 0, 14, 0, 0, 0,
    14,   2,    0,    0,    0, 0, 2, 2,  0, 0, 0, 0, 1,  8, 0, 0, 0,  0, 9, 0,  0, 8, 0,
    0,    0,    0,    14,   0, 0, 0, 14, 2, 0, 0, 0, 0,  1, 2, 0, 0,  0, 0, 2,  8, 0,
};

enum { FRAMES_MAX = 400 };

struct record {
    GChecksum *sum;
    unsigned frames;
};

static gboolean put(void *context, const struct frame *frame, GError **error)
{
    struct record *record = context;
    const char *port = frame->interface.port == NULL ? "" : frame->interface.port;
    g_checksum_update(record->sum, (const guchar *)&frame->time_ns, sizeof frame->time_ns);
    g_checksum_update(record->sum, (const guchar *)&frame->interface.link,
                      sizeof frame->interface.link);
    g_checksum_update(record->sum, (const guchar *)port, -1);
    g_checksum_update(record->sum, frame->bytes.data, (gssize)frame->bytes.len);
    if (++record->frames < FRAMES_MAX)
        return TRUE;
    g_set_error_literal(error, g_quark_from_static_string("test"), 0, "enough");
    return FALSE;
}

/* What becomes of a scenario: a digest of its first frames, or NULL for one that is refused. */
static char *outcome(const char *text, const struct override *override)
{
    GError *error = NULL;
    struct scenario *scenario = scenario_parse(text, "it", override, override != NULL, &error);
    if (scenario == NULL) {
        g_clear_error(&error);
        return NULL;
    }
    struct record record = {g_checksum_new(G_CHECKSUM_SHA1), 0};
    const struct frame_sink sink = {.context = &record, .put = put};
    struct truth *truth = truth_new(scenario);
    char *result = NULL;
    if (simulate(scenario, truth, &sink, NULL, &error) || record.frames == FRAMES_MAX)
        result = g_strdup(g_checksum_get_string(record.sum));
    g_clear_error(&error);
    truth_free(truth);
    g_checksum_free(record.sum);
    scenario_free(scenario);
    return result;
}

/* What a context needs beyond the group that is tried. */
static char *complete(const struct key_context *context, const char *file, const char *beside,
                      const char *line)
{
    const char *start = "[capture]\nstart = 1700000000.123456789\n";
    char *text = g_strjoin("", start, context->text, beside == NULL ? "" : beside, "\n", line, "\n",
                           strstr(context->text, "[session ") == NULL ? SESSION : "", NULL);
    char **parts = g_strsplit(text, "FILE", 2);
    char *whole = g_strjoinv(file, parts);
    g_strfreev(parts);
    g_free(text);
    return whole;
}

/* An option may repeat what the scenario says. */
static bool says(const char *text, const char *key)
{
    char *start = g_strdup_printf("\n%s = ", key);
    bool found = strstr(text, start) != NULL;
    g_free(start);
    return found;
}

/* Whether a scenario without the key is another than with one of the values. */
static bool is_heard(const struct key_context *context, const struct key_trial *trial,
                     const char *file, bool as_option)
{
    char *plain = complete(context, file, trial->beside, "");
    char *without = outcome(plain, NULL);
    char **values = g_strsplit(trial->values, "|", -1);
    bool heard = without == NULL || (as_option && says(plain, trial->key));
    for (char **value = values; *value != NULL && !heard; value++) {
        char *line = g_strdup_printf("%s = %s", trial->key, *value);
        char *text = complete(context, file, trial->beside, line);
        struct override override = {key_find(trial->key, SECTION_ANY), *value};
        char *with = as_option ? outcome(plain, &override) : outcome(text, NULL);
        heard = g_strcmp0(with, without) != 0;
        g_free(with);
        g_free(text);
        g_free(line);
    }
    g_strfreev(values);
    g_free(without);
    g_free(plain);
    return heard;
}

static void test_every_key_has_a_trial(void)
{
    for (const struct key *key = keys; key->name != NULL; key++) {
        bool tried = key->sections == SECTION_CAPTURE;
        for (size_t i = 0; i < key_trial_count && !tried; i++)
            tried = strcmp(key_trials[i].key, key->name) == 0;
        if (!tried)
            g_test_message("%s", key->name);
        g_assert_true(tried);
    }
}

/* What the parser may write: a range that the member holds, a word only where AUTO fits. */
static void test_every_row_fits_its_member(void)
{
    for (const struct key *key = keys; key->name != NULL; key++) {
        g_test_message("%s", key->name);
        g_assert_nonnull(key->help);
        if (key->automatic != NULL && key->type != KEY_RATE)
            g_assert_cmpuint(key->size, ==, sizeof(int64_t));
        if (key->type == KEY_NUMBER || key->type == KEY_SIZE) {
            g_assert_cmpuint(key->lowest, <, key->highest);
            uint64_t most = UINT64_MAX >> (64 - 8 * key->size);
            g_assert_cmpuint(key->highest, <=, key->automatic != NULL ? INT64_MAX : most);
        }
        if (key->type == KEY_SIZE)
            g_assert_cmpuint(key->size, ==, sizeof(int64_t));
        if (key->type == KEY_WORD)
            g_assert_cmpuint(key->size, ==, sizeof(unsigned));
        if (key->type == KEY_BOOL)
            g_assert_cmpuint(key->size, ==, sizeof(bool));
        g_assert_cmpint(key->type == KEY_WORD || key->type == KEY_BOOL, ==, key->words != NULL);
    }
}

/* The words that help and errors show are read back as what they say. */
static void test_words_are_read_as_they_are_shown(void)
{
    for (const struct key *key = keys; key->name != NULL; key++) {
        for (unsigned i = 0; key->words != NULL && key->words[i] != NULL; i++) {
            unsigned value = UINT_MAX;
            bool *truth = (bool *)(void *)&value;
            g_assert_true(key_parse(key, key->words[i], &value));
            g_assert_cmpuint(key->type == KEY_BOOL ? *truth : value, ==, i);
        }
        int64_t value[2] = {0};
        char text[32];
        if (key->type != KEY_NUMBER)
            continue;
        g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, key->highest);
        g_assert_true(key_parse(key, text, value));
        g_snprintf(text, sizeof text, "0x%" G_GINT64_MODIFIER "x", key->lowest);
        g_assert_true(key_parse(key, text, value));
        if (key->highest < UINT64_MAX) {
            g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, key->highest + 1);
            g_assert_false(key_parse(key, text, value));
        }
    }
}

static void test_every_context_is_right(gconstpointer file)
{
    for (size_t i = 0; i < key_context_count; i++) {
        char *text = complete(&key_contexts[i], file, NULL, "");
        char *result = outcome(text, NULL);
        bool empty =
            g_str_has_suffix(key_contexts[i].text, "[impairment i]\n") ||
            g_str_has_suffix(key_contexts[i].text, SESSION "[traffic there]\nkind = rate\n");
        if (!empty && result == NULL)
            g_test_message("refused:\n%s", text);
        g_assert_true(empty || result != NULL);
        g_free(result);
        g_free(text);
    }
}

static void try_all(const char *file, bool as_option)
{
    unsigned ignored = 0;
    for (size_t i = 0; i < key_context_count; i++)
        for (size_t j = 0; j < key_trial_count; j++) {
            if (key_find(key_trials[j].key, key_contexts[i].section) == NULL ||
                is_heard(&key_contexts[i], &key_trials[j], file, as_option))
                continue;
            ignored++;
            g_test_message("%s = %s is ignored in\n%s", key_trials[j].key, key_trials[j].values,
                           key_contexts[i].text);
        }
    g_assert_cmpuint(ignored, ==, 0);
}

static void test_lines(gconstpointer file)
{
    try_all(file, false);
}

static void test_options(gconstpointer file)
{
    try_all(file, true);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    char *directory = g_dir_make_tmp(NULL, NULL);
    char *file = g_build_filename(directory, "three.pcap", NULL);
    g_assert_true(g_file_set_contents(file, (const char *)capture, sizeof capture, NULL));
    g_test_add_func("/keys/every-key-has-a-trial", test_every_key_has_a_trial);
    g_test_add_func("/keys/every-row-fits-its-member", test_every_row_fits_its_member);
    g_test_add_func("/keys/words-are-read-as-shown", test_words_are_read_as_they_are_shown);
    g_test_add_data_func("/keys/every-context-is-right", file, test_every_context_is_right);
    g_test_add_data_func("/keys/lines", file, test_lines);
    g_test_add_data_func("/keys/options", file, test_options);
    int status = g_test_run();
    g_unlink(file);
    g_rmdir(directory);
    g_free(file);
    g_free(directory);
    return status;
}
