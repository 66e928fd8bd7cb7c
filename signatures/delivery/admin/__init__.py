from signatures.delivery.admin import deliveries, letters, packets, samples, words

__all__ = ["deliveries", "letters", "packets", "samples", "words"]
