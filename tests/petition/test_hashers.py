from django.contrib.auth.hashers import ScryptPasswordHasher

from petition.hashers import StaffScryptHasher


class Counted(StaffScryptHasher):
    """Keeps what it was asked to work."""

    def __init__(self):
        self.work = []

    def encode(self, password, salt, n=None, r=None, p=None):
        self.work.append((n or self.work_factor) * (p or self.parallelism))
        return super().encode(password, salt, n, r, p)


def test_a_hash_is_as_dear_as_owasp_wants_it_and_fits_its_column():
    hasher = StaffScryptHasher()
    hashed = hasher.encode("a river has two banks", hasher.salt())

    assert hashed.startswith("scrypt$131072$") and hasher.decode(hashed)["block_size"] == 8
    assert len(hashed) <= 128
    assert hasher.verify("a river has two banks", hashed)
    assert not hasher.verify("another river", hashed)


def test_a_hash_of_djangos_own_is_taken_and_renewed():
    old = ScryptPasswordHasher().encode("a river has two banks", "salt" * 5)

    assert StaffScryptHasher().verify("a river has two banks", old)
    assert StaffScryptHasher().must_update(old)


def test_a_wrong_password_for_an_old_hash_takes_as_long_as_for_a_new_one():
    old = ScryptPasswordHasher().encode("a river has two banks", "salt" * 5)
    hasher = Counted()
    hasher.verify("another river", old)
    hasher.harden_runtime("another river", old)

    assert hasher.work == [5 * 2**14, 2**16]


def test_the_hash_of_the_settings_is_this_one():
    from petition.settings import PASSWORD_HASHERS

    assert PASSWORD_HASHERS[0] == "petition.hashers.StaffScryptHasher"
