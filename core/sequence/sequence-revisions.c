/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-revisions.h"

#include <glib.h>

enum { AT_FIRST = 4, KEPT_MAX = 64 /* items for which memory is kept from copy to copy */ };

void sequence_revisions_begin(struct revision_list *list)
{
    if (list == NULL)
        return;
    list->count = 0;
    if (list->capacity <= KEPT_MAX)
        return;
    g_clear_pointer(&list->items, g_free);
    list->capacity = 0;
}

void sequence_revisions_add(struct revision_list **list, const struct sequence_note *note,
                            const struct sequence_finding *finding)
{
    if (*list == NULL)
        *list = g_new0(struct revision_list, 1);
    struct revision_list *to = *list;
    if (to->count == to->capacity) {
        to->capacity = MAX(AT_FIRST, to->capacity * 2);
        to->items = g_renew(struct sequence_revision, to->items, to->capacity);
    }
    to->items[to->count++] = (struct sequence_revision){note->frame, note->number, *finding};
}

void sequence_revisions_collect(struct revision_list **list, struct sequence_counter *counter)
{
    uint32_t count;
    const struct sequence_note *notes = sequence_history_notes(counter, &count);
    if (count == 0 || counter->history->revised == 0)
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (!notes[i].revised)
            continue;
        const struct sequence_finding finding = sequence_history_finding(&notes[i]);
        sequence_revisions_add(list, &notes[i], &finding);
    }
    sequence_history_told(counter);
}

size_t sequence_revisions_memory(const struct revision_list *list)
{
    return list != NULL ? sizeof *list + list->capacity * sizeof *list->items : 0;
}

void sequence_revisions_free(struct revision_list *list)
{
    if (list != NULL)
        g_free(list->items);
    g_free(list);
}
