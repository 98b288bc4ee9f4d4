# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for fish: that for bash decides.
function __erspan_tools
    set -l words (commandline -opc) (commandline -ct)
    bash -c 'source "$1" && COMP_WORDS=("${@:2}") && COMP_CWORD=$(($# - 2)) && _erspan_tools && printf "%s\n" "${COMPREPLY[@]}"' \
        bash @ERSPAN_COMPLETION_OF_BASH@ $words 2>/dev/null | string match -v ""
end
complete -c erspangen -f -a "(__erspan_tools)"
complete -c erspanrate -f -a "(__erspan_tools)"
