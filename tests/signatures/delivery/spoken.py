"""Reading made papers as a screen reader does: in the order of their structure, without what is marked as ornament."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as raw


class Spoken(NamedTuple):
    """A piece of text, with the types of the elements that it stands in from the outermost, and its language."""

    path: tuple[str, ...]
    lang: str
    text: str


def _said(call: Any, *arguments: Any) -> str:
    """What a function of PDFium writes into a buffer of UTF-16."""
    size = call(*arguments, None, 0)
    buffer = ctypes.create_string_buffer(size)
    call(*arguments, buffer, size)
    return buffer.raw[:size].decode("utf-16-le").rstrip("\0")


def _texts(page: pypdfium2.PdfPage) -> dict[int, str]:
    """The text of each piece of marked content of a page."""
    text_page = page.get_textpage()
    found: dict[int, str] = {}
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        piece = raw.FPDFPageObj_GetMarkedContentID(thing.raw)
        if piece < 0:  # ornament
            continue
        size = raw.FPDFTextObj_GetText(thing.raw, text_page.raw, None, 0)
        buffer = (ctypes.c_ushort * size)()
        raw.FPDFTextObj_GetText(thing.raw, text_page.raw, buffer, size)
        found[piece] = found.get(piece, "") + bytes(buffer).decode("utf-16-le").rstrip("\0")
    return found


def _walk(element: Any, path: tuple[str, ...], lang: str, texts: dict[int, str]) -> Iterator[Spoken]:
    path += (_said(raw.FPDF_StructElement_GetType, element),)
    lang = _said(raw.FPDF_StructElement_GetLang, element) or lang
    for place in range(raw.FPDF_StructElement_CountChildren(element)):
        child = raw.FPDF_StructElement_GetChildAtIndex(element, place)
        if child:
            yield from _walk(child, path, lang, texts)
        else:
            piece = raw.FPDF_StructElement_GetChildMarkedContentID(element, place)
            if piece in texts:
                yield Spoken(path, lang, texts[piece])


def spoken(pdf: bytes, lang: str) -> list[Spoken]:
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            texts = _texts(page)
            tree = raw.FPDF_StructTree_GetForPage(page.raw)
            for place in range(raw.FPDF_StructTree_CountChildren(tree)):
                found += _walk(raw.FPDF_StructTree_GetChildAtIndex(tree, place), (), lang, texts)
            raw.FPDF_StructTree_Close(tree)
    return found


def fonts(pdf: bytes) -> dict[str, bool]:
    """The fonts of a document by name, and whether each is embedded."""
    found = {}
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                font = raw.FPDFTextObj_GetFont(thing.raw)
                size = raw.FPDFFont_GetBaseFontName(font, None, 0)
                name = ctypes.create_string_buffer(size)
                raw.FPDFFont_GetBaseFontName(font, name, size)
                found[name.value.decode()] = bool(raw.FPDFFont_GetIsEmbedded(font))
    return found
