# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results, and their file format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Sample:
    """One measurement.

    ``service_seconds`` is the time that the service itself needed, if the task waited for it. ``memory`` is in MB.
    """

    seconds: float
    requests: float = 0
    connections: float = 0
    handshakes: float = 0
    service_seconds: float = 0
    memory: float = 0

    def __sub__(self, other: Sample) -> Sample:
        return self._combined(other, lambda mine, theirs: mine - theirs)

    def __truediv__(self, number: int) -> Sample:
        return self._combined(self, lambda mine, _same: mine / number)

    def _combined(self, other: Sample, combine: Callable[[float, float], float]) -> Sample:
        return Sample(*(combine(getattr(self, name), getattr(other, name)) for name in FIELDS))


FIELDS = tuple(each.name for each in fields(Sample))
RARE = {"memory"}


@dataclass
class Results:
    """Samples by case name, in the order of the rounds, and the environment they were measured in."""

    about: dict[str, str] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def add(self, case: str, sample: Sample) -> None:
        self.samples.setdefault(case, []).append(sample)

    def series(self, case: str, what: str = "seconds") -> list[float]:
        """One value of every sample of a case; empty if the case was not measured."""
        return [getattr(sample, what) for sample in self.samples.get(case, [])]

    @property
    def rounds(self) -> int:
        return max(map(len, self.samples.values()), default=0)

    def median(self, case: str, what: str = "seconds") -> float | None:
        series = self.series(case, what)
        return median(series) if series else None

    def updated(self, newer: Results) -> Results:
        """These results with the cases of others. Raises ValueError if those were measured with other versions."""
        changed = [name for name in newer.about if name != "date" and newer.about[name] != self.about.get(name)]
        if changed:
            raise ValueError(f"measured with other versions of {', '.join(changed)}: run all cases")
        return Results(newer.about, {**self.samples, **newer.samples})

    def save(self, path: Path) -> None:
        cases = {case: _columns(samples) for case, samples in self.samples.items()}
        # One case per line keeps the file short and its diffs readable.
        lines = [f"{json.dumps(case)}: {json.dumps(numbers)}" for case, numbers in cases.items()]
        text = ",\n    ".join(lines)
        path.write_text(
            f'{{\n  "about": {json.dumps(self.about)},\n  "cases": {{\n    {text}\n  }}\n}}\n', encoding="utf-8"
        )

    @classmethod
    def load(cls, path: Path) -> Results:
        saved = json.loads(path.read_text(encoding="utf-8"))
        samples = {
            case: [Sample(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]
            for case, columns in saved["cases"].items()
        }
        return cls(saved["about"], samples)


def _columns(samples: list[Sample]) -> dict[str, list[float]]:
    """The values of all samples by field. Those in RARE only if a sample has one."""
    columns = {name: _rounded(getattr(sample, name) for sample in samples) for name in FIELDS}
    return {name: values for name, values in columns.items() if name not in RARE or any(values)}


def _rounded(numbers: Iterable[float]) -> list[float]:
    return [round(number, 5) for number in numbers]
