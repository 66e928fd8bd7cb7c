import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("km", "ពាក្យសម្ងាត់នេះខ្លីពេក។ ត្រូវមានយ៉ាងតិច ១២ តួអក្សរ។"),
        ("en", "This password is too short. It must have at least 12 characters."),
    ],
)
def test_a_short_password_is_refused_in_the_readers_digits(language, told):
    with translation.override(language), pytest.raises(ValidationError) as caught:
        validate_password("kampuchea 7")
    assert caught.value.messages == [told]
