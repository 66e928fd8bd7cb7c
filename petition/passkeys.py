"""Security keys and passkeys (WebAuthn), for the host under which the staff's rooms are asked for."""

from __future__ import annotations

import ipaddress

import webauthn
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.http.request import split_domain_port
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AttestationConveyancePreference as Attestation
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from petition import factors
from petition.models import SecurityKey

CHALLENGE = "key_challenge"
# What a key answers is about 1 kB; one with certificates, which we do not ask for, a few more.
MOST = 20_000
# What the library raises for an answer that is none: its own faults, and whatever a forged key or endless brackets make
# of its look-ups.
FAULTS = (WebAuthnException, ValueError, TypeError, AttributeError, LookupError, RecursionError)
# The password is the first factor, so a key that is touched is enough; one that can ask for a PIN or a finger does.
VERIFICATION = UserVerificationRequirement.PREFERRED


def host(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0].lower()


def work_here(request: HttpRequest) -> bool:
    """Browsers have keys for names, never for a bare address such as 127.0.0.1, and for http only at localhost."""
    name = host(request)
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return settings.HTTPS or name == "localhost" or name.endswith(".localhost")
    return False


def _origin(request: HttpRequest) -> str:
    return f"{'https' if settings.HTTPS else 'http'}://{request.get_host().lower()}"


def _known(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=bytes(key.credential)) for key in SecurityKey.objects.filter(user=user)]


def _challenge(request: HttpRequest) -> bytes:
    """Good for one answer; empty where none was asked for, which fits no answer."""
    return base64url_to_bytes(request.session.pop(CHALLENGE, ""))


def registration_options(request: HttpRequest, user: User) -> str:
    """JSON for navigator.credentials.create()."""
    options = webauthn.generate_registration_options(
        rp_id=host(request),
        rp_name="Hatthalekha",
        user_id=factors.handle(user),
        user_name=user.get_username(),
        attestation=Attestation.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(user_verification=VERIFICATION),
        exclude_credentials=_known(user),
    )
    request.session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return webauthn.options_to_json(options)


def registered(request: HttpRequest, answer: str) -> VerifiedRegistration | None:
    """What the key answered, where it fits what this session asked it."""
    challenge = _challenge(request)
    if not challenge or len(answer) > MOST:
        return None
    try:
        return webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host(request),
            expected_origin=_origin(request),
        )
    except FAULTS:
        return None


def authentication_options(request: HttpRequest, user: User) -> str:
    """JSON for navigator.credentials.get(); empty where the user has no key."""
    known = _known(user)
    if not known:
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=host(request), allow_credentials=known, user_verification=VERIFICATION
    )
    request.session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return webauthn.options_to_json(options)


def answers(request: HttpRequest, user: User, answer: str) -> bool:
    """Whether a key of this user signed what this session asked; each question is answered once."""
    challenge = _challenge(request)
    if not challenge or len(answer) > MOST:
        return False
    try:
        credential = parse_authentication_credential_json(answer)
        key = SecurityKey.objects.filter(user=user, credential=credential.raw_id).first()
        if key is None:
            return False
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host(request),
            expected_origin=_origin(request),
            credential_public_key=bytes(key.public_key),
            credential_current_sign_count=key.uses,
        )
    except FAULTS:
        return False
    return factors.note_use(key=key, uses=verified.new_sign_count)
