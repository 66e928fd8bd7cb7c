from pathlib import Path

import pytest

from petition.files import clear, link, write_whole


def test_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(tmp_path):
    write_whole(tmp_path / "a.csv", b"Sok Dara")
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("a.csv", 0o600)]


def test_file_that_can_not_be_written_leaves_the_old_one(tmp_path):
    write_whole(tmp_path / "a.csv", b"old")
    (tmp_path / ".a.csv.partial").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "a.csv", b"new")
    assert (tmp_path / "a.csv").read_bytes() == b"old"


def test_link_is_one_file_under_two_names(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    link(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").samefile(tmp_path / "b")


def test_where_no_link_can_be_made_there_is_a_copy(tmp_path):
    link(Path("/dev/null"), tmp_path / "b")  # another file system
    assert ((tmp_path / "b").is_file(), (tmp_path / "b").read_bytes()) == (True, b"")


def test_link_over_a_file_that_is_there_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").write_bytes(b"y")
    with pytest.raises(FileExistsError):
        link(tmp_path / "a", tmp_path / "b")


def test_clearing_a_link_leaves_what_it_leads_to(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a").touch()
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    clear(tmp_path / "link")
    clear(tmp_path / "none")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "kept"]
