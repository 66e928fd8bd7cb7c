"""A bundle that was cut short or altered on the way, anywhere: one sentence, and nothing is made of it."""

import base64
import hashlib
import random
import zipfile
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from signatures.delivery import bundle as bundles_read
from signatures.delivery.ending import SUM_BYTES, end_with_sum
from signatures.delivery.problems import BuildProblem
from tests.signatures.delivery import bundles
from tests.signatures.delivery.conftest import KEY

PLACES = 200


@pytest.fixture(scope="module")
def carried(tmp_path_factory):
    """A small bundle as a freeze leaves it, and the key that opens it."""
    place = tmp_path_factory.mktemp("carried")
    path = bundles.write_bundle(place / "b.zip", bundles.made_signers(12), KEY, volume_rows=5)
    key = place / "key"
    key.write_text(base64.b64encode(bytes(KEY)).decode())
    return SimpleNamespace(path=path, key=key, whole=path.read_bytes())


def build_of(data, carried, folder):
    """What `make deliver` says to these bytes, its exit code, and what it leaves."""
    (folder / "b.zip").write_bytes(data)
    with pytest.raises(CommandError) as caught:
        call_command("build_offline", folder / "b.zip", key=carried.key, out=folder / "out")
    (folder / "b.zip").unlink()
    return str(caught.value), caught.value.returncode, list(folder.iterdir())


def refused(folder):
    return f"{folder / 'b.zip'} is no whole bundle: it was cut short or altered.", 1, []


def unknown(folder):
    """Where the bit is in the name of the member that describes all."""
    said = """holds no description of a bundle that this version knows """
    missing = """(KeyError("There is no item named 'bundle.json' in the archive"))."""
    return f"{folder / 'b.zip'} {said}{missing}", 1, []


def test_sum_is_that_of_the_whole_file(carried, tmp_path):
    whole = hashlib.sha256(carried.whole).hexdigest()
    assert bundles_read.open_bundle(carried.path).sha256 == whole
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("bundle.json", "{}")
    with (tmp_path / "b.zip").open("r+b") as file:
        said = end_with_sum(file)
    assert said == hashlib.sha256((tmp_path / "b.zip").read_bytes()).hexdigest()


def test_one_altered_bit_is_noticed_wherever_it_is(carried, tmp_path):
    chance = random.Random(23)
    size = len(carried.whole)
    # The ends, where a ZIP file says what stands where, and anywhere.
    places = [*range(40), *range(size - 100, size), *(chance.randrange(size) for _ in range(PLACES))]
    for place in places:
        data = bytearray(carried.whole)
        data[place] ^= 1 << chance.randrange(8)
        assert build_of(bytes(data), carried, tmp_path) in (refused(tmp_path), unknown(tmp_path)), place


def test_bundle_that_was_cut_short_is_noticed_wherever_it_ends(carried, tmp_path):
    size = len(carried.whole)
    for length in [*range(0, size, size // 100), *range(size - 100, size)]:
        assert build_of(carried.whole[:length], carried, tmp_path) == refused(tmp_path), length


def test_bundle_with_something_behind_it_is_noticed(carried, tmp_path):
    assert build_of(carried.whole + b"\n", carried, tmp_path) == refused(tmp_path)


def test_bundle_of_a_format_without_that_sum_still_opens(tmp_path):
    path = bundles.write_bundle(tmp_path / "b.zip", bundles.made_signers(3), KEY, changed={"format": 2})
    path.write_bytes(path.read_bytes()[:-SUM_BYTES])
    assert bundles_read.open_bundle(path).counts["confirmed"] == 3


def test_folder_in_the_place_of_a_bundle_is_none(tmp_path):
    with pytest.raises(BuildProblem, match="There is no bundle at "):
        bundles_read.open_bundle(tmp_path)
