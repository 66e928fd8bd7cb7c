from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate.contrib.django import app

from petition import startup
from signatures import seal, sealing

# A delivery, a mailing and a sweep may each be at work for long; the mails to confirm need a place beside them.
LEAST = 4


class Command(BaseCommand):
    help = "Do the queue's work: send mail, build deliveries, purge. Ends on SIGTERM when the job at hand is done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help=f"jobs done side by side, at least {LEAST}")
        parser.add_argument("--once", action="store_true", help="end when the queue is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["concurrency"] < LEAST:
            raise CommandError(
                f"--concurrency must be at least {LEAST}: a delivery, a mailing and a sweep take one place each"
            )
        try:
            startup.refuse_what_is_wrong()
        except ImproperlyConfigured as wrong:
            raise CommandError(str(wrong)) from None
        sealing.note_worker()
        if not seal.has_key("MAIL_PRIVATE_KEY"):
            raise CommandError("MAIL_PRIVATE_KEY is not set: the worker could not open an address to send to")
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
            worker_app.run_worker(
                concurrency=options["concurrency"],
                wait=not options["once"],
                install_signal_handlers=True,
                # A mailing's next batch waits for the lock of the one before, whose end nobody announces.
                fetch_job_polling_interval=1,
                shutdown_graceful_timeout=20,
                # A finished job's row would keep the moment of a signing; failed ones stay, to be seen in the admin.
                delete_jobs="successful",
            )
