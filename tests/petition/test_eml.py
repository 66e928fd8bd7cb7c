import email
import email.policy
import stat

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from petition import eml


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "deep" / "mail"
    return settings.MAIL_DIR


def message(subject="ញត្តិ", to=("sokha@example.org",), bcc=()):
    mail = EmailMultiAlternatives(subject, "សូមបញ្ជាក់\nhttps://example.org/\n", "us@example.org", to=to, bcc=bcc)
    mail.attach_alternative("<p>សូមបញ្ជាក់</p>", "text/html")
    return mail


def send(*mails, **options):
    return get_connection("petition.eml.EmailBackend", **options).send_messages(mails)


def files(folder):
    return sorted(folder.iterdir())


def test_each_message_is_one_file(folder):
    assert send(message(), message()) == 2
    assert [path.suffix for path in files(folder)] == [".eml", ".eml"]


def test_file_is_the_message(folder):
    send(message())
    read = email.message_from_bytes(files(folder)[0].read_bytes(), policy=email.policy.default)
    assert (read["Subject"], read["To"], read.get_body(("plain",)).get_content().splitlines()) == (
        "ញត្តិ",
        "sokha@example.org",
        ["សូមបញ្ជាក់", "https://example.org/"],
    )


def test_lines_end_as_the_standard_wants(folder):
    send(message())
    content = files(folder)[0].read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")


def test_hidden_recipient_stays_hidden(folder):
    send(message(bcc=["secret@example.org"]))
    assert b"secret" not in files(folder)[0].read_bytes()


def test_names_sort_by_time_and_hold_no_address(folder):
    for number in range(5):
        send(message(subject=str(number)))
    paths = files(folder)
    subjects = [email.message_from_bytes(path.read_bytes())["Subject"] for path in paths]
    assert subjects == ["0", "1", "2", "3", "4"]
    assert not any("sokha" in path.name for path in paths)


def test_only_the_owner_reads(folder):
    send(message())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(files(folder)[0].stat().st_mode) == 0o600


def test_open_folder_is_closed(folder):
    folder.mkdir(parents=True, mode=0o755)
    send(message())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_message_to_nobody_is_no_file(folder):
    assert send(message(to=())) == 0
    assert not folder.exists()


def test_folder_that_can_not_be_made_is_an_error(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MAIL_DIR = tmp_path / "file" / "mail"
    with pytest.raises(OSError, match="file"):
        send(message())


def test_error_is_silent_where_asked(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MAIL_DIR = tmp_path / "file" / "mail"
    assert send(message(), fail_silently=True) == 0


def test_unfinished_file_does_not_stay(tmp_path):
    with pytest.raises(TypeError):
        eml.write(tmp_path, "text is no bytes")
    assert list(tmp_path.iterdir()) == []
