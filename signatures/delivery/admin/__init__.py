from signatures.delivery.admin import deliveries, letters, packets, words

__all__ = ["deliveries", "letters", "packets", "words"]
