"""SQL that migrations run, kept in files that can be read as SQL."""

from pathlib import Path

from django.db.migrations import RunSQL


def run_sql(package_file: str, name: str, *, reverse: str) -> RunSQL:
    """A migration operation for the file `name` beside `package_file`; `reverse` is the SQL that undoes it."""
    return RunSQL((Path(package_file).parent / name).read_text(encoding="utf-8"), reverse)
