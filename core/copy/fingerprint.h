/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The fingerprint of a mirrored frame: a hash of the first part of what no switch or router on its
 * way changes. Two copies of the same frame have equal fingerprints (quirk Q21, mirrored twice),
 * before and after routing too. Frames with equal fingerprints may still differ behind that part:
 * core/analysis/fingerprint-table.h compares the rest.
 *
 * Left out are MAC addresses, tags, padding, and of IP what a router may change: TTL or hop limit,
 * header checksum, traffic class, flow label, DF, IPv4 options. Of what follows IP, at most
 * FINGERPRINT_BEHIND_IP bytes count; of a frame without IP, FINGERPRINT_WITHOUT_IP bytes from its
 * EtherType on. A capture with a snap length of 128 holds as much of most frames, behind the outer
 * headers and a Type III header with its sub-header: so a copy that was cut equals a whole one.
 *
 * A frame that address translation, a new MPLS label or fragmentation changed has another
 * fingerprint.
 */
#ifndef CORE_COPY_FINGERPRINT_H
#define CORE_COPY_FINGERPRINT_H

#include "core/base/bytes.h"
#include "core/wire/frame-probe.h"

enum { FINGERPRINT_BEHIND_IP = 12, FINGERPRINT_WITHOUT_IP = 30 };

/** The fingerprint of all frames that hold too little to be told apart: cut before the eighth byte
 * behind IP, or with less than eight bytes behind the EtherType (pause frames). Callers that know
 * that a frame without IP was cut before FINGERPRINT_WITHOUT_IP bytes give it this, too. */
#define FINGERPRINT_TOO_LITTLE UINT64_C(1)

/** A 64-bit fingerprint, 0 for no bytes at all. @p frame is the captured bytes of the mirrored
 * frame, @p packet what it carries. */
uint64_t fingerprint_of(struct bytes frame, struct frame_payload packet);

#endif
