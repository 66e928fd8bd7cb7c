from signatures.admin import mailbox, mailing, queue, signature, sweeps, words

__all__ = ["mailbox", "mailing", "queue", "signature", "sweeps", "words"]
