"""A security key in software: makes key pairs and signs, as the WebAuthn standard says, with nothing of the site."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

TOUCHED, WITH_KEY = 0x01, 0x40


@dataclass
class SoftwareKey:
    """`origin` is what the browser says of the page that asked."""

    origin: str = "http://localhost"
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    uses: int = 0
    flags: int = TOUCHED

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _answer(self, response: dict[str, bytes]) -> str:
        named = {name: bytes_to_base64url(value) for name, value in response.items()}
        own = bytes_to_base64url(self.credential)
        answer: dict[str, Any] = {"id": own, "rawId": own, "type": "public-key", "response": named}
        return json.dumps(answer | {"clientExtensionResults": {}})

    def create(self, options: dict[str, Any]) -> str:
        """What navigator.credentials.create() gives."""
        numbers = self.private.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self._data(options["rp"]["id"], self.flags | WITH_KEY)
        data += bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(cose)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": attestation})

    def get(self, options: dict[str, Any], *, uses: int | None = None) -> str:
        """What navigator.credentials.get() gives; the key counts one use more, or as it is told."""
        self.uses = self.uses + 1 if uses is None else uses
        data = self._data(options["rpId"], self.flags)
        client = self._client_data("webauthn.get", options["challenge"])
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})
