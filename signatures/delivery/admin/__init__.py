from signatures.delivery.admin import apart, deliveries, letterheads, letters, packets, samples, words

__all__ = ["apart", "deliveries", "letterheads", "letters", "packets", "samples", "words"]
