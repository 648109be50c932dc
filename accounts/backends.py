"""How a session may begin: staff by password, everybody by a code."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import User


class StaffPasswordBackend(ModelBackend):
    """Checks work address and password of staff; an unknown address costs as much time as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        address = (kwargs.get("email") or username or "").strip().lower()
        if not address or not password:
            return None
        user = User.objects.filter(email=address, is_staff=True).first()
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


class ContactCodeBackend(ModelBackend):
    """Names sessions that a code opened (``accounts.sessions``); accepts no credentials itself."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        return None
