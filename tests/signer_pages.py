"""What the tests of the signer's own pages share: their addresses, their acts, and the row behind them."""

from signatures.models import Signature
from tests.people import confirmed, held, signed, withdrawn

LANGUAGES = ["km", "en"]
ACTS = ["confirm", "reject", "choices", "withdraw"]
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
CHOICES = {"visibility": "count"}
PHASES = [signed, confirmed, held, withdrawn]


def address(signature, act="", lang="en"):
    token = signature if isinstance(signature, str) else signature.token
    return f"/{lang}/s/{token}/" + (f"{act}/" if act else "")


def row(signature):
    """Everything that is stored of it."""
    return Signature.objects.filter(pk=signature.pk).values().get()
