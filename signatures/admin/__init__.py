from signatures.admin import erasing, lists, mailbox, mailing, queue, retention, signals, signature, sweeps, trends, words

__all__ = ["erasing", "lists", "mailbox", "mailing", "queue", "retention", "signals", "signature", "sweeps", "trends", "words"]
