/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * An ordered pair of observation points that share frames: what is counted of it.
 */
#ifndef CORE_PATHS_PATH_PAIR_H
#define CORE_PATHS_PATH_PAIR_H

#include <stdbool.h>

#include "core/paths/delay-histogram.h"
#include "core/paths/path-losses.h"
#include "core/paths/path-timeline.h"

enum { PATH_PAIRS_MAX = 256, PATH_NO_PAIR = UINT16_MAX };

/** A mirror that was switched off for a while leaves no gap in its numbers either: so many frames
 * may be missing in a silence that lost frames alone explain it. */
enum { PATH_SILENCE_FRAMES_MAX = 16 };

/** If more than one in PATH_SAMPLED_SHARE frames is missing at a point whose mirror is whole, a
 * sampling mirror explains that as well as a lossy network. Frames that a point behind has shown
 * were not lost: if there are more than one for PATH_BYPASSED_SHARE lost ones, the mirror does not
 * copy all frames, or some take another way. */
enum { PATH_SAMPLED_SHARE = 3, PATH_BYPASSED_SHARE = 16 };

/** By which times a delay is known, the best first. */
enum path_basis {
    PATH_ONE_CLOCK,   /* both copies have a time of the same clock */
    PATH_TIME_OF_DAY, /* both have the time of day, each by a clock of its own */
    PATH_FREE_CLOCKS, /* each has a clock of its own, whose offset traffic of both ways bounds */
    PATH_ARRIVAL,     /* when the copies arrived: it includes the ways of both mirrors */
    PATH_BASES
};

/** By what the order of the two points is known, the best last. */
enum path_order { PATH_BY_ARRIVAL, PATH_BY_TIME, PATH_BY_TTL };

struct path_delays {
    struct delay_histogram *histogram; /* NULL: none */
    uint64_t uncertainty_ps;           /* the largest of a delay, */
    uint64_t least_ps;                 /* and the smallest */
};

/** What frames of a pair say of the offset between the clocks of its points (path-offset.h). */
struct path_offset {
    uint64_t clocks;  /* of which clocks; 0: nothing */
    int64_t least_ns; /* time at `to` less time at `from`, of the fastest frame */
    int64_t at_ns;    /* when that was, by one of the two clocks */
};

/** A frame that the network lost. */
struct path_lost {
    uint64_t frame;  /* its place in the capture */
    uint64_t nth;    /* and among the copies of the first point */
    int64_t from_ns; /* when it passed that, by arrival */
    uint32_t length;
    uint64_t run; /* of missing frames of one flow; no run is 0 */
    int64_t
        in_silence_ns; /* when the silence of `to` began in which it is missing; INT64_MIN: none */
};

struct path_pair {
    uint16_t from; /* numbers of points, in the order in which frames pass them */
    uint16_t to;
    enum path_order order;
    uint64_t both;
    uint64_t only_from; /* of flows that have passed both */
    uint64_t only_to;
    uint64_t lost;       /* of only_from */
    uint64_t whole_both; /* frames that both have shown, and that `to` alone has not, where its */
    uint64_t whole_missing; /* mirror is whole: for sampling */
    uint64_t bypassed;      /* of whole_missing: a point behind `to` has shown it */
    uint64_t longer; /* of only_from: would be lost, but `to` has shown no IP packet so long */
    uint64_t bursts;
    uint64_t burst_longest; /* frames */
    uint64_t reordered;
    uint64_t macs_changed;
    uint64_t vlan_changed;
    uint64_t dscp_changed;
    uint64_t addresses_changed;
    uint64_t ports_changed;
    bool has_hops;
    int hops;
    uint32_t lost_shortest; /* bytes; 0: none */
    uint32_t lost_longest;
    uint32_t passed_longest;
    struct path_delays delays[PATH_BASES];
    struct path_offset offset;
    struct path_timeline *timeline; /* by arrival at `from`; NULL: nothing yet */
    enum path_basis timeline_basis; /* of its delays */
    struct path_losses *losses;     /* NULL: nothing yet */
    uint64_t tick_ps;               /* path_sighting_tick() of the two points; 0: not known */
    bool has_spread;
    int64_t spread_min_ns; /* of arrival at `to` less arrival at `from` */
    int64_t spread_max_ns;
    /* for whom counts */
    uint64_t last_run;  /* of the last lost frame */
    uint64_t run_lost;  /* frames of that run */
    int64_t silence_ns; /* when the latest silence of `to` began in which frames are missing, */
    unsigned silence_missing;                                 /* how many, */
    unsigned silence_lost;                                    /* how many of them count as lost, */
    struct path_lost silence_frames[PATH_SILENCE_FRAMES_MAX]; /* and which */
};

/** A delay that is known in one way. */
struct path_delay {
    enum path_basis basis;
    int64_t ns;
    uint64_t uncertainty_ps;
};

/** Adds a delay. Of those by free clocks, which are known better and worse, it leaves out what is
 * known half as well as the best, and begins anew when one is known twice as well. */
void path_pair_add_delay(struct path_pair *pair, const struct path_delay *delay);
void path_pair_add_spread(struct path_pair *pair, int64_t spread_ns);

/** Both points have shown a frame of @p length bytes; it passed `from` at @p from_ns. @return that
 * time's step of the timeline, until another one is asked for. */
struct path_timeline_step *path_pair_add_passed(struct path_pair *pair, int64_t from_ns,
                                                uint32_t length);

/** The delay of that frame, for the timeline. Those that are known in the best way are kept. */
void path_pair_draw_delay(struct path_pair *pair, struct path_timeline_step *step,
                          const struct path_delay *delay);

/** A frame was lost. @return false: it does not count, nor do those of this silence any more
 * (silence_frames). */
bool path_pair_add_lost(struct path_pair *pair, const struct path_lost *lost);

/** False if so much is missing that `to` may sample: then no frame of it is known to be lost. */
bool path_pair_claims_loss(const struct path_pair *pair);

/** Gives @p copy, which holds the bytes of @p pair, what @p pair owns, too. */
void path_pair_copy(struct path_pair *copy, const struct path_pair *pair);

void path_pair_clear(struct path_pair *pair);

#endif
