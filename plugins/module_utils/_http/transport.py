# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP exchange: a requests Session, explicit timeouts, and retries where they are safe."""

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
except Exception:  # A broken requests may raise anything; the task that needs it reports this.
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

# Statuses after which an idempotent request is retried.
TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
# Statuses that prove that the service did not accept the request: any request is retried.
NOT_ACCEPTED_STATUSES = frozenset({429})


class Response(NamedTuple):
    """A response; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    text: str


class Transport:
    """Sends requests over one Session.

    ``verify`` is False, True or the path of a CA bundle. ``timeout`` limits the wait for a response, in seconds.
    ``max_retries`` is the maximum number of retries of one request.
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
        """Limit the timeouts, retries and pauses of all requests in this context by ``deadline``."""
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
        """Send one request and return the response, whatever its status; raises TransportError if there is none.

        ``idempotent`` allows retries after which the service may have executed the request twice.
        """
        full_url = f"{url}?{canonical_query(list(query.items()))}" if query else url
        # Serialized once, here: the signature covers exactly the bytes that are sent.
        data = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        statuses = TRANSIENT_STATUSES if idempotent else NOT_ACCEPTED_STATUSES
        attempt = 0
        # Not delegated to urllib3, which would reuse the signature, valid for 15 minutes, and the first timeout.
        while True:
            timeouts = self._timeouts()
            try:
                response = self._send(method, full_url, data, auth, headers or {}, timeouts)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as exc:
                from . import transport_errors

                failure = transport_errors.from_exception(exc, full_url, timeouts)
                if not failure.transient or (failure.outcome_unknown and not idempotent) or self._is_last(attempt):
                    raise failure from None
                seen, retry_after = failure.message, None
            else:
                if response.status not in statuses or self._is_last(attempt):
                    return response
                seen = f"HTTP {response.status} {responses.get(response.status, '')}".strip()
                retry_after = response.headers.get("retry-after")
            attempt += 1
            what = f"a response from {urlsplit(full_url).netloc}"
            _back_off(attempt, self.max_retries, retry_after, self._deadline, what, seen)

    def _send(
        self,
        method: str,
        url: str,
        data: bytes | None,
        auth: Auth,
        headers: Mapping[str, str],
        timeouts: tuple[float, float],
    ) -> Response:
        response = self._session.request(
            method,
            url,
            data=data,
            headers={"Content-Type": "application/json", **headers},
            auth=auth,
            timeout=timeouts,
            # Set per request, because REQUESTS_CA_BUNDLE overrides the setting of the Session.
            verify=self.verify,
            # A redirect would send the credentials to another host.
            allow_redirects=False,
        )
        # urllib3 1.26 does not detect a truncated response.
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
    retry: int, max_retries: int, retry_after: str | None, deadline: clock.Deadline | None, what: str, seen: str
) -> None:
    """Sleep before a retry: as long as Retry-After requests, else exponentially longer, with jitter.

    Reports that the task waits for ``what``, and ``seen``, the reason of the retry.
    """
    backoff = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (retry - 1)) * random.uniform(0.5, 1)
    pause = min(_seconds(retry_after) or backoff, LONGEST_RETRY_AFTER)
    if deadline is not None:
        pause = min(pause, deadline.remaining())
    attempt = f"retrying in {pause:.0f} s (attempt {retry + 1} of {max_retries + 1})"
    progress.report_retry(what, f"{seen}, {attempt}", pause)
    clock.sleep(pause)


def _seconds(retry_after: str | None) -> float:
    """The seconds of a Retry-After header in either of its forms; 0 if it is missing or invalid."""
    if retry_after is None:
        return 0.0
    try:
        return float(urllib3.Retry(0).parse_retry_after(retry_after))
    except urllib3.exceptions.InvalidHeader:
        return 0.0
