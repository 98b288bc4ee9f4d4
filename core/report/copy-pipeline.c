/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/copy-pipeline.h"

/* True of a frame without IP that was cut before the end of what its fingerprint takes: what tells
 * it from others may be missing, such as the address that an ARP asks for. */
static bool lacks_what_tells(const struct copy *copy, struct bytes frame,
                             struct frame_payload packet)
{
    return packet.ip_version == 0 && frame.len < packet.offset + FINGERPRINT_WITHOUT_IP &&
           frame.len < copy->mirrored_length;
}

void copy_digest_read(struct analysis *analysis, const struct copy *copy, struct bytes payload,
                      struct copy_digest *digest)
{
    struct bytes frame = copy_frame(copy, payload);
    struct frame_payload packet = frame_probe_find_ip(frame, copy->inner.kind);
    digest->content = analysis_keep(analysis, frame, packet);
    if (digest->content.fingerprint != 0 && lacks_what_tells(copy, frame, packet))
        digest->content.fingerprint = FINGERPRINT_TOO_LITTLE;
    digest->has_segment = tcp_segment_find(frame, packet, copy->mirrored_length, &digest->segment);
}

void copy_digest_read_again(const struct copy *copy, struct bytes payload,
                            struct copy_digest *digest)
{
    struct bytes frame = copy_frame(copy, payload);
    struct frame_payload packet = frame_probe_find_ip(frame, copy->inner.kind);
    digest->content = (struct fingerprint_frame){0};
    digest->has_segment = tcp_segment_find(frame, packet, copy->mirrored_length, &digest->segment);
}
