# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What every script here needs: strict mode, the root of the tree, --help, and one way to speak, to
# be root, and not to be root. Nothing here or there may need /dev/fd: a bare chroot has none.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
    printf '%s\n' "== $*"
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Prints the comment at the top of the script: its documentation.
usage() {
    sed -n '3,/^[^#]/s/^# \{0,1\}//p' "$0"
}

case ${1-} in -h | --help) usage && exit ;; esac

# Runs a command as root: at once, or through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "needs root for '$*': run as root, or install sudo"
    fi
}

# Runs a command without privileges: as the user who runs here, or as nobody when that is root.
unprivileged() {
    if [ "$(id -u)" -eq 0 ]; then
        HOME=/nonexistent setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

# Makes a directory for what is kept from run to run, if there is none. Ends unless it is this user's or root's
# alone: in /tmp and /var/tmp, others may have made it before, and what lies there is trusted.
own_directory() {
    mkdir -p "$1"
    local owner
    owner=$(stat -c %u "$1")
    case $owner in 0 | "$(id -u)" | "${SUDO_UID-0}") ;; *) die "$1 is another user's: it is not trusted" ;; esac
    [ ! -L "$1" ] || die "$1 is a link: it is not trusted"
    [ -z "$(find "$1" -maxdepth 0 -perm /002)" ] || die "$1: everybody may write there: it is not trusted"
}

# Runs a command and keeps what it prints to itself, unless it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 || status=$?
    [ "$status" -eq 0 ] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

# Says how far a command is, whose log this is: on a terminal each second, else each half minute.
tell_progress() {
    local what=$1 log=$2 seconds=0
    while sleep 1 && kill -0 $$ 2>/dev/null; do
        seconds=$((seconds + 1))
        if [ -t 1 ]; then
            printf '\r\033[K   %s, %d s: %.50s' "$what" "$seconds" "$(tail -n 1 "$log" | tr -cd '[:print:]')"
        elif [ $((seconds % 30)) -eq 0 ]; then
            printf '   %s, %d s\n' "$what" "$seconds"
        fi
    done
}

# with_progress WHAT COMMAND...: as quietly, and tells meanwhile how far the command is. It begins with a
# command that does nothing: sudo may ask for a password, which progress would write over.
with_progress() {
    local what=$1 log status=0 teller
    shift
    [ "$1" != as_root ] || as_root true
    log=$(mktemp)
    tell_progress "$what" "$log" &
    teller=$!
    "$@" >"$log" 2>&1 || status=$?
    kill "$teller" 2>/dev/null || true
    wait "$teller" 2>/dev/null || true
    [ ! -t 1 ] || printf '\r\033[K'
    [ "$status" -eq 0 ] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

# True if an argument names tests: a file or a directory that is there, or a test in a file.
names_tests() {
    local argument
    for argument in "$@"; do
        [ ! -e "${argument%%::*}" ] || return 0
    done
    return 1
}
