"""The picture of a shared link, read back as the pixels that people see."""

import datetime
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import translation
from PIL import Image

from signatures import picture
from signatures.picture import MOST_BYTES, share_picture
from tests.people import create_petition

pytestmark = pytest.mark.django_db

KRAMA, ACCENT = (152, 40, 60), (36, 57, 122)
LONG_KM = "កិច្ចព្រមព្រៀង\u200bសន្តិភាព\u200bទីក្រុង\u200bប៉ារីស\u200bសម្រាប់\u200bកម្ពុជា " * 7
LONG_EN = "Restore the Paris Peace Agreement for Cambodia, in full and without delay, " * 4
LONG = {
    "title_hints_km": LONG_KM[:330].rstrip("\u200b "),
    "title_km": LONG_KM[:330].rstrip("\u200b ").replace("\u200b", ""),
    "title_en": LONG_EN[:299].strip(),
    "organiser_km": "គណៈកម្មាធិការដើម្បីសិទ្ធិបោះឆ្នោតរបស់ខ្មែរនៅក្រៅប្រទេស " * 3,
    "organiser_en": "Committee for Election Rights of Overseas Cambodians " * 3,
}
# Of the picture, in pixels: left, top, right, bottom.
TITLE, COUNT, BAR = (64, 118, 1136, 368), (64, 380, 1136, 480), (64, 498, 1136, 522)
MARGINS = [(0, 34, 60, 630), (1140, 34, 1200, 630), (0, 602, 1200, 630)]


def draw(petition, count, language):
    with translation.override(language):
        png = share_picture(petition, count)
    with Image.open(io.BytesIO(png)) as found:
        return png, found.convert("RGB")


def is_blank(image, box):
    return image.crop(box).getcolors(1) is not None


def full_part(image):
    """How much of the bar is filled, along its middle."""
    row = [image.getpixel((x, 510)) for x in range(BAR[0], BAR[2])]
    return sum(pixel == KRAMA for pixel in row) / len(row)


@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize("fields", [{}, LONG], ids=["short", "long"])
def test_picture_has_its_size_and_is_light_whatever_it_says(language, fields):
    png, image = draw(create_petition(**fields), 1_234_567, language)
    assert png.startswith(b"\x89PNG")
    assert image.size == (1200, 630)
    assert len(png) <= MOST_BYTES


@pytest.mark.parametrize("language", ["km", "en"])
def test_longest_title_and_count_stay_within_the_margins(language):
    image = draw(create_petition(**LONG), 1_234_567, language)[1]
    assert [box for box in MARGINS if not is_blank(image, box)] == []
    assert not is_blank(image, TITLE)
    assert not is_blank(image, COUNT)
    # Between what asks and what counts there is room: the title was set smaller, not over the count.
    assert is_blank(image, (64, 382, 1136, 392))


@pytest.mark.parametrize(("count", "part"), [(0, 0), (500_000, 0.5), (1_000_000, 1), (1_234_567, 1)])
def test_bar_is_filled_as_far_as_the_goal_is_reached(count, part):
    image = draw(create_petition(), count, "en")[1]
    assert full_part(image) == pytest.approx(part, abs=0.01)


def test_first_signature_is_seen():
    image = draw(create_petition(), 1, "en")[1]
    assert 0 < full_part(image) < 0.02


@pytest.mark.parametrize(
    ("fields", "is_calling"),
    [
        ({}, True),
        ({"state": "paused"}, False),
        ({"state": "closed"}, False),
        ({"closes_on": datetime.date(2020, 1, 1)}, False),
        ({"opened_on": datetime.date(2999, 1, 1)}, False),
    ],
    ids=["open", "paused", "closed", "over", "not open yet"],
)
def test_only_what_can_be_signed_calls_to_sign(fields, is_calling):
    image = draw(create_petition(**fields), 3, "en")[1]
    colours = {colour for _, colour in image.crop((64, 540, 1136, 602)).getcolors(5000)}
    assert (ACCENT in colours) == is_calling


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "Sign"),
        ({"state": "paused"}, "Signing is paused"),
        ({"state": "closed"}, "This petition is closed"),
        ({"opened_on": datetime.date(2999, 10, 23)}, "Opens on 23 October 2999"),
    ],
)
def test_each_state_has_its_line(fields, line):
    with translation.override("en"):
        assert picture._content(create_petition(**fields), 3)["state"] == line


def test_number_stands_where_the_sentence_has_it():
    petition = create_petition()
    with translation.override("km"):
        assert picture._content(petition, 1_234_567)["count"] == ["", "១.២៣៤.៥៦៧", " នាក់បានចុះហត្ថលេខា"]
    with translation.override("en"):
        assert picture._content(petition, 1)["count"] == ["", "1", " person has signed"]


def test_letters_that_the_fonts_lack_do_not_vanish():
    with translation.override("en"):
        content = picture._content(create_petition(title_en="Peace 和平"), 3)
    assert content["title"] == "Peace HePing"


def test_two_languages_are_two_pictures():
    petition = create_petition()
    assert draw(petition, 3, "km")[0] != draw(petition, 3, "en")[0]


# -- drawn seldom, and by one at a time ----------------------------------------------------------------------------


@pytest.fixture
def drawings():
    """A function that tells how many pictures have been drawn."""
    picture._drawn.cache_clear()
    return lambda: picture._drawn.cache_info().misses


def test_same_content_is_drawn_once(drawings):
    petition = create_petition()
    assert len({draw(petition, 7, "en")[0] for _ in range(3)}) == 1
    assert drawings() == 1


def test_another_count_title_or_state_is_drawn_anew(drawings):
    petition = create_petition()
    for change in ({}, {"title_en": "Peace"}, {"state": "closed"}):
        for name, value in change.items():
            setattr(petition, name, value)
        draw(petition, 7, "en")
    draw(petition, 8, "en")
    assert drawings() == 4


def test_many_who_ask_at_once_wait_for_one_drawing(drawings):
    petition = create_petition()
    with ThreadPoolExecutor(8) as threads:
        pictures = set(threads.map(lambda _: draw(petition, 7, "en")[0], range(16)))
    assert (drawings(), len(pictures)) == (1, 1)
