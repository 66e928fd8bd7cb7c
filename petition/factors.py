"""The second factor of staff: an app that shows codes (RFC 6238), security keys, and codes to recover with.

What is stored opens no door: the app's secret is sealed and the recovery codes are hashed, both under a key derived
from INDEX_KEY, and of a security key there is the public half alone.
"""

from __future__ import annotations

import hashlib
import secrets
import time
import unicodedata

import pyotp
import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.safestring import SafeString, mark_safe
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from pyotp.utils import strings_equal

from petition import audit
from petition.models import RecoveryCode, SecurityKey, StaffAccount, TotpApp

APP, KEY = "app", "key"
STEP_SECONDS = 30
RECOVERY_CODES = 10
# Nothing that is mistaken for another when it is typed from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class NotNow(Exception):
    """Why an act cannot be done; for the log of the caller, since each page says it in its own words."""


# -- what is kept ------------------------------------------------------------------------------------------------------


def _derived(purpose: bytes) -> bytes:
    """32 bytes; `purpose` at most 16 characters."""
    return hashlib.blake2b(settings.INDEX_KEY.encode(), digest_size=32, person=purpose).digest()


def seal(secret: str) -> bytes:
    return bytes(SecretBox(_derived(b"staff-totp")).encrypt(secret.encode()))


def unseal(sealed: bytes | memoryview) -> str:
    """Empty where it was sealed under another INDEX_KEY: then no code fits, and the factor must be set anew."""
    try:
        return SecretBox(_derived(b"staff-totp")).decrypt(bytes(sealed)).decode()
    except CryptoError:
        return ""


def _digest(code: str) -> bytes:
    return hashlib.blake2b(code.encode(), digest_size=32, key=_derived(b"staff-recovery")).digest()


def handle(user: User) -> bytes:
    """What a security key knows the account by: tells nothing of it, and is always the same."""
    return hashlib.blake2b(str(user.pk).encode(), digest_size=32, key=_derived(b"staff-key")).digest()


def typed(code: str) -> str:
    """A code as it was typed: with blanks, hyphens, capitals, or Khmer digits."""
    kept = [str(unicodedata.decimal(sign, sign)) for sign in code.lower() if sign.isalnum()]
    return "".join(kept)


# -- whose factors -----------------------------------------------------------------------------------------------------


def has_factor(user: User) -> bool:
    return TotpApp.objects.filter(user=user).exists() or SecurityKey.objects.filter(user=user).exists()


def _locked(user: User) -> StaffAccount:
    """The account's row, which all changes of its factors wait for."""
    StaffAccount.objects.get_or_create(user=user)
    return StaffAccount.objects.select_for_update().get(user=user)


def _changed(user: User) -> None:
    StaffAccount.objects.filter(user=user).update(generation=F("generation") + 1)


def _count(user: User) -> int:
    return TotpApp.objects.filter(user=user).count() + SecurityKey.objects.filter(user=user).count()


# -- the app -----------------------------------------------------------------------------------------------------------


def new_secret() -> str:
    """160 bits in base 32."""
    return pyotp.random_base32()


def address(user: User, secret: str) -> str:
    """What the QR code holds (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name="Hatthalekha")


def qr(user: User, secret: str) -> SafeString:
    """The same as a picture (SVG), dark on white whatever the page's colours are."""
    return mark_safe(segno.make(address(user, secret), error="m").svg_inline(scale=5, light="#fff"))  # noqa: S308


def _step(secret: str, code: str) -> int | None:
    """The 30-second step that shows this code: the present one, or one beside it, since clocks differ."""
    if not secret:
        return None
    totp, now = pyotp.TOTP(secret, interval=STEP_SECONDS), int(time.time()) // STEP_SECONDS
    return next((step for step in (now, now - 1, now + 1) if strings_equal(totp.generate_otp(step), code)), None)


@transaction.atomic
def add_app(*, user: User, secret: str, code: str, by: User) -> bool:
    """The app takes the place of an earlier one. False where the code is not one of it; nothing has changed then."""
    step = _step(secret, typed(code))
    if step is None:
        return False
    _locked(user)
    TotpApp.objects.filter(user=user).delete()
    TotpApp.objects.create(user=user, sealed_secret=seal(secret), last_step=step)
    _changed(user)
    audit.record(by=by, act="factor_add", target=user, detail={"factor": APP})
    return True


def check_app(*, user: User, code: str) -> bool:
    """Takes a code once: of two who send it at the same moment, one gets in."""
    app = TotpApp.objects.filter(user=user).first()
    step = _step(unseal(app.sealed_secret), typed(code)) if app else None
    return step is not None and TotpApp.objects.filter(user=user, last_step__lt=step).update(last_step=step) == 1


# -- keys --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_key(*, user: User, name: str, credential: bytes, public_key: bytes, uses: int, by: User) -> SecurityKey:
    """Raises NotNow where the key is known already."""
    _locked(user)
    if SecurityKey.objects.filter(credential=credential).exists():
        raise NotNow("known already")
    key = SecurityKey.objects.create(user=user, name=name, credential=credential, public_key=public_key, uses=uses)
    _changed(user)
    audit.record(by=by, act="factor_add", target=user, detail={"factor": KEY})
    return key


def note_use(*, key: SecurityKey, uses: int) -> bool:
    """False where the key's own count did not rise since it was read: a copy of it may be about."""
    found = SecurityKey.objects.filter(pk=key.pk, uses=key.uses)
    return (uses > key.uses or uses == key.uses == 0) and found.update(uses=uses) == 1


# -- recovery ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_codes(*, user: User, by: User) -> list[str]:
    """New recovery codes in place of the old; shown once, since only hashes are kept. 49 bits each."""
    _locked(user)
    codes = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    _changed(user)
    audit.record(by=by, act="recovery_codes", target=user)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def use_code(*, user: User, code: str) -> bool:
    """Whoever deletes the row has used the code, and nobody else can."""
    if not RecoveryCode.objects.filter(user=user, digest=_digest(typed(code))).delete()[0]:
        return False
    left = RecoveryCode.objects.filter(user=user).count()
    audit.record(by=user, act="recovery_code", target=user, detail={"remaining": left})
    return True


# -- away with it ------------------------------------------------------------------------------------------------------


@transaction.atomic
def remove(*, user: User, key: int | None, by: User) -> None:
    """The key of that number, or the app where it is None. Raises NotNow for the last factor there is."""
    _locked(user)
    if _count(user) < 2:
        raise NotNow("the last factor")
    if key is None:
        gone = TotpApp.objects.filter(user=user).delete()[0]
    else:
        gone = SecurityKey.objects.filter(user=user, pk=key).delete()[0]
    if gone:
        _changed(user)
        audit.record(by=by, act="factor_remove", target=user, detail={"factor": APP if key is None else KEY})


@transaction.atomic
def drop_all(*, user: User) -> None:
    """Part of a reset (petition/accounts.py), which records it."""
    _locked(user)
    for model in (TotpApp, SecurityKey, RecoveryCode):
        model.objects.filter(user=user).delete()
    _changed(user)
