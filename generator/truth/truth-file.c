/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/truth/truth-file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/errors.h"
#include "core/base/json.h"
#include "generator/impairment/impairment-check.h"
#include "generator/impairment/sent-copy.h"
#include "generator/scenario/scenario-words.h"
#include "generator/truth/truth-paths.h"

struct truth_file {
    char *name; /* as errors call it */
    struct atomic_file place;
    FILE *stream;
    struct json_writer json;
    bool records_frames;
    uint64_t frames;
    struct frame_sink next;
};

static void release(struct truth_file *file)
{
    if (file->stream != NULL)
        fclose(file->stream);
    g_string_free(file->json.text, TRUE);
    atomic_file_abort(&file->place);
    g_free(file->name);
    g_free(file);
}

static gboolean fail_stream(const struct truth_file *file, GError **error)
{
    return fail(error, STATUS_FAILED, "%s: %s", file->name, g_strerror(errno));
}

/* Writes what there is so far; the frames of a long capture do not pile up in memory. */
static gboolean flush(struct truth_file *file, GError **error)
{
    GString *text = file->json.text;
    bool written = fwrite(text->str, 1, text->len, file->stream) == text->len;
    g_string_truncate(text, 0);
    return written || fail_stream(file, error);
}

struct atomic_file *truth_file_place(struct truth_file *file)
{
    return &file->place;
}

struct truth_file *truth_file_open(const char *path, bool frames, GError **error)
{
    struct truth_file *file = g_new0(struct truth_file, 1);
    bool standard_output = strcmp(path, "-") == 0;
    file->name = g_strdup(standard_output ? "standard output" : path);
    file->records_frames = frames;
    int fd = standard_output ? dup(STDOUT_FILENO)
                             : atomic_file_open(&file->place, path, file_mode_private());
    file->json.text = g_string_new(NULL);
    file->stream = fd < 0 ? NULL : fdopen(fd, "w");
    if (file->stream == NULL) {
        fail_stream(file, error);
        release(file);
        return NULL;
    }
    json_open_object(&file->json, NULL);
    json_put_text(&file->json, "format", "erspangen truth");
    json_put_unsigned(&file->json, "version", 1);
    if (frames)
        json_open_array(&file->json, "frames");
    return file;
}

static void put_copy(struct json_writer *json, const struct sent_copy *copy)
{
    char text[SENT_COPY_TEXT];
    json_put_text(json, "session", copy->session->stream.group.name);
    if (copy->foreign)
        json_put_bool(json, "foreign", true);
    else
        json_put_unsigned(json, "copy", copy->number);
    if (session_has_sequence(copy->session))
        json_put_unsigned(json, "sequence", copy->parts.place.number);
    json_put_text(json, "done", sent_copy_describe(copy, text));
}

static gboolean record(void *context, const struct frame *frame, GError **error)
{
    struct truth_file *file = context;
    struct json_writer *json = &file->json;
    json_open_object_flat(json, NULL);
    json_put_unsigned(json, "number", ++file->frames);
    json_put_signed(json, "time_ns", frame->time_ns);
    json_put_unsigned(json, "bytes", frame->bytes.len + frame->uncaptured);
    if (frame->copy != NULL)
        put_copy(json, frame->copy);
    json_close_object(json);
    if (!flush(file, error))
        return FALSE;
    return frame_put(&file->next, frame, error);
}

struct frame_sink truth_file_sink(struct truth_file *file, const struct frame_sink *next)
{
    if (!file->records_frames)
        return *next;
    file->next = *next;
    return (struct frame_sink){.context = file, .put = record};
}

static void put_address(struct json_writer *json, const char *name, struct address address)
{
    char text[INET6_ADDRSTRLEN];
    inet_ntop(address.len == 4 ? AF_INET : AF_INET6, address.bytes, text, sizeof text);
    json_put_text(json, name, text);
}

static void put_period(struct json_writer *json, const struct period *period, uint64_t count)
{
    if (count == 0)
        return;
    json_put_signed(json, "first_ns", period->first_ns);
    json_put_signed(json, "last_ns", period->last_ns);
}

/* Frames as the source saw them. */
static void put_mirrored(struct json_writer *json, const char *name, const struct amount *amount)
{
    json_open_object_flat(json, name);
    json_put_unsigned(json, "frames", amount->count);
    json_put_unsigned(json, "inner_bytes", amount->inner_bytes);
    json_close_object(json);
}

static void put_copies(struct json_writer *json, const char *name, const struct amount *amount,
                       const struct period *period)
{
    json_open_object_flat(json, name);
    json_put_unsigned(json, "copies", amount->count);
    json_put_unsigned(json, "inner_bytes", amount->inner_bytes);
    json_put_unsigned(json, "outer_bytes", amount->outer_bytes);
    if (period != NULL)
        put_period(json, period, amount->count);
    json_close_object(json);
}

/* Copies that were cut, and how many bytes they lack. */
static void put_cut(struct json_writer *json, const char *name, uint64_t copies, uint64_t bytes)
{
    json_open_object_flat(json, name);
    json_put_unsigned(json, "copies", copies);
    json_put_unsigned(json, "bytes", bytes);
    json_close_object(json);
}

static void put_frames(struct json_writer *json, const char *name, const struct amount *amount,
                       const struct period *period)
{
    json_open_object_flat(json, name);
    json_put_unsigned(json, "frames", amount->count);
    json_put_unsigned(json, "bytes", amount->outer_bytes);
    if (period != NULL)
        put_period(json, period, amount->count);
    json_close_object(json);
}

static void put_skipped(struct json_writer *json, const struct amount *skipped)
{
    static const char *const causes[SKIP_CAUSES] = {
        [SKIP_ABOVE_SIZE] = "above_size",
        [SKIP_SAMPLING] = "sampling",
        [SKIP_NOT_DROPPED] = "not_dropped",
    };
    json_open_object(json, "not_mirrored");
    for (int cause = SKIP_NOT + 1; cause < SKIP_CAUSES; cause++)
        put_mirrored(json, causes[cause], &skipped[cause]);
    json_close_object(json);
}

static void put_lost(struct json_writer *json, const struct amount *lost)
{
    static const char *const causes[LOSS_CAUSES] = {
        [LOST_ABOVE_SIZE] = "above_size", [LOST_POLICER] = "policer",
        [LOST_RANDOM] = "random",         [LOST_RUNS] = "runs",
        [LOST_LISTED] = "listed",         [LOST_FRAGMENT] = "fragment",
        [LOST_REFUSED] = "refused",
    };
    json_open_object(json, "lost");
    for (int cause = LOST_NOT + 1; cause < LOSS_CAUSES; cause++)
        put_copies(json, causes[cause], &lost[cause], NULL);
    json_close_object(json);
}

static size_t domain_of(const struct truth *truth, guint session)
{
    return (size_t)(truth->counters.of_session[session] - truth->counters.counters);
}

static void put_session(struct json_writer *json, const struct truth *truth, guint number)
{
    const struct session_plan *plan =
        &g_array_index(truth->scenario->sessions, struct session_plan, number);
    const struct session_truth *counted = &truth->sessions[number];
    json_open_object(json, NULL);
    json_put_text(json, "name", plan->stream.group.name);
    json_put_unsigned(json, "type", plan->type);
    if (plan->mirror_type != MIRROR_ERSPAN)
        json_put_text(json, "mirror", mirror_word(plan->mirror_type));
    if (impairment_drops_only(truth->scenario, plan))
        json_put_bool(json, "drops_only", true);
    if (plan->type != ERSPAN_TYPE_I)
        json_put_unsigned(json, "session_id", plan->header.session);
    put_address(json, "source", plan->stream.outer.source);
    put_address(json, "destination", plan->stream.outer.destination);
    json_put_unsigned(json, "domain", domain_of(truth, number));
    put_mirrored(json, "mirrored", &counted->mirrored);
    put_skipped(json, counted->skipped);
    put_copies(json, "failed", &counted->failed, NULL);
    put_copies(json, "sent", &counted->sent, &counted->sent_period);
    put_cut(json, "truncated", counted->truncated.count, counted->truncated.inner_bytes);
    json_put_unsigned(json, "restarts", counted->restarts);
    put_lost(json, counted->lost);
    put_copies(json, "delivered", &counted->delivered, NULL);
    put_copies(json, "late", &counted->late, NULL);
    put_copies(json, "duplicates", &counted->duplicates, NULL);
    put_cut(json, "snapped", counted->snapped.count, counted->snapped.outer_bytes);
    put_copies(json, "corrupted", &counted->corrupted, NULL);
    json_put_unsigned(json, "flipped_bits", counted->flipped_bits);
    put_copies(json, "fragmented", &counted->fragmented, NULL);
    json_put_unsigned(json, "fragments", counted->fragments);
    put_copies(json, "foreign", &counted->foreign, NULL);
    put_frames(json, "icmp_errors", &counted->icmp_errors, NULL);
    put_frames(json, "frames", &counted->frames, &counted->frames_period);
    json_close_object(json);
}

static const char *domain_kind(const struct session_plan *plan)
{
    if (!session_has_sequence(plan))
        return counter_scope_words[COUNTER_NONE];
    if (plan->gre.sequence == SEQUENCE_MODE_CONSTANT)
        return counter_scope_words[COUNTER_CONSTANT];
    return counter_scope_words[plan->gre.counter_scope];
}

static int by_value(gconstpointer a, gconstpointer b)
{
    uint64_t left = **(const uint64_t *const *)a;
    uint64_t right = **(const uint64_t *const *)b;
    return left < right ? -1 : left > right;
}

static void put_extents(struct json_writer *json, GHashTable *extents)
{
    guint count = 0;
    json_open_array(json, "extents");
    uint64_t **sorted =
        extents == NULL ? NULL : (uint64_t **)g_hash_table_get_keys_as_array(extents, &count);
    if (count > 0)
        qsort(sorted, count, sizeof *sorted, by_value);
    for (guint i = 0; i < count; i++) {
        json_open_object_flat(json, NULL);
        json_put_unsigned(json, "extent", *sorted[i]);
        json_put_unsigned(json, "copies",
                          *(const uint64_t *)g_hash_table_lookup(extents, sorted[i]));
        json_close_object(json);
    }
    g_free(sorted);
    json_close_array(json);
}

/* What lies between two restarts, of the numbers that arrived. */
static void put_spans(struct json_writer *json, const GArray *spans)
{
    json_open_array(json, "spans");
    for (guint i = 0; i < spans->len; i++) {
        const struct arrival_span *span = &g_array_index(spans, struct arrival_span, i);
        json_open_object_flat(json, NULL);
        json_put_unsigned(json, "copies", span->copies);
        if (span->copies > 0) {
            json_put_unsigned(json, "lowest", span->lowest.number);
            json_put_unsigned(json, "highest", span->highest.number);
        }
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_domain(struct json_writer *json, const struct truth *truth, size_t number)
{
    const struct source_counter *counter = &truth->counters.counters[number];
    const GArray *sessions = truth->scenario->sessions;
    json_open_object(json, NULL);
    json_put_text(json, "kind", domain_kind(counter->first));
    json_open_array_flat(json, "sessions");
    for (guint i = 0; i < sessions->len; i++)
        if (domain_of(truth, i) == number)
            json_put_text(json, NULL,
                          g_array_index(sessions, struct session_plan, i).stream.group.name);
    json_close_array(json);
    json_put_unsigned(json, "numbers", counter->taken);
    json_put_unsigned(json, "restarts", counter->restarts);
    json_put_unsigned(json, "delivered", counter->arrivals.count);
    json_put_unsigned(json, "missing", arrivals_missing(&counter->arrivals));
    put_spans(json, counter->arrivals.spans);
    json_put_unsigned(json, "late", counter->arrivals.late);
    json_put_unsigned(json, "extent_max", counter->arrivals.extent_max);
    put_extents(json, counter->arrivals.extents);
    json_close_object(json);
}

gboolean truth_file_write(struct truth_file *file, const struct truth *truth, GError **error)
{
    struct json_writer *json = &file->json;
    if (file->records_frames)
        json_close_array(json);
    json_open_array(json, "sessions");
    for (guint i = 0; i < truth->scenario->sessions->len; i++)
        put_session(json, truth, i);
    json_close_array(json);
    json_open_array(json, "domains");
    for (size_t i = 0; i < truth->counters.count; i++)
        put_domain(json, truth, i);
    json_close_array(json);
    truth_put_paths(json, truth);
    json_close_object(json);
    g_string_append_c(json->text, '\n');
    if (!flush(file, error))
        return FALSE;
    bool closed = fclose(file->stream) == 0;
    file->stream = NULL;
    return closed || fail_stream(file, error);
}

gboolean truth_file_commit(struct truth_file *file, GError **error)
{
    gboolean good = atomic_file_commit(&file->place) || fail_stream(file, error);
    release(file);
    return good;
}

void truth_file_abort(struct truth_file *file)
{
    release(file);
}
