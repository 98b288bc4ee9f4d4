/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/analysis/kept-bytes.h"

#include <glib.h>

void kept_bytes_init(struct kept_bytes *ring, size_t size, size_t ahead)
{
    *ring = (struct kept_bytes){
        .data = g_malloc(size),
        .units = (uint32_t)(size / KEPT_BYTES_UNIT),
        .reach = (uint32_t)((size - MIN(ahead, size / 2)) / KEPT_BYTES_UNIT),
    };
}

void kept_bytes_clear(struct kept_bytes *ring)
{
    g_free(ring->data);
}

struct kept_place kept_bytes_put(struct kept_bytes *ring, struct bytes frame, size_t limit)
{
    size_t share = (size_t)ring->units * KEPT_BYTES_UNIT / KEPT_BYTES_SHARE;
    struct bytes kept = bytes_first(frame, MIN(limit, share));
    uint32_t units = kept_bytes_end((struct kept_place){0, (uint16_t)kept.len});
    uint32_t at = ring->written & (ring->units - 1);
    if (units > ring->units - at) { /* the bytes of a frame lie in one piece */
        ring->written += ring->units - at;
        at = 0;
    }
    const struct kept_place place = {ring->written, (uint16_t)kept.len};
    bytes_copy(kept, 0, ring->data + (size_t)at * KEPT_BYTES_UNIT, kept.len);
    ring->written += units;
    return place;
}

struct bytes kept_bytes_at(const struct kept_bytes *ring, struct kept_place place, uint32_t end)
{
    bool gone = end - place.at > ring->reach;
    size_t offset = (size_t)(place.at & (ring->units - 1)) * KEPT_BYTES_UNIT;
    return (struct bytes){ring->data + offset, gone ? 0 : place.length};
}
