/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/session-files.h"

#include <inttypes.h>
#include <string.h>

enum {
    OTHERS = 0,       /* the group of the frames without a file of their own */
    CHECK_US = 100000 /* between two checks for news */
};

struct file {
    struct session_key key; /* the first member: it is the key of the table. Of OTHERS unused */
    uint32_t group;
    char *path;
    struct packet_writer *writer;
    bool fresh; /* it has got frames since the last flush */
};

struct session_files {
    struct packet_writer_plan plan;
    GMutex lock;        /* of the next two: threads that receive add to them */
    GHashTable *by_key; /* struct file */
    GPtrArray *all;     /* likewise, by group */
    GPtrArray *fresh;   /* likewise */
    struct mirrored_sink next;
    gint64 check_us; /* of the monotonic clock: no check for news before */
};

static guint hash_key(gconstpointer data)
{
    return session_key_hash(data);
}

static gboolean equal_keys(gconstpointer first, gconstpointer second)
{
    return session_key_equal(first, second);
}

static void free_file(gpointer data)
{
    struct file *file = data;
    g_free(file->path);
    g_free(file);
}

/* ---- names ---- */

/* Letters, digits, points and dashes are in no file system's way; colons are in some. */
static void make_safe(char *text)
{
    for (; *text != '\0'; text++)
        if (!g_ascii_isalnum(*text) && *text != '.' && *text != '-')
            *text = '_';
}

static char *session_name(const struct session_key *key)
{
    char source[ADDRESS_TEXT_MAX] = "no-address";
    char destination[ADDRESS_TEXT_MAX] = "no-address";
    char id[32] = "no-id";
    if (key->source.len != 0)
        address_format(&key->source, source);
    if (key->destination.len != 0)
        address_format(&key->destination, destination);
    if (key->id != SESSION_NO_ID)
        g_snprintf(id, sizeof id, "%" PRId64, key->id);
    bool other = key->mirror != MIRROR_ERSPAN;
    char *name = g_strdup_printf("%s-%s%s%s-%s", source, destination, other ? "-" : "",
                                 other ? mirror_word(key->mirror) : "", id);
    make_safe(name);
    return name;
}

size_t session_files_fixed(const char *path)
{
    const char *base = strrchr(path, '/');
    base = base != NULL ? base + 1 : path;
    const char *suffix = strrchr(base, '.');
    return suffix == NULL || suffix == base ? strlen(path) : (size_t)(suffix - path);
}

static char *path_of(const char *path, const char *session)
{
    size_t fixed = session_files_fixed(path);
    return g_strdup_printf("%.*s-%s%s", (int)fixed, path, session, path + fixed);
}

/* ---- files ---- */

static struct file *add_file(struct session_files *files, const char *session)
{
    struct file *file = g_new0(struct file, 1);
    file->group = files->all->len;
    file->path = path_of(files->plan.path, session);
    struct packet_writer_plan plan = files->plan;
    plan.path = file->path;
    plan.rotation.write = file->path;
    if (!packet_rotation_is_asked(&plan.rotation)) /* one file, opened when a frame is written */
        plan.rotation.bytes = INT64_MAX;
    file->writer = packet_writer_open(&plan, NULL); /* opens nothing yet, and so cannot fail */
    g_ptr_array_add(files->all, file);
    return file;
}

struct session_files *session_files_new(const struct packet_writer_plan *plan)
{
    struct session_files *files = g_new0(struct session_files, 1);
    files->plan = *plan;
    g_mutex_init(&files->lock);
    files->by_key = g_hash_table_new(hash_key, equal_keys);
    files->all = g_ptr_array_new_with_free_func(free_file);
    files->fresh = g_ptr_array_new();
    add_file(files, "others");
    return files;
}

static uint32_t group_of(struct session_files *files, const struct session *session)
{
    if (session == NULL)
        return OTHERS;
    g_mutex_lock(&files->lock);
    struct file *file = g_hash_table_lookup(files->by_key, &session->key);
    if (file == NULL && files->all->len <= SESSION_FILES_MAX) {
        g_autofree char *name = session_name(&session->key);
        file = add_file(files, name);
        file->key = session->key;
        g_hash_table_insert(files->by_key, &file->key, file);
    }
    g_mutex_unlock(&files->lock);
    return file != NULL ? file->group : OTHERS;
}

static struct file *file_at(struct session_files *files, guint group)
{
    g_mutex_lock(&files->lock);
    struct file *file = g_ptr_array_index(files->all, group);
    g_mutex_unlock(&files->lock);
    return file;
}

static guint file_count(struct session_files *files)
{
    g_mutex_lock(&files->lock);
    guint count = files->all->len;
    g_mutex_unlock(&files->lock);
    return count;
}

/* ---- frames ---- */

static void mark(void *context, const struct mirrored_frame *frame)
{
    struct session_files *files = context;
    struct mirrored_frame marked = *frame;
    marked.packet.group = group_of(files, frame->copy->session);
    files->next.take(files->next.context, &marked);
}

static void flush_next(void *context)
{
    struct session_files *files = context;
    if (files->next.flush != NULL)
        files->next.flush(files->next.context);
}

struct mirrored_sink session_files_marker(struct session_files *files,
                                          const struct mirrored_sink *next)
{
    files->next = *next;
    return (struct mirrored_sink){
        .context = files,
        .take = mark,
        .flush = flush_next,
        .wants_finding = next->wants_finding,
    };
}

static void take(void *context, const struct packet *packet)
{
    struct session_files *files = context;
    struct file *file = file_at(files, packet->group);
    const struct packet_sink sink = packet_writer_sink(file->writer);
    packet_put(&sink, packet);
    if (!file->fresh)
        g_ptr_array_add(files->fresh, file);
    file->fresh = true;
}

static void flush(void *context)
{
    struct session_files *files = context;
    for (guint i = 0; i < files->fresh->len; i++) {
        struct file *file = g_ptr_array_index(files->fresh, i);
        const struct packet_sink sink = packet_writer_sink(file->writer);
        packet_flush(&sink);
        file->fresh = false;
    }
    g_ptr_array_set_size(files->fresh, 0);
}

struct packet_sink session_files_sink(struct session_files *files)
{
    return (struct packet_sink){.context = files, .take = take, .flush = flush};
}

/* ---- what is said ---- */

/* To ask every file takes a while, and this is called for every packet of a capture. */
char *session_files_news(struct session_files *files)
{
    gint64 now_us = g_get_monotonic_time();
    if (now_us < files->check_us)
        return NULL;
    files->check_us = now_us + CHECK_US;
    guint count = file_count(files);
    for (guint i = 0; i < count; i++) {
        char *news = packet_writer_news(file_at(files, i)->writer);
        if (news != NULL)
            return news;
    }
    return NULL;
}

struct packet_writer_counts session_files_counts(struct session_files *files)
{
    struct packet_writer_counts sum = {0, 0};
    guint count = file_count(files);
    for (guint i = 0; i < count; i++) {
        struct packet_writer_counts one = packet_writer_counts(file_at(files, i)->writer);
        sum.written += one.written;
        sum.unwritten += one.unwritten;
    }
    return sum;
}

char *session_files_missing(struct session_files *files)
{
    GString *lines = g_string_new(NULL);
    guint count = file_count(files);
    for (guint i = 0; i < count; i++) {
        g_autofree char *missing = packet_writer_missing(file_at(files, i)->writer);
        if (missing != NULL)
            g_string_append_printf(lines, "%s%s", lines->len > 0 ? "\n" : "", missing);
    }
    return g_string_free(lines, lines->len == 0);
}

/* ---- the end ---- */

/* A file without frames is none: as if the run had failed, it stays as it was. */
void session_files_finish(struct session_files *files)
{
    for (guint i = 0; i < files->all->len; i++)
        packet_writer_finish(file_at(files, i)->writer, true);
}

gboolean session_files_close(struct session_files *files, GError **error)
{
    session_files_finish(files);
    gboolean good = TRUE;
    for (guint i = 0; i < files->all->len; i++)
        good = packet_writer_close(file_at(files, i)->writer, true, good ? error : NULL) && good;
    g_ptr_array_free(files->fresh, TRUE);
    g_hash_table_destroy(files->by_key);
    g_ptr_array_free(files->all, TRUE);
    g_mutex_clear(&files->lock);
    g_free(files);
    return good;
}
