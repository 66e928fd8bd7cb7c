import io
import random
import zipfile

import openpyxl
import pytest

from signatures.delivery import marks
from signatures.delivery.problems import NotNow
from tests.signatures.delivery.marking import MARK, copy, lines, original, write_register


@pytest.fixture
def register(tmp_path):
    return write_register(tmp_path / "signatures.csv")


def test_table_says_the_same_and_is_the_same_once_written_plainly(register):
    assert copy(register) != register.read_bytes()
    assert original("signatures.csv", copy(register)) == register.read_bytes()


def test_byte_order_mark_at_the_head_stays(register):
    register.write_bytes(b"\xef\xbb\xbf" + register.read_bytes())
    assert copy(register).startswith(b"\xef\xbb\xbfnumber,name")
    assert marks.read(lines(copy(register))).fits(MARK)


@pytest.mark.parametrize("start", [1, 2, 100, 437])
def test_any_64_rows_tell_the_whole_mark(register, start):
    found = marks.read(lines(copy(register))[start : start + 64])
    assert (found.bits, found.value) == (64, int(MARK, 16))


def test_fewer_rows_tell_a_part_that_fits_one_of_many(register):
    found = marks.read(lines(copy(register))[10:40])
    assert found.bits == 30
    rng = random.Random(1)
    assert [mark for mark in [f"{rng.getrandbits(64):016x}" for _ in range(2000)] if found.fits(mark)] == []
    assert found.fits(MARK)


def test_a_row_that_was_altered_is_outvoted(register):
    some = lines(copy(register))
    some[70] = some[70].replace(b'"US"', b"US") if b'"US"' in some[70] else some[70].replace(b",US,", b',"US",')
    assert marks.read(some).fits(MARK)


@pytest.mark.parametrize("start", [1, 480])
def test_too_few_rows_or_a_table_written_anew_tell_nothing(register, start):
    assert marks.read(lines(copy(register))[start : start + marks.ROWS - 1]) is None
    assert marks.read(lines(register.read_bytes())) is None
    assert marks.read([row.replace(b",US,", b',"US",') for row in lines(register.read_bytes())]) is None


def test_spreadsheet_opens_as_before_and_has_the_mark(built):
    path = built.folder / "book" / "signatures.xlsx"
    data = copy(path)
    assert original(path.name, data) == path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.comment == f"copy {MARK}".encode()
        assert archive.testzip() is None
    assert openpyxl.load_workbook(io.BytesIO(data)).active["A2"].value == 1
    assert marks.read(io.BytesIO(data)).fits(MARK)


def test_what_is_no_zip_file_is_not_marked_as_one(tmp_path):
    (tmp_path / "signatures.xlsx").write_bytes(b"no spreadsheet")
    with pytest.raises(NotNow):
        copy(tmp_path / "signatures.xlsx")


def test_pdf_tells_its_mark(built):
    data = copy(built.folder / "book" / "volume-001.pdf")
    assert marks.read(io.BytesIO(data)).fits(MARK)
    assert marks.read(io.BytesIO((built.folder / "book" / "volume-001.pdf").read_bytes())) is None


def test_other_files_stay_as_they_are(tmp_path):
    (tmp_path / "packet.json").write_bytes(b"{}\n")
    assert copy(tmp_path / "packet.json") == b"{}\n"


@pytest.mark.parametrize(
    "text",
    ["8f3a-12bc-90de-4f55", "Copy 8F3A-12BC-90DE-4F55 · for 01-1-anne", " 8f3a12bc90de4f55 ", "8f3a 12bc 90de 4f55"],
)
def test_mark_is_read_as_people_type_it(text):
    assert marks.typed(text).value == int(MARK, 16)


@pytest.mark.parametrize("text", ["", "8f3a-12bc", "1,Dara Chan,,US,2027-01-02,web"])
def test_other_words_are_no_mark(text):
    assert marks.typed(text) is None
