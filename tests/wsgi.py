"""The site's own application, without the gathered static files, which take ten seconds to compress."""

from django.conf import settings

settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}

from petition.wsgi import application  # noqa: E402

__all__ = ["application"]
