from petition.admin import people, petitions, recipients, trail, updates

__all__ = ["people", "petitions", "recipients", "trail", "updates"]
