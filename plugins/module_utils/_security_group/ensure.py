# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of the module dli_security_group_rule: read the rules of the group, decide, and apply the decision."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._api import security_groups
from .._api.task import Task
from .._core import rules as checks
from .._core.errors import AccessDenied, AlreadyExists, ApiUnavailable, Conflict, NotFound
from .._core.results import Outcome
from .._wait import progress
from .._wait.budget import WaitBudget
from . import plan, sources

if TYPE_CHECKING:
    from .._api.security_groups import RuleFields, SecurityGroupRule
    from .._http.client import Client
    from .params import RuleParams, RuleTask

# The fields of a rule that a diff shows, and those of a result.
MANAGED = ("direction", "ethertype", "protocol", "ports", "remote_ip_prefix", "action", "priority", "description")
RESULT_KEYS = ("id", "security_group_id", *MANAGED)


def ensure(api: Client, params: RuleParams, dry_run: bool) -> Outcome:
    """Create the missing rules, or remove the described ones; with ``dry_run``, only decide what would change."""
    task = Task(api, params, dry_run, WaitBudget(wait=False, timeout=0, interval=0))
    try:
        group = _group_id(api, params["security_group"])
    except Conflict as exc:
        if params["state"] == "present":
            raise
        # Deleted together with its data source; or the name is wrong, which the warning shows.
        return Outcome(changed=False, after=None, warnings=(f"There is no rule to remove: {exc}",), details=_shown([]))
    found = sources.find(task)
    current = security_groups.list_rules(api, group)
    if params["state"] == "absent":
        return _ensure_absent(task, plan.removal(current, params, found.cidrs), found.warnings)
    if not current:
        _check_group(api, group)
    wanted = plan.requested(params, group, found.cidrs or ())
    return _ensure_present(task, current, wanted, found.warnings)


def _group_id(api: Client, group: str) -> str:
    """The ID of the group that the option names. An ID costs no request."""
    if re.fullmatch(checks.UUID, group):
        return group.lower()
    try:
        return security_groups.group_id(api, group, "security_group")
    except ApiUnavailable as exc:
        exc.hint = "Set security_group to the ID of the group: this region does not offer the look-up by name."
        raise


def _check_group(api: Client, group: str) -> None:
    """Raise Conflict if the group does not exist. Hardly any group is without rules, so this look-up is rare."""
    try:
        found = security_groups.show_group(api, group)
    except (AccessDenied, ApiUnavailable):
        # The permission to read rules suffices for everything else.
        return
    if found is None:
        raise Conflict(f"Security group {group} does not exist.", hint=security_groups.CHECK_GROUP, reason="not_found")


def _ensure_present(
    task: RuleTask, current: Sequence[SecurityGroupRule], wanted: Sequence[RuleFields], warnings: tuple[str, ...]
) -> Outcome:
    # Decided for all before the first write.
    found = [plan.existing(current, each, task.params["priority"]) for each in wanted]
    after: list[SecurityGroupRule] = []
    created: list[RuleFields] = []
    for rule, fields in zip(found, wanted, strict=True):
        if rule is None:
            rule, new, more = _create(task, fields)
            warnings += more
            if new:
                created.append(fields)
        if all(rule is not each for each in after):
            after.append(rule)
    return Outcome(
        changed=bool(created),
        after=None,
        details=_shown(after, RESULT_KEYS),
        diff_before=_shown([]) if created else {},
        diff_after=_shown(created) if created else {},
        warnings=warnings,
    )


def _create(task: RuleTask, fields: RuleFields) -> tuple[SecurityGroupRule, bool, tuple[str, ...]]:
    """Create a rule: the rule, whether this run created it, and warnings."""
    predicted: SecurityGroupRule = {
        "id": None,
        **fields,
        "remote_group_id": None,
        "remote_address_group_id": None,
        "enabled": None,
    }
    if task.dry_run:
        return predicted, True, ()
    group, api = fields["security_group_id"], task.api

    def find() -> SecurityGroupRule | None:
        return plan.existing(security_groups.list_rules(api, group), fields, None)

    operation = f"create a rule for {_described(fields)} in security group {group}"
    try:
        return security_groups.create_rule(api, fields, operation, find), True, ()
    except AlreadyExists as exc:
        # Another client created it meanwhile, or the service takes more rules for equal than this module.
        return find() or predicted, False, (f"{exc.message} Therefore, no rule was created.",)
    except NotFound as exc:
        exc.hint = security_groups.CHECK_GROUP
        raise


def _ensure_absent(task: RuleTask, decided: plan.Removal, warnings: tuple[str, ...]) -> Outcome:
    warnings += tuple(
        f"Rule {rule['id']} of security group {rule['security_group_id']} was not removed, because it does not match "
        f"the task exactly: it allows ports {rule['ports']}."
        for rule in decided.kept
    )
    removed = [rule for rule in decided.remove if task.dry_run or _delete(task, rule)]
    return Outcome(
        changed=bool(removed),
        after=None,
        details=_shown([]),
        diff_before=_shown(removed) if removed else {},
        diff_after=_shown([]) if removed else {},
        warnings=warnings,
    )


def _delete(task: RuleTask, rule: SecurityGroupRule) -> bool:
    """Delete a rule; False if another client has just deleted it."""
    operation = f"delete rule {rule['id']} of security group {rule['security_group_id']}"
    with progress.noticing_retries() as retries:
        # A retry after a lost response finds the rule deleted by this very request.
        return security_groups.delete_rule(task.api, str(rule["id"]), operation) or bool(retries)


def _described(fields: RuleFields) -> str:
    """The rule in a message, for example `TCP port 5432 from 10.0.0.0/16`."""
    return f"{str(fields['protocol']).upper()} port {fields['ports'] or 'any'} from {fields['remote_ip_prefix']}"


def _shown(rules: Sequence[Mapping[str, Any]], keys: Sequence[str] = MANAGED) -> dict[str, Any]:
    return {"security_group_rules": [{key: rule[key] for key in keys} for rule in rules]}
