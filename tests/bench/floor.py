"""The floors of the pages: Django with one view, no middleware and no template, under the same server and settings.

`/` says hello. A POST to it parses the same form and stores two of its fields by one INSERT, committed.
"""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from petition import settings as site

TABLE = "CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, name text NOT NULL, email text NOT NULL)"


def hello(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(b"hello, world", headers={"Content-Length": "12"})
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_floor (name, email) VALUES (%s, %s)", (request.POST["name"], request.POST["email"])
        )
    return HttpResponse(status=303, headers={"Location": "/", "Content-Length": "0"})


urlpatterns = [path("", hello)]

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        SECRET_KEY=site.SECRET_KEY,
        ROOT_URLCONF=__name__,
        MIDDLEWARE=[],
        DATABASES=site.DATABASES,
        LOGGING=site.LOGGING,
    )
application = get_wsgi_application()
