"""What migrations use to give rights to the groups of staff, which are made in this room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.migrations import RunPython


def grants(groups: Sequence[str], rights: Mapping[tuple[str, str], Sequence[str]]) -> RunPython:
    """Give groups the rights of {(app, model): actions}; backwards they are taken again. A permission that is not there
    yet, since Django makes them after all migrations, is made as Django would."""

    def permissions(apps: Any) -> Iterator[Any]:
        for (app_label, model), actions in rights.items():
            content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
                app_label=app_label, model=model
            )
            options = apps.get_model(app_label, model)._meta
            own = dict(options.permissions)
            for action in actions:
                codename = f"{action}_{model}"
                permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
                    content_type=content_type,
                    codename=codename,
                    defaults={"name": own.get(codename, f"Can {action} {options.verbose_name_raw}")},
                )
                yield permission

    def give(apps: Any, schema_editor: Any) -> None:
        given = list(permissions(apps))
        for group in apps.get_model("auth", "Group").objects.filter(name__in=groups):
            group.permissions.add(*given)

    def take(apps: Any, schema_editor: Any) -> None:
        taken = list(permissions(apps))
        for group in apps.get_model("auth", "Group").objects.filter(name__in=groups):
            group.permissions.remove(*taken)

    return RunPython(give, take)
