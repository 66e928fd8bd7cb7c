from signatures.admin import mailbox, queue, signature, words

__all__ = ["mailbox", "queue", "signature", "words"]
