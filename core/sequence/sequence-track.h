/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * One of several counters whose copies come mixed, or a few foreign copies. Part of
 * core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_TRACK_H
#define CORE_SEQUENCE_SEQUENCE_TRACK_H

#include "core/sequence/sequence-internal.h"

enum {
    SEQUENCE_TRACKS_MAX = 12 /* tracks: at least 8 counters, and groups of foreign copies */
};

struct sequence_track {
    struct sequence_counter counter;
    struct sequence_label label;
    unsigned steady;      /* parts of the label that were the same in all copies */
    uint32_t copies;      /* since the split, or the first */
    uint32_t advanced;    /* of these, those above the highest */
    uint32_t exact;       /* of these, exact successors */
    uint32_t returns;     /* how often it advanced after another track had advanced */
    uint32_t in_a_row;    /* copies that advanced it since another track advanced */
    uint32_t first_at;    /* places in the order of copies since the split */
    uint32_t advanced_at; /* ... of the last that advanced */
    uint32_t last_at;     /* ... of the last */
    bool away;            /* another track advanced since this one did */
    bool split_off;       /* its first copies were taken for the old run's */
    bool major;           /* a counter of its own, not a few foreign copies */
    bool began_late;      /* while others went on; it may continue one that restarted */
    bool told_counted;    /* its copies were told as those of a counter, not as strays */
};

/** How well a copy continues a track, from hardly to best. */
enum sequence_fit {
    SEQUENCE_FIT_NOT,
    SEQUENCE_FIT_FOREIGN, /* behind a gap in a track of a few foreign copies */
    SEQUENCE_FIT_REUSED,  /* the number came before, and with other content */
    SEQUENCE_FIT_LOOSE,   /* behind a gap, or just below the lowest */
    SEQUENCE_FIT_CLOSE,   /* behind a small gap */
    SEQUENCE_FIT_WITHIN,  /* it fills a gap, or is constant */
    SEQUENCE_FIT_NEXT,
    SEQUENCE_FIT_DUPLICATE /* the number came before, and with the same content */
};

/** @param long_lived  many of its copies came: it may have longer gaps. */
enum sequence_fit sequence_fit_of(const struct sequence_counter *counter,
                                  const struct sequence_copy *copy, bool long_lived);

struct sequence_track *sequence_track_new(const struct sequence_label *label, uint32_t at);
void sequence_track_free(struct sequence_track *track);
struct sequence_track *sequence_track_clone(const struct sequence_track *track);

/** Gives the track its copy. */
struct sequence_finding sequence_track_take(struct sequence_track *track,
                                            const struct sequence_copy *copy, uint32_t at);

/** Sets what the track has of the copies that its counter took before: each gap of the run, and its
 * beginning, is a copy that is no exact successor. */
void sequence_track_count_run(struct sequence_track *track);

/** True if the label is another than the track's, as far as that is steady. NULL: not known. */
bool sequence_track_has_other_label(const struct sequence_track *track,
                                    const struct sequence_label *label);

/** The parts of labels, steady in each track, in which some of @p count tracks differ. */
unsigned sequence_tracks_apart(struct sequence_track *const *tracks, unsigned count);

/** Of the copies that raised the highest number, one in four at least is an exact successor, as
 * those of a counter are; those of a spoofer may be anywhere. */
bool sequence_track_is_orderly(const struct sequence_track *track);

/** The track is a counter of its own. @p labelled: a label tells it from all others. */
bool sequence_track_is_counter(const struct sequence_track *track, uint32_t now, bool labelled);

#endif
