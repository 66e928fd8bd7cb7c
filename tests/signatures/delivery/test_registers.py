import csv
import datetime
import io

import openpyxl
import pytest

from signatures.delivery.bundle import Row
from signatures.delivery.registers import Spreadsheet, csv_rows, defuse, join_parts


@pytest.mark.parametrize("text", ["=SUM(A1)", "+1", "-1", "@cmd", "＝1", "＋1", "－1", "＠x", "\t=1", "  =1"])
def test_what_a_spreadsheet_would_take_for_a_formula_is_defused(text):
    assert defuse(text) == f"'{text.strip()}"


@pytest.mark.parametrize("text", ["Sok", "O'Neill", "Marie-Claire", "សុខ", "a=b", ""])
def test_other_text_is_left_as_it_is(text):
    assert defuse(text) == text


@pytest.mark.parametrize("text", ["Sok\nDara", "Sok\r\nDara", "Sok\x85Dara", "Sok\u2028Dara", "Sok\x00Dara"])
def test_a_row_is_one_line(text):
    assert defuse(text) == "Sok Dara"


def test_csv_row_reads_back_as_it_was():
    rows = [
        Row(1, 'a "b", c', "Paris, Texas", "US", "2027-01-31", "web", True),
        Row(2, "", "", "KH", "2027-02-01", "paper", False),
    ]
    read = list(csv.reader(io.StringIO(csv_rows(rows).decode(), newline="")))
    assert read == [
        ["1", 'a "b", c', "Paris, Texas", "US", "2027-01-31", "web"],
        ["2", "", "", "KH", "2027-02-01", "paper"],
    ]


def test_parts_are_joined_under_one_header_with_the_tree_over_their_rows(tmp_path):
    for place, text in enumerate((b"1,a\r\n2,b\r\n", b"3,c\r\n")):
        (tmp_path / f"{place}.csv").write_bytes(text)
    tree = join_parts([tmp_path / "0.csv", tmp_path / "1.csv"], tmp_path / "all.csv", tmp_path / "leaves", b"")
    assert (tmp_path / "all.csv").read_bytes() == b"number,name,city,country,date,origin\r\n1,a\r\n2,b\r\n3,c\r\n"
    assert tree.size == 3


def write_sheet(path, part):
    part.write_bytes(csv_rows([Row(1, "=SUM(A1)", "1", "KH", "2027-01-31", "web", True)]))
    created = datetime.datetime(2027, 10, 22, 18, 30, tzinfo=datetime.UTC)
    sheet = Spreadsheet(path, created=created, title="Title", scratch=path.parent)
    sheet.add_part(part)
    sheet.close()


def test_sheet_holds_numbers_dates_and_text_and_no_formula(tmp_path):
    write_sheet(tmp_path / "a.xlsx", tmp_path / "part.csv")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    header, row = book.active.rows
    assert [cell.value for cell in header] == ["number", "name", "city", "country", "date", "origin"]
    assert [cell.value for cell in row] == [1, "'=SUM(A1)", "1", "KH", datetime.datetime(2027, 1, 31), "web"]
    assert [cell.data_type for cell in row] == ["n", "s", "s", "s", "d", "s"]


def test_equal_rows_give_an_equal_sheet(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_sheet(tmp_path / name, tmp_path / "part.csv")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
