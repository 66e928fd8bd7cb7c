#!/usr/bin/env python3
"""Checks a packet of signatures: that nothing in it was changed, and that a receipt's line stands in the book.

    python3 check.py                        the packet in which this file lies; or name another folder
    python3 check.py --key SHA256:...       and that this key has signed it
    python3 check.py receipt proof.json     that a line is in the book [--root ROOT] [--name NAME] [--city CITY]

It needs Python 3.8 or newer and nothing else, asks no network, and changes no file. Exit 0: all is right. 1: it is not.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import hmac
import io
import json
import struct
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

NAMESPACE, KIND, HASH = b"hatthalekha", b"ssh-ed25519", b"sha512"
OWN = ("packet.json", "packet.json.sig", "allowed_signers")
HEADER = b"number,name,city,country,date,origin"


class Fault(Exception):
    """What is not right, in one sentence."""


# -- Ed25519, as in RFC 8032. A point is (x, y, z, t). -------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _add(a: Any, b: Any) -> Any:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Any) -> Any:
    total = (0, 1, 1, 0)
    while factor:
        total = _add(total, point) if factor & 1 else total
        point, factor = _add(point, point), factor >> 1
    return total


def _point(raw: bytes) -> Any:
    """None where it is no point."""
    number = int.from_bytes(raw, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    if (len(signature), len(public)) != (64, 32):
        return False
    r, a, s = _point(signature[:32]), _point(public), int.from_bytes(signature[32:], "little")
    if r is None or a is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, BASE), _add(r, _times(k, a))
    return not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))


# -- OpenSSH's PROTOCOL.sshsig -------------------------------------------------------------------------------------


def _packed(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def _unpacked(raw: bytes) -> list[bytes]:
    """ValueError where it is cut short."""
    found = []
    while raw:
        size = int.from_bytes(raw[:4], "big")
        if len(raw) < 4 + size:
            raise ValueError(size)
        found.append(raw[4 : 4 + size])
        raw = raw[4 + size :]
    return found


def fingerprint(blob: bytes) -> str:
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def signing_key(message: bytes, armored: bytes) -> bytes:
    """The public key, as OpenSSH writes it, that has signed the message."""
    lines = armored.strip().splitlines()
    try:
        raw = base64.b64decode(b"".join(lines[1:-1]), validate=True)
        blob, namespace, reserved, algorithm, signature = _unpacked(raw[10:])
        (kind, public), (signed_kind, signed) = _unpacked(blob), _unpacked(signature)
    except ValueError:
        raise Fault("packet.json.sig is no signature.") from None
    is_known = b"BEGIN SSH SIGNATURE" in lines[0] and raw[:10] == b"SSHSIG\0\0\0\x01"
    if not is_known or (namespace, kind, signed_kind, algorithm) != (NAMESPACE, KIND, KIND, HASH):
        raise Fault("packet.json.sig is no signature of a packet.")
    text = b"SSHSIG" + _packed(namespace, reserved, algorithm, hashlib.sha512(message).digest())
    if not is_signed(text, signed, public):
        raise Fault("packet.json was altered after it was signed, or its signature was.")
    return blob


# -- the tree of RFC 6962 ------------------------------------------------------------------------------------------


def leaf_of(line: bytes, salt: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line + salt).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(level: list[bytes]) -> bytes:
    while len(level) > 1:
        pairs = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0] if level else hashlib.sha256(b"").digest()


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    current, last = leaf, size - 1
    for other in path:
        if not last:
            raise Fault("The proof has too many steps.")
        if index & 1 or index == last:
            current = node(other, current)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            current = node(current, other)
        index, last = index >> 1, last >> 1
    if last:
        raise Fault("The proof has too few steps.")
    return current


# -- a packet ------------------------------------------------------------------------------------------------------


def _line(fields: Sequence[object]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow(fields)
    return out.getvalue().encode()


def _candidates(path: Path, size: int) -> Iterator[bytes]:
    """What the file may have been before a copy was marked for whom it went to: something behind its end, a comment
    in a ZIP archive, other quotation marks in a table."""
    content = path.read_bytes()
    yield content
    yield content[:size]
    if path.suffix == ".xlsx":
        yield content[: size - 2] + b"\0\0"
    if path.suffix == ".csv":
        try:
            rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
        except (ValueError, csv.Error):
            return
        yield b"".join(_line(row) + b"\r\n" for row in rows)


def original(path: Path, size: int, sha256: str) -> bytes | None:
    """The bytes of the file as it was made; None where it was altered."""
    for content in _candidates(path, size):
        if len(content) == size and hashlib.sha256(content).hexdigest() == sha256:
            return content
    return None


def check_signature(folder: Path, text: bytes, signed_by: str | None, known: str | None) -> None:
    if known and known != signed_by:
        raise Fault(f"The packet is not signed with the key {known}.")
    if not signed_by:
        print("This packet is not signed.")
        return
    try:
        armored, allowed = (folder / OWN[1]).read_bytes(), (folder / OWN[2]).read_bytes()
    except OSError:
        raise Fault("packet.json.sig or allowed_signers is missing.") from None
    blob = signing_key(text, armored)
    if base64.b64encode(blob) not in allowed.split() or fingerprint(blob) != signed_by:
        raise Fault(f"It is signed with the key {fingerprint(blob)}, which is not that of the packet.")
    print(f"Signed with the key {signed_by}.")
    if not known:
        print("Compare this key with the one in the letter and on the petition's page.")


def check_files(folder: Path, packet: Any) -> Iterator[str]:
    listed = {item["path"]: item for item in packet["files"]}
    for name, item in listed.items():
        path = folder / name
        content = original(path, item["bytes"], item["sha256"]) if path.is_file() else b""
        if not path.is_file():
            yield f"{name} is missing."
        elif content is None:
            yield f"{name} was altered."
        elif content != path.read_bytes():
            print(f"{name} is a marked copy of the original.")
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in listed and name not in OWN:
            print(f"{name} does not belong to the packet: nothing is said of it.")


def check_book(folder: Path, packet: Any) -> None:
    """Every row counted, and the root over all of them."""
    item = next((item for item in packet["files"] if item["path"] == "book/signatures.csv"), None)
    content = original(folder / item["path"], item["bytes"], item["sha256"]) if item else None
    if content is None:
        return
    header, *lines = content[3 if content[:3] == b"\xef\xbb\xbf" else 0 :].split(b"\r\n")
    if header != HEADER or lines.pop():
        raise Fault("signatures.csv is not of the form that is known here.")
    key = bytes.fromhex((folder / "book" / "signatures.salt").read_text())
    named, leaves = 0, []
    for number, line in enumerate(lines, start=1):
        fields = next(csv.reader([line.decode()]))
        if fields[0] != str(number):
            raise Fault(f"Row {number} of signatures.csv has the number {fields[0]}.")
        named += bool(fields[1])
        leaves.append(leaf_of(line, hmac.digest(key, b"%d" % number, "sha256")[:16] if key else b""))
    if (len(lines), named) != (packet["counts"]["confirmed"], packet["counts"]["named"]):
        raise Fault(f"signatures.csv holds {len(lines)} rows and {named} names, not as many as are counted.")
    if root_of(leaves).hex() != packet["root"]:
        raise Fault("The root over the rows is not that of the packet.")
    print("Every row was counted, and the root over them is that of the packet.")


def check_packet(folder: Path, known: str | None) -> None:
    text = (folder / OWN[0]).read_bytes()
    packet = json.loads(text.decode())
    check_signature(folder, text, packet["signed_by"], known)
    faults = list(check_files(folder, packet))
    if faults:
        raise Fault(" ".join(faults))
    check_book(folder, packet)
    counts, title = packet["counts"], packet["petition"]["title"]["en"]
    print(f"{title}: {counts['confirmed']} signatures, {counts['named']} of them with their names.")
    print(f"root {packet['root']}")
    print("All is right.")


# -- a receipt -----------------------------------------------------------------------------------------------------


def check_receipt(proof: Any, known: str | None, name: str, city: str) -> None:
    number, size, leaf = int(proof["number"]), int(proof["size"]), bytes.fromhex(proof["leaf"])
    if not 1 <= number <= size:
        raise Fault("The proof is of a row that no book holds.")
    root = root_from_path(leaf, number - 1, size, [bytes.fromhex(step) for step in proof["path"]]).hex()
    if root != (known or proof["root"]):
        raise Fault(f"The proof leads to the root {root}, not to {known or proof['root']}.")
    fields = [unicodedata.normalize("NFC", text) for text in (name, city)]
    line = _line([number, *fields, proof["country"], proof["date"], proof["origin"]])
    if leaf_of(line, bytes.fromhex(proof["salt"])) == leaf:
        print("The row holds the name and the city that you gave." if name else "The row holds no name.")
    elif name:
        raise Fault("The row holds another name or city, or its country, date or origin are others.")
    else:
        print("The row holds a name. To compare it, add --name and --city as they were written when signing.")
    print(f"root {root}")
    if not known:
        print("Compare this root with the one in the letters and on the petition's page.")
    print(f"Row {number} of {size} is in the book.")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help=argparse.SUPPRESS)
    for option in ("--key", "--root", "--name", "--city"):
        parser.add_argument(option, default="", help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    here = Path(__file__).resolve().parent
    try:
        if given.what[:1] == ["receipt"]:
            root = given.root.lower()
            if not root and (here / OWN[0]).is_file():
                root = json.loads((here / OWN[0]).read_bytes().decode())["root"]
            proof = json.loads(Path((given.what[1:] or ["proof.json"])[0]).read_bytes().decode())
            check_receipt(proof, root, given.name, given.city)
        else:
            check_packet(Path(given.what[0]) if given.what else here, given.key)
    except Fault as fault:
        print(f"NOT RIGHT: {fault}")
        return 1
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, StopIteration) as error:
        print(f"NOT RIGHT: it cannot be read ({error!r}).")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
