"""How the account behind a session is read."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User


class StaffBackend(ModelBackend):
    """Django's, which reads what we keep beside the account in the same query."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("staff_account").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
