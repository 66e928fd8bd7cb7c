"""The hash of passwords: memory-hard, and not for all threads at once."""

from __future__ import annotations

import threading

from django.contrib.auth.hashers import ScryptPasswordHasher

# One hash takes 128 MiB and a third of a second. So many at once in a process: whoever tries passwords by the hundred
# shall not fill the memory of a small server.
AT_ONCE = threading.BoundedSemaphore(2)


class StaffScryptHasher(ScryptPasswordHasher):
    """scrypt as OWASP's Password Storage Cheat Sheet has it first: N=2^17, r=8, p=1."""

    work_factor = 2**17
    block_size = 8
    parallelism = 1
    maxmem = 256 * 1024 * 1024  # OpenSSL refuses above 32 MiB unless it is told

    def salt(self) -> str:
        """125 bits. Django's 22 letters would make the hash one longer than the column of its user table."""
        return super().salt()[:21]

    def encode(self, password: str, salt: str, n: int | None = None, r: int | None = None, p: int | None = None) -> str:
        with AT_ONCE:
            return super().encode(password, salt, n, r, p)

    def harden_runtime(self, password: str, encoded: str) -> None:
        """A wrong password for a hash of Django's own kind (N=2^14, p=5) takes as long as for a new one, so that the
        time does not tell which accounts there are. Measured, that kind takes 0.46 of a new hash: its memory is small
        enough for the processor's own."""
        self.encode(password, encoded.split("$")[2], n=self.work_factor // 2)
