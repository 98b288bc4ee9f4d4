/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The list of what a copy revised. Part of core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_REVISIONS_H
#define CORE_SEQUENCE_SEQUENCE_REVISIONS_H

#include "core/sequence/sequence-history.h"

struct revision_list {
    unsigned count;
    unsigned capacity;
    struct sequence_revision *items;
};

/** Empties the list for the next copy. @p list: may be NULL. */
void sequence_revisions_begin(struct revision_list *list);

/** Appends a revision. Creates the list if *list is NULL. */
void sequence_revisions_add(struct revision_list **list, const struct sequence_note *note,
                            const struct sequence_finding *finding);

/** Adds the notes of the counter that were revised. */
void sequence_revisions_collect(struct revision_list **list, struct sequence_counter *counter);

size_t sequence_revisions_memory(const struct revision_list *list);
void sequence_revisions_free(struct revision_list *list);

#endif
