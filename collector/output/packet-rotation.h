/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * When a capture goes on in another file, and how that one is called: options -C, -G and -W, with
 * the meaning that they have in tcpdump(1). Time is that of the packets.
 */
#ifndef COLLECTOR_OUTPUT_PACKET_ROTATION_H
#define COLLECTOR_OUTPUT_PACKET_ROTATION_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/** What is asked for; all 0: one file. */
struct packet_rotation {
    uint64_t bytes;    /* a file that is larger gets no more packets; 0: any size */
    uint64_t seconds;  /* a file is for packets of so long; 0: any time */
    unsigned files;    /* with bytes: the ring of so many; with seconds alone: no more than that */
    const char *write; /* name or, with seconds, pattern of strftime(3) */
};

/** Where the rotation is. */
struct packet_rotation_place {
    int64_t begin_ns; /* of the files that share a time */
    unsigned count;   /* of those */
    unsigned periods; /* that have begun */
};

/** The bytes that -C names: millions, or with k, m or g behind it units of 1024, 1024^2, 1024^3.
 *  False if @p text is none. */
bool packet_rotation_parse_size(const char *text, uint64_t *bytes);

/** FALSE with an error if the options do not fit together. */
gboolean packet_rotation_check(const struct packet_rotation *rotation, GError **error);

static inline bool packet_rotation_is_asked(const struct packet_rotation *rotation)
{
    return rotation->bytes != 0 || rotation->seconds != 0;
}

enum packet_rotation_step {
    PACKET_ROTATION_STAY,
    PACKET_ROTATION_NEXT, /* another file; the place has moved on */
    PACKET_ROTATION_OVER  /* there were as many files as were asked for */
};

/** What to do before a packet of this time, when the file has that many bytes.
 *  @param time_ns  Unix time; 0: not known. */
enum packet_rotation_step packet_rotation_step(const struct packet_rotation *rotation,
                                               struct packet_rotation_place *place, uint64_t bytes,
                                               int64_t time_ns);

/** How many bytes of the path all names begin with. */
size_t packet_rotation_fixed(const struct packet_rotation *rotation);

/** The name of the file at that place, to be freed. */
char *packet_rotation_name(const struct packet_rotation *rotation,
                           const struct packet_rotation_place *place);

#endif
