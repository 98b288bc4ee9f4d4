/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/handoff/frame-selection.h"

#include "common/errors.h"

enum { RANGE_MAX = 4096 /* IDs that one range may have */ };

/* "7" or "10-12". */
static bool read_range(const char *text, uint64_t *first, uint64_t *last)
{
    g_auto(GStrv) ends = g_strsplit(text, "-", 2);
    const char *end = ends[0] != NULL && ends[1] != NULL ? ends[1] : ends[0];
    return end != NULL && g_ascii_string_to_unsigned(ends[0], 10, 0, UINT32_MAX, first, NULL) &&
           g_ascii_string_to_unsigned(end, 10, 0, UINT32_MAX, last, NULL) && *first <= *last &&
           *last - *first < RANGE_MAX;
}

gboolean frame_selection_add_ids(struct frame_selection *selection, const char *text,
                                 GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (char **part = parts; *part != NULL; part++) {
        uint64_t first;
        uint64_t last;
        if (!read_range(*part, &first, &last))
            return fail(error, STATUS_USAGE, "--session %s: must be ID[-ID][,ID[-ID]...]", text);
        for (uint64_t id = first; id <= last; id++) {
            const int64_t one = (int64_t)id;
            g_array_append_val(ids, one);
        }
    }
    if (selection->ids == NULL)
        selection->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_array_append_vals(selection->ids, ids->data, ids->len);
    return TRUE;
}

gboolean frame_selection_add_source(struct frame_selection *selection, const char *text,
                                    GError **error)
{
    struct address address;
    if (!address_parse(text, &address))
        return fail(error, STATUS_USAGE, "--source %s: must be an IPv4 or IPv6 address", text);
    if (selection->sources == NULL)
        selection->sources = g_array_new(FALSE, FALSE, sizeof(struct address));
    g_array_append_val(selection->sources, address);
    return TRUE;
}

static bool has_id(const GArray *ids, int64_t id)
{
    for (guint i = 0; i < ids->len; i++)
        if (g_array_index(ids, int64_t, i) == id)
            return true;
    return false;
}

static bool has_source(const GArray *sources, const struct address *source)
{
    for (guint i = 0; i < sources->len; i++)
        if (address_equal(&g_array_index(sources, struct address, i), source))
            return true;
    return false;
}

bool frame_selection_has(const struct frame_selection *selection, const struct session_key *key)
{
    return (selection->ids == NULL || has_id(selection->ids, key->id)) &&
           (selection->sources == NULL || has_source(selection->sources, &key->source));
}

void frame_selection_clear(struct frame_selection *selection)
{
    if (selection->ids != NULL)
        g_array_free(selection->ids, TRUE);
    if (selection->sources != NULL)
        g_array_free(selection->sources, TRUE);
    *selection = (struct frame_selection){NULL, NULL};
}
