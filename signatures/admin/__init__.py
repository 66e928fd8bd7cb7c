from signatures.admin import held_mail, mailbox, mailing, queue, reasons, signature, words

__all__ = ["held_mail", "mailbox", "mailing", "queue", "reasons", "signature", "words"]
