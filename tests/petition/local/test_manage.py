import os
import subprocess
import sys

from petition.local import ROOT


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_command_that_reads_files_alone_needs_no_database(environment, var_dir):
    assert manage(environment, "check").returncode == 0
    assert list(var_dir.iterdir()) == []


def test_wrong_database_url_is_one_sentence_without_the_password(environment):
    done = manage(environment | {"DATABASE_URL": "postgres://u:verysecret@127.0.0.1:9/peace"}, "recount", "--check")
    assert done.returncode == 1
    assert done.stderr.startswith("The database that DATABASE_URL names cannot be used: ")
    assert done.stderr.count("\n") == 1
    assert "verysecret" not in done.stderr


def test_forgotten_venv_is_one_sentence(environment):
    """As the system's Python sees it: nothing is installed."""
    script = "import runpy, sys; sys.path.insert(0, '.'); runpy.run_path('manage.py', run_name='__main__')"
    python = os.path.realpath(sys.executable)
    done = subprocess.run(
        [python, "-S", "-c", script, "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == "django is not here: run it as .venv/bin/python manage.py, after make run.\n"
