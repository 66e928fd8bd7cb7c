from signatures.admin import erasing, mailbox, mailing, queue, retention, signature, words

__all__ = ["erasing", "mailbox", "mailing", "queue", "retention", "signature", "words"]
