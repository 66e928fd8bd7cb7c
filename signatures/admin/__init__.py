from signatures.admin import mailbox, queue, signature

__all__ = ["mailbox", "queue", "signature"]
