# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refused changes: one error that reports every difference between the requested and the current state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from .errors import Ambiguous, Conflict, Difference, DliError, ImmutableOption, InvalidInput

T = TypeVar("T")
D = TypeVar("D")

REFUSALS = (Conflict, ImmutableOption, InvalidInput, Ambiguous)


def differences_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The differences of two states. Changing them is possible, so they have no ``why``."""
    return [
        Difference(option, before.get(option), wanted)
        for option, wanted in after.items()
        if before.get(option) != wanted
    ]


class Refusals:
    """The refusals of all checks of one change.

    The checks go on after the first refusal, so that the user learns all differences from one error.
    """

    def __init__(self) -> None:
        self._errors: list[DliError] = []
        self._interrupted_by: DliError | None = None

    @property
    def options(self) -> frozenset[str]:
        """The options whose change is refused."""
        return frozenset(each.option for error in self._errors for each in error.differences)

    def add(self, error: DliError, differences: Iterable[Difference] = ()) -> None:
        """Add a refusal. The ``differences`` describe it unless the error has some of its own."""
        error.differences = error.differences or tuple(differences)
        self._errors.append(error)

    def attempt(
        self, check: Callable[[], T], default: D, difference: Callable[[str], Difference] | None = None
    ) -> T | D:
        """The result of a check, or ``default`` if the check refuses the change.

        ``difference`` makes the difference from the message of the refusal. Any other error is raised, but must not
        hide a refusal that is known already; then this check and the remaining ones are skipped.
        """
        if self._interrupted_by is not None:
            return default
        try:
            return check()
        except REFUSALS as exc:
            self.add(exc, [difference(exc.message)] if difference else ())
        except DliError as exc:
            if not self._errors:
                raise
            self._interrupted_by = exc
        return default

    def raise_all(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Raise one error with all refusals, if there are any.

        ``before`` and ``after`` are the current state and the state after all changes that are possible.
        """
        if not self._errors:
            return
        rejected = [each for error in self._errors for each in error.differences]
        unchanged = {option: before[option] for option in self.options if option in before}
        after = {**{key: value for key, value in after.items() if key not in self.options}, **unchanged}
        error = self._merged()
        error.differences = (*rejected, *differences_between(before, after))
        error.diff = {"before": dict(before), "after": after}
        if self._interrupted_by is not None:
            warning = f"Not all options could be compared with the current state. {self._interrupted_by}"
            error.details = {**error.details, "warnings": [*error.details.get("warnings", ()), warning]}
        raise error

    def _merged(self) -> DliError:
        """The refusal about an immutable option, else the first one, with the messages and hints of all."""
        errors = sorted(self._errors, key=lambda each: not isinstance(each, ImmutableOption))
        error = errors[0]
        if len(errors) > 1:
            messages = dict.fromkeys(f"{each.message.removesuffix('.')}." for each in errors)
            hints = dict.fromkeys(each.hint for each in errors if each.hint)
            error.message, error.hint = " ".join(messages), " ".join(hints) or None
            error.connection = next((each.connection for each in errors if each.connection), None)
            nothing_else = all(each.missing for each in errors)
            error.missing = frozenset().union(*(each.missing for each in errors)) if nothing_else else frozenset()
        return error
