from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from petition import urls_public
from petition.urls_public import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = list(urls_public.urlpatterns)
if settings.ADMIN:
    urlpatterns += [path("admin/language/", include("django.conf.urls.i18n")), path("admin/", admin.site.urls)]
