from signatures.delivery.admin import apart, deliveries, letters, packets, words

__all__ = ["apart", "deliveries", "letters", "packets", "words"]
