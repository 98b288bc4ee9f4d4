/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The one way to read and to write packet bytes in core.
 *
 * A struct bytes is a borrowed view: it owns nothing and is passed by value. Every read is checked;
 * a read that leaves the view yields 0 and touches no memory, so code that uses it cannot read
 * beyond the buffer. Where absence matters, ask bytes_has() first. All multi-byte values are
 * big-endian.
 */
#ifndef CORE_BASE_BYTES_H
#define CORE_BASE_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const uint8_t *data;
    size_t len;
};

/** True if @p count bytes stand at @p offset. */
static inline bool bytes_has(struct bytes b, size_t offset, size_t count)
{
    return offset <= b.len && count <= b.len - offset;
}

static inline uint8_t bytes_u8(struct bytes b, size_t offset)
{
    return bytes_has(b, offset, 1) ? b.data[offset] : 0;
}

static inline uint16_t bytes_u16(struct bytes b, size_t offset)
{
    uint16_t value;
    if (!bytes_has(b, offset, sizeof value))
        return 0;
    memcpy(&value, b.data + offset, sizeof value);
    return be16toh(value);
}

static inline uint32_t bytes_u32(struct bytes b, size_t offset)
{
    uint32_t value;
    if (!bytes_has(b, offset, sizeof value))
        return 0;
    memcpy(&value, b.data + offset, sizeof value);
    return be32toh(value);
}

static inline uint64_t bytes_u48(struct bytes b, size_t offset)
{
    if (!bytes_has(b, offset, 6))
        return 0;
    return (uint64_t)bytes_u16(b, offset) << 32 | bytes_u32(b, offset + 2);
}

static inline uint64_t bytes_u64(struct bytes b, size_t offset)
{
    uint64_t value;
    if (!bytes_has(b, offset, sizeof value))
        return 0;
    memcpy(&value, b.data + offset, sizeof value);
    return be64toh(value);
}

/** The one little-endian reader: FCS and the marker packet's sequence are sent that way. */
static inline uint32_t bytes_u32le(struct bytes b, size_t offset)
{
    return __builtin_bswap32(bytes_u32(b, offset));
}

/** The view from @p offset to the end; empty when @p offset lies beyond it. */
static inline struct bytes bytes_from(struct bytes b, size_t offset)
{
    if (offset >= b.len)
        return (struct bytes){b.data, 0};
    return (struct bytes){b.data + offset, b.len - offset};
}

/** At most the first @p count bytes. */
static inline struct bytes bytes_first(struct bytes b, size_t count)
{
    return (struct bytes){b.data, count < b.len ? count : b.len};
}

/** True if the @p count bytes at @p offset are there and equal @p want. */
static inline bool bytes_equal(struct bytes b, size_t offset, const void *want, size_t count)
{
    return bytes_has(b, offset, count) && (count == 0 || memcmp(b.data + offset, want, count) == 0);
}

/** Copies @p count bytes out; false, and @p out untouched, when they are not all there. */
static inline bool bytes_copy(struct bytes b, size_t offset, void *out, size_t count)
{
    if (!bytes_has(b, offset, count))
        return false;
    if (count > 0)
        memcpy(out, b.data + offset, count);
    return true;
}

/**
 * Where encoders append. A put that does not fit writes nothing and sets @p overflow, which stays
 * set: encode a whole header, then check overflow once.
 */
struct buffer {
    uint8_t *data;
    size_t capacity;
    size_t len;
    bool overflow;
};

static inline uint8_t *buffer_extend(struct buffer *b, size_t count)
{
    if (count > b->capacity - b->len) {
        b->overflow = true;
        b->capacity = b->len; /* nothing is appended after it */
        return NULL;
    }
    uint8_t *at = b->data + b->len;
    b->len += count;
    return at;
}

static inline void buffer_put8(struct buffer *b, uint8_t value)
{
    uint8_t *at = buffer_extend(b, 1);
    if (at != NULL)
        at[0] = value;
}

static inline void buffer_put16(struct buffer *b, uint16_t value)
{
    uint8_t *at = buffer_extend(b, 2);
    if (at != NULL) {
        at[0] = (uint8_t)(value >> 8);
        at[1] = (uint8_t)value;
    }
}

static inline void buffer_put32(struct buffer *b, uint32_t value)
{
    uint8_t *at = buffer_extend(b, 4);
    if (at != NULL) {
        at[0] = (uint8_t)(value >> 24);
        at[1] = (uint8_t)(value >> 16);
        at[2] = (uint8_t)(value >> 8);
        at[3] = (uint8_t)value;
    }
}

static inline void buffer_put64(struct buffer *b, uint64_t value)
{
    uint64_t big_endian = htobe64(value);
    uint8_t *at = buffer_extend(b, sizeof big_endian);
    if (at != NULL)
        memcpy(at, &big_endian, sizeof big_endian);
}

static inline void buffer_put32le(struct buffer *b, uint32_t value)
{
    buffer_put32(b, __builtin_bswap32(value));
}

static inline void buffer_put(struct buffer *b, const void *data, size_t count)
{
    uint8_t *at = buffer_extend(b, count);
    if (at != NULL && count > 0)
        memcpy(at, data, count);
}

static inline void buffer_zero(struct buffer *b, size_t count)
{
    uint8_t *at = buffer_extend(b, count);
    if (at != NULL && count > 0)
        memset(at, 0, count);
}

#endif
