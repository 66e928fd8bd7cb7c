import pytest
from django.db import IntegrityError, transaction

from signatures import moderation, reasons
from signatures.choices import Reason as OurOwn
from signatures.models import FlaggedWord, Reason
from tests.people import MARIE, confirmed, create_petition, create_staff

pytestmark = pytest.mark.django_db


def refused(act):
    with pytest.raises(IntegrityError) as fault, transaction.atomic():
        act()
    return str(fault.value)


def test_code_of_a_reason_is_never_changed():
    rows = Reason.objects.filter(code="abuse")
    assert "the code of a reason stays" in refused(lambda: rows.update(code="insult"))


def test_reason_is_never_deleted():
    assert "the code of a reason stays" in refused(Reason.objects.filter(code="abuse").delete)


def test_words_of_a_reason_may_change():
    Reason.objects.filter(code="abuse").update(words_en="rude", is_active=False)
    assert Reason.objects.get(code="abuse").words_en == "rude"


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "Loud"},
        {"code": "x"},
        {"words_km": ""},
        {"words_en": ""},
        {"for_hiding": False, "for_holding": False},
        {"code": "abuse"},
    ],
)
def test_reason_that_makes_no_sense_is_refused(fields):
    row = {"code": "loud", "words_km": "ឮពេក", "words_en": "too loud"} | fields
    assert refused(lambda: Reason.objects.create(**row))


@pytest.mark.parametrize("text", ["", "a", " ab", "ab "])
def test_word_that_stands_in_every_text_is_refused(text):
    assert "flagged_word_is_a_word" in refused(lambda: FlaggedWord.objects.create(text=text))


def test_what_the_program_itself_writes_is_in_the_table():
    assert Reason.objects.filter(code__in=list(OurOwn)).count() == len(OurOwn)


def test_reason_out_of_use_is_offered_no_more_and_still_called_by_its_words():
    Reason.objects.filter(code="abuse").update(is_active=False)
    reasons.forget()
    assert "abuse" not in dict(reasons.for_hiding()) | dict(reasons.for_holding())
    assert reasons.words("abuse") == "ការប្រមាថ ឬការគំរាមកំហែង"


@pytest.mark.parametrize("reason", ["nonsense", "review", ""])
def test_words_are_hidden_for_no_other_reason(reason):
    signature = confirmed(create_petition(), MARIE)
    with pytest.raises(ValueError, match="is the code of no such reason"):
        moderation.hide(ids=[signature.pk], reason=reason, by=create_staff("chenda"))
