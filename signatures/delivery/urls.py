from django.urls import path

from signatures.delivery import views

urlpatterns = [
    path("petitions/<slug:slug>/recipients/", views.recipients, name="recipients"),
    path("packets/<str:token>/", views.fetch_link, name="fetch_link"),
]
