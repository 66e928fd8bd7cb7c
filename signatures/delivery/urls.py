from django.urls import path

from signatures.delivery import views

urlpatterns = [
    path("petitions/<slug:slug>/recipients/", views.recipients, name="recipients"),
    path("petitions/<slug:slug>/verify/", views.verify, name="verify"),
    path("petitions/<slug:slug>/verify/check.py", views.checker, name="checker"),
]
