from signatures.admin import mailbox, mailing, queue, signature

__all__ = ["mailbox", "mailing", "queue", "signature"]
