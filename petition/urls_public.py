"""What everyone may ask for. It is the whole site where the staff's rooms are elsewhere (petition/hosts.py)."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from petition.views import feeds, media, pages, sharing, system, updates

handler400 = "petition.views.system.bad_request"
handler403 = "petition.views.system.forbidden"
handler404 = "petition.views.system.not_found"
handler500 = "petition.views.system.server_error"

urlpatterns = [
    path("", pages.root, name="root"),
    path("healthz", system.healthz, name="healthz"),
    path("robots.txt", system.robots, name="robots"),
    path("sitemap.xml", system.sitemap, name="sitemap"),
    path(".well-known/security.txt", system.security, name="security"),
    path("media/<str:name>", media.media, name="media"),
    path("api/", include("signatures.urls_api")),
]

urlpatterns += i18n_patterns(
    path("", pages.home, name="home"),
    path("petitions/<slug:slug>/", pages.petition, name="petition"),
    path("petitions/<slug:slug>/qr.svg", sharing.qr, name="qr"),
    path("petitions/<slug:slug>/updates/", updates.updates, name="updates"),
    path("petitions/<slug:slug>/updates/feed/", feeds.updates_feed, name="updates_feed"),
    path("petitions/<slug:slug>/updates/tags/<slug:tag>/", updates.updates_tag, name="updates_tag"),
    path("petitions/<slug:slug>/updates/tags/<slug:tag>/feed/", feeds.updates_feed, name="updates_tag_feed"),
    path("petitions/<slug:slug>/updates/<slug:update>/", updates.update, name="update"),
    path("privacy/", pages.notice, {"name": "privacy"}, name="privacy"),
    path("accessibility/", pages.notice, {"name": "accessibility"}, name="accessibility"),
    path("about/", pages.notice, {"name": "about"}, name="about"),
    path("", include("signatures.urls")),
    path("", include("signatures.delivery.urls")),
)
