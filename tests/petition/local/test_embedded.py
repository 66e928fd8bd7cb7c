import os
import shutil
import signal
import stat
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from petition.local import embedded, locks, places

from .conftest import pids_of, postmaster, processes_of

HOLD = """
import sys
from pathlib import Path
from petition.local import embedded
with embedded.running(Path(sys.argv[1])):
    print("up", flush=True)
    import time; time.sleep(600)
"""


def ask(folder, question):
    with psycopg.connect(embedded.url(folder), autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else None


def wait_until_nothing_runs(folder):
    assert locks.wait_until_free(folder / "postgres.alive", seconds=30)
    assert locks.wait_until_free(folder / "postgres.watchers", seconds=30)


@pytest.fixture
def user(start, var_dir):
    """Starts processes that use the server until they are killed."""

    def user():
        program = start("-c", HOLD, str(var_dir))
        program.wait_for("up")
        return program

    return user


def test_url_touches_nothing_and_stays_the_same(tmp_path):
    assert embedded.url(tmp_path / "var") == embedded.url(tmp_path / "var")
    assert list(tmp_path.iterdir()) == []


def test_url_is_short_however_long_the_path(tmp_path):
    long = tmp_path / ("long" * 50) / ("longer" * 40)
    assert len(embedded.url(long)) == len(embedded.url(tmp_path))


def test_it_runs_while_it_is_used_and_leaves_no_process(var_dir):
    with embedded.running(var_dir):
        assert ask(var_dir, "SELECT current_database(), lower('Ü')") == [("hatthalekha", "ü")]
    assert processes_of(var_dir) == []
    assert not places.socket_folder(var_dir).exists()


def test_data_outlast_it(var_dir):
    with embedded.running(var_dir):
        ask(var_dir, "CREATE TABLE name (name text)")
        ask(var_dir, "INSERT INTO name VALUES ('សុខា')")
    with embedded.running(var_dir):
        assert ask(var_dir, "SELECT name FROM name") == [("សុខា",)]


def test_nobody_else_gets_near_it(var_dir):
    with embedded.running(var_dir):
        folders = [places.socket_folder(var_dir), var_dir / "postgres", var_dir / "postgres" / "data"]
        assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 3
        assert ask(var_dir, "SHOW listen_addresses") == [("",)]


def test_last_user_stops_it(var_dir, user):
    other = user()
    with embedded.running(var_dir) as server:
        assert other.end(signal.SIGTERM) != 0
        assert ask(var_dir, "SELECT 1") == [(1,)]
    assert not server.is_alive()


def test_racing_users_start_one_server(var_dir):
    def use(_):
        with embedded.running(var_dir):
            return ask(var_dir, "SELECT count(*) FROM pg_database WHERE datname = 'hatthalekha'")

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(use, range(6))) == [[(1,)]] * 6
    wait_until_nothing_runs(var_dir)


def test_it_ends_when_its_only_user_is_killed(var_dir, user):
    user().end(signal.SIGKILL)
    wait_until_nothing_runs(var_dir)
    assert processes_of(var_dir) == []


def test_it_starts_after_all_of_it_was_killed(var_dir, user):
    killed = user()
    ask(var_dir, "CREATE TABLE name (name text)")
    for pid in pids_of(var_dir):
        os.kill(pid, signal.SIGKILL)
    killed.end()
    with embedded.running(var_dir):
        assert ask(var_dir, "SELECT count(*) FROM name") == [(0,)]


def test_server_that_died_is_started_again(var_dir):
    with embedded.running(var_dir) as server:
        os.kill(postmaster(var_dir), signal.SIGKILL)
        assert locks.wait_until_free(var_dir / "postgres.alive", seconds=30)
        assert not server.is_alive()
        server.start()
        assert ask(var_dir, "SELECT 1") == [(1,)]


def test_half_made_data_are_made_anew(var_dir):
    (var_dir / "postgres" / "data.unfinished" / "base").mkdir(parents=True)
    with embedded.running(var_dir):
        assert ask(var_dir, "SELECT 1") == [(1,)]


def test_stale_pid_file_of_a_process_that_lives_deceives_nobody(var_dir):
    with embedded.running(var_dir):
        stale = (var_dir / "postgres" / "data" / "postmaster.pid").read_text()
    (var_dir / "postgres" / "data" / "postmaster.pid").write_text(stale.replace(stale.split()[0], str(os.getppid()), 1))
    with embedded.running(var_dir):
        assert ask(var_dir, "SELECT 1") == [(1,)]


def test_deleted_folder_starts_afresh_though_its_server_runs(var_dir, user):
    left = user()
    ask(var_dir, "CREATE TABLE name (name text)")
    shutil.rmtree(var_dir, ignore_errors=True)  # the server may write meanwhile
    with embedded.running(var_dir):
        assert ask(var_dir, "SELECT to_regclass('name')") == [(None,)]
    left.end(signal.SIGTERM)


def test_deleted_folder_lets_its_user_go(var_dir):
    with embedded.running(var_dir):
        folder = places.socket_folder(var_dir)
        shutil.rmtree(var_dir, ignore_errors=True)
        shutil.rmtree(var_dir, ignore_errors=True)
    assert processes_of(var_dir) == []
    shutil.rmtree(folder, ignore_errors=True)


def test_throwaway_leaves_nothing_behind(var_dir):
    with embedded.running(var_dir, throwaway=True):
        assert ask(var_dir, "SHOW fsync") == [("off",)]
    assert not (var_dir / "postgres").exists()


def test_settings_of_libpq_do_not_lead_elsewhere(var_dir, monkeypatch):
    for name in ("PGPORT", "PGHOSTADDR", "PGDATABASE", "PGSERVICE", "PGOPTIONS"):
        monkeypatch.setenv(name, "9")
    with embedded.running(var_dir):
        assert ask(var_dir, "SELECT current_database()") == [("hatthalekha",)]
