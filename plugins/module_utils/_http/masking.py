# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in texts of the services, which may repeat them encoded: as JSON, HTML, URL, base64 and the like."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote

from .._core.texts import SHORTEST_SECRET, encoded_forms

MASK = "********"
HIDDEN = "the text is not shown, because it contains a secret"
JSON_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
WHITE = re.compile(r"\s+")
# A space in a URL may be a plus sign, and a message is shown with single spaces.
SPACE = re.compile(r"[\s+]+")
# How often an encoding may be applied to the result of another one.
LAYERS = 4


def mask(text: str, secrets: Iterable[str]) -> str:
    """The text without ``secrets``. If it contains an encoded one, the text is returned decoded."""
    # A secret may be a part of another one.
    for secret in sorted(filter(None, set(secrets)), key=len, reverse=True):
        text = _mask_one(text.replace(secret, MASK), secret)
    return text


def _mask_one(text: str, secret: str) -> str:
    decoded = _decoded(text)
    bare = WHITE.sub("", decoded)
    for encoded in encoded_forms(secret):
        if encoded in bare:
            # Base64 is often wrapped.
            text = decoded = re.sub(r"\s*".join(map(re.escape, encoded)), MASK, decoded)
    plain = _decoded(secret)
    needle = _squeezed(plain)
    if len(secret) < SHORTEST_SECRET or len(needle) < SHORTEST_SECRET // 2:
        return decoded.replace(secret, MASK) if secret in decoded else text
    if needle not in _squeezed(decoded):
        return text
    pattern = r"[\s+]*".join(re.escape(each) for each in SPACE.sub("", plain))
    masked = re.sub(pattern, MASK, decoded, flags=re.IGNORECASE)
    # Letters whose other case is several letters, such as a sharp s.
    return HIDDEN if needle in _squeezed(masked) else masked


def _decoded(text: str) -> str:
    for _layer in range(LAYERS):
        before = text
        text = JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], unquote(unescape(text)))
        if text == before:
            break
    # JSON escapes a character beyond U+FFFF as two.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _squeezed(text: str) -> str:
    return SPACE.sub("", text).casefold()


def masked_values(value: Any, secrets: Iterable[str]) -> Any:
    """JSON whose texts are without ``secrets``; the same object if it has none.

    Keys stay as they are, and so do texts that are a secret as a whole, which Ansible replaces.
    """
    found = [secret for secret in set(secrets) if _occurs(secret, value)]
    return _without(value, found) if found else value


def _occurs(secret: str, value: Any) -> bool:
    # Looking once through all texts is much faster than once through each.
    whole = "\n\n".join(texts_in(value))
    return mask(whole, (secret,)) != whole


def _without(value: Any, secrets: Collection[str]) -> Any:
    if isinstance(value, str):
        return value if value in secrets else mask(value, secrets)
    if isinstance(value, Mapping):
        return {key: _without(each, secrets) for key, each in value.items()}
    return [_without(each, secrets) for each in value] if isinstance(value, (list, tuple)) else value


def texts_in(value: Any) -> Iterator[str]:
    """All texts in JSON except keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list, tuple)):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from texts_in(each)
