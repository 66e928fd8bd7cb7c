from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from petition import accounts

USERNAME = "admin"


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
        password = accounts.new_password()
        user = users.create_superuser(username=USERNAME, email="", password=password)
        accounts.mark_given(user=user)
        self.stdout.write(
            f"The first staff user is {USERNAME}, with the one-time password {password}\n"
            "It is not shown again, and good for seven days. At the first log-in you choose a password of your own,\n"
            "then set up a second factor: an app for codes on your phone, or a security key. Have the phone at hand."
        )
