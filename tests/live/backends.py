# SPDX-License-Identifier: GPL-2.0-or-later
"""Which ways of sending and receiving a build has: those with XDP are optional."""

import re
import subprocess


def senders(erspangen):
    told = subprocess.run([erspangen, "send", "--help"], check=True, capture_output=True, text=True).stdout
    return re.findall(r"^  ([a-z-]+) ", told.split("Back-ends of this build:")[1].split("\n\n")[0], re.MULTILINE)


def receivers(erspanrate):
    refused = subprocess.run([erspanrate, "-i", "lo", "-b", "?"], capture_output=True, text=True).stderr
    return refused.split("must be one of")[1].replace(",", " ").split()
