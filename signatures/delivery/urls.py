from django.urls import path

from signatures.delivery import views

urlpatterns = [
    path("petitions/<slug:slug>/recipients/", views.recipients, name="recipients"),
    path("petitions/<slug:slug>/recipients/<str:place>/answer.pdf", views.answer, name="answer"),
]
