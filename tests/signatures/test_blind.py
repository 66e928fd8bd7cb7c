import base64
import secrets

import pytest

from signatures import blind


def test_equal_mailboxes_are_equal():
    assert blind.mailbox("sokha@example.org") == blind.mailbox("sokha@example.org")


def test_other_mailboxes_are_other():
    assert blind.mailbox("sokha@example.org") != blind.mailbox("dara@example.org")


def test_name_is_another_in_each_petition():
    assert blind.name("sokha", 1) != blind.name("sokha", 2)


def test_one_text_is_another_for_each_purpose():
    text = "sokha"
    hashes = [blind.mailbox(text), blind.network(text), blind.keyed("token", text.encode()), blind.name(text, 1)]
    assert len(set(hashes)) == 4


def test_parts_do_not_run_together():
    assert blind.keyed("name", b"ab", b"c") != blind.keyed("name", b"a", b"bc")


def test_network_is_another_under_another_days_key():
    today, tomorrow = secrets.token_bytes(32), secrets.token_bytes(32)
    hashes = {blind.network("203.0.113.0/24", key) for key in (None, today, tomorrow)}
    assert len(hashes) == 3


def test_nobody_finds_a_mailbox_without_the_key(settings):
    ours = blind.mailbox("sokha@example.org")
    settings.INDEX_KEY = base64.b64encode(secrets.token_bytes(32)).decode()
    assert blind.mailbox("sokha@example.org") != ours


def test_without_a_key_there_is_no_index(settings):
    settings.INDEX_KEY = ""
    with pytest.raises(blind.seal.KeyProblem):
        blind.mailbox("sokha@example.org")


def test_index_is_32_bytes():
    assert {len(blind.mailbox(text)) for text in ("", "a", "a" * 10_000)} == {32}
