"""What a packet's own manifest tells its recipient."""

import json

from signatures.delivery import manifest as manifests
from signatures.delivery.packet_manifest import counts_for

COUNTS = {
    "confirmed": 120,
    "named": 80,
    "withheld": 40,
    "by_country": {"KH": 104, "VN": 9, "US": 7},
    "by_day": {"2027-01-01": 119, "2027-01-02": 1},
    "by_origin": {"web": 120},
}


def packet(folder, name):
    return json.loads((folder / "packets" / name / "packet.json").read_bytes())


def test_totals_show_no_small_country_and_no_day():
    shown = counts_for({"discloses": "totals"}, COUNTS, 10)
    assert shown == {
        "confirmed": 120,
        "named": 80,
        "withheld": 40,
        "by_country": {"KH": 104, "elsewhere": 16},
        "by_origin": {"web": 120},
    }


def test_who_receives_names_gets_all_counts():
    assert counts_for({"discloses": "names"}, COUNTS, 10) == COUNTS


def test_nothing_is_elsewhere_where_no_country_is_small():
    counts = COUNTS | {"by_country": {"KH": 120}}
    assert counts_for({"discloses": "totals"}, counts, 10)["by_country"] == {"KH": 120}


def test_packet_lists_its_own_files_as_the_manifest_does(built):
    manifest = manifests.read(built.folder)
    found = packet(built.folder, "03-1-sok-vibol")
    assert [item["path"] for item in found["files"]] == ["certificate.pdf", "check.py", "letter.km.pdf", "totals.pdf"]
    sums = {item["path"]: item["sha256"] for item in manifest["files"]}
    assert {f"packets/03-1-sok-vibol/{item['path']}": item["sha256"] for item in found["files"]}.items() <= sums.items()
    assert (found["root"], found["signed_by"]) == (manifest["root"], manifest["signed_by"])


def test_packet_of_names_lists_the_book_and_its_salt(built):
    paths = [item["path"] for item in packet(built.folder, "01-1-anne-durand")["files"]]
    assert [path for path in paths if path.startswith("book/")] == [
        "book/annex-001.pdf",
        "book/signatures.csv",
        "book/signatures.salt",
        "book/signatures.xlsx",
        "book/volume-001.pdf",
        "book/volume-002.pdf",
        "book/volume-003.pdf",
    ]


def test_packet_of_totals_is_told_nothing_of_others(built):
    text = (built.folder / "packets/03-1-sok-vibol/packet.json").read_text(encoding="utf-8")
    assert [word for word in ("Anne Durand", "signatures.csv", "by_day", "salt") if word in text] == []
