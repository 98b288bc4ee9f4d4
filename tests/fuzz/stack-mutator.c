/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes packets whose outer headers lead from one to the next, which changed bytes seldom do: one
 * of the input's bytes is given a header before it, and the field that says what follows tells the
 * truth. Every other time libFuzzer changes bytes as ever.
 */
#include <string.h>

#include "core/base/bytes.h"
#include "tests/fuzz/mutators.h"

/* Each carries one of a kind, and says of which kind it is itself. */
enum kind { ETHERNET, ETHER_TYPE, IP_4, IP_6, UDP, MPLS, GRE, KINDS };

struct header {
    enum kind is;      /* what must be said before it */
    enum kind carries; /* what it says follows */
    const char *bytes;
    size_t length;
};

#define HEADER(is, carries, bytes)                                                                 \
    {                                                                                              \
        is, carries, bytes, sizeof bytes - 1                                                       \
    }

/* Their lengths are filled in by nobody: a walk believes what was captured. */
static const struct header headers[] = {
    HEADER(ETHERNET, ETHER_TYPE, "\2\0\0\0\0\1\2\0\0\0\0\2"),
    HEADER(ETHER_TYPE, ETHER_TYPE, "\x81\0\0\5"),
    HEADER(ETHER_TYPE, ETHER_TYPE, "\x88\xa8\0\5"),
    HEADER(ETHER_TYPE, ETHER_TYPE, "\x91\0\0\5"),
    HEADER(ETHER_TYPE, ETHER_TYPE, "\x89\x26\0\0\0\0"),
    HEADER(ETHER_TYPE, ETHERNET, "\x88\xe7\0\0\0\7"),
    HEADER(ETHER_TYPE, MPLS, "\x88\x47"),
    HEADER(ETHER_TYPE, IP_4, "\x08\0"),
    HEADER(ETHER_TYPE, IP_6, "\x86\xdd"),
    HEADER(ETHER_TYPE, IP_4, "\x88\x64\x11\0\0\1\0\0\0\x21"),
    HEADER(ETHER_TYPE, ETHERNET, "\x65\x58"),
    HEADER(MPLS, MPLS, "\0\1\x40\x40"),
    HEADER(MPLS, IP_4, "\0\1\x41\x40"),
    HEADER(MPLS, IP_6, "\0\1\x41\x40"),
    HEADER(MPLS, ETHERNET, "\0\1\x41\x40\0\0\0\0"),
    HEADER(IP_4, GRE, "\x45\0\0\0\0\1\0\0\x40\x2f\0\0\xc0\0\2\1\xc0\0\2\2"),
    HEADER(IP_4, UDP, "\x45\0\0\0\0\1\0\0\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2"),
    HEADER(IP_4, IP_4, "\x45\0\0\0\0\1\0\0\x40\4\0\0\xc0\0\2\1\xc0\0\2\2"),
    HEADER(IP_4, IP_6, "\x45\0\0\0\0\1\0\0\x40\x29\0\0\xc0\0\2\1\xc0\0\2\2"),
    HEADER(IP_4, GRE, "\x46\0\0\0\0\1\x20\0\x40\x2f\0\0\xc0\0\2\1\xc0\0\2\2\1\1\1\0"),
    HEADER(IP_6, GRE,
           "\x60\0\0\0\0\0\x2f\x40\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x20\1\r\xb8\0\0"
           "\0\0\0\0\0\0\0\0\0\2"),
    HEADER(IP_6, GRE,
           "\x60\0\0\0\0\0\x3c\x40\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x20\1\r\xb8\0\0"
           "\0\0\0\0\0\0\0\0\0\2\x2f\0\4\1\4\1\1\0"),
    HEADER(UDP, ETHERNET, "\x12\x34\x12\xb5\0\0\0\0\x08\0\0\0\0\0\7\0"),
    HEADER(UDP, ETHER_TYPE, "\x12\x34\x17\xc1\0\0\0\0\0\0"),
    HEADER(UDP, GRE, "\x12\x34\x12\x92\0\0\0\0"),
    HEADER(UDP, MPLS, "\x12\x34\x19\xeb\0\0\0\0"),
    HEADER(GRE, ETHER_TYPE, "\0\0"),
    HEADER(GRE, ETHER_TYPE, "\x10\0"),
    HEADER(GRE, ETHER_TYPE, "\x30\0"),
};

enum { HEADERS = sizeof headers / sizeof *headers, LAYERS_MAX = 12 };

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static const struct header *choose(uint32_t *state, enum kind kind)
{
    const struct header *chosen = NULL;
    for (size_t tries = 0; tries < 4 * HEADERS; tries++) {
        chosen = &headers[draw(state) % HEADERS];
        if (chosen->is == kind)
            return chosen;
    }
    return NULL;
}

/* The headers of a stack that begins with Ethernet and ends where a copy may. */
static size_t make_stack(uint32_t *state, uint8_t *stack, size_t room)
{
    static const char copy[] = "\x88\xbe\0\0\0\1\x10\1\0\5\0\0\0\0";
    enum kind next = ETHERNET;
    size_t length = 0;
    for (unsigned layers = draw(state) % LAYERS_MAX; layers > 0 || next != ETHER_TYPE; layers--) {
        const struct header *header = choose(state, next);
        if (header == NULL || header->length > room - length)
            return length;
        memcpy(stack + length, header->bytes, header->length);
        length += header->length;
        next = header->carries;
        if (layers == 0)
            layers = 1; /* goes on to the next that says which protocol follows */
    }
    if (draw(state) % 4 != 0 && room - length > sizeof copy) {
        memcpy(stack + length, copy, sizeof copy - 1);
        length += sizeof copy - 1;
    }
    return length;
}

size_t stack_mutate(uint8_t *packet, size_t length, size_t room, uint32_t seed)
{
    enum { STACK_MAX = 400 };
    uint8_t stack[STACK_MAX];
    uint32_t state = seed;
    size_t made = make_stack(&state, stack, STACK_MAX);
    if (made > room)
        return length;
    size_t kept = length < room - made ? length : room - made;
    memmove(packet + made, packet, kept);
    memcpy(packet, stack, made);
    return made + kept;
}
