from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from petition import accounts


class Command(BaseCommand):
    help = (
        "For somebody of the staff who lost their password or their second factor: end both, and print a one-time "
        "password. At the next log-in they choose a password of their own and set up a new second factor."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["name"], is_staff=True, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active staff user {options['name']}.")
        password = accounts.reset(user=user, by=None)
        self.stdout.write(
            f"The one-time password of {options['name']} is {password}\n"
            "It is not shown again, and good for seven days. Their second factor and their sessions have ended."
        )
