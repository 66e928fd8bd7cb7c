"""The Khmer of every string: `python -m petition.local.messages compile | extract | merge FILE… | check`.

gettext's programs are needed nowhere: Babel reads and writes the catalogs.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from petition.local import ROOT, Trouble, message_sources

OURS = Path("locale/km/LC_MESSAGES/django.po")
# Django's own strings, in files of the same names as in Django.
FRAMEWORK = Path("locale/framework/km/LC_MESSAGES")
HEADER = """\
msgid ""
msgstr ""
"Language: km\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sdr]|\{\w*\}")
# Markup, addresses, files, options and code points are the same in every language.
MARKUP = re.compile(
    r"<[^>]*>|&\w+;|https?://\S+|\S+@\S+|[\w-]+(?:\.[\w-]+)+|\w+_\w+|--\w+|\bSHA256SUMS\b|U\+\w+|\bbook/"
)
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z-]*")
# What Khmer readers know by its Latin name, and what is a name.
LATIN_ALLOWED = frozenset(
    """
    Android CSV Chrome Command Control Django Excel Facebook HTML IP IPv HTTPS JPEG JSON KB MB GB TB PB Mac Markdown
    Messenger OK PDF PNG QR SHA SMTP Telegram URL USB UUID UTF WebP WhatsApp XLSX YYYY-MM-DD HH MM ss uuuuuu TZ DD
    CEROC Spam The ISO age UTC Ctrl DEBUG True paris-peace-agreement Python OpenSSH
    """.split()
)


def read(path: Path) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file, locale="km", abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as fault:
        raise Trouble(f"{path} cannot be read: {fault}") from fault


def _replace(path: Path, content: bytes) -> None:
    """All of it or nothing, whoever else reads or writes the file meanwhile."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def write(path: Path, catalog: Catalog) -> None:
    """Sorted and without locations or dates, so that a file changes only where a string did."""
    with tempfile.SpooledTemporaryFile() as file:
        write_po(file, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
        file.seek(0)
        _replace(path, HEADER.encode() + file.read())


# -- compile -------------------------------------------------------------------------------------------------------


def catalogs(root: Path) -> list[Path]:
    return sorted((root / "locale").rglob("LC_MESSAGES/*.po"))


def compile_all(root: Path = ROOT) -> list[Path]:
    """Each .mo that is missing or older than its .po is made anew; safe beside other processes that do the same."""
    made = []
    for path in catalogs(root):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        with tempfile.SpooledTemporaryFile() as file:
            write_mo(file, read(path))
            file.seek(0)
            _replace(target, file.read())
        made.append(target)
    return made


# -- extract and merge ---------------------------------------------------------------------------------------------


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _messages(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    return {_key(message): message for message in catalog if message.id}


def _khmer(message: Message) -> str:
    """Khmer has one form, for one thing as for many."""
    return message.string if isinstance(message.string, str) else (message.string or [""])[0]


def is_translated(message: Message) -> bool:
    return _khmer(message) != ""


def _fill(message: Message, known: Message) -> None:
    """What has a plural and what has none may lend each other their Khmer."""
    message.string = _khmer(known) if isinstance(message.id, str) else (_khmer(known),)


def extract(root: Path = ROOT, parts: list[Path] | None = None) -> list[Message]:
    """Write what the sources say into the catalog, with the Khmer that it or else one of `parts` has. Returns what is
    left untranslated."""
    found = message_sources.strings(root)
    target = root / OURS
    sources = [read(path) for path in (target, *(parts or [])) if path.exists()]
    known: dict[tuple[str | None, str], Message] = {}
    for source in sources:
        for key, message in _messages(source).items():
            if is_translated(message) and not message.fuzzy:
                known.setdefault(key, message)
    for key, message in _messages(found).items():
        if key in known:
            _fill(message, known[key])
    target.parent.mkdir(parents=True, exist_ok=True)
    write(target, found)
    return [message for message in _messages(found).values() if not is_translated(message)]


# -- check ---------------------------------------------------------------------------------------------------------


def _placeholders(text: str) -> list[str]:
    """Positional ones as often as they stand, named ones once."""
    found = PLACEHOLDER.findall(text.replace("%%", ""))
    named = {mark for mark in found if len(mark) > 2}
    return sorted([*named, *(mark for mark in found if len(mark) == 2)])


def _latin(text: str) -> set[str]:
    plain = MARKUP.sub(" ", PLACEHOLDER.sub(" ", text))
    return set(LATIN_WORD.findall(plain)) - LATIN_ALLOWED


def faults(message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    if message.fuzzy:
        yield "is fuzzy"
    if not is_translated(message):
        yield "is untranslated"
        return
    source = message.id if isinstance(message.id, str) else message.id[-1]
    text = _khmer(message)
    if _placeholders(source) != _placeholders(text):
        yield f"has other placeholders in Khmer: {text}"
    if "\u200b" in text:
        yield f"holds invisible break hints: {text}"
    if _latin(text):
        yield f"has Latin words ({', '.join(sorted(_latin(text)))}) in Khmer: {text}"


def _check_catalog(path: Path, catalog: Catalog) -> Iterator[str]:
    for (_context, text), message in _messages(catalog).items():
        for fault in faults(message):
            yield f"{path}: “{text}” {fault}"
    for message in catalog.obsolete.values():
        yield f"{path}: “{_key(message)[1]}” is no longer used"


def _django(name: str) -> Catalog:
    """Every string of the Django that is installed."""
    import django

    together = Catalog()
    for path in sorted(Path(django.__file__).parent.rglob(f"locale/en/LC_MESSAGES/{name}")):
        for message in read(path):
            if message.id:
                together.add(message.id, context=message.context)
    return together


def check(root: Path = ROOT) -> list[str]:
    """One sentence for each thing that keeps the Khmer from being whole."""
    path = root / OURS
    if not path.exists():
        return [f"{OURS}: is missing"]
    ours = read(path)
    wanted, written = _messages(message_sources.strings(root)), _messages(ours)
    problems = [f"{OURS}: “{text}” is missing" for context, text in wanted if (context, text) not in written]
    problems += [f"{OURS}: “{text}” is no longer used" for context, text in written if (context, text) not in wanted]
    problems += _check_catalog(OURS, ours)
    for path in sorted((root / FRAMEWORK).glob("*.po")):
        catalog = read(path)
        name, known = path.relative_to(root), _messages(_django(path.name))
        problems += [f"{name}: Django has no “{key[1]}”" for key in _messages(catalog) if key not in known]
        problems += _check_catalog(name, catalog)
    return problems


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m petition.local.messages", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("compile", help="make the .mo files that are missing or old")
    commands.add_parser("extract", help="bring the catalog up to what the sources say")
    merge = commands.add_parser("merge", help="extract, and take from other .po files what is untranslated")
    merge.add_argument("files", nargs="+", type=Path)
    commands.add_parser("check", help="exit 1 and name each string that is not whole in Khmer")
    options = parser.parse_args(arguments)
    try:
        if options.command == "compile":
            compile_all()
            return 0
        if options.command == "check":
            problems = check()
            print(*problems, sep="\n", end="\n" if problems else "")
            return 1 if problems else 0
        left = extract(parts=options.files if options.command == "merge" else None)
    except Trouble as fault:
        print(fault, file=sys.stderr)
        return 1
    for message in left:
        print(f"untranslated: {_key(message)[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
