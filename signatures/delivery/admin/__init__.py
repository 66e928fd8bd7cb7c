from signatures.delivery.admin import deliveries, letterheads, letters, packets, words

__all__ = ["deliveries", "letterheads", "letters", "packets", "words"]
