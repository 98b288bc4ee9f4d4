/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What generator and collector tell each other during a limit test: lines of a verb and numbers.
 * Nothing else crosses, so that neither can make the other open, write or run anything.
 */
#ifndef COMMON_CONTROL_CONTROL_MESSAGE_H
#define COMMON_CONTROL_CONTROL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONTROL_VERSION = 2,
    CONTROL_PORT = 34754, /* TCP; not registered */
    CONTROL_NUMBERS_MAX = 12,
    CONTROL_LINE_MAX = 320, /* bytes, with the end of the line: 12 numbers of 20 digits fit */
    CONTROL_WAIT_MS = 4500, /* for an answer, and for the next message */
    CONTROL_STILL_MS = 500  /* between two CONTROL_STILL within a trial */
};

/** The numbers of each stand in this order. */
enum control_verb {
    CONTROL_HELLO,   /* collector: version, key is needed, four numbers to be signed */
    CONTROL_KEY,     /* generator: version, four numbers of the signature, 0 without a key */
    CONTROL_WELCOME, /* collector: MTU of its interface, enum control_receiver, the host
                        (control_key_host()) */
    CONTROL_REFUSE,  /* collector: enum control_refusal; it hangs up */
    CONTROL_BEGIN,   /* generator: milliseconds that the trial lasts at most */
    CONTROL_READY,   /* collector: it counts from now on */
    CONTROL_STILL,   /* generator, within a trial: it is still there */
    CONTROL_END,     /* generator: frames that it sent */
    CONTROL_RESULT,  /* collector: enum control_count */
    CONTROL_VERBS
};

enum control_refusal { CONTROL_OTHER_VERSION = 1, CONTROL_WRONG_KEY, CONTROL_BUSY };

/** How the collector receives (its --backend). */
enum control_receiver {
    CONTROL_BY_PCAP,
    CONTROL_BY_PACKET,
    CONTROL_BY_XDP,
    CONTROL_BY_COUNT,
    CONTROL_BY_STRIP,
    CONTROL_RECEIVERS
};

/** Numbers of a result. All are of one trial. */
enum control_count {
    CONTROL_RECEIVED,   /* copies */
    CONTROL_LATE,       /* of these */
    CONTROL_ON_THE_WAY, /* lost: this and the next three */
    CONTROL_INTERFACE,
    CONTROL_KERNEL,
    CONTROL_PROGRAM,
    CONTROL_RING,    /* drops that this host counted, whosever packets: ring of the program */
    CONTROL_BACKLOG, /* backlog between interface and protocols */
    CONTROL_TIMED,   /* copies whose delay is known */
    CONTROL_DELAY,   /* their mean, in nanoseconds, as two's complement: clocks may be apart */
    CONTROL_JITTER,  /* nanoseconds, by RFC 3550 */
    CONTROL_COUNTS
};

struct control_message {
    enum control_verb verb;
    unsigned count; /* of numbers */
    uint64_t numbers[CONTROL_NUMBERS_MAX];
};

/** Reads a line without its end. False unless it is a verb with as many numbers as it has. */
bool control_message_read(const char *line, size_t len, struct control_message *message);

/** Writes the line with its end and a 0 into @p line, of CONTROL_LINE_MAX bytes. Returns its
 * length. */
size_t control_message_write(const struct control_message *message, char *line);

#endif
