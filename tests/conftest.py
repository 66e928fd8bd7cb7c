"""The world of the tests: a VAR_DIR of their own, no setting of the developer's, and a database that is theirs."""

import atexit
import os
import re
import shutil
import tempfile
from importlib import import_module
from pathlib import Path

import pytest

from petition import local
from petition.local import embedded, keys

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}
SETTING = re.compile(r'\b(?:env(?:\.\w+)?|key|word|whole)\(\s*"([A-Z_]+)"')


def prepare_environment() -> None:
    """Runs once, before the settings are read; xdist's workers inherit what it sets."""
    for name in SETTING.findall((local.ROOT / "petition" / "settings.py").read_text(encoding="utf-8")):
        if name != "DATABASE_URL":
            os.environ.pop(name, None)
    var_dir = Path(tempfile.mkdtemp(prefix="hatthalekha-tests-"))
    atexit.register(shutil.rmtree, var_dir, ignore_errors=True)
    var_dir.chmod(0o755)  # as root the server runs as an ordinary user, who must get through
    (var_dir / "static").mkdir()
    keys.ensure(var_dir)
    os.environ["TESTS_VAR_DIR"] = str(var_dir)
    os.environ["VAR_DIR"] = str(var_dir)
    os.environ["PAGE_CACHE_SECONDS"] = "0"
    os.environ["ANSWER_STEP"] = "0"
    # Playwright's synchronous API runs an event loop in the thread in which the tests talk to the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = os.environ["TESTS_EMBEDDED"] = embedded.url(var_dir)


if "TESTS_VAR_DIR" not in os.environ:
    prepare_environment()
# Here and not in pyproject.toml: there pytest-django would read the settings before this file stands.
os.environ["DJANGO_SETTINGS_MODULE"] = "petition.settings"


def pytest_configure() -> None:
    from django.conf import settings

    # Without collectstatic there is no manifest.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    # scrypt takes a tenth of a second for each of the cast, on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def client():
    """In place of pytest-django's: whom it logs in by `force_login` has given both factors."""
    from tests.staff import StaffClient

    return StaffClient()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Each of xdist's workers has a database of its own. Without DATABASE_URL: the first worker to need one starts the
    server, the last to end stops it."""
    if "TESTS_EMBEDDED" not in os.environ:
        yield
        return
    with embedded.running(Path(os.environ["TESTS_VAR_DIR"]), throwaway=True):
        yield


@pytest.fixture(autouse=True)
def kept_counts_are_true(request, _django_db_marker):
    """After every test that had the database, the counts kept by trigger equal the rows they count. A test that breaks
    them on purpose repairs them, or says so: @pytest.mark.broken_counts."""
    uses_database = request.node.get_closest_marker("django_db") or DATABASE_FIXTURES & set(request.fixturenames)
    if not uses_database or request.node.get_closest_marker("broken_counts"):
        yield
        return
    # Set up before this one, it is torn down after it: the rows are still there to be counted.
    request.getfixturevalue("_django_db_helper")
    yield
    from django.db import connection

    from signatures import counting

    if not connection.needs_rollback:
        assert counting.differences() == []


@pytest.fixture(autouse=True)
def promises_are_there(request, _django_db_marker):
    """The times of keeping are made by a migration; the flush after a test of real transactions takes them away."""
    if not request.node.get_closest_marker("django_db") and not DATABASE_FIXTURES & set(request.fixturenames):
        return
    request.getfixturevalue("_django_db_helper")
    from django.apps import apps

    from signatures.models import RetentionPolicy

    if not RetentionPolicy.objects.exists():
        import_module("signatures.migrations.0012_promises").promise(apps, None)
        import_module("signatures.migrations.0018_delivery_files").promise(apps, None)


@pytest.fixture(autouse=True)
def switches_are_off():
    """Known for good, so that no test pays for a look at the database; whoever turns one has it looked at."""
    from petition import switches

    switches.keep(switches.Switches(), seconds=float("inf"))
    yield
    switches.keep(switches.Switches(), seconds=float("inf"))


UNMANAGED = [
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
    "petition_rate_counter",
    "signatures_pulse",
    "petition_audit_waiting",
]
# Which refuses what Django's flush does to the audit trail.
NO_TRUNCATE = "ALTER TABLE {table} {word} TRIGGER petition_audit_no_truncate"


def let_be_emptied(is_let: bool) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("petition_auditentry", "petition_auditlink"):
            cursor.execute(NO_TRUNCATE.format(table=table, word="DISABLE" if is_let else "ENABLE"))


@pytest.fixture(autouse=True)
def queue_is_emptied(request, _django_db_marker):
    """The queue and the limits' counters are no models of Django's: its flush after a test of real transactions leaves
    them, and the next test would find them. The reasons that a migration writes go with that flush, and are needed."""
    marker = request.node.get_closest_marker("django_db")
    has_transactions = marker is not None and marker.kwargs.get("transaction")
    if not has_transactions and not {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("_django_db_helper")
    let_be_emptied(False)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute((local.ROOT / "signatures" / "sql" / "reasons.sql").read_text(encoding="utf-8"))
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(UNMANAGED)}")
    let_be_emptied(True)
