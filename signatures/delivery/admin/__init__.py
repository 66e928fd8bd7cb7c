from signatures.delivery.admin import deliveries, letters, packets

__all__ = ["deliveries", "letters", "packets"]
