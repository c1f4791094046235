# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP exchange: a Session, explicit timeouts, and retries where they are safe."""

from __future__ import annotations

import json
import random
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import responses
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from .._core import clock
from .._core.version import VERSION
from .._wait import progress
from .signing import canonical_query
from .tls import Adapter

try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

if TYPE_CHECKING:
    from .signing import Auth

USER_AGENT = f"huaweicloud.dli/{VERSION} (Ansible collection)"
CONNECT_TIMEOUT = 10.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LONGEST_RETRY_AFTER = 60.0

# A request that may be repeated is repeated when the answer says "not now" or "not me".
TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
# Any other request is repeated only when the service says that it did not accept it.
NOT_ACCEPTED_STATUSES = frozenset({429})


class Response(NamedTuple):
    """What came back: ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    text: str


class Transport:
    """Sends requests over one Session.

    ``verify`` is False, True or the path of a CA bundle; ``timeout`` is how long to wait for an
    answer, in seconds; ``max_retries`` is how often a request may be repeated.
    """

    def __init__(self, *, timeout: float, verify: bool | str, max_retries: int) -> None:
        self.timeout = timeout
        self.verify = verify
        self.max_retries = max_retries
        self._deadline: clock.Deadline | None = None
        self._adapter = Adapter()
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)

    @contextmanager
    def with_deadline(self, deadline: clock.Deadline) -> Iterator[None]:
        """Bound retries, their pauses and timeouts of everything sent inside by ``deadline``."""
        outer, self._deadline = self._deadline, deadline
        try:
            yield
        finally:
            self._deadline = outer

    def exchange(
        self,
        method: str,
        url: str,
        *,
        auth: Auth,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool,
    ) -> Response:
        """Send one request and return the answer, whatever its status.

        ``repeatable`` says that sending it twice does no harm. Raises TransportError when there is no answer.
        """
        address = f"{url}?{canonical_query(list(query.items()))}" if query else url
        # Serialised here, once: the signature covers exactly the bytes that are sent.
        data = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        statuses = TRANSIENT_STATUSES if idempotent else NOT_ACCEPTED_STATUSES
        attempt = 0
        # Not left to urllib3: it would repeat the first signature, which the service refuses after a quarter of an
        # hour, and the first timeout, however little of the deadline is left.
        while True:
            timeouts = self._timeouts()
            try:
                answer = self._send(method, address, data, auth, headers or {}, timeouts)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as exc:
                from . import transport_errors

                failure = transport_errors.from_exception(exc, address, timeouts)
                if not failure.transient or (failure.outcome_unknown and not idempotent) or self._is_last(attempt):
                    raise failure from None
                seen, asked_for = failure.message, None
            else:
                if answer.status not in statuses or self._is_last(attempt):
                    return answer
                seen = f"HTTP {answer.status} {responses.get(answer.status, '')}".strip()
                asked_for = answer.headers.get("retry-after")
            attempt += 1
            host = urlsplit(address).netloc
            _back_off(attempt, self.max_retries, asked_for, self._deadline, f"an answer from {host}", seen)

    def _send(
        self,
        method: str,
        address: str,
        data: bytes | None,
        auth: Auth,
        headers: Mapping[str, str],
        timeouts: tuple[float, float],
    ) -> Response:
        response = self._session.request(
            method,
            address,
            data=data,
            headers={"Content-Type": "application/json", **headers},
            auth=auth,
            timeout=timeouts,
            # With each request: a Session's own setting loses against REQUESTS_CA_BUNDLE.
            verify=self.verify,
            # A redirect would carry the credentials to wherever it points.
            allow_redirects=False,
        )
        # urllib3 1.26 does not see by itself that an answer broke off.
        if response.raw.length_remaining:
            raise requests.exceptions.ChunkedEncodingError
        return Response(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.content.decode("utf-8", "replace"),
        )

    def _is_last(self, attempt: int) -> bool:
        return attempt >= self.max_retries or (self._deadline is not None and self._deadline.remaining() <= 0)

    def _timeouts(self) -> tuple[float, float]:
        left = self.timeout if self._deadline is None else min(self.timeout, max(1.0, self._deadline.remaining()))
        return min(CONNECT_TIMEOUT, left), left


def _back_off(
    repetition: int, most: int, asked_for: str | None, deadline: clock.Deadline | None, what: str, seen: str
) -> None:
    """Rest before one of the repetitions: as long as the service asks for, else longer each time, and at random.

    Who listens hears that ``what`` is waited for, and what was ``seen`` in its place.
    """
    grown = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (repetition - 1)) * random.uniform(0.5, 1)
    pause = min(_seconds(asked_for) or grown, LONGEST_RETRY_AFTER)
    if deadline is not None:
        pause = min(pause, deadline.remaining())
    again = f"trying again in {pause:.0f} s (attempt {repetition + 1} of {most + 1})"
    progress.report_retry(what, f"{seen}, {again}", pause)
    clock.sleep(pause)


def _seconds(retry_after: str | None) -> float:
    """The seconds that a Retry-After header names, in either of its forms; none if it says nothing sensible."""
    if retry_after is None:
        return 0.0
    try:
        return float(urllib3.Retry(0).parse_retry_after(retry_after))
    except urllib3.exceptions.InvalidHeader:
        return 0.0
