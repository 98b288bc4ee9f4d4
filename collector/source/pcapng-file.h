/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Reads pcapng files as most programs write them: sections of either byte order, interfaces,
 * enhanced and simple packets. Blocks of names, statistics and secrets are passed over. All else,
 * and whatever is odd, is refused: libwiretap may know it. See the pcapng draft,
 * draft-ietf-opsawg-pcapng.
 */
#ifndef COLLECTOR_SOURCE_PCAPNG_FILE_H
#define COLLECTOR_SOURCE_PCAPNG_FILE_H

#include "collector/source/input-window.h"

struct pcapng_packet {
    uint32_t link;       /* LINKTYPE, see core/wire/link.h */
    bool has_time;       /* false of a simple packet */
    int64_t seconds;     /* since 1970 */
    int64_t fraction_ns; /* of the second, below one */
    uint32_t wire_length;
    struct bytes bytes; /* captured; valid until the next packet is read */
};

struct pcapng_file;

/**
 * @param fd  at the begin of a file. It stays the caller's.
 * @return never NULL: what is no pcapng is refused at the first packet. The caller frees it with
 *         pcapng_file_free().
 */
struct pcapng_file *pcapng_file_new(int fd);
void pcapng_file_free(struct pcapng_file *file);

/** Reads up to the next packet.
 * @param packet  filled if the result is INPUT_THERE.
 * @return INPUT_END behind a whole block; INPUT_FAILED if pcapng_file_error() says why. */
enum input_result pcapng_file_next(struct pcapng_file *file, struct pcapng_packet *packet);

/** Why the file was refused; @p file owns it. */
const char *pcapng_file_error(const struct pcapng_file *file);

#endif
