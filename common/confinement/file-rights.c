/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/confinement/file-rights.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's header of Debian 12 ends with the second version of the interface. */
enum { ABI_REFER = 2, ABI_TRUNCATE = 3, ABI_NETWORK = 4, ABI_DEVICES = 5 };

static const uint64_t right_refer = 1 << 13;
static const uint64_t right_truncate = 1 << 14;
static const uint64_t right_ioctl_device = 1 << 15;
static const uint64_t network_tcp = 3; /* bind and connect */

static const uint64_t first_version = (1 << 13) - 1;
static const uint64_t on_files =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | right_truncate;
static const uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t making = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                               LANDLOCK_ACCESS_FS_MAKE_REG | right_truncate;

/* As the kernel has it; the header may know the first member alone. */
struct ruleset {
    uint64_t files;
    uint64_t network;
};

/* What a ruleset of this version can forbid. */
static uint64_t handled(unsigned abi)
{
    return first_version | (abi >= ABI_REFER ? right_refer : 0) |
           (abi >= ABI_TRUNCATE ? right_truncate : 0) |
           (abi >= ABI_DEVICES ? right_ioctl_device : 0);
}

/* The version of the interface; below 1 where there is none. */
static long ask_abi(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
}

bool file_rights_can_be_given_up(void)
{
    return ask_abi() >= 1;
}

bool file_rights_begin(struct file_rights *rights)
{
    long abi = ask_abi();
    if (abi < 1)
        return false;
    const struct ruleset ruleset = {handled((unsigned)abi), abi >= ABI_NETWORK ? network_tcp : 0};
    size_t length = abi >= ABI_NETWORK ? sizeof ruleset : sizeof ruleset.files;
    rights->abi = (unsigned)abi;
    rights->ruleset = (int)syscall(SYS_landlock_create_ruleset, &ruleset, length, 0);
    return rights->ruleset >= 0;
}

void file_rights_add(struct file_rights *rights, const char *path, enum file_right right)
{
    struct stat status;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return;
    uint64_t allowed = (right == FILE_RIGHT_MAKE ? making : reading) & handled(rights->abi);
    if (fstat(fd, &status) != 0 || !S_ISDIR(status.st_mode))
        allowed &= on_files;
    const struct landlock_path_beneath_attr rule = {.allowed_access = allowed, .parent_fd = fd};
    (void)syscall(SYS_landlock_add_rule, rights->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(fd);
}

bool file_rights_apply(struct file_rights *rights)
{
    bool applied = syscall(SYS_landlock_restrict_self, rights->ruleset, 0) == 0;
    close(rights->ruleset);
    return applied;
}
