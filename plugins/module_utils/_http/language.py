# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The language of an error message: every request asks for English, because some texts decide."""

from __future__ import annotations

import re

# A letter of another script than the Latin one. Names of objects can be of any script.
OTHER_SCRIPT = re.compile(r"[^\W\d_\u0041-\u024f]")
# Nearly every English message has one of these words.
ENGLISH_WORD = re.compile(
    r"\b(the|is|are|was|has|be|been|no|not|does|do|cannot|can|of|to|in|for|already|invalid|failed|error)\b",
    re.IGNORECASE | re.ASCII,
)


def is_english(text: str) -> bool:
    """Whether nothing shows that the text is in another language."""
    return not OTHER_SCRIPT.search(text) or ENGLISH_WORD.search(text) is not None
