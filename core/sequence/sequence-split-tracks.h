/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Shared by sequence-split.c, which processes the copies, and sequence-split-tracks.c, which
 * assigns each copy to a track.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_SPLIT_TRACKS_H
#define CORE_SEQUENCE_SEQUENCE_SPLIT_TRACKS_H

#include "core/sequence/sequence-track.h"

/** The reading on which the counts are based. */
enum sequence_view {
    SEQUENCE_VIEW_ALL_ARE_ONE, /* all copies are of one counter, which restarts, jumps and so on */
    SEQUENCE_VIEW_MAIN,        /* the copies of the first track are; the others are strays */
    SEQUENCE_VIEW_SEVERAL      /* the copies of each major track are of a counter of its own */
};

struct sequence_split {
    struct sequence_track *tracks[SEQUENCE_TRACKS_MAX]; /* the first is the old run's */
    unsigned count;
    enum sequence_view view;
    uint32_t taken;                    /* copies since the split */
    enum sequence_recording recording; /* of counters that go on, with nothing open */
    bool reread;           /* the present copy changed the assignment of earlier copies to tracks */
    bool took_counted;     /* the present copy belongs to a track that is counted */
    bool turns;            /* began as a run that had ended went on: see sequence-split-turns.h */
    uint32_t resumptions;  /* of tracks that went on for several copies in a row */
    uint32_t returned_at;  /* the last of them */
    uint32_t longest_away; /* copies of others before one of them, at most */
    /* While it is open what the copies since `open_from` are: */
    struct sequence_counter
        *single;                   /* of all copies, as if they were of one; NULL: it is decided */
    uint64_t open_from;            /* the first frame whose copy's meaning may be open */
    uint32_t resumed;              /* copies with which the old run went on */
    uint32_t foreign;              /* copies of other tracks */
    uint32_t last_reused;          /* a number that came again, with other content */
    struct sequence_counts counts; /* as reported */
    struct sequence_counts gone;   /* of tracks that are no more */
};

/** The track that @p copy belongs to, a new one if none fits; NULL without room. */
struct sequence_track *sequence_split_track_of(struct sequence_split *split,
                                               const struct sequence_copy *copy);

/** A new last track; there is room. */
struct sequence_track *sequence_split_add(struct sequence_split *split,
                                          const struct sequence_label *label);

/** Makes room for a track; false if all are of counters that go on. */
bool sequence_split_make_room(struct sequence_split *split);

/** Removes a track whose copies stay strays. */
void sequence_split_forget(struct sequence_split *split, unsigned index);

/** Notes that @p track advanced, and none of the others.
 * @param before  when it had advanced last. */
void sequence_split_note_advance(struct sequence_split *split, struct sequence_track *track,
                                 uint32_t before);

/** Searches for several counters that go on side by side; @p track has advanced. */
void sequence_split_find_counters(struct sequence_split *split, struct sequence_track *track);

/** Searches, now and then, for counters that restarted: another began since, and goes on. */
void sequence_split_find_restarts(struct sequence_split *split);

/** Ends the comparison: `single` is not needed any more. */
void sequence_split_free_single(struct sequence_split *split);

/** Counts @p copies as strays. */
void sequence_split_add_strays(struct sequence_counts *counts, uint64_t copies);

#endif
