# SPDX-License-Identifier: GPL-2.0-or-later
# manual.awk
# Mends a manual page that pandoc has set: names are not broken at their hyphens, long choices
# (a|b|c) may be broken behind "|", and tables leave room for the space between their columns, and may
# break the names in them.

# The widths of a table's columns: pandoc's fill the line without that space.
/^l?[lrc]*(lw|rw|cw)\([0-9.]+n\)/ {
    rest = $0
    line = ""
    while (match(rest, /\([0-9.]+n\)/)) {
        width = substr(rest, RSTART + 1, RLENGTH - 3)
        line = line substr(rest, 1, RSTART) sprintf("%.1f", width * 0.86) "n)"
        rest = substr(rest, RSTART + RLENGTH)
    }
    print line rest
    next
}

# A terminal has no pages, and a cell of a table may be longer than one.
/^\.TH/ { print; print ".if n .pl 1000i"; next }

/^\.TS/ { in_table = 1 }
/^\.TE/ { in_table = 0 }

# Requests, but for those that hold text.
/^\.(SH|SS|IP|RS|RE|nf|fi|EX|EE|PP|TP|TS|TE|hy|ad)/ || /^'/ { print; next }

{
    while (match($0, /[A-Za-z0-9]-[A-Za-z0-9]/))
        $0 = substr($0, 1, RSTART) "\\-" substr($0, RSTART + 2)
    gsub(/\|/, "|\\:")
    # A column is narrower than many a field's name: it may be broken behind "." and "_".
    if (in_table && $0 != "_") {
        gsub(/_/, "_\\:")
        while (match($0, /[a-z0-9]\.[a-z]/))
            $0 = substr($0, 1, RSTART + 1) "\\:" substr($0, RSTART + 2)
    }
    print
}
