import pytest
from django.contrib.auth.models import Permission

from signatures.delivery import samples
from signatures.delivery.admin import samples as pages
from signatures.delivery.models import Sample, SampleRow
from tests.pages import Page
from tests.people import create_staff
from tests.signatures.delivery.reading import paper
from tests.signatures.delivery.test_samples import ROOT, SEED, checked, drawn, frozen

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def bopha(client):
    user = create_staff("bopha")
    client.force_login(user)
    return user


def drawing(delivery):
    return f"/admin/delivery/sample/draw/{delivery.pk}/"


def address(sample, page="change/"):
    return f"/admin/delivery/sample/{sample.pk}/{page}"


def sent(*rows):
    """What the form sends of (row, outcome, note), the page having been made when nothing was found yet."""
    fields = {}
    for row, outcome, note in rows:
        fields |= {f"{row.number}-outcome": outcome, f"{row.number}-note": note}
        fields |= {f"initial-{row.number}-outcome": "unchecked", f"initial-{row.number}-note": ""}
    return fields


def found(sample):
    return list(sample.rows.values_list("outcome", "note"))


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
def test_only_delivery_staff_come_near_samples(client, name, status):
    user = create_staff(name)
    sample = drawn(user)
    client.force_login(user)
    assert client.get(drawing(sample.delivery)).status_code == status
    assert client.get(address(sample)).status_code == status
    assert client.get(address(sample, "form.pdf")).status_code == status
    assert client.get("/admin/delivery/sample/").status_code == status
    assert client.post(address(sample, "act/"), {}).status_code == (302 if status == 200 else status)


def test_a_stranger_is_asked_to_log_in(client):
    sample = drawn(create_staff("bopha"))
    for path in (drawing(sample.delivery), address(sample), address(sample, "form.pdf"), address(sample, "act/")):
        assert client.post(path).headers["Location"].startswith("/admin/login/")


def test_acts_are_no_get(client, bopha):
    assert client.get(address(drawn(bopha), "act/")).status_code == 405


def test_lines_are_drawn_from_the_delivery_s_page(client, bopha):
    delivery = frozen(root=ROOT)
    assert drawing(delivery) in client.get(f"/admin/delivery/delivery/{delivery.pk}/change/").content.decode()

    answer = client.post(drawing(delivery), {"seed": SEED, "size": "5"})

    sample = Sample.objects.get()
    assert answer.headers["Location"] == address(sample)
    assert (sample.root, sample.seed, sample.rows.count(), sample.drawn_by) == (ROOT, SEED, 5, "bopha")


def test_root_of_a_book_built_elsewhere_is_typed_in_as_a_letter_has_it(client, bopha):
    in_groups = " ".join(ROOT[place : place + 8] for place in range(0, 64, 8)).upper()
    client.post(drawing(frozen()), {"seed": SEED, "size": "5", "root": in_groups})
    assert Sample.objects.get().root == ROOT


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"seed": "🎲"}, "seed"), ({"seed": ""}, "seed"), ({"size": "0"}, "size"), ({"root": "a1"}, "root")],
)
def test_draw_that_can_not_be_is_refused_beside_its_field(client, bopha, wrong, field):
    answer = client.post(drawing(frozen()), {"seed": SEED, "size": "5", "root": ROOT} | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Sample.objects.exists()


def test_more_lines_than_the_book_has_are_refused(client, bopha):
    page = client.post(drawing(frozen(confirmed=4, root=ROOT)), {"seed": SEED, "size": "5"}, headers=ENGLISH)
    assert "Draw at least one line, and at most 4." in page.content.decode()


def test_nothing_is_drawn_before_the_freeze(client, bopha):
    delivery = frozen(state="planned", frozen_at=None, confirmed=None)
    page = client.get(drawing(delivery), headers=ENGLISH, follow=True)
    assert "frozen here" in page.content.decode()


def test_seed_that_drew_already_is_refused(client, bopha):
    sample = drawn(bopha)
    page = client.post(drawing(sample.delivery), {"seed": SEED, "size": "3", "root": ROOT}, headers=ENGLISH)
    assert (page.status_code, "drawn already" in page.content.decode()) == (422, True)


def test_what_was_found_is_saved_line_by_line(client, bopha):
    sample = drawn(bopha)
    first, second, _third = sample.rows.all()

    answer = client.post(address(sample), sent((first, "right", ""), (second, "wrong", "another city")))

    assert answer.headers["Location"] == f"{address(sample)}?part=1"
    assert found(sample) == [("right", ""), ("wrong", "another city"), ("unchecked", "")]


def test_a_wrong_line_stands_as_it_was_typed_and_the_others_are_saved(client, bopha):
    sample = drawn(bopha)
    first, second, third = sample.rows.all()
    rows = (first, "right", ""), (second, "wrong", ""), (third, "right", "a remark")

    answer = client.post(address(sample), sent(*rows), headers=ENGLISH)

    page = Page(answer)
    assert (answer.status_code, found(sample)) == (422, [("right", ""), ("unchecked", ""), ("right", "a remark")])
    assert "1 line is not saved yet." in page.words
    assert "Say in a few words what it is" in page.words
    assert page.values[f"{second.number}-outcome"] == "wrong"


def test_of_two_people_at_one_page_each_writes_what_they_changed(client, bopha):
    sample = drawn(bopha)
    first, second, _third = sample.rows.all()
    client.post(address(sample), sent((first, "right", "")))

    client.post(address(sample), sent((first, "unchecked", ""), (second, "right", "")))

    assert found(sample) == [("right", ""), ("right", ""), ("unchecked", "")]


def test_many_lines_come_in_pages(client, bopha):
    sample = drawn(bopha, size=pages.ROWS + 1)
    last = SampleRow.objects.latest("number")

    page = client.get(f"{address(sample)}?part=2", headers=ENGLISH)
    client.post(f"{address(sample)}?part=2", sent((last, "right", "")))

    assert f"Lines {pages.ROWS + 1} to {pages.ROWS + 1} of {pages.ROWS + 1}" in Page(page).words
    assert sample.rows.get(outcome="right") == last


def test_who_may_only_look_records_nothing(client):
    user = create_staff("bopha")
    sample = drawn(user)
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="view_sample"))
    client.force_login(user)

    assert client.get(address(sample)).status_code == 200
    assert client.post(address(sample), sent((sample.rows.first(), "right", ""))).status_code == 403
    assert client.post(address(sample, "act/"), {"act": "publish"}).status_code == 403


def test_statement_is_shown_when_all_is_checked_and_published_by_a_button(client, bopha):
    sample = drawn(bopha)
    assert "3 of 3 lines are not checked yet." in Page(client.get(address(sample), headers=ENGLISH)).words
    checked(sample, bopha)

    assert "Of 3 drawn lines 3 were found right." in Page(client.get(address(sample), headers=ENGLISH)).words
    client.post(address(sample, "act/"), {"act": "publish"})

    assert len(samples.samples_published(sample.delivery.petition)) == 1
    assert "disabled" in client.get(address(sample)).content.decode()
    client.post(address(sample, "act/"), {"act": "unpublish"})
    assert samples.samples_published(sample.delivery.petition) == []


def test_unfinished_sample_is_not_published(client, bopha):
    sample = drawn(bopha)
    page = client.post(address(sample, "act/"), {"act": "publish"}, headers=ENGLISH, follow=True)
    assert "when all of its lines are checked" in page.content.decode()


def test_form_to_print_has_the_lines(client, bopha):
    sample = drawn(bopha)
    answer = client.get(address(sample, "form.pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    text = paper(answer.content)
    assert [row.number for row in sample.rows.all() if str(row.number) not in text] == []


def test_nobody_adds_or_deletes_a_sample_by_hand(client):
    user = create_staff("vibol")
    sample = drawn(user)
    client.force_login(user)
    assert client.get("/admin/delivery/sample/add/").status_code == 403
    assert client.post(address(sample, "delete/"), {"post": "yes"}).status_code == 403


def test_list_of_samples_costs_the_same_queries_however_many_they_are(client, bopha, django_assert_num_queries):
    delivery = drawn(bopha).delivery
    with django_assert_num_queries(9):
        client.get("/admin/delivery/sample/")
    for seed in ("b", "c"):
        drawn(bopha, delivery, seed=seed)
    with django_assert_num_queries(9):
        client.get("/admin/delivery/sample/")
