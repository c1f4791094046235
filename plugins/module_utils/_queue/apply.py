# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing a queue. Only a run that changes something, or manages sub-resources, loads this file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .._api import queues
from .._aspect.aspect import not_changed_yet
from .._core.compare import normalize_cidr
from .._core.errors import ApiError, ApiUnavailable, Busy, Conflict, Difference, DliError, not_offered
from .._core.refusals import Refusals
from .._core.results import Outcome
from . import aspects as queue_aspects
from . import operations, pool_capacity, preconditions, readiness_waiter
from .plan import pending_changes, read, requested, with_readiness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._api.queues import Queue, QueueOptions
    from .._aspect.aspect import Decisions
    from .params import QueueTask


# The fields that the service sets when an option changes. A queue that joins a pool gets the CIDR block of the pool.
LIMITS = ("cu_scale_out_limit", "cu_scale_in_limit")
SET_BY_SERVICE = {
    "cu_count": LIMITS,
    "elastic_resource_pool_name": ("cidr_in_vpc", "cidr_in_mgntsubnet", "cidr_in_subnet", *LIMITS),
    "cidr_in_vpc": ("cidr_in_mgntsubnet", "cidr_in_subnet"),
}


class Plan(NamedTuple):
    """The decision about a queue. The ``changed``, the diff and the prediction of a result come from it.

    ``base`` has the fields of the current queue, or the fields that a new queue is created with; ``before`` has those
    that a diff shows as before. ``change`` and ``aspects`` are what the run then changes. The functions that carry out
    a plan return it with what really changed.
    """

    base: Mapping[str, Any]
    before: Mapping[str, Any]
    change: QueueOptions
    aspects: Decisions
    warnings: tuple[str, ...] = ()
    creates: bool = False

    @property
    def has_changes(self) -> bool:
        """Whether anything changes apart from a creation."""
        return bool(self.change) or self.aspects.changes

    @property
    def fields(self) -> dict[str, Any]:
        """``base`` after ``change``, without the values that only the service knows then."""
        unknown = [field for option, fields in SET_BY_SERVICE.items() if option in self.change for field in fields]
        return {**self.base, **dict.fromkeys(unknown), **self.change}

    @property
    def predicted(self) -> Queue:
        return queues.from_api(self.fields) if self.creates else cast("Queue", self.fields)

    @property
    def shown_before(self) -> Mapping[str, Any]:
        """The state before the run, as a diff shows it."""
        return self.before if self.creates else {**self.before, **self.aspects.before}

    @property
    def shown_after(self) -> Mapping[str, Any]:
        """The state after the run, as a diff shows it."""
        return {**queues.managed(self.fields), **self.aspects.after}

    def without(self, option: str, value: Any) -> Plan:
        """The plan if another client has changed the option to ``value`` before."""
        change = cast("QueueOptions", {key: each for key, each in self.change.items() if key != option})
        return self._replace(base={**self.base, option: value}, before={**self.before, option: value}, change=change)

    def with_warnings(self, warnings: tuple[str, ...]) -> Plan:
        return self._replace(warnings=(*self.warnings, *warnings))

    def outcome(self, task: QueueTask, after: Queue, *, rebuilding: bool = False) -> Outcome:
        """The outcome of the run with the queue as it is afterwards, or as it is predicted; waits for its readiness."""
        result, warnings = with_readiness(task, after, rebuilding=rebuilding)
        return Outcome(
            changed=self.creates or self.has_changes,
            after={**result, **self.aspects.after},
            diff_before=self.shown_before,
            diff_after=self.shown_after,
            warnings=(*self.warnings, *self.aspects.warnings, *warnings),
            unsupported=self.aspects.unsupported,
        )


def apply(task: QueueTask, current: Queue | None) -> Outcome:
    """Bring the queue into the requested state; in check mode, only decide what would change."""
    if task.params["state"] == "absent":
        return _ensure_absent(task, current)
    if task.params["state"] == "restarted":
        from . import restart

        return restart.ensure(task, current)
    if task.params["wait_only"]:
        from . import scaling_waiter

        return scaling_waiter.ensure(task, current)
    if current is None:
        return _ensure_created(task, replaced=None)
    return _ensure_changed(task, current)


def _ensure_absent(task: QueueTask, current: Queue | None) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    if not task.dry_run:
        operations.delete(task.api, task.name, task.budget)
    return Outcome(changed=True, after=None, diff_before=queues.managed(current))


def _ensure_created(task: QueueTask, *, replaced: Queue | None) -> Outcome:
    plan = _plan_creation(task, replaced)
    if task.dry_run:
        return plan.outcome(task, plan.predicted)
    if not _create(task, plan, replaces=replaced is not None):
        # Another client created the same queue after this task had looked for it.
        return _ensure_changed(task, _existing(task))
    plan, after = _complete(task, plan)
    return plan.outcome(task, after)


def _existing(task: QueueTask) -> Queue:
    queue = read(task)
    if queue is None:
        raise Conflict(f"Queue {task.name} disappeared while this task was running.", reason="concurrent")
    return queue


def _plan_creation(task: QueueTask, replaced: Queue | None) -> Plan:
    preconditions.check_creation(task)
    options = requested(task)
    # CreateQueue takes no CIDR block, so the run changes it afterwards.
    cidr = options.pop("cidr_in_vpc", None)
    plan = Plan(
        base={"name": task.name, "queue_name": task.name, "resource_mode": queues.DEDICATED, **options},
        before={},
        change={"cidr_in_vpc": cidr} if cidr and task.budget.wait else {},
        aspects=queue_aspects.decide_for_new(task.params),
        creates=True,
    )
    if cidr and not task.budget.wait:
        warning = "cidr_in_vpc was not changed because a new queue does not accept it yet; a later run changes it."
        plan = plan.with_warnings((warning,))
    plan = plan.with_warnings(pool_capacity.check(task, plan.predicted, plan.aspects, joins=True))
    if replaced:
        plan = plan._replace(before={**queues.managed(replaced), **queue_aspects.lost_with(task, replaced)})
    return plan


def _ensure_changed(task: QueueTask, current: Queue) -> Outcome:
    change, refusals = pending_changes(task, current), Refusals()
    rejected = preconditions.rejected_changes(task, current, change, refusals)
    if preconditions.recreates(task, current, change, rejected):
        return _ensure_created(task, replaced=current)
    if rejected:
        recreation_allowed = any(preconditions.recreation_allows(task, current, each.option) for each in rejected)
        refusals.add(preconditions.refusal(current, rejected, recreation_allowed=recreation_allowed), rejected)
    plan = _plan_change(task, current, change, refusals)
    after = plan.predicted
    if plan.has_changes and not task.dry_run:
        plan = _send(task, current, plan)
        after = read(task) or plan.predicted
    return plan.outcome(task, after, rebuilding=_rebuilds_cluster(plan.change) and not task.budget.wait)


def _plan_change(task: QueueTask, current: Queue, change: QueueOptions, refusals: Refusals) -> Plan:
    """The plan of the change. Raises one error if anything is refused."""
    refused = refusals.options
    possible = cast("QueueOptions", {key: value for key, value in change.items() if key not in refused})
    plan = Plan(
        base=current,
        before=queues.managed(current),
        change=possible,
        aspects=queue_aspects.decide(task, current, possible, refusals, without=refused),
    )
    joins = "elastic_resource_pool_name" in possible
    option = "elastic_resource_pool_name" if joins else queues.SCALING_POLICIES
    warnings = refusals.attempt(
        lambda: pool_capacity.check(task, plan.predicted, plan.aspects, joins=joins),
        (),
        lambda why: Difference(option, plan.shown_before.get(option), plan.shown_after.get(option), why),
    )
    refusals.raise_all(plan.shown_before, plan.shown_after)
    if task.dry_run and (doubt := preconditions.scaling_doubt(current, possible)):
        warnings += (doubt,)
    return plan.with_warnings(warnings)


def _create(task: QueueTask, plan: Plan, *, replaces: bool) -> bool:
    """Create the queue, after deleting the one that it replaces. False if another client has just created it."""
    contents: dict[str, Any] = {"resource_mode": queues.DEDICATED, **requested(task), **plan.aspects.at_creation}
    contents.pop("cidr_in_vpc", None)
    if not replaces:
        return operations.create(task.api, task.name, contents, task.budget)
    # Waits even without `wait`: the name is free only when the old queue is gone.
    budget = task.budget.always_waiting()
    operations.delete(task.api, task.name, budget)
    try:
        # A pool scales when a queue leaves it, and accepts no other queue meanwhile.
        if operations.create(task.api, task.name, contents, budget):
            return True
        raise Conflict(f"Another client created queue {task.name} after this task had deleted it.", reason="concurrent")
    except DliError as exc:
        again = "The old queue is already deleted; run the task again to create the new one."
        exc.hint = f"{exc.hint or ''} {again}".strip()
        raise


def _complete(task: QueueTask, plan: Plan) -> tuple[Plan, Queue]:
    """Make the changes that a creation cannot; returns the plan as carried out, and the queue."""
    created = read(task) or plan.predicted
    plan = plan._replace(aspects=plan.aspects.remaining_after_create())
    if not plan.has_changes:
        return plan, created
    plan = _send(task, created, plan)
    return plan, (read(task) if plan.has_changes else None) or created


def _send(task: QueueTask, current: Queue, plan: Plan) -> Plan:
    """Make the changes, with ``wait`` each one after the previous one is complete; returns the plan as carried out.

    Whether a queue that is not ready accepts a change is for the service to decide: only a rejection is waited for.
    """
    change, budget = plan.change, task.budget
    if "elastic_resource_pool_name" in change:
        pool = change["elastic_resource_pool_name"]
        if not operations.join_pool(task.api, task.name, pool, budget):
            plan = plan.without("elastic_resource_pool_name", pool)
    if "cu_count" in change:
        plan = _scale(task, plan, change["cu_count"])
    if "cidr_in_vpc" in change:
        plan = _change_cidr(task, current, plan, change["cidr_in_vpc"])
    plan = plan._replace(aspects=plan.aspects.apply(task.api, {**current, **plan.change}, budget))
    if budget.wait and "elastic_resource_pool_name" in change:
        # The cluster of the queue moves while the pool scales.
        readiness_waiter.wait_for_pool(task.api, change["elastic_resource_pool_name"], budget)
    return plan


def _scale(task: QueueTask, plan: Plan, cu_count: int) -> Plan:
    from . import scaling

    try:
        sent, warnings = scaling.scale(task.api, task.name, cu_count, task.budget)
    except ApiError as exc:
        unclear = not exc.explained and not exc.outcome_unknown and not isinstance(exc, Busy)
        if unclear and preconditions.scaling_doubt(plan.base, plan.change):
            exc.hint = f"{preconditions.SMALL_QUEUE_HINT} {exc.hint or ''}".strip()
        raise
    if not sent:
        # A scaling that ran before has led to the requested size.
        plan = plan.without("cu_count", cu_count)
    return plan.with_warnings(warnings)


def _change_cidr(task: QueueTask, current: Queue, plan: Plan, cidr: str) -> Plan:
    """Change the CIDR block, which some regions do not support and a busy queue does not accept."""
    option = "cidr_in_vpc"
    if normalize_cidr(str(current["cidr_in_vpc"])) == normalize_cidr(cidr):
        # The service may have given a new queue this very block.
        return plan
    try:
        operations.set_cidr(task.api, task.name, cidr, task.budget)
    except (ApiUnavailable, Busy) as exc:
        plan = plan._replace(change=cast("QueueOptions", {k: v for k, v in plan.change.items() if k != option}))
        if isinstance(exc, Busy):
            return plan.with_warnings((not_changed_yet(option, task.name, exc),))
        unsupported = plan.aspects._replace(unsupported=(*plan.aspects.unsupported, option))
        return plan._replace(aspects=unsupported).with_warnings((not_offered(option, exc),))
    if task.budget.wait:
        warnings = readiness_waiter.wait_for_rebuilt(task.api, current, task.params["ready_age"], task.budget)
        plan = plan.with_warnings(warnings)
    return plan


def _rebuilds_cluster(change: QueueOptions) -> bool:
    """Whether the service rebuilds the cluster of the queue, so that its age proves nothing."""
    return bool(change.keys() & {"elastic_resource_pool_name", "cidr_in_vpc"})
