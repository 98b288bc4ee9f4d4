# SPDX-License-Identifier: GPL-2.0-or-later
"""A row of a table of what tshark must show."""

from typing import NamedTuple


class Shows(NamedTuple):
    """The frames that pass the filter, and what their fields say: one value for all, or a list."""

    capture: str
    display_filter: str
    frames: list
    values: dict = {}

    def __str__(self):
        return f"{self.capture}: {self.display_filter}"

    def wanted(self, field):
        """What the field says on each of the frames."""
        value = self.values[field]
        return value if isinstance(value, list) else [value] * len(self.frames)
