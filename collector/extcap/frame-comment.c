/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/extcap/frame-comment.h"

#include <glib.h>

#include "core/base/quantity.h"

static void add(char comment[static FRAME_COMMENT_MAX], const char *text)
{
    if (*comment != '\0')
        g_strlcat(comment, "; ", FRAME_COMMENT_MAX);
    g_strlcat(comment, text, FRAME_COMMENT_MAX);
}

/* "3 copies are" and what they are. */
static void add_count(char comment[static FRAME_COMMENT_MAX], uint64_t count, const char *one,
                      const char *many, const char *what)
{
    add(comment, quantity_of(count, one, many).text);
    g_strlcat(comment, what, FRAME_COMMENT_MAX);
}

static void add_sequence(char comment[static FRAME_COMMENT_MAX],
                         const struct sequence_finding *finding)
{
    switch (finding->kind) {
    case SEQUENCE_GAP:
        add_count(comment, finding->lost, "copy is", "copies are", " missing before this one");
        break;
    case SEQUENCE_LATE:
        if (finding->extent == 0)
            add(comment, "late");
        else
            add_count(comment, finding->extent, "copy with a higher number",
                      "copies with higher numbers", " came before this one");
        break;
    case SEQUENCE_DUPLICATE:
        add(comment, "this copy came before");
        break;
    case SEQUENCE_PENDING:
        add(comment, "out of place, unless the sequence numbers begin again here");
        break;
    case SEQUENCE_RESTART:
        add(comment, "the sequence numbers have begun again");
        break;
    default:
        break;
    }
}

void frame_comment_put(const struct mirrored_frame *frame, char comment[static FRAME_COMMENT_MAX])
{
    *comment = '\0';
    const struct sequence_finding *sequence = mirrored_frame_sequence(frame, NULL);
    if (sequence != NULL)
        add_sequence(comment, sequence);
    bool came_twice = sequence != NULL && sequence->kind == SEQUENCE_DUPLICATE;
    if (frame->finding != NULL && frame->finding->copy_of != 0 && !came_twice)
        add(comment, frame->finding->copy_of_other_session
                         ? "the same frame was mirrored before, in another session"
                         : "the same frame was mirrored before");
}
