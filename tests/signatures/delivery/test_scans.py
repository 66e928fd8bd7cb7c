"""What is kept of scanned receipts and of the documents of answers."""

from __future__ import annotations

import io
import stat

import pypdfium2
import pytest
import typst
from django.http import Http404
from PIL import Image

from signatures.delivery import scans
from tests.people import photo


def pdf(pages=2, words="We have received it."):
    source = f'#set document(title: "Draft 7", author: "Who Scanned It")\n#set page(paper: "a5")\n{words}'
    return typst.compile({"main": (source + "\n#pagebreak()\nMore." * (pages - 1)).encode()})


def prepared(content, **how):
    return scans.prepare(io.BytesIO(content), len(content), **how)


def test_a_pdf_keeps_its_pages_and_words_and_loses_who_made_it():
    scan = prepared(pdf(pages=3))
    with pypdfium2.PdfDocument(scan.content) as document:
        words = [page.get_textpage().get_text_bounded().strip() for page in document]
        size = document[0].get_size()
        told = {name: text for name, text in document.get_metadata_dict().items() if text}
    assert (scan.suffix, words) == ("pdf", ["We have received it.", "More.", "More."])
    assert [round(side) for side in size] == [420, 595]
    assert "Author" not in told
    assert "Title" not in told


def test_a_photo_keeps_what_can_be_seen_alone():
    exif = Image.Exif()
    exif[0x010E] = "in the office of Mr. X"
    scan = prepared(photo(exif=exif))
    assert scan.suffix == "webp"
    assert b"Mr. X" not in scan.content
    assert Image.open(io.BytesIO(scan.content)).format == "WEBP"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 and no more", b"<html>", b"MZ\x90", pdf()[:900]])
def test_what_is_neither_is_refused(content):
    with pytest.raises(scans.Refused):
        prepared(content)


def test_a_photo_is_no_document_of_an_answer():
    with pytest.raises(scans.Refused):
        prepared(photo(), only_pdf=True)


@pytest.mark.parametrize(("pages", "is_taken"), [(100, True), (101, False)])
def test_a_pdf_has_at_most_a_hundred_pages(pages, is_taken):
    content = pdf(pages)
    if is_taken:
        with pypdfium2.PdfDocument(prepared(content).content) as document:
            assert len(document) == pages
    else:
        with pytest.raises(scans.Refused):
            prepared(content)


def test_a_file_is_too_big_before_it_is_read():
    with pytest.raises(scans.Refused):
        scans.prepare(io.BytesIO(b"%PDF-"), scans.MAX_BYTES + 1)


def test_it_is_kept_under_a_name_that_nobody_guesses_for_its_owner_alone(settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path
    names = {scans.store(scans.Scan(b"x", "pdf")) for _ in range(3)}
    files = list((tmp_path / "receipts").iterdir())
    assert {file.name for file in files} == names
    assert all(scans.NAME.fullmatch(name) for name in names)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "receipts").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "../manifest.json", "x.pdf", f"{'a' * 32}.html", f"{'a' * 32}.pdf"])
def test_nothing_else_is_handed_out(settings, tmp_path, name):
    settings.DELIVERY_DIR = tmp_path
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(Http404):
        scans.response(name, "receipt")


def test_it_is_handed_out_as_a_file_to_keep(settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path
    response = scans.response(scans.store(scans.Scan(b"%PDF-", "pdf")), "receipt-7")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="receipt-7.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
