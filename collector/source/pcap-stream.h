/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A capture file as libpcap may read it.
 *
 * Programs of the nineties wrote other records under the magic number of pcap. libpcap does not
 * know them and libwiretap does: what may be such a file is not for libpcap. Nor is it cut at the
 * snap length of its header, which several programs set lower than their packets are long.
 */
#ifndef COLLECTOR_SOURCE_PCAP_STREAM_H
#define COLLECTOR_SOURCE_PCAP_STREAM_H

#include <stdio.h>

#include "core/base/bytes.h"

enum pcap_kind {
    PCAP_KIND_OTHER, /* another version of pcap, another format, or no capture at all */
    PCAP_KIND_PLAIN, /* pcap of version 2.4, in either byte order, with micro- or nanoseconds */
    PCAP_KIND_ODD,   /* the same by its header, but records that are not: perhaps a variant */
    PCAP_KIND_NG
};

enum { PCAP_STREAM_HEAD_LENGTH = 4096 /* bytes: more records than libwiretap tries */ };

/** Tells by the first bytes of a file, such as are there. */
enum pcap_kind pcap_kind_of(struct bytes head);

/**
 * Opens a stream that reads from @p fd, at its present offset the begin of the file, as libpcap
 * should see it: in a plain pcap file with the largest snap length.
 *
 * @param buffer  of @p length bytes; stays the caller's, and in use until the stream is closed.
 * @return NULL with errno set. Closing the stream leaves @p fd open.
 */
FILE *pcap_stream_open(int fd, enum pcap_kind kind, char *buffer, size_t length);

#endif
