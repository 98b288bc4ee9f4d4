/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/visibility/frame-count.h"

enum {
    STEP_MAX = 1 << 14,    /* frames; of random identifications three in four are further apart */
    BACK_MAX = 1 << 12,    /* frames; so far back is a copy that others overtook */
    NEAR_MAX = 1 << 13,    /* frames; two independent counters are as near in one of eight cases */
    ENDS_NEAR = 16,        /* frames; two independent counters end as near in one of 2,000 cases */
    ODD_ONE_IN = 16,       /* copies at most, of a direction that counts */
    SAME_MOST = 2,         /* for each other copy: a frame may be mirrored at several points */
    UNCOUNTED_ONE_IN = 10, /* copies at most */
    COPIES_LEAST = 64,
    SPARSE_BELOW = 24, /* copies of a connection: too few to estimate its ends */
    SPARSE_ONE_IN = 4, /* copies at most */
    TURNS_LEAST = 3, /* three of three are near in one of some 500 cases of independent counters */
    TURNS_MOST = 1 << 20,
    FRAMES_MOST = 1 << 30,
    NEAR_PERCENT = 75,
};

static void count_turn(struct frame_turn_count *count, bool near)
{
    if (count->turns == TURNS_MOST)
        return;
    count->turns++;
    count->near += near ? 1 : 0;
}

/* Do connections share a counter? Some hosts have one for each host that they talk to, some one for
 * all that they send. */
static void note_turn(struct frame_turns *turns, const struct frame_sight *sight)
{
    bool role = sight->has_payload;
    struct frame_turn *last = &turns->last[role];
    if (last->source == sight->source && last->connection != sight->connection) {
        uint16_t apart = (uint16_t)(sight->identification - last->identification);
        bool to_two = last->destination != sight->destination;
        count_turn(&turns->counts[to_two ? FRAME_TURNS_TO_TWO : FRAME_TURNS_TO_ONE][role],
                   apart < NEAR_MAX);
    }
    *last = (struct frame_turn){sight->connection, sight->source, sight->destination,
                                sight->identification};
}

static void go_on(uint32_t *last, uint32_t now, uint64_t *progress)
{
    int32_t ahead = (int32_t)(now - *last);
    if (ahead <= 0)
        return;
    *progress += (uint32_t)ahead;
    *last = now;
}

static void halve(struct frame_count *count)
{
    count->progress /= 2;
    count->frames /= 2;
    count->copies /= 2;
    count->gaps /= 2;
    count->odd /= 2;
    count->same /= 2;
}

void frame_count_take(struct frame_count *count, struct frame_turns *turns,
                      const struct frame_sight *sight)
{
    if (!sight->has_identification) {
        count->odd++;
        return;
    }
    note_turn(turns, sight);
    uint16_t step = (uint16_t)(sight->identification - count->last);
    if (!count->begun) {
        count->begun = true;
        count->last = sight->identification;
        count->sequence = sight->sequence;
        count->acknowledgement = sight->acknowledgement;
        count->copies = 1;
    } else if (step == 0) {
        count->same++;
    } else if (step < STEP_MAX) {
        count->last = sight->identification;
        count->frames += step;
        count->copies++;
        count->gaps += step > 1 ? 1 : 0;
        go_on(&count->sequence, sight->sequence, &count->progress);
        go_on(&count->acknowledgement, sight->acknowledgement, &count->progress);
        if (count->frames >= FRAMES_MOST)
            halve(count);
    } else if (step > UINT16_MAX - BACK_MAX) {
        count->copies++;
    } else {
        count->odd++;
        count->last = sight->identification;
    }
}

static bool is_counting(const struct frame_count *count)
{
    return count->odd <= count->copies / ODD_ONE_IN && count->same <= count->copies * SAME_MOST;
}

/* True if one counter numbers the frames of both ends, as where both are one host: it tells of none
 * how many it sent. */
static bool count_together(const struct frame_count *const counts[2])
{
    uint16_t apart = (uint16_t)(counts[0]->last - counts[1]->last);
    return counts[0]->begun && counts[1]->begun &&
           (apart <= ENDS_NEAR || apart >= UINT16_MAX + 1 - ENDS_NEAR);
}

void frame_totals_add(struct frame_totals *totals, const struct frame_count *const counts[2],
                      unsigned data_from, uint64_t progress)
{
    uint64_t copies = (uint64_t)counts[0]->copies + counts[1]->copies;
    if (!is_counting(counts[0]) || !is_counting(counts[1]) || count_together(counts)) {
        totals->uncounted += copies + counts[0]->odd + counts[1]->odd;
        return;
    }
    if (copies < 2)
        return;
    totals->connections++;
    totals->sparse += copies < SPARSE_BELOW ? copies : 0;
    for (unsigned from = 0; from < 2; from++) {
        bool role = from == data_from;
        totals->copies[role] += counts[from]->copies;
        totals->gaps[role] += counts[from]->gaps;
        totals->frames[role] += counts[from]->frames;
        totals->progress[role] += counts[from]->progress;
        totals->whole[role] += frames_around((double)progress, (double)copies);
    }
}

uint64_t frame_totals_copies(const struct frame_totals *totals)
{
    return totals->copies[0] + totals->copies[1];
}

double frame_totals_one_in(const struct frame_totals *totals)
{
    double sent = -(double)totals->connections;
    if (frame_totals_copies(totals) == 0)
        return 0;
    for (unsigned role = 0; role < FRAME_COUNT_ROLES; role++)
        if (totals->progress[role] > 0)
            sent +=
                (double)totals->frames[role] * totals->whole[role] / (double)totals->progress[role];
    return sent / (double)frame_totals_copies(totals);
}

void frame_totals_add_turns(struct frame_totals *totals, const struct frame_turns *turns)
{
    for (unsigned scope = 0; scope < FRAME_TURNS_SCOPES; scope++)
        for (unsigned role = 0; role < FRAME_COUNT_ROLES; role++) {
            totals->turns[scope][role].turns += turns->counts[scope][role].turns;
            totals->turns[scope][role].near += turns->counts[scope][role].near;
        }
}

static bool is_near(const struct frame_turn_count *count)
{
    return count->turns >= TURNS_LEAST && count->near * 100 >= count->turns * NEAR_PERCENT;
}

/* By connections to one host, or by all. */
static bool is_shared(const struct frame_totals *totals)
{
    for (unsigned role = 0; role < FRAME_COUNT_ROLES; role++) {
        const struct frame_turn_count *to_one = &totals->turns[FRAME_TURNS_TO_ONE][role];
        const struct frame_turn_count *to_two = &totals->turns[FRAME_TURNS_TO_TWO][role];
        const struct frame_turn_count all = {to_one->turns + to_two->turns,
                                             to_one->near + to_two->near};
        if (is_near(to_one) || is_near(&all))
            return true;
    }
    return false;
}

bool frame_totals_count(const struct frame_totals *totals)
{
    uint64_t copies = frame_totals_copies(totals);
    return copies >= COPIES_LEAST && totals->sparse <= copies / SPARSE_ONE_IN &&
           totals->uncounted <= copies / UNCOUNTED_ONE_IN && !is_shared(totals);
}
