/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How many frames an end of a connection sent, by the identification of their IPv4 headers: many
 * hosts count it up by one for each packet of a connection. So it tells of all frames that did not
 * come, with payload or without, and of how many. Private to core/visibility.
 *
 * Other hosts set it to 0 (RFC 6864, section 4.1), to random numbers, or to a counter that several
 * connections share. frame_totals_count() is true only where none of that shows.
 */
#ifndef CORE_VISIBILITY_FRAME_COUNT_H
#define CORE_VISIBILITY_FRAME_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/** Of one direction of a connection. All zero: nothing came yet. When `frames` becomes large, all
 * sums are halved. */
struct frame_count {
    uint64_t progress; /* bytes by which the connection went on since: sent and acknowledged */
    uint32_t frames;   /* sent since the first copy */
    uint32_t copies;   /* that came of these, and the first */
    uint32_t gaps;     /* places where frames did not come */
    uint32_t odd;      /* copies whose step from the one before tells of no number of frames */
    uint32_t same;     /* copies with the identification of the one before */
    uint32_t sequence; /* of the last copy */
    uint32_t acknowledgement;
    uint16_t last;
    bool begun;
};

/** Frames without payload [0], and with payload [1]. */
enum { FRAME_COUNT_ROLES = 2 };

/** Connections of one host that may share a counter: both to one host, or to two. */
enum { FRAME_TURNS_TO_ONE, FRAME_TURNS_TO_TWO, FRAME_TURNS_SCOPES };

/** Two copies in a row, of the same role, of two such connections: how many, and how many with
 * close identifications, as of a counter that these connections share. */
struct frame_turn_count {
    uint32_t turns;
    uint32_t near;
};

/** Sums over the directions of a session. */
struct frame_totals {
    /* Of connections that count, by what a direction mostly carries. */
    uint64_t copies[FRAME_COUNT_ROLES];
    uint64_t sparse; /* of these, of connections of which only few came */
    uint64_t gaps[FRAME_COUNT_ROLES];
    uint64_t frames[FRAME_COUNT_ROLES];   /* between the first and the last copy of a direction */
    uint64_t progress[FRAME_COUNT_ROLES]; /* bytes by which the connection went on meanwhile */
    double whole[FRAME_COUNT_ROLES];      /* ... and in all, estimated */
    uint64_t connections;
    uint64_t uncounted; /* copies of the other connections */
    struct frame_turn_count turns[FRAME_TURNS_SCOPES][FRAME_COUNT_ROLES];
};

/** Of a session, while copies come. All zero before the first. */
struct frame_turns {
    struct frame_turn_count counts[FRAME_TURNS_SCOPES][FRAME_COUNT_ROLES]; /* while not too many */
    struct frame_turn {
        uint32_t connection;
        uint32_t source;
        uint32_t destination;
        uint16_t identification;
    } last[FRAME_COUNT_ROLES];
};

/** What a copy tells. */
struct frame_sight {
    uint32_t connection; /* a hash of addresses and ports, in either order */
    uint32_t source;     /* hashes of the addresses */
    uint32_t destination;
    uint32_t sequence;
    uint32_t acknowledgement;
    uint16_t identification;
    bool has_identification;
    bool has_payload;
};

/**
 * Copies at random places divide what was sent into one part more than there are copies, all
 * equally long on average. Two of these lie outside of the first and the last copy.
 *
 * @param between  what was sent from the first copy to the last, in frames or bytes.
 * @param copies   2 or more.
 * @return about how much was sent in all, and one frame more.
 */
static inline double frames_around(double between, double copies)
{
    return between * (copies + 1) / (copies - 1);
}

/** Takes the next copy of a direction, in order of arrival. */
void frame_count_take(struct frame_count *count, struct frame_turns *turns,
                      const struct frame_sight *sight);

/**
 * Adds a connection, of two directions.
 *
 * @param counts  of its ends.
 * @param data_from  the end that sends more payload.
 * @param progress  bytes by which it went on from its first copy to its last, both ways together.
 */
void frame_totals_add(struct frame_totals *totals, const struct frame_count *const counts[2],
                      unsigned data_from, uint64_t progress);

uint64_t frame_totals_copies(const struct frame_totals *totals);

/** How many frames were sent for each that came, in all connections: estimated from the parts of
 * them between copies. 0 where nothing tells. */
double frame_totals_one_in(const struct frame_totals *totals);

void frame_totals_add_turns(struct frame_totals *totals, const struct frame_turns *turns);

/** True if the identifications count the frames of nearly all connections. */
bool frame_totals_count(const struct frame_totals *totals);

#endif
