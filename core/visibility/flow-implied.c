/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/visibility/flow-implied.h"

#include <glib.h>
#include <math.h>

#include "core/visibility/frame-count.h"

enum {
    PAYLOAD_DEFAULT = 1448, /* of a full segment: MTU 1500, TCP timestamps */
    PAYLOAD_LEAST = 536,    /* ... or more (RFC 9293, section 3.7.1): less is no full segment */
    HEADERS_DEFAULT = 66,
    FULL_FRAMES_LEAST = 8, /* in a direction that sends full frames rather than short messages */
    HIDDEN_ONE_IN = 10,    /* less than this part of a direction came: next to nothing */
    HIDDEN_LEAST = 4,      /* full frames: a super-frame holds several */
};

/* Payload of a full data frame from @p sender. @p known is set to false if nothing that came tells
 * it. */
static uint64_t full_payload(const struct flow_direction *sender,
                             const struct flow_direction *receiver, uint8_t options, bool *known)
{
    *known = true;
    uint16_t mss = sender->mss;
    if (mss == 0 || (receiver->mss != 0 && receiver->mss < mss))
        mss = receiver->mss;
    if (mss > options)
        return MAX(mss - (uint32_t)options, sender->payload_max);
    *known = sender->payload_max >= PAYLOAD_LEAST;
    return *known ? sender->payload_max : PAYLOAD_DEFAULT;
}

/* Adds the frames of a direction: captured ones, and those that its ACKs imply. */
static void add_share(uint64_t delivered, uint64_t captured, uint64_t payload,
                      struct flow_totals *totals)
{
    double implied = (double)delivered / (double)payload;
    double came = (double)captured / (double)payload;
    if (delivered == 0)
        return;
    totals->frames_implied += implied;
    totals->frames_came += came;
    totals->share_squares += came * came / implied;
    totals->share_terms++;
    if (captured < delivered / HIDDEN_ONE_IN && implied >= HIDDEN_LEAST) {
        totals->hidden_implied += implied;
        totals->hidden_came += came;
    }
}

/*
 * Of a stream of which only parts come: the frames that its sequence numbers tell of. They begin at
 * the first segment that came and end at the last one, so that what these enclose holds one segment
 * less.
 */
static void add_sampled(const struct flow_direction *sender, uint64_t payload,
                        struct flow_totals *totals)
{
    double segments = (double)sender->joined + (double)sender->parted;
    struct interval all = {sender->payload_first, sender->captured.top.end};
    if (segments < 2 || all.end <= all.start)
        return;
    double came = (double)interval_set_sum(&sender->captured, all);
    double mean = came / segments;
    double between = fmax((double)(all.end - all.start) - mean, 0);
    totals->numbered_came += came / (double)payload;
    totals->numbered_sent += (frames_around(between, segments) - mean) / (double)payload;
}

void flow_add_implied(const struct flow_direction *sender, const struct flow_direction *receiver,
                      uint64_t delivered, uint64_t captured, struct flow_totals *totals)
{
    /* Timestamps are in the segments of both ends, or of none. */
    const struct flow_direction *shown = sender->headers != 0 ? sender : receiver;
    uint64_t headers = shown->headers != 0 ? shown->headers : HEADERS_DEFAULT;
    bool known;
    uint64_t payload = full_payload(sender, receiver, shown->options, &known);
    uint64_t frames = delivered / payload + (delivered % payload != 0 ? 1 : 0);
    totals->implied_frames += frames;
    totals->implied_bytes += delivered + frames * headers;
    if (known && frames >= FULL_FRAMES_LEAST)
        totals->implied_max = MAX(totals->implied_max, payload + headers);
    add_share(delivered, captured, payload, totals);
    add_sampled(sender, payload, totals);
}
