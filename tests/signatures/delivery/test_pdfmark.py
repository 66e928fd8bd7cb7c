import datetime
import re

import pytest

from petition.typesetting import make_pdf
from signatures.delivery import pdfmark
from signatures.delivery.problems import NotNow
from tests.signatures.delivery import reading

LINE = "Copy 0123-4567-89ab-cdef · for 01-1-anne-durand"


def marked(data):
    return data + pdfmark.tail(data, text=LINE, mark="0123456789abcdef")


@pytest.fixture(
    params=["book/volume-001.pdf", "packets/01-1-anne-durand/letter.en.pdf", "packets/03-1-sok-vibol/totals.pdf"]
)
def original(built, request):
    return (built.folder / request.param).read_bytes()


def test_line_stands_on_every_page_and_the_rest_reads_as_before(original):
    before, after = reading.pages(original), reading.pages(marked(original))
    assert [reading.squeezed(text) for text in after] == [reading.squeezed(text + LINE) for text in before]


def test_letters_of_the_line_are_embedded_and_leave_a_tagged_pdf_s_reading_order_alone(original):
    tail = pdfmark.tail(original, text=LINE, mark="0123456789abcdef")
    assert tail.count(b"/FontFile2 ") == tail.count(b"/FontDescriptor/") == 1
    assert b"/Artifact BMC" in tail
    assert b"/StructTreeRoot" not in tail


def test_pages_keep_their_size_and_place(original):
    def boxes(data):
        return sorted(set(re.findall(rb"/MediaBox\[[^\]]*\]", data)))

    assert boxes(pdfmark.tail(original, text=LINE, mark="0" * 16)) == boxes(original)


def test_mark_is_there_for_a_program():
    data = make_pdf(
        pdfmark.TEMPLATE, {"text": "x"}, at=datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC), standards=["a-2u"]
    )
    assert b"\n% copy 0123456789abcdef\n" in marked(data)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 of another program", b"%PDF-1.7\nstartxref\n3\n%%EOF"])
def test_pdf_of_another_program_is_refused(data):
    with pytest.raises(NotNow):
        pdfmark.tail(data, text=LINE, mark="0" * 16)
