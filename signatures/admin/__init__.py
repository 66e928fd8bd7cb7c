from signatures.admin import mailbox, mailing, queue, reasons, signature, words

__all__ = ["mailbox", "mailing", "queue", "reasons", "signature", "words"]
