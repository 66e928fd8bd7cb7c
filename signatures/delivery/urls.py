from django.urls import path

from signatures.delivery import fetch_view, views

urlpatterns = [
    path("petitions/<slug:slug>/recipients/", views.recipients, name="recipients"),
    path("petitions/<slug:slug>/verify/", views.verify, name="verify"),
    path("petitions/<slug:slug>/verify/check.py", views.checker, name="checker"),
    path("petitions/<slug:slug>/recipients/<str:place>/answer.pdf", views.answer, name="answer"),
    path("packets/<str:token>/", fetch_view.fetch_link, name="fetch_link"),
]
