# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion of erspangen and erspanrate for bash; those of zsh and fish call it. It reads the options and their
# values from the programs' own --help, so that the option tables are their only home.

# The help that lists the options of the command line, each in a line.
_erspan_tools_help() {
    if [[ ${COMP_WORDS[0]##*/} == erspangen ]]; then
        "${COMP_WORDS[0]}" "${COMP_WORDS[1]}" --help-all
    else
        "${COMP_WORDS[0]}" --help-all
    fi 2>/dev/null | sed -e ':more' -e '/|$/{N;s/|\n */|/;bmore' -e '}'
}

# The words that may be the value of an option; FILE if it is a file.
_erspan_tools_values() {
    local row form
    row=$(grep -E -m 1 -- "^ *(-[A-Za-z], )?$1[= ]|^ *$1, " <<<"$2")
    form=$(sed -E -n 's/^ *(-[A-Za-z], )?--[a-z0-9-]+=([^ ]+).*/\2/p' <<<"$row")
    case $form in
    FILE | CAPTURE) echo FILE ;;
    INTERFACE) ls /sys/class/net ;;
    NAME)
        case $row in
        *--interface=*) ls /sys/class/net ;;
        *--backend=*) "${COMP_WORDS[0]}" --version | sed -n -e 's/,//g' -e 's/^sends by *//p' ;;
        *) echo "?" ;;
        esac
        ;;
    WORD) sed -e 's/.*: //' -e 's/,//g' <<<"$row" ;;
    *'|'*) tr '|' '\n' <<<"$form" | grep -x '[a-z][a-z0-9-]*' ;;
    *) [[ -n $form ]] && echo "?" ;;
    esac
}

# The option whose value is completed: "--type 2", "-t 2", and "--type=2", which bash splits at "=".
_erspan_tools_option() {
    local before=${COMP_WORDS[COMP_CWORD - 1]}
    if [[ $1 == = ]]; then
        echo "$before"
    elif [[ $before == = ]]; then
        echo "${COMP_WORDS[COMP_CWORD - 2]}"
    elif [[ $1 != -* && $before == -* ]]; then
        echo "$before"
    fi
}

# Those of the words that begin so, each in a line behind a prefix: WORDS PREFIX BEGINNING. "compgen -W" would run the
# commands that it finds in a word, and whoever made an interface has named it. A word that the shell would read as
# anything but itself is left out.
_erspan_tools_words() {
    local words each
    while read -r -a words; do
        for each in "${words[@]}"; do
            [[ $each != "$3"* || $each == *[!a-zA-Z0-9_.,:@%+-]* ]] || printf "%s\n" "$2$each"
        done
    done <<<"$1"
}

# Offers the lines. Without <(...), which needs /dev/fd: a bare chroot has none.
_erspan_tools_offer() {
    [[ -z $1 ]] || mapfile -t COMPREPLY <<<"$1"
}

# Names of files are quoted. Where zsh or fish asks, they do that.
_erspan_tools_quote() {
    compopt -o filenames 2>/dev/null || true
}

_erspan_tools() {
    local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} prefix='' option help values
    COMPREPLY=()
    if [[ ${program##*/} == erspangen && $COMP_CWORD -eq 1 ]]; then
        values=$("$program" --help | sed -n -e '/^Examples/q' -e '/^  erspangen/d' -e 's/^  \([a-z][a-z]*\)  *.*/\1/p')
        _erspan_tools_offer "$(_erspan_tools_words "$values --help --version" "" "$word")"
        return
    fi
    help=$(_erspan_tools_help)
    option=$(_erspan_tools_option "$word")
    if [[ $word == --*=* ]]; then
        option=${word%%=*}
        prefix=$option=
        word=${word#*=}
    fi
    [[ $word != = ]] || word=
    [[ -z $option ]] || values=$(_erspan_tools_values "$option" "$help")
    if [[ ${values-} == FILE ]]; then
        _erspan_tools_offer "$(compgen -f -P "$prefix" -- "$word")"
        _erspan_tools_quote
    elif [[ -n ${values-} ]]; then
        _erspan_tools_offer "$(_erspan_tools_words "$values" "$prefix" "$word")"
    elif [[ $word == -* ]]; then
        values=$(sed -E -n 's/^ *(-[A-Za-z], )?(--[a-z0-9-]+).*/\2/p' <<<"$help")
        _erspan_tools_offer "$(_erspan_tools_words "$values" "" "$word")"
    elif [[ ${program##*/} == erspangen ]]; then
        values=$("$program" list | sed -n 's/^\([a-z0-9][a-z0-9-]*\) .*/\1/p')
        [[ ${COMP_WORDS[1]} != wrap ]] || values=
        _erspan_tools_offer "$(_erspan_tools_words "$values" "" "$word"; compgen -f -- "$word")"
        _erspan_tools_quote
    fi
}

complete -F _erspan_tools erspangen erspanrate
