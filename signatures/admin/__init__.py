from signatures.admin import lists, mailbox, mailing, queue, signals, signature, sweeps, trends, words

__all__ = ["lists", "mailbox", "mailing", "queue", "signals", "signature", "sweeps", "trends", "words"]
