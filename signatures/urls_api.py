from django.urls import path

from signatures.views import api, sharing

urlpatterns = [
    path("petitions/", api.petitions, name="api_petitions"),
    path("petitions/<slug:slug>.json", api.petition, name="api_petition"),
    path("oembed/", sharing.oembed, name="oembed"),
]
