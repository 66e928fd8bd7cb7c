"""The committee's signature under a delivery folder: which key makes it, what it is put under, and whether it holds.

The bundle names the public key, so that the machine that builds signs with the committee's key or with none: one that
it happened to make for itself would be nobody's.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop as _
from nacl.signing import SigningKey

from petition.files import write_whole
from signatures import seal
from signatures.delivery import manifest as manifests
from signatures.delivery import sshsig
from signatures.delivery.bundle import Bundle
from signatures.delivery.problems import Finding

PRIVATE, PUBLIC = "SIGNING_PRIVATE_KEY", "SIGNING_PUBLIC_KEY"


@dataclass(frozen=True)
class Signer:
    key: SigningKey
    principal: str

    @property
    def fingerprint(self) -> str:
        return seal.ssh_fingerprint(bytes(self.key.verify_key))

    def sign(self, path: Path) -> None:
        """Put the signature of a file beside it, and who may sign."""
        allowed = sshsig.Allowed(self.principal, bytes(self.key.verify_key))
        write_whole(path.with_name(f"{path.name}{manifests.SIGNATURE}"), sshsig.sign(path.read_bytes(), self.key))
        write_whole(path.with_name(manifests.SIGNERS), sshsig.allowed_signers(allowed))


def describe_signer() -> dict[str, str] | None:
    """In the bundle: the committee's public key, and the name that it signs by. None where it has no key."""
    if not seal.has_key(PUBLIC):
        return None
    seal.decode_key(PUBLIC, getattr(settings, PUBLIC))
    host = (urlsplit(settings.SITE_URL).hostname or "").replace(":", "-")  # of an IPv6 address
    return {"principal": f"committee@{host}", "public_key": getattr(settings, PUBLIC).strip()}


def keys_at_hand(path: Path | None = None) -> list[SigningKey]:
    """Those on lines `SIGNING_PRIVATE_KEY=…` of a key file, and those of the setting. None is no fault; KeyProblem
    where one is no key."""
    raws = []
    if path is not None:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines() if path.is_file() else []
        texts = [line.removeprefix(f"{PRIVATE}=") for line in lines if line.startswith(f"{PRIVATE}=")]
        raws += [raw for text in texts for raw in seal.decode_keys(f"{PRIVATE} in {path}", text)]
    if seal.has_key(PRIVATE):
        raws += seal.decode_keys(PRIVATE, getattr(settings, PRIVATE))
    return [SigningKey(raw) for raw in raws]


def wanted(bundle: Bundle) -> str | None:
    """The fingerprint of the key that is to sign; None where the bundle names none."""
    signer = bundle.data.get("signer")
    return seal.ssh_fingerprint(base64.b64decode(signer["public_key"])) if signer else None


def signer_of(bundle: Bundle, keys: Sequence[SigningKey]) -> Signer | None:
    """None where the key that the bundle names is not among them, or it names none: the folder is then not signed."""
    signer: dict[str, str] | None = bundle.data.get("signer")
    if signer is None:
        return None
    public = base64.b64decode(signer["public_key"])
    return next((Signer(key, signer["principal"]) for key in keys if bytes(key.verify_key) == public), None)


def known_key(text: str) -> str:
    """The fingerprint of a key that is known from elsewhere: a fingerprint, or a file with a line as in allowed_signers
    or in a .pub file. KeyProblem where it is neither."""
    if text.startswith("SHA256:"):
        return text
    try:
        words = Path(text).read_text(encoding="ascii").split()
        blob = base64.b64decode(words[words.index("ssh-ed25519") + 1], validate=True)
    except (OSError, ValueError, IndexError):
        raise seal.KeyProblem(f"{text} is no fingerprint SHA256:… and no file with an ssh-ed25519 key") from None
    return seal.ssh_fingerprint(blob[-32:])


def findings(folder: Path, manifest: dict[str, Any], known: str | None = None) -> Iterator[Finding]:
    """What is wrong with the signatures of a folder. `known`: the fingerprint of the only key that is to be trusted."""
    places = [manifests.NAME, *(f"packets/{r['folder']}/{manifests.PACKET}" for r in manifest["recipients"])]
    if known and manifest["signed_by"] != known:
        yield Finding(_("The folder is not signed by the key %(key)s."), key=known)
    for place in places if manifest["signed_by"] else ():
        path = folder / place
        try:
            allowed = sshsig.read_allowed(path.with_name(manifests.SIGNERS).read_bytes())
            if seal.ssh_fingerprint(allowed.public) != manifest["signed_by"]:
                raise sshsig.SignatureFault("allowed_signers names another key")
            armored = path.with_name(f"{path.name}{manifests.SIGNATURE}").read_bytes()
            sshsig.check(path.read_bytes(), armored, allowed.public)
        except OSError as error:
            yield Finding(_("%(path)s is not signed: %(error)s"), path=place, error=error.strerror)
        except sshsig.SignatureFault as fault:
            yield Finding(_("The signature of %(path)s does not hold: %(error)s"), path=place, error=fault)
