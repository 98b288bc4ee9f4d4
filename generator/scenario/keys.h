/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Every key of a scenario, which is every option of the command line: one table for both.
 *
 * A row says which values are right: their type, range and words. The parser, the help and error
 * messages are all made from it.
 */
#ifndef GENERATOR_SCENARIO_KEYS_H
#define GENERATOR_SCENARIO_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The groups of a scenario in which a key may stand. */
enum section {
    SECTION_CAPTURE = 1,
    SECTION_SESSION = 2,
    SECTION_MARKER = 4,
    SECTION_TRAFFIC = 8,
    SECTION_IMPAIRMENT = 16,
    SECTION_ANY =
        SECTION_CAPTURE | SECTION_SESSION | SECTION_MARKER | SECTION_TRAFFIC | SECTION_IMPAIRMENT
};

/** Headings of the help. */
enum key_topic {
    TOPIC_CAPTURE,
    TOPIC_OUTER,
    TOPIC_GRE,
    TOPIC_HEADER,
    TOPIC_SUBHEADER,
    TOPIC_INNER,
    TOPIC_FATE,
    TOPIC_IMPAIRMENT,
    TOPIC_MARKER,
    TOPIC_TRAFFIC,
    TOPIC_PATH,
    TOPICS
};

/** What a value is: how it is written, and what its member holds. */
enum key_type {
    KEY_NUMBER,      /* decimal or 0x hexadecimal: an unsigned integer of any size, or int64_t where
                        a word stands for AUTO */
    KEY_SIZE,        /* bytes, alone or in kB to GiB: int64_t */
    KEY_WORD,        /* one of the words: an enumeration */
    KEY_BOOL,        /* the same: bool */
    KEY_DURATION,    /* ns to s: int64_t nanoseconds */
    KEY_TICK,        /* ps to s: int64_t picoseconds */
    KEY_DRIFT,       /* ppm or ppb, may be negative: int64_t parts in 10^9, a tenth at most */
    KEY_BIT_RATE,    /* bit to Tbit: int64_t bits a second */
    KEY_RATE,        /* the same, or pps to Mpps: struct rate */
    KEY_PERCENTAGE,  /* 0% to 100%: probability */
    KEY_TIME,        /* seconds since 1970 with a fraction: int64_t nanoseconds */
    KEY_CLOCK,       /* a 64-bit number, or unix: struct clock_plan */
    KEY_COPIES,      /* numbers and FIRST-LAST, commas between them: struct copy_list */
    KEY_LATE_COPIES, /* the same, with +N behind each */
    KEY_MAC,         /* struct mac */
    KEY_OPTIONAL_MAC,  /* or same: struct optional_mac */
    KEY_ADDRESS,       /* IPv4 or IPv6: struct address */
    KEY_VLANS,         /* struct vlan_list */
    KEY_HEX,           /* pairs of digits; blanks and colons between pairs: struct hex */
    KEY_NAME,          /* char[NAME_MAX_LENGTH + 1] */
    KEY_NAMES,         /* commas between them: char[PATH_MAX_LENGTH + 1] */
    KEY_FILE,          /* char[PATH_MAX_LENGTH + 1] */
    KEY_INTERNED_NAME, /* const char * */
    KEY_RECIPE,        /* a kind of mirrored frames: const struct frame_recipe * */
    KEY_SHARE,         /* PART/OF: struct share */
    KEY_TYPES
};

struct key {
    const char *name;
    enum key_topic topic;
    unsigned sections; /* of enum section */
    size_t offset;     /* of the member in the section's plan */
    size_t size;       /* of the member */
    enum key_type type;
    uint64_t lowest; /* of a number or size */
    uint64_t highest;
    bool hexadecimal;         /* the help shows the range so */
    bool ends_only;           /* nothing between the lowest and the highest */
    const char *automatic;    /* the word that stands for AUTO; NULL: there is none */
    const char *const *words; /* by the values of the enumeration; NULL at the end */
    const char *help;
};

/** Ends with a row without a name. A name may have a row in each of several sections. */
extern const struct key keys[];

/** The key of that name in that section, or NULL. */
const struct key *key_find(const char *name, unsigned sections);

/** The key that an option of this key's name sets in the section, or NULL. What may stand in a
 * session, too, is an option of sessions alone: it would hold twice. */
const struct key *key_of_option(const struct key *key, enum section section);

/** The key of the sections whose name is closest to @p name; NULL if none is so close that it can
 * be a typing error: up to a third of its letters differ. */
const struct key *key_most_like(const char *name, unsigned sections);

#endif
