/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A copy that was sent, and what was done to it.
 */
#ifndef GENERATOR_IMPAIRMENT_SENT_COPY_H
#define GENERATOR_IMPAIRMENT_SENT_COPY_H

#include "generator/encapsulate/encapsulate.h"

/** How many queues there are at most in which copies may wait for each other. */
enum { REORDER_QUEUES_MAX = 64 };

/** How much later than it was made a copy leaves: first so many copies, then so much time. */
struct delay {
    uint64_t copies;
    int64_t ns;
};

struct sent_copy {
    const struct session_plan *session;
    struct built_copy parts;
    size_t outer_bytes; /* of the frame that carries it, from the link layer on */
    uint64_t number;    /* of the copies that the session sent, the first is 1 */
    bool after_restart; /* the first of a source that has restarted */
    uint32_t flipped;   /* bits */
    int64_t snap;       /* bytes of each frame that arrive, or AUTO */
    struct delay late;
    uint8_t queue;      /* of copies that wait for the same one, the lower queue leaves first;
                           0: it waits in none */
    bool duplicate;     /* one that arrives a second time */
    struct delay again; /* behind the first, if it is to be doubled */
    bool doubled;       /* another will arrive behind this one */
    bool foreign;       /* someone else put it in: the session did not send it, and it has no number
                           of a copy */
};

/** True if anything but the plain sending was done. */
bool sent_copy_touched(const struct sent_copy *copy);

enum { SENT_COPY_TEXT = 256 };

/** What was done, in words; NULL for nothing. @p text: room for it. */
const char *sent_copy_describe(const struct sent_copy *copy, char text[static SENT_COPY_TEXT]);

#endif
