/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report-selection.h"

#include "core/report/report-counts.h"

static gint compare_descending(gconstpointer a, gconstpointer b)
{
    uint64_t one = *(const uint64_t *)a;
    uint64_t two = *(const uint64_t *)b;
    return one < two ? 1 : one > two ? -1 : 0;
}

static uint64_t bytes_at(const GArray *bytes, size_t index)
{
    return g_array_index(bytes, uint64_t, index);
}

struct report_selection report_select(GArray *bytes, size_t limit)
{
    if (bytes->len <= limit)
        return (struct report_selection){.least = 0, .ties = bytes->len};
    if (limit == 0)
        return (struct report_selection){.least = UINT64_MAX};
    g_array_sort(bytes, compare_descending);
    struct report_selection selection = {.least = bytes_at(bytes, limit - 1)};
    for (size_t i = limit; i > 0 && bytes_at(bytes, i - 1) == selection.least; i--)
        selection.ties++;
    return selection;
}

struct report_selection report_select_of(const struct report *const *reports, size_t count,
                                         size_t limit)
{
    GArray *bytes = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (size_t i = 0; i < count; i++)
        for (size_t row = 0; row < report_session_count(reports[i]); row++)
            g_array_append_val(bytes, report_session(reports[i], row)->counts.outer_bytes);
    struct report_selection selection = report_select(bytes, limit);
    g_array_free(bytes, TRUE);
    return selection;
}

bool report_selection_take(struct report_selection *selection, const struct report_session *session)
{
    if (session->counts.outer_bytes != selection->least)
        return session->counts.outer_bytes > selection->least;
    if (selection->ties == 0)
        return false;
    selection->ties--;
    return true;
}

void report_others_add(struct report_others *others, const struct report_session *session)
{
    others->sessions++;
    counts_add_known(&others->sum, session);
}

void report_others_add_merged(struct report_others *others, const struct report_merged *merged)
{
    others->sessions += merged->sessions;
    others->merged += merged->sessions;
    counts_add_known(&others->sum, &merged->sum);
}
