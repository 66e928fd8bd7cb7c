"""A page behind the page cache alone."""

from django.http import HttpResponse
from django.test import RequestFactory

from petition.pagecache import PageCacheMiddleware, public_page

WORDS = "ញត្តិ " * 200


class Site:
    """A view behind the middleware alone, counting how often it is asked."""

    def __init__(self, page=None, *, marked=True):
        self.asked = 0
        self.page = page or (lambda request: HttpResponse(WORDS))
        view = public_page(self.count) if marked else self.count
        self.cache = PageCacheMiddleware(view)

    def count(self, request):
        self.asked += 1
        return self.page(request)

    def get(self, path="/km/", method="get", **extra):
        return self.cache(getattr(RequestFactory(), method)(path, **extra))
