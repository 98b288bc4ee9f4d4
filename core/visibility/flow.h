/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Visibility: captured TCP payload divided by the payload that TCP acknowledgements confirm. It
 * needs no information from the source: the ACKs show how much was sent even if no data segment
 * arrives.
 *
 * Per direction of each TCP connection (RFC 9293) inside one session: the bytes acknowledged, from
 * the first that is known (the SYN's, or mid-stream the first ACK's) to the highest ACK; and of
 * just these the bytes that came, each once. Retransmissions, wraps of the 32-bit numbers,
 * reordering, SACK, keep-alives and cut copies (payload is counted by IP length) change nothing.
 *
 * Limits. Two segments of a connection that come one after the other must lie less than 2^31 bytes
 * apart. A number that is further from those before than 128 Gbit/s explain is accepted once a
 * second one near it came; unless the time between them explains it, it begins another connection.
 * A FIN that did not come counts as a byte of payload when it is acknowledged, unless nothing else
 * was. A TCP segment in IP fragments counts as far as its first fragment holds it.
 */
#ifndef CORE_VISIBILITY_FLOW_H
#define CORE_VISIBILITY_FLOW_H

#include "core/base/address.h"
#include "core/visibility/frame-count.h"
#include "core/wire/frame-probe.h"

/** The TCP segment in a mirrored frame: IPv4 or IPv6 behind any tags, first fragment or whole. */
struct tcp_segment {
    struct address source;
    struct address destination;
    uint16_t source_port;
    uint16_t destination_port;
    uint32_t sequence;
    uint32_t acknowledgement;
    uint32_t payload;        /* bytes by IP length, not by what the copy holds */
    uint32_t headers;        /* bytes of the frame before the payload */
    uint8_t options;         /* of these, the bytes of TCP options */
    uint16_t mss;            /* of a SYN; 0 without */
    uint16_t identification; /* of IPv4; 0 without */
    bool is_ipv4;
    bool syn;
    bool fin;
    bool rst;
    bool ack;
    bool cut; /* the copy ends before the TCP header; all other members are 0, and it may not be TCP
               */
};

/**
 * Finds the segment in what frame_probe_find_ip() found. @p mirrored_length is the frame's length
 * as the source saw it, which counts where IP says 0 (super-frames).
 * @return false if the frame holds no TCP header, whole up to its flags; then @p segment is all
 * zero but for cut, which tells that there may have been one.
 */
bool tcp_segment_find(struct bytes frame, struct frame_payload packet, size_t mirrored_length,
                      struct tcp_segment *segment);

/** Sums over the directions of flows in a session. They grow, but for what is implied or elsewhere:
 * that is estimated anew from all that is known by now. */
struct flow_totals {
    uint64_t flows;       /* connections seen */
    uint64_t delivered;   /* payload bytes that ACKs acknowledge, from their base on */
    uint64_t captured;    /* of these, the bytes that came, each once */
    uint64_t elsewhere;   /* of those that did not come, the bytes that came in the copies of
                             another session: the other direction is mirrored there */
    uint64_t unheard;     /* of `delivered`, the bytes of ends that send nothing in this session,
                             not even a SYN: nothing of them is mirrored, or nothing arrives */
    uint64_t blind_flows; /* flows with a direction whose acknowledged data is missing completely */
    uint64_t one_sided_flows; /* one of whose ends never sends in this session */
    uint64_t sides_elsewhere; /* of these, such whose other end sends in another session */
    uint64_t talking_flows;   /* with payload, and with enough segments that an end whose copies
                                 come would be among them */
    uint64_t
        one_sided_talks; /* of these, connections with segments of one end only in this session */
    uint64_t talks_elsewhere; /* ... but in another one */
    uint64_t segments;        /* of all connections */
    uint64_t whole_starts;    /* connections of which the SYNs of both ends came */
    uint64_t above_mss;       /* segments with more payload than the other end's SYN allows */
    uint16_t mss;             /* the largest that such a SYN offered; 0 without any */
    /* Sums over the directions with `delivered`, in full data frames that must have been there
     * and in those that came: is the captured share the same in all directions? */
    double frames_implied;
    double frames_came;
    double share_squares; /* of frames that came, squared, over the frames implied */
    uint64_t share_terms; /* directions in these sums */
    /* Likewise, by the sequence numbers of the segments that came: of a stream of which parts come,
     * an estimate that needs no ACKs. */
    double numbered_sent;
    double numbered_came;
    /* Segments with payload that began where the one before ended, and such that began behind a
     * gap: of what chance or a count selects, few follow each other. */
    uint64_t joined;
    uint64_t parted;
    struct frame_totals frames; /* by IPv4's identification */
    /* The same of directions of several full frames of which less than a tenth came. */
    double hidden_implied;
    double hidden_came;
    uint64_t implied_frames; /* data frames that must have carried `delivered`, if they were full:
                                by the MSS of the SYNs less TCP options, else by the largest
                                payload that came, else 1448 bytes each */
    uint64_t implied_bytes;  /* of these frames, from the link layer on. Frames without payload
                                come on top */
    uint64_t implied_max;    /* of the longest of them; 0 where no direction has enough of them to
                                be sure that they were full, or nothing told their length */
    int64_t first_ns;        /* the time from the first to the last ACK that moved: that of
                                `delivered`, less what the first one acknowledged, and without the
                                silence before it. Both 0 while none did */
    int64_t last_ns;
};

struct flow_table;

/**
 * @param memory_limit  bytes; beyond it each new flow takes the room of one that was silent for
 *                      long. What that one had is kept in the sums; should it go on, it begins
 *                      anew, and what is acknowledged in between stays unknown. A flow takes some
 *                      500 bytes, and while its segments come with gaps up to 8 KiB more.
 */
struct flow_table *flow_table_new(size_t memory_limit);
void flow_table_free(struct flow_table *table);

/** Takes a segment that a copy of session @p stream carried at @p time_ns (arrival). */
void flow_take(struct flow_table *table, uint32_t stream, const struct tcp_segment *segment,
               int64_t time_ns);

/** Sums up the session's flows. Changes nothing; may be asked again while more come. */
struct flow_totals flow_totals(struct flow_table *table, uint32_t stream);

size_t flow_table_memory(const struct flow_table *table);

/** Flows that had to make room, and segments that found none. */
uint64_t flow_table_given_up(const struct flow_table *table);

#endif
