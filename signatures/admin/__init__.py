from signatures.admin import mailbox, mailing, queue, signature, words

__all__ = ["mailbox", "mailing", "queue", "signature", "words"]
