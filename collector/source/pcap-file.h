/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Reads plain pcap files, from a descriptor that need not be seekable.
 *
 * Programs of the nineties wrote other records under the magic number of pcap; libwiretap knows
 * them, by trying. What may be such a file is told from plain ones by the first records. Packets
 * are not cut at the snap length of the header, which several programs set lower than their packets
 * are long.
 */
#ifndef COLLECTOR_SOURCE_PCAP_FILE_H
#define COLLECTOR_SOURCE_PCAP_FILE_H

#include "collector/source/input-window.h"

enum pcap_file_kind {
    PCAP_FILE_OTHER, /* another version of pcap, another format, or no capture at all */
    PCAP_FILE_PLAIN, /* pcap of version 2.4, in either byte order, with micro- or nanoseconds */
    PCAP_FILE_ODD,   /* the same by its header, but records that are not: perhaps a variant */
    PCAP_FILE_NG
};

enum { PCAP_FILE_HEAD_LENGTH = 4096 /* bytes: more records than libwiretap tries */ };

/** Tells the kind by the first bytes of a file, such as are there. */
enum pcap_file_kind pcap_file_kind_of(struct bytes head);

struct pcap_record {
    uint32_t seconds;     /* since 1970 */
    int64_t fraction_ns;  /* of the second; some captures let it exceed one */
    uint32_t wire_length; /* bytes that the packet had; some captures say less than were captured */
    struct bytes bytes;   /* captured; valid until the next record is read */
};

struct pcap_file;

/**
 * Begins to read a file of PCAP_FILE_PLAIN.
 *
 * @param fd  at the begin of the file. It stays the caller's.
 * @return NULL if the header cannot be read. The caller frees it with pcap_file_free().
 */
struct pcap_file *pcap_file_new(int fd);
void pcap_file_free(struct pcap_file *file);

/** The link type in the header, see core/wire/link.h. */
uint32_t pcap_file_link(const struct pcap_file *file);

/** Reads the next record.
 * @param record  filled if the result is INPUT_THERE.
 * @return INPUT_END behind a whole record; INPUT_FAILED if pcap_file_error() says why. */
enum input_result pcap_file_next(struct pcap_file *file, struct pcap_record *record);

/** Why the last record could not be read; @p file owns it. */
const char *pcap_file_error(const struct pcap_file *file);

#endif
