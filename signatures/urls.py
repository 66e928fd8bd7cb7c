from django.urls import path

from signatures.views import api_docs, numbers, sharing, sign, signer

urlpatterns = [
    path("petitions/<slug:slug>/sign/", sign.sign, name="sign"),
    path("petitions/<slug:slug>/sent/", sign.sent, name="sent"),
    path("petitions/<slug:slug>/thanks/", sign.thanks, name="thanks"),
    path("petitions/<slug:slug>/signatures/", sign.signatures, name="signatures"),
    path("petitions/<slug:slug>/share.png", sharing.share_picture, name="share_picture"),
    path("petitions/<slug:slug>/embed/", sharing.embed, name="embed"),
    path("api/", api_docs.api_docs, name="api_docs"),
    path("petitions/<slug:slug>/numbers/", numbers.numbers, name="numbers"),
    path("s/<str:token>/", signer.signer, name="signer"),
    path("s/<str:token>/confirm/", signer.confirm, name="confirm"),
    path("s/<str:token>/reject/", signer.reject, name="reject"),
    path("s/<str:token>/choices/", signer.choices, name="choices"),
    path("s/<str:token>/withdraw/", signer.withdraw, name="withdraw"),
    path("s/<str:token>/unsubscribe/", signer.unsubscribe, name="unsubscribe"),
]
