/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-split-revise.h"

static const struct sequence_finding stray = {.kind = SEQUENCE_STRAY};

static bool is_counted(const struct sequence_split *split, const struct sequence_note *note)
{
    for (unsigned i = 0; i < split->count; i++)
        if (sequence_split_counts_track(split, i) &&
            sequence_history_find(&split->tracks[i]->counter, note->frame, note->number) != NULL)
            return true;
    return false;
}

/* Lists the notes of the counter from a frame on, as they are or as strays. */
static void list_notes(const struct sequence_counter *counter, uint64_t from, bool as_strays,
                       struct revision_list **list)
{
    uint32_t count;
    const struct sequence_note *notes = sequence_history_notes(counter, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (notes[i].frame < from && !notes[i].revised)
            continue;
        const struct sequence_finding finding = sequence_history_finding(&notes[i]);
        sequence_revisions_add(list, &notes[i], as_strays ? &stray : &finding);
    }
}

/* Of the copies since the comparison began, those that no counter counts are strays. */
static void list_strays(const struct sequence_split *split, struct revision_list **list)
{
    uint32_t count;
    const struct sequence_note *notes = sequence_history_notes(split->single, &count);
    for (uint32_t i = 0; i < count; i++)
        if (notes[i].frame >= split->open_from && !is_counted(split, &notes[i]))
            sequence_revisions_add(list, &notes[i], &stray);
}

static void list_all(struct sequence_split *split, struct revision_list **list)
{
    if (split->view == SEQUENCE_VIEW_ALL_ARE_ONE) {
        list_notes(split->single, split->open_from, false, list);
        return;
    }
    if (split->single != NULL)
        list_strays(split, list);
    for (unsigned i = 0; i < split->count; i++) {
        struct sequence_track *track = split->tracks[i];
        bool counted = sequence_split_counts_track(split, i);
        uint64_t from = i == 0 && split->single != NULL ? split->open_from : UINT64_MAX;
        list_notes(&track->counter, counted == track->told_counted ? from : 0, !counted, list);
        track->told_counted = counted;
    }
}

static void list_revised(const struct sequence_split *split, struct revision_list **list)
{
    if (split->view == SEQUENCE_VIEW_ALL_ARE_ONE) {
        sequence_revisions_collect(list, split->single);
        return;
    }
    for (unsigned i = 0; i < split->count; i++)
        if (sequence_split_counts_track(split, i))
            sequence_revisions_collect(list, &split->tracks[i]->counter);
}

void sequence_split_revise(struct sequence_split *split, const struct sequence_copy *copy,
                           bool reread, struct revision_list **list)
{
    const struct sequence_note self = {.frame = copy->frame, .number = copy->number};
    bool one = split->view == SEQUENCE_VIEW_ALL_ARE_ONE;
    if (reread)
        list_all(split, list);
    else
        list_revised(split, list);
    if (!one && !split->took_counted)
        sequence_revisions_add(list, &self, &stray);
    if (split->single != NULL)
        sequence_history_told(split->single);
    for (unsigned i = 0; i < split->count; i++)
        sequence_history_told(&split->tracks[i]->counter);
}
