"""What every template may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

NAMES = {"km": "ភាសាខ្មែរ", "en": "English"}


def site(request: HttpRequest) -> dict[str, Any]:
    """`other_language` is this same page in the other language: only the prefix of its address changes."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    other = "en" if language == "km" else "km"
    prefix = f"/{language}/"
    path = request.get_full_path()
    twin = f"/{other}/{path.removeprefix(prefix)}" if path.startswith(prefix) else f"/{other}/"
    return {
        "site_url": settings.SITE_URL,
        "language": language,
        "other_language": {"code": other, "name": NAMES[other], "url": twin},
        "mail_is_kept": not settings.EMAIL_URL,
        "mail_dir": settings.MAIL_DIR,
        "contact_email": settings.CONTACT_EMAIL,
    }
