/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/kernel-count.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "collector/source/bpf/count.bpf.h"
#include "collector/source/xdp-program.h"
#include "core/report/loss.h"
#include "count_bpf.skel.h"

enum { STRAYS_SHARE = 8 /* of the copies, at most one in so many is foreign */ };

struct kernel_count {
    struct xdp_program *program; /* owns the skeleton */
    struct kernel_count_maps maps;
    const char *word; /* of --backend */
    const struct session_rules *drops_only;
    GArray *keys;      /* struct count_key, in order of appearance */
    GHashTable *known; /* the same: struct count_key, no values */
};

static guint hash_key(gconstpointer key)
{
    GBytes *bytes = g_bytes_new_static(key, sizeof(struct count_key));
    guint hash = g_bytes_hash(bytes);
    g_bytes_unref(bytes);
    return hash;
}

static gboolean equal_keys(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct count_key)) == 0;
}

static void destroy(void *skeleton)
{
    count_bpf__destroy(skeleton);
}

struct kernel_count *kernel_count_begin(const char *interface,
                                        const struct session_rules *drops_only, GError **error)
{
    xdp_program_be_quiet();
    struct count_bpf *skeleton = count_bpf__open();
    const struct xdp_skeleton opened = {
        .skeleton = skeleton,
        .object = skeleton != NULL ? skeleton->skeleton : NULL,
        .program = skeleton != NULL ? skeleton->progs.count : NULL,
        .destroy = destroy,
    };
    struct xdp_program *program = xdp_program_attach(interface, &opened, error);
    if (program == NULL)
        return NULL;
    const struct kernel_count_maps maps = {skeleton->maps.sessions, skeleton->maps.totals};
    return kernel_count_new(program, &maps, "count", drops_only);
}

struct kernel_count *kernel_count_new(struct xdp_program *program,
                                      const struct kernel_count_maps *maps, const char *word,
                                      const struct session_rules *drops_only)
{
    struct kernel_count *count = g_new0(struct kernel_count, 1);
    count->program = program;
    count->maps = *maps;
    count->word = word;
    count->drops_only = drops_only;
    count->keys = g_array_new(FALSE, FALSE, sizeof(struct count_key));
    count->known = g_hash_table_new_full(hash_key, equal_keys, g_free, NULL);
    return count;
}

void kernel_count_end(struct kernel_count *count)
{
    g_hash_table_destroy(count->known);
    g_array_free(count->keys, TRUE);
    xdp_program_unref(count->program);
    g_free(count);
}

/* Sessions that were not there at the last look, behind those that were. */
static void find_new_keys(struct kernel_count *count, int map)
{
    struct count_key key;
    struct count_key *last = NULL;
    for (size_t i = 0; i < COUNT_SESSIONS_MAX && bpf_map_get_next_key(map, last, &key) == 0; i++) {
        if (!g_hash_table_contains(count->known, &key)) {
            g_hash_table_add(count->known, g_memdup2(&key, sizeof key));
            g_array_append_val(count->keys, key);
        }
        last = &key;
    }
}

static struct address address_of(const uint8_t bytes[16], uint8_t ip_version)
{
    size_t length = ip_version == 4 ? 4 : ADDRESS_MAX_LENGTH;
    return address_at((struct bytes){bytes, length}, 0, length);
}

/* Copies of which it is not decided whether they are of the run. */
static uint64_t undecided(const struct count_value *value)
{
    uint64_t copies = 0;
    for (size_t i = 0; i < COUNT_ASIDE; i++)
        copies += value->aside[i].copies;
    return copies;
}

/* The kernel follows one run at a time. What is missing is not known while copies wait, nor where
 * many were of another run: several counters may number the copies, or one that others share. */
static bool is_followed(const struct count_value *value)
{
    return undecided(value) == 0 && value->strays <= value->numbered / STRAYS_SHARE;
}

static struct report_session session_of(const struct count_key *key,
                                        const struct count_value *value, uint32_t stream)
{
    uint64_t lost = value->missing > value->late ? value->missing - value->late : 0;
    struct report_session session = {
        .state.key = {.source = address_of(key->source, key->ip_version),
                      .destination = address_of(key->destination, key->ip_version),
                      .id = key->id == COUNT_NO_ID ? SESSION_NO_ID : (int16_t)key->id},
        .state.stream = stream,
        .state.types = 1u << key->type,
        .counts.copies = value->copies,
        .counts.outer_bytes = value->bytes,
        .state.domain = DOMAIN_SESSION,
        .sequence = {.copies = value->numbered,
                     .lost = lost,
                     .late = value->late,
                     .duplicates = value->duplicates,
                     .restarts = value->restarts,
                     .strays = value->strays + undecided(value)},
        .counts.without_sequence = value->copies - value->numbered,
    };
    /* The kernel takes copies for duplicates that all have the number of the first (quirk Q3,
     * constant sequence). */
    session.state.loss_known = is_followed(value) && loss_is_known(&session.sequence, 0);
    return session;
}

static uint64_t total_of(const struct kernel_count *count, uint32_t which)
{
    return xdp_program_total(count->maps.totals, which);
}

void kernel_count_snapshot(struct kernel_count *count, struct snapshot *snapshot)
{
    int map = bpf_map__fd(count->maps.sessions);
    find_new_keys(count, map);
    snapshot_begin_part(snapshot, NULL);
    for (guint i = 0; i < count->keys->len; i++) {
        const struct count_key *key = &g_array_index(count->keys, struct count_key, i);
        struct count_value value;
        if (bpf_map_lookup_elem(map, key, &value) != 0)
            continue;
        struct report_session session = session_of(key, &value, i);
        session.state.drops_only = session_rules_fit(count->drops_only, &session.state.key);
        snapshot_put_session(snapshot, &session, NULL);
        snapshot_put_counter(snapshot, &session.sequence, session.state.loss_known);
    }
    snapshot->totals.not_erspan = total_of(count, COUNT_TOTAL_OTHER);
    snapshot->source.unread_by = count->word;
    snapshot->source.unread = total_of(count, COUNT_TOTAL_UNREAD);
    snapshot->given_up = total_of(count, COUNT_TOTAL_GIVEN_UP);
    snapshot->totals.first_fragments = total_of(count, COUNT_TOTAL_FIRST_FRAGMENTS);
    snapshot->totals.later_fragments = total_of(count, COUNT_TOTAL_LATER_FRAGMENTS);
    snapshot->totals.frames = snapshot->all.counts.copies + snapshot->given_up +
                              snapshot->totals.not_erspan + snapshot->totals.later_fragments;
}
