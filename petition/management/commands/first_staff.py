import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

USERNAME = "admin"
# Nothing that is mistaken for another when it is typed from a screen.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """99 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


class Command(BaseCommand):
    help = "Make the first staff user, and print the password this once. Does nothing where there is staff."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model().objects
        if users.filter(is_staff=True, is_active=True).exists():
            self.stdout.write("There is staff already.")
            return
        if users.filter(username=USERNAME).exists():
            raise CommandError(
                f"A user {USERNAME} exists, but is no active staff: manage.py createsuperuser makes another."
            )
        password = new_password()
        users.create_superuser(username=USERNAME, email="", password=password)
        self.stdout.write(
            f"The first staff user is {USERNAME}, with the one-time password {password}\n"
            "It is not shown again: sign in and change it."
        )
