"""The chain of the audit trail: every entry is in it, and whatever is done to it past the triggers is found."""

import json
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from petition import audit, auditchain
from petition.models import AuditEntry, AuditLink
from tests.people import create_staff

pytestmark = pytest.mark.django_db

WILD = {"a": 'quote " and \\ and \n', "ខ": "ហត្ថលេខា \u2028 \x7f \x01 😀", "n": [1, 2.50, 1e20, None, True], "aa": {}}


def commit():
    """What the database does at a commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def write(*acts):
    entries = [audit.record(by=None, act=act, target="x", detail=WILD) for act in acts]
    commit()
    return entries


@pytest.fixture
def trail():
    return write("one", "two", "three", "four")


@pytest.fixture
def past_the_triggers():
    """A cursor as one who may switch off what guards a table has it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def broken(noted=""):
    with pytest.raises(auditchain.Broken) as found:
        auditchain.prove_database(noted)
    return str(found.value)


# -- chaining ------------------------------------------------------------------------------------------------------


def test_an_entry_is_linked_when_it_is_committed(trail):
    assert list(AuditLink.objects.order_by("position").values_list("position", "entry_id")) == [
        (place, entry.pk) for place, entry in enumerate(trail, start=1)
    ]


def test_python_and_the_database_make_the_same_hash_of_wild_words(trail):
    assert auditchain.prove_database() == audit.head()
    assert audit.head().entries == 4


def test_an_empty_trail_holds():
    assert auditchain.prove_database() == audit.EMPTY == audit.head()


def test_many_entries_of_one_act_are_linked_in_their_order():
    audit.record_each(by=None, act="hold", targets={f"row:{n}": {"place": n} for n in range(2500)})
    commit()

    targets = AuditLink.objects.order_by("position").values_list("entry__target", flat=True)
    assert list(targets) == [f"row:{n}" for n in range(2500)]
    assert auditchain.prove_database().entries == 2500


def test_an_act_costs_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        audit.record(by=None, act="load", target="x")


def test_what_is_undone_leaves_no_link():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write("undone")
        raise ZeroDivisionError
    write("kept")

    assert auditchain.prove_database().entries == 1


@pytest.mark.parametrize("table", ["petition_auditentry", "petition_auditlink"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.django_db(transaction=True)
def test_neither_entries_nor_links_are_changed_or_taken_away(table, act):
    audit.record(by=None, act="load", target="x")
    column = "act" if table == "petition_auditentry" else "hash"

    with pytest.raises(DatabaseError) as refused, connection.cursor() as cursor:
        cursor.execute(act.format(table, column, column))

    assert refused.value.__cause__.diag.constraint_name == "audit_append_only"
    assert auditchain.prove_database().entries == 1


def test_a_link_without_an_entry_can_not_be(trail):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditLink.objects.create(position=5, entry_id=0, hash=bytes(32))
        commit()


def test_an_entry_is_linked_once(trail):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditLink.objects.create(position=5, entry=trail[0], hash=bytes(32))


# -- tampering -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["at", "by", "act", "target", "detail"])
def test_a_changed_entry_is_found(trail, past_the_triggers, column):
    value = {"at": "at + interval '1 microsecond'", "detail": """'{"a": 1}'"""}.get(column, "'other'")
    past_the_triggers.execute(f"UPDATE petition_auditentry SET {column} = {value} WHERE id = %s", [trail[1].pk])

    assert broken() == f"The trail is broken at place 2: entry {trail[1].pk} is not as it was chained."


def test_a_deleted_entry_is_found(trail, past_the_triggers):
    past_the_triggers.execute("DELETE FROM petition_auditentry WHERE id = %s", [trail[1].pk])

    assert broken() == "The trail is broken at place 2: its entry is gone."


def test_an_entry_taken_out_with_its_link_is_found(trail, past_the_triggers):
    past_the_triggers.execute("DELETE FROM petition_auditlink WHERE position = 2")
    past_the_triggers.execute("DELETE FROM petition_auditentry WHERE id = %s", [trail[1].pk])

    assert broken() == "The trail is broken at place 2: the next link there is has place 3."


def test_two_entries_that_changed_places_are_found(trail, past_the_triggers):
    for place, entry in ((2, 0), (3, trail[1].pk), (2, trail[2].pk)):
        past_the_triggers.execute("UPDATE petition_auditlink SET entry_id = %s WHERE position = %s", [entry, place])

    assert broken() == f"The trail is broken at place 2: entry {trail[2].pk} is not as it was chained."


def test_an_entry_put_in_past_the_chain_is_found(trail, past_the_triggers):
    past_the_triggers.execute(
        "INSERT INTO petition_auditentry (at, by, act, target, detail) "
        "VALUES (now(), 'me', 'x', 'x', '{}') RETURNING id"
    )
    (put_in,) = past_the_triggers.fetchone()

    assert broken() == f"Entry {put_in} has no link: it was put in past the chain."


def test_a_link_before_the_first_hides_nothing(trail, past_the_triggers):
    past_the_triggers.execute(
        "INSERT INTO petition_auditentry (at, by, act, target, detail) "
        "VALUES (now(), 'me', 'x', 'x', '{}') RETURNING id"
    )
    (put_in,) = past_the_triggers.fetchone()
    past_the_triggers.execute("INSERT INTO petition_auditlink VALUES (0, '', %s)", [put_in])

    assert broken() == f"Entry {put_in} has no link: it was put in past the chain."


def test_a_trail_cut_short_is_found_by_a_head_that_was_noted(trail, past_the_triggers):
    noted = audit.head()
    past_the_triggers.execute("DELETE FROM petition_auditlink WHERE position > 2")
    past_the_triggers.execute("DELETE FROM petition_auditentry WHERE id > %s", [trail[1].pk])

    assert auditchain.prove_database().entries == 2
    assert broken(noted.hash) == (
        f"The trail holds 2 entries and never the head {noted.hash}: it was cut short or made anew."
    )


def test_a_noted_head_is_found_after_the_trail_has_grown(trail):
    noted = audit.head()
    write("five", "six")

    assert auditchain.prove_database(noted.hash).entries == 6


# -- the exported file, and the command ----------------------------------------------------------------------------


@pytest.fixture
def exported(trail, tmp_path):
    path = tmp_path / "trail.jsonl"
    call_command("audit", export=path)
    return path


def answer(capsys, **options):
    """(the command's exit status, the last line it says)."""
    try:
        call_command("audit", **options)
        status = 0
    except SystemExit as end:
        status = end.code
    return status, capsys.readouterr().out.splitlines()[-1]


def test_an_export_is_for_its_owner_alone_and_holds(exported, capsys):
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    assert answer(capsys, verify=exported) == (0, f"head {audit.head().hash}")


def test_an_export_tells_every_field(exported, trail):
    first, *lines = [json.loads(line) for line in exported.read_text(encoding="utf-8").split("\n")[:-1]]

    assert first == {"format": 1, "entries": 4, "head": audit.head().hash}
    assert [(line["entry"], line["by"], line["act"], line["target"]) for line in lines] == [
        (entry.pk, "system", entry.act, "x") for entry in trail
    ]
    assert json.loads(lines[0]["detail"]) == WILD


def test_nothing_is_written_over(exported):
    with pytest.raises(CommandError, match="is there already"):
        call_command("audit", export=exported)


def _change(lines):
    lines[2] = lines[2].replace("two", "owt")


def _swap(lines):
    lines[2], lines[3] = lines[3], lines[2]


def _take_out(lines):
    del lines[2]


def _put_in(lines):
    lines.insert(2, lines[1])


def _cut(lines):
    del lines[4]


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (_change, "broken at place 2: entry"),
        (_swap, "broken at place 2: the next link there is has place 3"),
        (_take_out, "broken at place 2: the next link there is has place 3"),
        (_put_in, "broken at place 2: the next link there is has place 1"),
        (_cut, "says that it holds 4 entries, and holds 3"),
        (lambda lines: lines.insert(3, "{}"), "is no export"),
        (lambda lines: lines.clear(), "is no export"),
        (lambda lines: lines.insert(0, '{"format": 2}'), "is of format 2"),
    ],
)
def test_an_altered_export_is_found(exported, capsys, alter, says):
    lines = exported.read_text(encoding="utf-8").split("\n")[:-1]
    alter(lines)
    exported.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    status, said = answer(capsys, verify=exported)

    assert status == 1
    assert says in said


def test_an_export_cut_short_with_its_first_line_is_found_by_a_noted_head(exported, capsys):
    noted = audit.head().hash
    first, *lines = exported.read_text(encoding="utf-8").split("\n")[:-2]
    first = json.dumps({"format": 1, "entries": 3, "head": json.loads(lines[-1])["hash"]})
    exported.write_text("".join(f"{line}\n" for line in (first, *lines)), encoding="utf-8")

    assert answer(capsys, verify=exported)[0] == 0
    assert answer(capsys, verify=exported, head=noted) == (
        1,
        f"The trail holds 3 entries and never the head {noted}: it was cut short or made anew.",
    )


def test_a_file_that_is_not_there_is_said(tmp_path, capsys):
    status, said = answer(capsys, verify=tmp_path / "none")
    assert (status, said) == (1, f"There is no readable file at {tmp_path / 'none'}.")


def test_the_command_proves_the_database(trail, capsys):
    call_command("audit", "--verify", "--head", audit.head().hash)
    assert capsys.readouterr().out.splitlines() == ["The chain holds.", "4 entries", f"head {audit.head().hash}"]


def test_the_command_says_the_head(trail, capsys):
    call_command("audit")
    assert capsys.readouterr().out.splitlines() == ["4 entries", f"head {audit.head().hash}"]


def test_a_head_without_a_trail_to_look_in_is_refused():
    with pytest.raises(CommandError):
        call_command("audit", "--head", "00")


def test_an_entry_of_the_staff_is_chained_as_any():
    audit.record(by=create_staff("chenda"), act="hide", target="x")
    commit()
    assert (AuditEntry.objects.count(), auditchain.prove_database().entries) == (1, 1)
