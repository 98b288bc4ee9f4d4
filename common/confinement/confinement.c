/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/confinement/confinement.h"

#include <linux/capability.h>
#include <unistd.h>

#include "common/confinement/file-rights.h"
#include "common/confinement/privileges.h"
#include "common/confinement/system-calls.h"

/* What the kernel tells of itself; what the C library loads to speak another character set. */
static const char *const readable[] = {
    "/proc",          "/sys",      "/usr",         "/lib", "/lib64", "/etc/ld.so.cache",
    "/etc/localtime", "/dev/null", "/dev/urandom",
};

static bool confine_files(const struct confinement_plan *plan)
{
    struct file_rights rights;
    if (!file_rights_begin(&rights))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(readable); i++)
        file_rights_add(&rights, readable[i], FILE_RIGHT_READ);
    if (plan->directory != NULL)
        file_rights_add(&rights, plan->directory, FILE_RIGHT_MAKE);
    if (plan->directory != NULL && plan->directory_is_read)
        file_rights_add(&rights, plan->directory, FILE_RIGHT_READ);
    return file_rights_apply(&rights);
}

/* A sanitizer looks for leaks with another process, which it makes at the end. */
static bool is_sanitized(void)
{
#ifdef __SANITIZE_ADDRESS__
    return true;
#else
    return false;
#endif
}

gboolean confinement_begin(const struct confinement_plan *plan, struct confinement *confinement,
                           GError **error)
{
    *confinement = (struct confinement){0};
    if (plan->off && plan->user == NULL && geteuid() != 0)
        return TRUE;
    uint32_t kept = plan->xdp_sockets ? CAP_TO_MASK(CAP_NET_RAW) | CAP_TO_MASK(CAP_IPC_LOCK) : 0;
    const char *need = plan->directory_is_needed ? plan->directory : NULL;
    if (!privileges_drop(plan->user, need, kept, &confinement->user, error))
        return FALSE;
    confinement->capabilities = privileges_are_only(0);
    if (plan->off || !privileges_are_only(kept))
        return TRUE;
    confinement->files = confine_files(plan);
    confinement->system_calls = !is_sanitized() && system_calls_confine(plan->xdp_sockets);
    return TRUE;
}

const char *confinement_available(void)
{
    static const char *const names[2][2] = {{"neither seccomp nor Landlock", "Landlock"},
                                            {"seccomp", "seccomp and Landlock"}};
    return names[system_calls_can_be_confined()][file_rights_can_be_given_up()];
}

void confinement_clear(struct confinement *confinement)
{
    g_clear_pointer(&confinement->user, g_free);
}
