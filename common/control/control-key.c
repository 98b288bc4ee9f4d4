/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/control/control-key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "common/errors.h"

enum { FILE_MAX = 4096, DIGEST = CONTROL_KEY_NUMBERS * sizeof(uint64_t) };

/* Drawn by the kernel when the host starts. */
static const char boot_file[] = "/proc/sys/kernel/random/boot_id";

static const char purpose[] = "erspan-tools limit test 1";

/* At most one character more than a key may have: a device has no end. False with errno set. */
static bool read_beginning(const char *file, char text[static FILE_MAX + 2], size_t *len)
{
    FILE *stream = fopen(file, "re");
    if (stream == NULL)
        return false;
    *len = fread(text, 1, FILE_MAX + 1, stream);
    text[*len] = '\0';
    bool good = ferror(stream) == 0;
    int reason = errno;
    fclose(stream);
    errno = reason;
    return good;
}

char *control_key_read(const char *file, GError **error)
{
    char text[FILE_MAX + 2];
    size_t len;
    if (!read_beginning(file, text, &len)) {
        fail(error, STATUS_FAILED, "%s: %s", file, g_strerror(errno));
        return NULL;
    }
    if (len <= FILE_MAX && strlen(g_strstrip(text)) >= CONTROL_KEY_LEAST)
        return g_strdup(text);
    fail(error, STATUS_USAGE, "%s: a key has %d to %d characters", file, CONTROL_KEY_LEAST,
         FILE_MAX);
    return NULL;
}

bool control_key_draw(uint64_t *numbers)
{
    return getrandom(numbers, DIGEST, 0) == (ssize_t)DIGEST;
}

void control_key_sign(const char *key, const uint64_t *numbers, uint64_t *signature)
{
    guint8 digest[DIGEST] = {0};
    gsize len = sizeof digest;
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guint8 *)key, strlen(key));
    g_hmac_update(hmac, (const guint8 *)purpose, sizeof purpose);
    for (unsigned i = 0; i < CONTROL_KEY_NUMBERS; i++) {
        const uint64_t number = GUINT64_TO_BE(numbers[i]);
        g_hmac_update(hmac, (const guint8 *)&number, sizeof number);
    }
    g_hmac_get_digest(hmac, digest, &len);
    g_hmac_unref(hmac);
    for (unsigned i = 0; i < CONTROL_KEY_NUMBERS; i++) {
        memcpy(&signature[i], digest + i * sizeof(uint64_t), sizeof(uint64_t));
        signature[i] = GUINT64_FROM_BE(signature[i]);
    }
}

bool control_key_verify(const char *key, const uint64_t *numbers, const uint64_t *signature)
{
    uint64_t right[CONTROL_KEY_NUMBERS];
    uint64_t difference = 0;
    control_key_sign(key, numbers, right);
    for (unsigned i = 0; i < CONTROL_KEY_NUMBERS; i++)
        difference |= right[i] ^ signature[i];
    return difference == 0;
}

uint64_t control_key_host(const uint64_t *numbers)
{
    uint64_t signature[CONTROL_KEY_NUMBERS];
    char *boot = control_key_read(boot_file, NULL);
    if (boot == NULL)
        return 0;
    control_key_sign(boot, numbers, signature);
    g_free(boot);
    return signature[0];
}
