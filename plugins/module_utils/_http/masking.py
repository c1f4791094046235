# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in texts of the services, which may repeat them encoded: as JSON, HTML, URL, base64, in other letter case."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import unquote

MASK = "********"
HIDDEN = "the text is not shown, because it contains a secret"
JSON_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
# A space in a URL may be a plus sign, and a message is shown with single spaces.
SPACE = re.compile(r"[\s+]+")
# Shorter texts occur in other words, so only their exact form is a secret.
SHORTEST = 6
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
    for encoded in _in_base64(secret):
        if encoded in decoded:
            text = decoded = decoded.replace(encoded, MASK)
    plain = _decoded(secret)
    needle = _squeezed(plain)
    if len(secret) < SHORTEST or len(needle) < SHORTEST // 2:
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


def _in_base64(secret: str) -> Iterator[str]:
    """The parts of base64 that depend on the secret only, wherever the secret stands in the encoded text."""
    forms = (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    for form in dict.fromkeys(forms):
        content = form.encode("utf-8", "surrogatepass")
        for offset in range(3):
            encoded = base64.b64encode(bytes(offset) + content).decode()
            part = encoded[-(-offset * 8 // 6) : (offset + len(content)) * 8 // 6]
            if len(part) >= SHORTEST:
                yield part
                yield part.translate(str.maketrans("+/", "-_"))
