"""The worker as a process of its own, with a real mail server."""

import re
import signal
import time

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.people import DARA, SOKHA, create_petition, sign, signed
from tests.processes import manage, running

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = ["INDEX_KEY", "MAIL_PUBLIC_KEY", "MAIL_PRIVATE_KEY", "DELIVERY_PUBLIC_KEY", "DELIVERY_PRIVATE_KEY"]
SECONDS = 30  # to start, on a machine that is busy


@pytest.fixture
def petition():
    return create_petition()


def until(happened):
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.05)


def smtp(postbox):
    return f"smtp://127.0.0.1:{postbox.port}"


def test_worker_sends_what_waits_and_ends(petition, postbox):
    signature = signed(petition, DARA)
    done = manage("worker", "--once", EMAIL_URL=smtp(postbox), SITE_URL="https://example.org")
    # Not all jobs: when a minute begins meanwhile, the next round of the house's own may wait already.
    left = ProcrastinateJob.objects.filter(queue_name="mail").count()
    assert (done.returncode, postbox.recipients, left) == (0, [[DARA.email]], 0)
    body = postbox.mails[0].get_body(("plain",)).get_content()
    assert re.findall(r"https?://\S+", body) == [f"https://example.org/en/s/{signature.token}/"]


def test_worker_sends_what_comes_and_stops_on_sigterm(petition, postbox):
    with running("manage.py", "worker", EMAIL_URL=smtp(postbox)) as worker:
        sign(petition, SOKHA)
        until(lambda: postbox.recipients)
        sign(petition, DARA)
        until(lambda: len(postbox.recipients) == 2)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(SECONDS) == 0
    assert postbox.recipients == [[SOKHA.email], [DARA.email]]


def test_mail_that_nobody_takes_is_kept_and_its_address_stays_out_of_the_log(petition):
    token = signed(petition, SOKHA).token
    done = manage("worker", "--once", EMAIL_URL="smtp://127.0.0.1:9")
    job = ProcrastinateJob.objects.get(queue_name="mail")
    assert (done.returncode, job.status, job.attempts) == (0, "todo", 1)
    assert [secret for secret in (SOKHA.email, SOKHA.name, token) if secret in done.stdout + done.stderr] == []


def test_without_a_mail_server_each_mail_is_a_file(petition, tmp_path, settings):
    sign(petition, DARA)
    folder = tmp_path / "mail"
    keys = {name: getattr(settings, name) for name in KEYS}
    done = manage("worker", "--once", VAR_DIR=str(tmp_path), **keys)
    (path,) = folder.iterdir()
    assert (done.returncode, path.suffix, f"To: {DARA.email}" in path.read_text()) == (0, ".eml", True)
